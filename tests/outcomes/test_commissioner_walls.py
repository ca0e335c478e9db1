"""A commissioner sees no row about a person, in any table there is, and no figure that was not made for it."""

from django.db import connection

from partners.walls import walled_models
from tests.cast import Cast, looking_as
from tests.journey import walk
from tests.outcomes.counted import shared
from tests.outcomes.performing import person_with_a_past, rebuilt

# Reviewed: what a commissioner may read anything of. None has a column for a participant.
OPEN_TO_COMMISSIONERS = {
    # The other side of its own contracts: names, dates and terms.
    "programmes_area",
    "programmes_contract",
    "programmes_dataparty",
    "programmes_dataterms",
    "programmes_evidencerule",
    "programmes_fee",
    "programmes_paymentgroup",
    "programmes_price",
    "programmes_processingpurpose",
    "programmes_profile",
    "programmes_programme",
    "outcomes_profileline",
    "outcomes_profileversion",
    "programmes_retentionrule",
    # Who it deals with, and its own people.
    "partners_membership",
    "partners_organisation",
    # Totals with small numbers left out, and when they were computed.
    "outcomes_refresh",
    "outcomes_sharedmeasure",
}
# Reviewed: a drawn sample, for the one person to whom it was opened and until a date; without that there is no row.
OPENED_TO_AUDITORS = {
    "outcomes_auditgrant",
    "outcomes_claim",
    "outcomes_claimsum",
    "outcomes_recovery",
    "outcomes_sample",
    "outcomes_sampleitem",
}


def seen_by_a_commissioner(cast: Cast) -> dict[str, int]:
    """How many rows of each table there are for a commissioner."""
    counts = {}
    with looking_as(cast.dee), connection.cursor() as cursor:
        for model in walled_models():
            cursor.execute(f"select count(*) from {model._meta.db_table}")
            counts[model._meta.db_table] = cursor.fetchone()[0]
    return counts


def test_a_commissioner_sees_no_row_about_a_person(cast: Cast) -> None:
    walk(cast, "i2i", "ivo", given_name="Canary", family_name="Quillfeather")
    for days in (200, 190, 180, 170, 160, 150):
        person_with_a_past(cast, days=days, in_work_for=days - 20)
    rebuilt(cast)
    shared(cast)
    seen = seen_by_a_commissioner(cast)
    assert {table for table, count in seen.items() if count} <= OPEN_TO_COMMISSIONERS
    assert seen["outcomes_sharedmeasure"] > 0
    assert seen["programmes_contract"] == 1
    about_people = {
        model._meta.db_table
        for model in walled_models()
        for field in model._meta.concrete_fields
        if str(field.column).endswith("participant_id")
    }
    assert len(about_people) > 15
    assert about_people.isdisjoint(OPEN_TO_COMMISSIONERS)
    for table in ("outcomes_performancefact", "outcomes_contribution", "outcomes_closedcount"):
        assert seen[table] == 0


def test_no_policy_for_a_commissioner_stands_on_another_table() -> None:
    for model in walled_models():
        for constraint in model._meta.constraints:
            if "commissioner" in getattr(constraint, "select", {}):
                assert model._meta.db_table in OPEN_TO_COMMISSIONERS | OPENED_TO_AUDITORS
