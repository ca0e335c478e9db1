"""The ledger checked against the facts: everything is worked out anew, compared with what stands, and never written.

What is compared is what follows from the facts: which milestones are in force and on which day each was reached, that
each has its journals, and that each journal is the one that its milestone, its price and what it reverses make it.
Words, first days to claim and prices stay as they were when a milestone was reached, so they are not worked out anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from outcomes import pricing
from outcomes.facts import facts_of
from outcomes.milestones import reached, spoken
from outcomes.models import Entry, Journal, Milestone, Standing
from outcomes.terms import Terms
from participants.models import Enrolment
from partners import events, outbox
from partners.models import DomainEvent, OutboxItem, Tenant
from partners.viewer import Viewer
from programmes.models import Price
from programmes.working_days import england_and_wales

log = structlog.stdlib.get_logger("ledger")

# Enrolments of one transaction: few enough that nobody waits long for their locks.
PAGE = 500
# What a journal takes over from its milestone.
TAKEN_OVER = ("participant_id", "contract_id", "organisation_id", "claimable_from")


class Finding(NamedTuple):
    """What is wrong with one enrolment's milestones or journals, in a sentence without a name."""

    enrolment_id: UUID
    words: str


@dataclass(frozen=True)
class Page:
    """What a look at some enrolments found; waiting are those that the next accrual brings in line first."""

    last: UUID | None
    compared: int
    waiting: int
    findings: list[Finding]


def replay(system: Viewer, after: UUID | None = None) -> Page:
    """Compare the next PAGE enrolments by id, as of the workspace's day, in the running transaction: it reads alone.

    They are locked, so that no fact changes while it is looked at. last is where the next page begins, None at the end.
    """
    following = Enrolment.objects.order_by("pk") if after is None else Enrolment.objects.filter(pk__gt=after)
    page = list(following.order_by("pk").select_for_update(no_key=True)[:PAGE])
    known = Standing.objects.filter(enrolment__in=page, as_of__lte=system.today, again_on__gt=system.today)
    settled = set(known.values_list("enrolment", flat=True))
    compared = [enrolment for enrolment in page if enrolment.pk in settled]
    findings = list(_Books.of(compared).compare(system)) if compared else []
    return Page(
        page[-1].pk if len(page) == PAGE else None, len(compared), len(page) - len(compared), findings
    )


def check_page(item: OutboxItem, system: Viewer) -> None:
    """The nightly check of a page, from the item's subject on. An alarm is an event, and so in the audit."""
    page = replay(system, item.subject_id)
    if page.findings:
        log.error("the ledger is not what the facts say", count=len(page.findings))
        events.record(
            "ledger.differs",
            Tenant.objects.get(pk=system.tenant_id),
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            findings=len(page.findings),
            first_enrolment=page.findings[0].enrolment_id,
        )
    if page.last:
        outbox.enqueue("replay", system, subject_id=page.last)


def connect() -> None:
    """Called when the app is ready."""
    events.declare("ledger.differs")
    outbox.consume("replay", check_page)
    outbox.every_day("replay", "replay")


@dataclass
class _Books:
    """Everything that stands in the books for some enrolments."""

    enrolments: Sequence[Enrolment]
    terms: Terms
    milestones: Mapping[UUID, list[Milestone]]
    journals: Mapping[UUID, list[Journal]]
    entries: Mapping[UUID, list[tuple[str, int]]]
    prices: Mapping[UUID, Price]

    @classmethod
    def of(cls, enrolments: Sequence[Enrolment]) -> "_Books":
        milestones = list(Milestone.objects.filter(enrolment__in=enrolments).order_by("generation"))
        journals = list(Journal.objects.filter(milestone__enrolment__in=enrolments))
        entries = defaultdict(list)
        written = Entry.objects.filter(journal__milestone__enrolment__in=enrolments)
        for journal_id, account, pence in written.values_list("journal", "account", "pence"):
            entries[journal_id].append((account, pence))
        return cls(
            enrolments,
            Terms.of({enrolment.contract_id for enrolment in enrolments}),
            _grouped(milestones, "enrolment_id"),
            _grouped(journals, "milestone_id"),
            entries,
            Price.objects.in_bulk({journal.price_id for journal in journals if journal.price_id}),
        )

    def compare(self, system: Viewer) -> Iterator[Finding]:
        facts = facts_of(self.enrolments)
        for enrolment in self.enrolments:
            case = self.terms.case(enrolment, facts[enrolment.pk])
            rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
            found = reached(case, rules, system.today, england_and_wales())
            expected = {(one.code, one.ordinal): one.reached_on for one in found}
            wrong = (*self._milestones(enrolment, expected), *self._journals(enrolment))
            yield from (Finding(enrolment.pk, words) for words in wrong)

    def _milestones(self, enrolment: Enrolment, expected: Mapping[tuple[str, int], Any]) -> Iterator[str]:
        before: defaultdict[tuple[str, int], int] = defaultdict(int)
        in_force = {}
        for one in self.milestones.get(enrolment.pk, ()):
            mark = (one.code, one.ordinal)
            if one.generation != before[mark]:
                yield f"{_named(*mark)} is number {one.generation} of its kind, not {before[mark]}."
            before[mark] += 1
            if one.reversed_at is None:
                in_force[mark] = one.reached_on
        for mark in sorted({*expected, *in_force}):
            says, stands = expected.get(mark), in_force.get(mark)
            if says != stands:
                yield (f"{_named(*mark)} by the facts: {_day(says)}; in the ledger: {_day(stands)}.")

    def _journals(self, enrolment: Enrolment) -> Iterator[str]:
        for milestone in self.milestones.get(enrolment.pk, ()):
            journals = self.journals.get(milestone.pk, [])
            accruals = {one.side: one for one in journals if one.kind == Journal.Kind.ACCRUAL}
            reversals = {one.reverses_id: one for one in journals if one.kind == Journal.Kind.REVERSAL}
            named = _named(milestone.code, milestone.ordinal)
            for side in pricing.SIDES:
                accrual = accruals.get(side)
                if accrual is None:
                    if milestone.reversed_at is None and self._is_priced(enrolment, milestone, side):
                        yield f"{named} has a {side} price, and no journal."
                    continue
                if not self._is_sound(milestone, side, accrual, accruals):
                    yield f"{named}: the {side} journal {accrual.pk} is not what it should be."
                reversal = reversals.pop(accrual.pk, None)
                if (reversal is None) is (milestone.reversed_at is not None):
                    yield f"{named}: the {side} journal {accrual.pk} and the milestone differ on its reversal."
                if reversal and not self._is_reversal(reversal, side, accrual):
                    yield f"{named}: the {side} reversal {reversal.pk} is not what it should be."
            yield from (f"{named}: the journal {one.pk} reverses nothing." for one in reversals.values())

    def _is_priced(self, enrolment: Enrolment, milestone: Milestone, side: pricing.Side) -> bool:
        of, code, ordinal = milestone.organisation_id, milestone.code, milestone.ordinal
        price = self.terms.price(enrolment, side, of, code, ordinal)
        return isinstance(price, pricing.Priced) and price.pence != 0

    def _is_sound(
        self, milestone: Milestone, side: pricing.Side, journal: Journal, sides: Mapping[str, Journal]
    ) -> bool:
        """Whether it is for this milestone, by the price that it names, with the entries and the id that follow."""
        of = (milestone.tenant_id, milestone.enrolment_id, side, milestone.code, milestone.ordinal)
        return (
            journal.pk == pricing.journal_id(*of, milestone.generation)
            and all(getattr(journal, name) == getattr(milestone, name) for name in TAKEN_OVER)
            and self._is_the_price(journal, sides)
            and self._has(journal, pricing.entries_for(side, journal.pence))
        )

    def _is_the_price(self, journal: Journal, sides: Mapping[str, Journal]) -> bool:
        """Whether the amount is that of the price; a share is one of what the commissioner's journal came to."""
        price = self.prices.get(journal.price_id) if journal.price_id else None
        if price is None or journal.pence <= 0:
            return False
        if price.pence is not None:
            return journal.pence == price.pence
        whole = sides.get(Journal.Side.COMMISSIONER)
        rounding: Any = price.rounding
        return (
            whole is not None
            and price.share_basis_points is not None
            and journal.pence == pricing.share(whole.pence, price.share_basis_points, rounding)
        )

    def _is_reversal(self, journal: Journal, side: pricing.Side, of: Journal) -> bool:
        return (
            journal.pk == pricing.reversal_id(of.pk)
            and (journal.side, journal.pence, journal.price_id) == (side, -of.pence, of.price_id)
            and self._has(journal, pricing.reversal_of(pricing.entries_for(side, of.pence)))
        )

    def _has(self, journal: Journal, entries: pricing.Entries) -> bool:
        return sorted(self.entries.get(journal.pk, [])) == sorted(entries)


def _grouped(rows: Iterable[Any], by: str) -> Mapping[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found


def _named(code: str, ordinal: int) -> str:
    return f"{code} {ordinal}"


def _day(day: Any) -> str:
    return spoken(day) if day else "not reached"
