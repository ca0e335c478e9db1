"""Whole journeys from one file, a row for each event: referred, started, in work, paid. See docs/imports.md."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final

from outcomes.imports import earnings, jobs, values
from outcomes.imports.columns import Field, Kind, Line
from outcomes.imports.kinds import KINDS
from outcomes.imports.writing import ERASED, CannotImport, Importer, Outcome, Told, Values
from participants import vault
from participants.actions.person import search_name
from participants.models import Enrolment
from partners.models import Organisation
from partners.viewer import LONDON
from referrals import portal
from referrals.actions import start
from referrals.actions.allocation import accept, current_allocation
from referrals.actions.sending import SentReferral
from referrals.actions.taking_over import take_over
from referrals.models import Referral

# In this order the rows of a file are written, whatever their own.
EVENTS: Final = ("referral", "start", "job", "earning")
# The column of one day, and what each event calls it.
DAY_OF: Final = {"job": "starts_on", "earning": "paid_on"}
NEEDED: Final = {
    "referral": ("provider", "given_name", "family_name", "born_on"),
    "start": (),
    "job": ("employer", "title", "hours_per_week"),
    "earning": ("employer", "gross_pence"),
}


def _of(kind: str, *codes: str) -> Iterable[Field]:
    """Columns that an event shares with a kind of file; which are needed depends on the event."""
    return (replace(KINDS[kind].field(code), required=False) for code in codes)


JOURNEYS: Final = Kind(
    "journeys",
    "Journeys",
    (
        Field("case", "Case", values.words(60), ("case reference", "case id")),
        Field("event", "Event", values.one_of({one: one for one in EVENTS})),
        Field("on", "Date", values.day, ("on", "event date")),
        Field("referrer", "Referrer", values.words(120), required=False),
        Field("provider", "Provider", values.words(120), required=False),
        Field("given_name", "Given name", values.words(80), ("first name",), required=False),
        Field("family_name", "Family name", values.words(80), ("surname", "last name"), required=False),
        Field("born_on", "Date of birth", values.day, ("dob",), required=False),
        *_of("earnings", "number"),
        Field("postcode", "Postcode", values.words(10), required=False),
        Field("local_authority", "Local authority", values.words(80), ("borough",), required=False),
        Field("payment_group", "Payment group", values.words(20), required=False),
        *_of(
            "jobs",
            *("employer", "title", "hours_per_week", "ends_on", "end_reason", "kind"),
            *("related_employer", "another_job"),
        ),
        *_of("earnings", "gross_pence", "period_from", "period_to", "row_key"),
    ),
)


@dataclass(frozen=True)
class Chain:
    """The organisations of the workspace, by what a file may call them."""

    providers: Mapping[str, Organisation]
    referrers: Mapping[str, Organisation]

    @classmethod
    def of(cls, organisations: Iterable[Organisation]) -> "Chain":
        found = list(organisations)
        return cls(_named(found, "provider"), _named(found, "referrer"))

    def provider(self, named: str) -> Organisation:
        return _one(self.providers, named, "provider")

    def referrer(self, named: str | None) -> Organisation:
        """The one that is named; where nobody is, the only one that there is."""
        only = {one.pk: one for one in self.referrers.values()}
        if named is None and len(only) == 1:
            return next(iter(only.values()))
        return _one(self.referrers, named or "", "referrer")


def about(row: Line) -> Iterable[Hashable]:
    """By what rows depend on each other: the case, the person by name or number, and the row key."""
    said = row.values
    if "case" in said:
        yield "case", said["case"]
    if "number" in said:
        yield "number", vault.normalise(said["number"])[:8]
    if "born_on" in said:
        yield "person", search_name(said.get("given_name", ""), said.get("family_name", "")), said["born_on"]
    if "row_key" in said:
        yield "row key", said.get("event"), said["row_key"]


def put(row: Values, importer: Importer, chain: Chain) -> Told:
    """Write one event. Raises ActionError where it cannot be written."""
    event = row["event"]
    lacking = [JOURNEYS.field(code).label for code in NEEDED[event] if code not in row]
    if lacking:
        raise CannotImport(f"{' and '.join(lacking)} must be filled in for a {event}.")
    if event == "referral":
        return _refer(row, importer, chain)
    referral = _case(row["case"], importer)
    if portal.is_erased(referral):
        return ERASED
    if event == "start":
        return _start(row, referral, importer)
    assert referral.participant is not None
    known = {**row, DAY_OF[event]: row["on"], "participant": referral.participant.reference}
    known.pop("number", None)
    return (jobs if event == "job" else earnings).put(known, importer)


def _refer(row: Values, importer: Importer, chain: Chain) -> Told:
    provider, referrer = chain.provider(row["provider"]), chain.referrer(row.get("referrer"))
    known = portal.known(importer.contract, referrer.pk, row["case"])
    if known is not None and portal.is_erased(known):
        return ERASED
    if known is not None:
        is_same = known.received_on == row["on"]
        return Told(Outcome.SAME) if is_same else Told(Outcome.LEFT, "Referred here on another day.")
    said: dict[str, Any] = {name: row.get(name, "") for name in ("number", "postcode", "local_authority")}
    sent = SentReferral(
        given_name=row["given_name"],
        family_name=row["family_name"],
        born_on=row["born_on"],
        payment_group=row.get("payment_group", ""),
        external_reference=row["case"],
        **said,
    )
    by = replace(importer.viewer, organisation_id=referrer.pk)
    at = _noon(row["on"], importer)
    take_over(contract=importer.contract, sent=sent, provider_id=provider.pk, by=by, at=at)
    return Told(Outcome.NEW)


def _start(row: Values, referral: Referral, importer: Importer) -> Told:
    """The provider accepted at the latest on the day of the start."""
    if referral.status == Referral.Status.STARTED:
        begun = Enrolment.objects.filter(participant=referral.participant_id, contract=importer.contract)
        is_same = begun.filter(started_on=row["on"]).exists()
        return Told(Outcome.SAME) if is_same else Told(Outcome.LEFT, "Started here on another day.")
    allocation = current_allocation(referral)
    if allocation is None:
        raise CannotImport("The case is with no provider.")
    by = replace(importer.viewer, organisation_id=allocation.organisation_id)
    at = _noon(row["on"], importer)
    if referral.status == Referral.Status.ALLOCATED:
        accept(
            allocation=allocation,
            # Chosen later, by those who work there now.
            adviser_id=None,
            first_appointment_on=row["on"],
            by=by,
            at=at,
        )
    start.start(referral=referral, started_on=row["on"], by=by, at=at)
    return Told(Outcome.NEW)


def _case(case: str, importer: Importer) -> Referral:
    found = list(portal.called(importer.contract, case).select_related("participant", "contract")[:2])
    if len(found) != 1:
        raise CannotImport(
            "Two referrers have a case of this reference."
            if found
            else "No referral has this case reference. Put its referral into the file, or load the portal’s"
            " export first."
        )
    return found[0]


def _noon(day: date, importer: Importer) -> datetime:
    """The moment of what happened on a day; never after the moment of the load."""
    return min(datetime.combine(day, time(12), LONDON), importer.at)


def _named(organisations: Iterable[Organisation], kind: str) -> dict[str, Organisation]:
    found = [one for one in organisations if one.kind == kind]
    return {**{one.name.casefold(): one for one in found}, **{one.slug: one for one in found}}


def _one(among: Mapping[str, Organisation], named: str, kind: str) -> Organisation:
    found = among.get(named.casefold())
    if found is None:
        raise CannotImport(f"Give the {kind} by its name or its short name: there is none of that name.")
    return found
