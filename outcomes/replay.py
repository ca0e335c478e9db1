"""The ledger checked against the facts: everything is worked out anew, compared with what stands, and never written.

Here it is what people's milestones earn; what is charged by the month, outcomes.recharged works out anew. Compared is
what follows from the facts: which milestones are in force and on which day each was reached, that each has its
journals, and that each journal is the one that its milestone, its price and what it reverses make it. Whose a milestone
is, when it can be claimed and by which price it earned stay as they were when it was reached: so they are worked out
from what was known then (outcomes.known).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from outcomes import known, pricing
from outcomes.facts import facts_of
from outcomes.milestones import reached, spoken
from outcomes.models import Entry, Journal, Milestone, Standing
from outcomes.terms import Terms
from participants.models import Enrolment
from partners import events, outbox
from partners.models import DomainEvent, OutboxItem, Tenant
from partners.viewer import Viewer
from programmes.working_days import Calendar, england_and_wales

log = structlog.stdlib.get_logger("ledger")

# Enrolments of one transaction: few enough that nobody waits long for their locks.
PAGE = 500
# What a journal takes over from its milestone.
TAKEN_OVER = ("participant_id", "contract_id", "organisation_id", "claimable_from")


class Finding(NamedTuple):
    """What is wrong with the journals of one enrolment, or contract, in a sentence without a name."""

    of: str
    about: UUID
    words: str


@dataclass(frozen=True)
class Page:
    """What a look at some enrolments found; waiting are those that the next accrual brings in line first.

    journals: how many were compared, and how many are of those that wait.
    """

    last: UUID | None
    compared: int
    waiting: int
    journals: int
    journals_waiting: int
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
    books = _Books.of(compared)
    waiting = [enrolment for enrolment in page if enrolment.pk not in settled]
    return Page(
        last=page[-1].pk if len(page) == PAGE else None,
        compared=len(compared),
        waiting=len(waiting),
        journals=sum(len(of_one) for of_one in books.journals.values()),
        journals_waiting=Journal.objects.filter(milestone__enrolment__in=waiting).count() if waiting else 0,
        findings=list(books.compare(system)) if compared else [],
    )


def check_page(item: OutboxItem, system: Viewer) -> None:
    """The nightly check of a page, from the item's subject on."""
    page = replay(system, item.subject_id)
    alarm(page.findings, system)
    if page.last:
        outbox.enqueue("replay", system, subject_id=page.last)


def alarm(findings: Sequence[Finding], system: Viewer) -> None:
    """Say that something was found, if it was: in the log, and as an event, so that it is in the audit."""
    if not findings:
        return
    log.error("the ledger is not what the facts say", count=len(findings))
    events.record(
        "ledger.differs",
        Tenant.objects.get(pk=system.tenant_id),
        system,
        at=system.now(),
        wall=DomainEvent.Wall.WORKSPACE,
        findings=len(findings),
        first_of=findings[0].of,
        first=findings[0].about,
    )


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
    # By journal, the id of its first entry: it sorts by when the journal was written.
    written: Mapping[UUID, UUID]
    prices: known.Prices
    leads: known.Leads
    rules_changed: Mapping[UUID, UUID]

    @classmethod
    def of(cls, enrolments: Sequence[Enrolment]) -> "_Books":
        milestones = list(Milestone.objects.filter(enrolment__in=enrolments).order_by("generation"))
        journals = list(Journal.objects.filter(milestone__enrolment__in=enrolments))
        entries = defaultdict(list)
        written: dict[UUID, UUID] = {}
        of_journals = Entry.objects.filter(journal__milestone__enrolment__in=enrolments).order_by("pk")
        for pk, journal_id, account, pence in of_journals.values_list("pk", "journal", "account", "pence"):
            entries[journal_id].append((account, pence))
            written.setdefault(journal_id, pk)
        contracts = {enrolment.contract_id for enrolment in enrolments}
        return cls(
            enrolments,
            Terms.of(contracts),
            _grouped(milestones, "enrolment_id"),
            _grouped(journals, "milestone_id"),
            entries,
            written,
            known.Prices.of(contracts),
            known.Leads.of({enrolment.participant_id for enrolment in enrolments}, contracts),
            known.rules_changed(contracts),
        )

    def compare(self, system: Viewer) -> Iterator[Finding]:
        facts = facts_of(self.enrolments)
        for enrolment in self.enrolments:
            case = self.terms.case(enrolment, facts[enrolment.pk])
            rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
            found = reached(case, rules, system.today, england_and_wales())
            expected = {(one.code, one.ordinal): one.reached_on for one in found}
            wrong = (
                *self._milestones(enrolment, expected),
                *self._told(enrolment),
                *self._journals(enrolment),
            )
            yield from (Finding("enrolment", enrolment.pk, words) for words in wrong)

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

    def _told(self, enrolment: Enrolment) -> Iterator[str]:
        """What each milestone says of itself, in force or not: of whom, by which provider, and claimable from when."""
        rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
        waits = {rule.code: rule.claim_after_working_days for rule in rules}
        changed = self.rules_changed.get(enrolment.contract_id)
        for one in self.milestones.get(enrolment.pk, ()):
            named = _named(one.code, one.ordinal)
            if (one.participant_id, one.contract_id) != (enrolment.participant_id, enrolment.contract_id):
                yield f"{named} is of somebody else, or of another contract."
            elif one.organisation_id not in self.leads.then(one):
                yield f"{named} is not of the provider that led on {spoken(one.reached_on)}."
            # What the rules said before they were changed is not known any more.
            is_by_these = changed is None or changed < known.earlier(one.pk, known.IN_FLIGHT)
            if is_by_these and one.code in waits and not _is_claimable(one, waits[one.code]):
                yield f"{named} cannot be claimed from {spoken(one.claimable_from)} by the terms."

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
                if not self._is_sound(enrolment, milestone, side, accruals):
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
        self, enrolment: Enrolment, milestone: Milestone, side: pricing.Side, sides: Mapping[str, Journal]
    ) -> bool:
        """Whether it is for this milestone, by the price of its time, with the entries and the id that follow."""
        journal = sides[side]
        of = (milestone.tenant_id, milestone.enrolment_id, side, milestone.code, milestone.ordinal)
        return (
            journal.pk == pricing.journal_id(*of, milestone.generation)
            and all(getattr(journal, name) == getattr(milestone, name) for name in TAKEN_OVER)
            and journal.pence > 0
            and self._has(journal, pricing.entries_for(side, journal.pence))
            and self._is_the_price(enrolment, milestone, journal, sides)
        )

    def _is_the_price(
        self, enrolment: Enrolment, milestone: Milestone, journal: Journal, sides: Mapping[str, Journal]
    ) -> bool:
        """Whether the price that it names is the one that held when it was written, and the amount the price's."""
        named = {one.price_id for one in sides.values()}
        prices = self.prices.then(milestone, enrolment.started_on, journal, self.written[journal.pk], named)
        return pricing.Priced(journal.pence, str(journal.price_id), journal.illustrative) in prices

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


def _is_claimable(milestone: Milestone, working_days: int) -> bool:
    """Whether it is from so many working days on; a bank holiday that was proclaimed since moves nothing."""
    on, first = milestone.reached_on, milestone.claimable_from
    earliest = Calendar().add_working_days(on, working_days)
    return earliest <= first <= england_and_wales().add_working_days(on, working_days)


def _named(code: str, ordinal: int) -> str:
    return f"{code} {ordinal}"


def _day(day: Any) -> str:
    return spoken(day) if day else "not reached"
