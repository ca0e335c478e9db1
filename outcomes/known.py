"""What was known when a row of the books was written: the terms, and who led.

Ids sort by the time at which their rows were written, so that what has a later id was not there yet. What was written
shortly before may still have been unseen, since its transaction was committed later: both are then as good.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from outcomes import pricing
from outcomes.accrual import led_on
from outcomes.models import Journal, Milestone
from outcomes.terms import priced_row
from participants.models import Assignment
from partners.models import DomainEvent
from programmes.models import Contract, Price

# Longer than work takes: what was written so long before a row was committed before it as well.
IN_FLIGHT, NO_TIME = timedelta(hours=1), timedelta()
# What a loaded file may have done to the milestone rules of a programme, as its event tells.
RULES = ("programme_changed", "paymentgroup_added", "paymentgroup_changed", "paymentgroup_removed")


def earlier(row: UUID, by: timedelta) -> UUID:
    """The lowest id of the rows that were written up to so long before this one."""
    return UUID(int=max(row.int - (int(by.total_seconds() * 1000) << 80), 0))


@dataclass
class Prices:
    """Every price of some contracts, those that were withdrawn too."""

    rows: Mapping[tuple[UUID, str], Sequence[Price]]
    _rows: dict[tuple[UUID, str], pricing.Price] = field(default_factory=dict)

    @classmethod
    def of(cls, contract_ids: Collection[UUID]) -> "Prices":
        rows: defaultdict[tuple[UUID, str], list[Price]] = defaultdict(list)
        for row in Price.objects.filter(contract__in=contract_ids).order_by("pk"):
            rows[row.contract_id, row.milestone].append(row)
        return cls(rows)

    def then(
        self,
        milestone: Milestone,
        started_on: date,
        journal: Journal,
        written: UUID,
        named: Collection[UUID | None],
    ) -> list[pricing.Priced]:
        """What a milestone may have earned on the side of its journal, whose first entry has the id `written`.

        That is by the prices that were in force by the clock, or by those that surely were and, of those that came or
        went about then, the ones that the milestone's journals name.
        """
        at, rows = journal.recorded_at, self.rows.get((milestone.contract_id, milestone.code), ())
        group = milestone.payment_group
        of_group = [row for row in rows if row.payment_group in ("", group) and row.pk < written]
        by_the_clock = [row for row in of_group if _held(row, at, written, NO_TIME)]
        as_named = [
            row
            for row in of_group
            if _held(row, at, written, IN_FLIGHT) or (row.pk in named and _held(row, at, written, -IN_FLIGHT))
        ]
        side: pricing.Side = "provider" if journal.side == Journal.Side.PROVIDER else "commissioner"
        found = (self._price(held, side, milestone, started_on) for held in (by_the_clock, as_named))
        return [one for one in found if isinstance(one, pricing.Priced)]

    def _price(
        self, held: Sequence[Price], side: pricing.Side, milestone: Milestone, started_on: date
    ) -> pricing.Priced | pricing.PriceMissing:
        group = milestone.payment_group
        try:
            return pricing.price_of(
                [self._row(row, group) for row in held],
                side=side,
                provider=str(milestone.organisation_id),
                payment_group=group,
                milestone=milestone.code,
                ordinal=milestone.ordinal,
                started_on=started_on,
            )
        except pricing.AmbiguousPrice as problem:
            return pricing.PriceMissing(f"more than one price: {problem}")

    def _row(self, row: Price, group: str) -> pricing.Price:
        key = (row.pk, group)
        if key not in self._rows:
            self._rows[key] = priced_row(row, group)
        return self._rows[key]


def _held(row: Price, at: datetime, written: UUID, margin: timedelta) -> bool:
    """Whether a price surely was in force, with time to spare; with less than none, whether it may have been."""
    was_there = row.pk < earlier(written, max(margin, NO_TIME))
    return was_there and (row.withdrawn_at is None or row.withdrawn_at > at + margin)


@dataclass(frozen=True)
class Leads:
    """Who led, by participant and contract, in the order of the first days; voided assignments too."""

    by_person: Mapping[tuple[UUID, UUID], Sequence[Assignment]]

    @classmethod
    def of(cls, people: Collection[UUID], contract_ids: Collection[UUID]) -> "Leads":
        found: defaultdict[tuple[UUID, UUID], list[Assignment]] = defaultdict(list)
        leads = Assignment.objects.filter(role=Assignment.Role.LEAD, contract__in=contract_ids)
        for lead in leads.filter(participant__in=people).order_by("starts_on", "pk"):
            found[lead.participant_id, lead.contract_id].append(lead)
        return cls(found)

    def then(self, milestone: Milestone) -> set[UUID]:
        """Whoever may have been the provider of the day that a milestone was reached, when it was written."""
        all_of_them = [
            lead
            for lead in self.by_person.get((milestone.participant_id, milestone.contract_id), ())
            if lead.voided_at is None or lead.voided_at > milestone.computed_at
        ]
        seen = (
            [lead for lead in all_of_them if lead.pk < earlier(milestone.pk, by)]
            for by in (NO_TIME, IN_FLIGHT)
        )
        return {led_on(leads, milestone.reached_on) for leads in seen if leads}


def rules_changed(contract_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """By contract, the id of the newest event by which a file changed the milestone rules of its programme."""
    programmes = dict(Contract.objects.values_list("pk", "programme"))
    loads = DomainEvent.objects.filter(kind="programme.loaded", facts__has_any_keys=RULES).order_by("pk")
    newest = {programmes[contract_id]: pk for contract_id, pk in loads.values_list("contract_id", "pk")}
    return {pk: newest[programmes[pk]] for pk in contract_ids if programmes[pk] in newest}
