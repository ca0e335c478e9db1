"""Rows of the commissioner's portal: each submits a referral by the action that the form and the API use, once."""

from dataclasses import dataclass, replace
from datetime import datetime, time

from outcomes.imports import portal
from outcomes.imports.writing import ERASED, CannotImport, Importer, Outcome, Told, Values
from outcomes.models import ImportLine, ImportRun
from partners.locks import hold
from partners.viewer import LONDON, Viewer, acting_as, london_date
from referrals import portal as kept
from referrals.actions.allocation import places_on
from referrals.actions.referral import NotAcceptable, SentReferral, submit
from referrals.models import Referral

OFFERED = f"{Referral.Status.ALLOCATED.label}."
NOTHING_CHANGES = "An import changes nothing of a referral that is here."


@dataclass(frozen=True)
class Offers:
    """How many rows of a file would be offered to a provider, and for how many more people there is room."""

    count: int
    places: int


def offers(run: ImportRun, viewer: Viewer) -> Offers | None:
    """What the offers of a file that was tried out come to together, since each row was tried out as if it were alone;
    None for a file of anything else.
    """
    if run.kind != ImportRun.Kind.REFERRALS or run.state != ImportRun.State.CHECKED:
        return None
    count = ImportLine.objects.filter(run=run, outcome=Outcome.NEW, says=OFFERED).count()
    with acting_as(viewer.as_system("places for an import")):
        return Offers(count, places_on(run.contract, viewer.today))


def put(values: Values, importer: Importer) -> Told:
    """Submit a referral for the referrer that was chosen with the file, received when the portal says.

    Raises ActionError where it cannot be submitted.
    """
    assert importer.referrer_id is not None
    received_at = _received_at(values, importer)
    with acting_as(importer.system):
        # Two files that hold the same referral: the second finds it here.
        hold(f"portal {importer.contract.pk} {importer.referrer_id} {values['row_key']}")
        known = kept.known(importer.contract, importer.referrer_id, values["row_key"])
    if known is not None:
        return _again(known, received_at)
    try:
        referral = submit(
            contract=importer.contract,
            sent=_sent(values),
            channel=Referral.Channel.PORTAL,
            received_at=received_at,
            by=replace(importer.viewer, organisation_id=importer.referrer_id),
            at=importer.at,
        )
    except NotAcceptable as error:
        raise CannotImport(" ".join(_sentences(error))) from error
    return Told(Outcome.NEW, f"{referral.get_status_display()}.")


def _again(known: Referral, received_at: datetime) -> Told:
    """The referral is here: nothing, whatever else the row says."""
    if kept.is_erased(known):
        return ERASED
    if known.status == Referral.Status.WITHDRAWN:
        return Told(Outcome.LEFT, "Withdrawn here, not brought back.")
    if known.received_on != london_date(received_at):
        return Told(Outcome.LEFT, f"Referred here on another day. {NOTHING_CHANGES}")
    return Told(Outcome.SAME, NOTHING_CHANGES)


def _received_at(values: Values, importer: Importer) -> datetime:
    """The moment of the portal. Of a day without a time noon stands for it, or now where that is still to come."""
    referred, clock = values["referred"], values.get("time")
    if isinstance(referred, datetime) and clock is None:
        return referred if referred.tzinfo else referred.replace(tzinfo=LONDON)
    day = referred.date() if isinstance(referred, datetime) else referred
    if clock is not None:
        return datetime.combine(day, clock, LONDON)
    noon = datetime.combine(day, time(12), LONDON)
    return min(noon, importer.at) if day == london_date(importer.at) else noon


def _sent(values: Values) -> SentReferral:
    names = ("given_name", "family_name", "born_on", "number", *(field.code for field in portal.TEXTS))
    facts = (field.code for field in portal.CIRCUMSTANCES)
    circumstances = {fact: values[fact] for fact in facts if fact in values}
    return SentReferral(
        external_reference=values["row_key"],
        contact_withheld=values.get("contact_withheld", False),
        # Several codes are a list wherever they are kept.
        circumstances={
            fact: list(said) if isinstance(said, tuple) else said for fact, said in circumstances.items()
        },
        **{name: values[name] for name in names if name in values},
    )


def _sentences(error: NotAcceptable) -> list[str]:
    """Each with the column that it is about, where it is about one."""
    labels = {field.code: field.label for field in portal.REFERRALS.fields}
    return [
        f"{labels[one.field]}: {one.sentence}" if one.field in labels else one.sentence
        for one in error.problems
    ]
