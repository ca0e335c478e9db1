"""manage.py export_ledger: every line of a contract's ledger, both sides, as CSV."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from outcomes.actions.charge import charge_contract
from outcomes.models import Journal
from partners.models import AuditEntry
from programmes.models import Contract, Fee
from tests.cast import Cast, looking_as
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago


def export(cast: Cast, **asked: str) -> list[dict[str, str]]:
    with looking_as(cast.system()):
        code = Contract.objects.get().code
    out = StringIO()
    call_command(
        "export_ledger", **{"tenant": "serco", "contract": code, "format": "csv", **asked}, stdout=out
    )
    return list(csv.DictReader(StringIO(out.getvalue())))


def test_every_line_of_both_sides_is_written(cast: Cast) -> None:
    person, _ = started_person(cast, days=40)
    rows = export(cast)
    assert [(row["side"], row["milestone"], row["pence"], row["state"]) for row in rows] == [
        ("commissioner", "start", "75000", "earned"),
        ("provider", "start", "60000", "earned"),
    ]
    assert {row["participant_reference"] for row in rows} == {person.reference}
    assert {(row["ordinal"], row["reached_on"]) for row in rows} == {("1", f"{ago(40):%Y-%m-%d}")}
    assert [row["statement"] for row in rows] == ["", f"{ago(40):%Y-%m}"]


def test_what_was_reversed_and_what_reverses_it_say_so(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=200)
    job = work(cast, enrolment, since=190)
    end(cast, job, days=180)
    states = [row["state"] for row in export(cast) if row["milestone"] == "short_job_outcome"]
    assert sorted(states) == ["reversal", "reversal", "reversed", "reversed"]


def test_a_charge_has_no_participant(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        contract = Contract.objects.get()
        Fee.objects.create(
            tenant_id=system.tenant_id,
            contract=contract,
            source="the agreement",
            side="commissioner",
            kind="delivery_fee",
            pence=1_200_00,
            months=12,
        )
        charge_contract(contract=contract, by=system, at=system.now())
    row = export(cast)[0]
    assert (row["participant_reference"], row["milestone"], row["state"]) == ("", "delivery_fee", "charged")


def test_the_lines_add_up_to_the_ledger(cast: Cast) -> None:
    for days in (40, 200):
        _, enrolment = started_person(cast, days=days)
        work(cast, enrolment, since=days - 5, employer=f"Shop {days}")
    rows = export(cast)
    with looking_as(cast.system()):
        assert sum(int(row["pence"]) for row in rows) == sum(Journal.objects.values_list("pence", flat=True))
        assert len(rows) == Journal.objects.count()


def test_it_is_audited(cast: Cast) -> None:
    export(cast)
    with looking_as(cast.system()):
        assert AuditEntry.objects.filter(act="export", kind="ledger").count() == 1


@pytest.mark.parametrize(
    ("asked", "said"), [({"tenant": "nobody"}, "no workspace"), ({"contract": "none"}, "no contract none")]
)
def test_what_there_is_not_is_said(cast: Cast, asked: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        export(cast, **asked)
