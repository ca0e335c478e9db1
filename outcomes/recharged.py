"""What was charged by the month, worked out anew from its facts, compared with the books, and never written.

A term charges by the lines and the terms of its time: a provider's statement by what was frozen on it, the commissioner
by what the books knew that night. A cost, an adjustment and the errors of a sample charge what their own rows say.
Every charge was told of when it was made, so that one that is gone is missed; one that was never made is missed on a
sealed statement, and after a night that was to make it. Each has one journal, which follows from it alone, with the
entries of its kind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils import timezone

from outcomes import charges as engine
from outcomes import charging, recovered
from outcomes.known import IN_FLIGHT
from outcomes.models import ActualCost, Adjustment, Charge, Entry, Journal, Statement
from outcomes.pricing import LEDGER, Side
from outcomes.replay import Finding, alarm
from partners import outbox
from partners.models import DomainEvent, OutboxItem, ScheduledRun
from partners.templatetags.baton import pence as spoken
from partners.viewer import Viewer, london_date
from programmes.models import Contract, Fee
from programmes.months import month_number

Kind = Charge.Kind
COMMISSIONER, PROVIDER = Journal.Side.COMMISSIONER, Journal.Side.PROVIDER
# By month, kind and term: pence, and whether they are illustrative.
_Sums = dict[tuple[date, str, UUID | None], tuple[int, bool]]


class Recharged(NamedTuple):
    """What a look at the charges of one contract found, and how many journals were compared."""

    journals: int
    findings: list[Finding]


class Made(NamedTuple):
    """A charge as the facts have it: by what, on which side, of which provider, pence and when it was made."""

    kind: str
    side: str
    organisation_id: UUID | None
    pence: int
    made_at: datetime


def contract_after(after: UUID | None) -> Contract | None:
    """The next contract by id; the first one after none."""
    found = Contract.objects.order_by("pk")
    return (found.filter(pk__gt=after) if after else found).first()


def recharge(contract: Contract) -> Recharged:
    """Compare what a contract charged with its facts, as the system; it reads alone.

    Whatever is charged in the meantime may be seen in part: so only what is found twice is a finding.
    """
    found = _Books.of(contract).compared()
    if not found.findings:
        return found
    again = _Books.of(contract).compared()
    return Recharged(again.journals, [one for one in again.findings if one in found.findings])


def check_contract(item: OutboxItem, system: Viewer) -> None:
    """The nightly check of one contract: the one after the item's subject."""
    contract = contract_after(item.subject_id)
    if contract is None:
        return
    alarm(recharge(contract).findings, system)
    outbox.enqueue("replay_charges", system, subject_id=contract.pk)


def connect() -> None:
    """Called when the app is ready."""
    outbox.consume("replay_charges", check_contract)
    outbox.every_day("replay_charges", "replay_charges")


@dataclass
class _Books:
    """Everything that stands in the books of a contract for what it charged.

    told: the event of each charge; sealings: that of each statement that was sealed.
    """

    contract: Contract
    told: Mapping[UUID, DomainEvent]
    sealings: Mapping[UUID, DomainEvent]
    charges: Mapping[UUID, Charge]
    journals: list[Journal]
    entries: Mapping[UUID, list[tuple[str, int]]]
    statements: Mapping[UUID, Statement]

    @classmethod
    def of(cls, contract: Contract) -> "_Books":
        told, sealings = (
            {
                event.subject_id: event
                for event in DomainEvent.objects.filter(kind=kind, contract_id=contract.pk)
            }
            for kind in ("charge.made", "statement.sealed")
        )
        journals = list(Journal.objects.filter(contract=contract, kind=Journal.Kind.CHARGE))
        entries = defaultdict(list)
        written = Entry.objects.filter(journal__in=[journal.pk for journal in journals])
        for journal_id, account, pence in written.values_list("journal", "account", "pence"):
            entries[journal_id].append((account, pence))
        charges = Charge.objects.filter(contract=contract).select_related("fee").order_by("made_at", "pk")
        return cls(
            contract,
            told,
            sealings,
            {charge.pk: charge for charge in charges},
            journals,
            entries,
            Statement.objects.filter(contract=contract).in_bulk(),
        )

    def compared(self) -> Recharged:
        wrong = (
            *self._followed(),
            *self._by_statement(),
            *self._by_night(),
            *self._forgotten(),
            *self._by_people(),
        )
        of = self.contract.pk
        return Recharged(len(self.journals), [Finding("contract", of, words) for words in wrong])

    def _followed(self) -> Iterator[str]:
        """Each charge has one journal that follows from it, and was told of; nothing else is charged."""
        by_charge = defaultdict(list)
        for journal in self.journals:
            by_charge[journal.charge_id].append(journal)
        for pk in {*self.told, *by_charge} - {*self.charges}:
            yield f"the charge {pk} is not there any more."
        for charge in self.charges.values():
            if charge.pk not in self.told:
                yield f"{_named(charge)} was charged by nobody."
            journals = by_charge[charge.pk]
            if len(journals) != 1:
                yield f"{_named(charge)} has {len(journals)} journals."
            for journal in journals:
                if not self._is_sound(charge, journal):
                    yield f"{_named(charge)}: the journal {journal.pk} is not what it should be."

    def _is_sound(self, charge: Charge, journal: Journal) -> bool:
        side: Side = "provider" if charge.side == PROVIDER else "commissioner"
        same = ("organisation_id", "side", "pence", "illustrative", "why")
        expected = engine.entries_for(side, charge.kind, charge.pence)
        return (
            journal.pk == uuid5(LEDGER, f"charge {charge.pk}")
            and all(getattr(journal, name) == getattr(charge, name) for name in same)
            and journal.claimable_from == month_number(charge.month, 1)[1]
            and sorted(self.entries[journal.pk]) == sorted(expected)
            and self._is_placed(charge, journal)
        )

    def _is_placed(self, charge: Charge, journal: Journal) -> bool:
        """On the statement of its provider and month; on the commissioner's side on none."""
        if charge.side == COMMISSIONER:
            return journal.statement_id is None
        statement = self.statements.get(journal.statement_id) if journal.statement_id else None
        return (
            statement is not None
            and (statement.organisation_id, statement.month) == (charge.organisation_id, charge.month)
            and self.told.get(charge.pk, _NOBODY).facts.get("statement") == str(statement.pk)
        )

    def _by_terms(self, side: str) -> list[Charge]:
        return [one for one in self.charges.values() if one.side == side and one.fee_id]

    def _then(self, charges: Iterable[Charge]) -> charging.Then:
        """The terms by which these were charged together, and the days from which their months counted."""
        return _as_told(min((self.told[one.pk] for one in charges), key=lambda event: event.pk))

    def _by_statement(self) -> Iterator[str]:
        """What the terms charged each statement when it was sealed, nothing too."""
        by_month: defaultdict[tuple[UUID | None, date], list[Charge]] = defaultdict(list)
        for charge in self._by_terms(PROVIDER):
            by_month[charge.organisation_id, charge.month].append(charge)
        has_terms = Fee.objects.filter(contract=self.contract, side=PROVIDER).exists()
        for statement in self.statements.values():
            charged = by_month.pop((statement.organisation_id, statement.month), [])
            if charged and all(one.pk in self.told for one in charged):
                yield from _differences(charged, charging.of_sealed(statement, self._then(charged)))
            elif not charged and has_terms and statement.pk in self.sealings:
                then = _as_told(self.sealings[statement.pk])
                yield from _differences([], charging.of_sealed(statement, then))
        for charged in by_month.values():
            yield from (f"{_named(one)} stands on no statement." for one in charged)

    def _by_night(self) -> Iterator[str]:
        """What the terms charged the commissioner, night by night."""
        for at, night in groupby(self._by_terms(COMMISSIONER), key=lambda one: one.made_at):
            charged = list(night)
            if all(one.pk in self.told for one in charged):
                yield from _differences(charged, self._due_at(at, charged))

    def _due_at(self, at: datetime, charged: list[Charge]) -> list[charging.ChargeDue]:
        """What was due at a moment, by the lines and milestones that were written before: whoever charged waited for
        them, and those that came later waited for what was charged."""
        up_to, _ = month_number(london_date(at), 0)
        before = charging.charged_to_commissioner(self.contract).filter(made_at__lt=at)
        return charging.of_contract_known(self.contract, up_to, before, self._then(charged))

    def _forgotten(self) -> Iterator[str]:
        """What the commissioner was due on the last night that was to charge it, and is not charged yet."""
        nights = ScheduledRun.objects.filter(task="charge", at__lt=timezone.now() - IN_FLIGHT)
        night = nights.order_by("-pk").first()
        if night is None:
            return
        up_to, _ = month_number(date.fromisoformat(night.period), 0)
        then = charging.Then(Q(charging.NOW, pk__lt=night.pk), written=night.pk)
        charged = charging.charged_to_commissioner(self.contract)
        due = charging.of_contract_known(self.contract, up_to, charged, then)
        yield from _differences([], due)

    def _by_people(self) -> Iterator[str]:
        """What costs, adjustments and samples charged: each once, and nothing besides."""
        samples = recovered.of_contract(self.contract)
        yield from samples.wrong
        says = Counter([*self._of_costs(), *self._of_adjustments(), *_of_samples(samples.back)])
        stands = Counter(
            Made(one.kind, one.side, one.organisation_id, one.pence, one.made_at)
            for one in self.charges.values()
            if one.fee_id is None
        )
        for made in says - stands:
            yield f"{Kind(made.kind).label} of {spoken(made.pence)} on the {made.side}'s side is not charged."
        for made in stands - says:
            yield f"{Kind(made.kind).label} of {spoken(made.pence)} on the {made.side}'s side follows from nothing."

    def _of_costs(self) -> Iterator[Made]:
        for cost in ActualCost.objects.filter(contract=self.contract):
            sides = [COMMISSIONER, PROVIDER] if cost.provider_charge_id else [COMMISSIONER]
            for side in sides:
                yield Made(Kind.ACTUAL_COST, side, cost.organisation_id, cost.pence, cost.claimed_at)
                if cost.withdrawn_at:
                    yield Made(Kind.ACTUAL_COST, side, cost.organisation_id, -cost.pence, cost.withdrawn_at)

    def _of_adjustments(self) -> Iterator[Made]:
        approved = Adjustment.objects.filter(contract=self.contract, decision=Adjustment.Decision.APPROVED)
        for one in approved:
            if one.decided_at:
                yield Made(Kind.ADJUSTMENT, PROVIDER, one.organisation_id, one.pence, one.decided_at)


_NOBODY = DomainEvent()


def _as_told(event: DomainEvent) -> charging.Then:
    """The terms that were in force when this happened, and the days from which months counted, which it tells."""
    days = {name: event.facts.get(name) for name in ("starts_on", "joined_on", "left_on")}
    known = {name: date.fromisoformat(day) for name, day in days.items() if day}
    return charging.Then(charging.in_force_at(event.at, event.pk), event.pk, **known)


def _of_samples(back: Iterable[recovered.Back]) -> Iterator[Made]:
    for one in back:
        for side, pence in ((COMMISSIONER, one.pence), (PROVIDER, one.provider_pence)):
            if pence:
                yield Made(Kind.RECOVERY, side, one.organisation_id, pence, one.at)


def _differences(charged: Iterable[Charge], due: Iterable[charging.ChargeDue]) -> Iterator[str]:
    """Where what the terms charged is not what they charge."""
    stands: _Sums = {(one.month, one.kind, one.fee_id): (one.pence, one.illustrative) for one in charged}
    says: _Sums = {(one.month, one.kind, one.fee.pk): (one.pence, one.fee.illustrative) for one in due}
    for key in sorted({*stands, *says}, key=str):
        if stands.get(key) != says.get(key):
            month, kind, _ = key
            by_terms, in_ledger = (
                spoken(found[key][0]) if key in found else "nothing" for found in (says, stands)
            )
            yield f"{Kind(kind).label} of {month:%B %Y}: {by_terms} by the facts; in the ledger: {in_ledger}."


def _named(charge: Charge) -> str:
    return f"{charge.get_kind_display()} of {charge.month:%B %Y}"
