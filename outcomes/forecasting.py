"""The forecast of a contract: read from today's caseload at night, and by the month for its page.

Somebody in work reaches what comes next if the job lasts, with the chance that the contract's jobs of the past give it.
Somebody out of work reaches it as those before them did, so long after their start. See outcomes.forecast.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from outcomes import pricing
from outcomes.facts import Facts, facts_of
from outcomes.forecast import Coming, Lasted, Survival, ahead
from outcomes.milestones import Reached, reached
from outcomes.models import Forecast, Ineligibility, Job, Journal, Milestone
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment, Restriction
from partners.locks import hold
from partners.viewer import Viewer
from programmes.models import Contract
from programmes.months import shifted
from programmes.working_days import england_and_wales

MONTHS = 12
PAGE = 500


class Key(NamedTuple):
    """Whose milestone, on which side."""

    organisation_id: UUID
    side: str
    code: str


class Likely(NamedTuple):
    """A milestone that may come, the month in which it can be claimed, and how likely it is."""

    code: str
    ordinal: int
    month: date
    chance: float


def forecast(contract: Contract, system: Viewer) -> int:
    """Work the forecast of a contract out anew, in one transaction; returns how many rows it has."""
    with transaction.atomic():
        hold(f"forecast {contract.pk}")
        first = system.today.replace(day=1)
        rows = [
            Forecast(
                tenant_id=system.tenant_id,
                contract=contract,
                organisation_id=key.organisation_id,
                side=key.side,
                code=key.code,
                month=month.month,
                number=Decimal(str(round(month.number, 2))),
                most=sum(one.month == month.month for one in coming),
                expected_pence=month.expected,
                best_pence=month.best,
                worst_pence=month.worst,
                made_at=system.now(),
            )
            for key, coming in _coming(contract, system.today).items()
            for month in ahead(coming, first, MONTHS)
            if month.best or month.number
        ]
        Forecast.objects.filter(contract=contract).delete()
        Forecast.objects.bulk_create(rows, batch_size=1000)
        return len(rows)


def _coming(contract: Contract, today: date) -> dict[Key, list[Coming]]:
    past = Past.of(contract, today)
    terms = Terms.of([contract.pk])
    found: defaultdict[Key, list[Coming]] = defaultdict(list)
    for enrolments in _pages(contract, today):
        facts = facts_of(enrolments)
        leads = _leads(enrolments, today)
        for key, certain in _reached(enrolments, today):
            found[key].append(certain)
        for enrolment in enrolments:
            if organisation_id := leads.get(enrolment.participant_id):
                person = Person(enrolment, facts[enrolment.pk], organisation_id, today)
                for key, coming in person.coming(terms, past):
                    found[key].append(coming)
    return found


@dataclass(frozen=True)
class Past:
    """What a contract's past says: how long jobs last, and how long after a start each milestone was first reached."""

    jobs: Survival
    waits: dict[tuple[str, str], Survival] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract, today: date) -> "Past":
        """Read in three queries."""
        spells = Job.objects.filter(contract=contract, voided_at=None, starts_on__lte=today)
        jobs = Survival.of(
            Lasted(((ends_on or today) - starts_on).days + 1, ends_on is not None)
            for starts_on, ends_on in spells.values_list("starts_on", "ends_on")
        )
        begun = _eligible(contract).values_list("pk", "started_on", "payment_group")
        started = {pk: day for pk, day, _ in begun}
        group_of = {pk: group for pk, _, group in begun}
        reached_on: defaultdict[str, dict[UUID, date]] = defaultdict(dict)
        firsts = Milestone.objects.filter(contract=contract, ordinal=1, reversed_at=None)
        for pk, code, day in firsts.values_list("enrolment", "code", "reached_on"):
            reached_on[code][pk] = day
        waits: defaultdict[tuple[str, str], list[Lasted]] = defaultdict(list)
        for code, days in reached_on.items():
            for pk, day in started.items():
                lasted = Lasted((days.get(pk, today) - day).days, pk in days)
                waits[group_of[pk], code].append(lasted)
        return cls(jobs, {key: Survival.of(lasted) for key, lasted in waits.items()})


@dataclass(frozen=True)
class Person:
    """One enrolment with its facts, and the provider that leads today."""

    enrolment: Enrolment
    facts: Facts
    organisation_id: UUID
    today: date

    def coming(self, terms: Terms, past: Past) -> Iterator[tuple[Key, Coming]]:
        """What the next months may bring, on each side that pays for it."""
        for one in self._milestones(terms, past):
            for side in pricing.SIDES:
                price = terms.price(self.enrolment, side, self.organisation_id, one.code, one.ordinal)
                pence = price.pence if isinstance(price, pricing.Priced) else 0
                key = Key(self.organisation_id, side, one.code)
                yield key, Coming(one.month, pence, one.chance)

    def _milestones(self, terms: Terms, past: Past) -> Iterator[Likely]:
        rules = terms.rules(self.enrolment.contract_id, self.enrolment.payment_group)
        case = terms.case(self.enrolment, self.facts)
        horizon = self.today + timedelta(days=31 * MONTHS)
        if_lasting = reached(case, rules, horizon, england_and_wales())
        job = self._open_job()
        yield from self._of_those_in_sight(if_lasting, job, past)
        if job is None:
            done = {one.code for one in if_lasting}
            # One outcome that is reached in more than one way is reached once.
            settled = {rule.one_of for rule in rules if rule.one_of and rule.code in done}
            for rule in rules:
                if rule.code not in done and rule.one_of not in settled and rule.needs_a_job:
                    yield from self._of_those_before(rule.code, past)

    def _open_job(self) -> Job | None:
        open_ones = [job for job in self.facts.jobs if job.ends_on is None or job.ends_on > self.today]
        return min(open_ones, key=lambda job: job.starts_on, default=None)

    def _of_those_in_sight(
        self, if_lasting: tuple[Reached, ...], job: Job | None, past: Past
    ) -> Iterator[Likely]:
        """What comes if the job lasts."""
        for one in if_lasting:
            if one.reached_on <= self.today:
                continue
            chance = 1.0
            if job is not None:
                so_far = (self.today - job.starts_on).days + 1
                chance = past.jobs.chance(so_far, (one.reached_on - self.today).days)
            yield Likely(one.code, one.ordinal, one.claimable_from.replace(day=1), chance)

    def _of_those_before(self, code: str, past: Past) -> Iterator[Likely]:
        """What somebody out of work reaches in each month, as those before did so long after their start."""
        waits = past.waits.get((self.enrolment.payment_group, code))
        if waits is None:
            return
        so_far = (self.today - self.enrolment.started_on).days
        before = 1.0
        for number in range(MONTHS):
            month = shifted(self.today.replace(day=1), number)
            until = (shifted(month, 1) - self.today).days
            after = waits.chance(so_far, max(until, 0))
            if before > after:
                yield Likely(code, 1, month, before - after)
            before = after


def _eligible(contract: Contract) -> QuerySet[Enrolment]:
    """The enrolments of a contract, but for people who were found not eligible after the start."""
    not_eligible = Ineligibility.objects.filter(enrolment=OuterRef("pk"), withdrawn_at=None)
    return Enrolment.objects.filter(~Exists(not_eligible), contract=contract)


def _pages(contract: Contract, today: date) -> Iterator[list[Enrolment]]:
    """The enrolments that may still reach something, a page at a time, but for people whom only named users see."""
    restricted = Restriction.objects.filter(
        participant=OuterRef("participant"), lowered_at=None, level__gte=Restriction.Level.NAMED_ONLY
    )
    open_ones = Q(ended_on=None) | Q(ended_on__gte=today - timedelta(days=366))
    enrolments = _eligible(contract).filter(open_ones, ~Exists(restricted)).order_by("pk")
    last: UUID | None = None
    while page := list((enrolments.filter(pk__gt=last) if last else enrolments)[:PAGE]):
        yield page
        last = page[-1].pk


def _reached(enrolments: list[Enrolment], today: date) -> Iterator[tuple[Key, Coming]]:
    """What was reached and can be claimed from this month on: of the provider to whom it is attributed, at the price
    that was posted."""
    accruals = Prefetch("journals", Journal.objects.filter(kind=Journal.Kind.ACCRUAL))
    stored = Milestone.objects.filter(
        enrolment__in=enrolments, reversed_at=None, claimable_from__gte=today.replace(day=1)
    )
    for one in stored.prefetch_related(accruals):
        pence = {journal.side: journal.pence for journal in one.journals.all()}
        for side in pricing.SIDES:
            month = one.claimable_from.replace(day=1)
            yield (
                Key(one.organisation_id, side, one.code),
                Coming(month, pence.get(side, 0), 1.0, is_certain=True),
            )


def _leads(enrolments: list[Enrolment], today: date) -> dict[UUID, UUID]:
    """The provider that led last on the contract, by participant."""
    leads = Assignment.objects.filter(
        role=Assignment.Role.LEAD,
        voided_at=None,
        contract=enrolments[0].contract_id,
        participant__in=[one.participant_id for one in enrolments],
        starts_on__lte=today,
    )
    return dict(leads.order_by("starts_on", "pk").values_list("participant", "organisation"))


def shown(
    contract: Contract, side: str = Journal.Side.PROVIDER, organisation_id: UUID | None = None
) -> QuerySet[Forecast]:
    """The rows of a contract's forecast that the viewer may see, by month."""
    rows = Forecast.objects.filter(contract=contract, side=side)
    return (rows.filter(organisation=organisation_id) if organisation_id else rows).order_by("month", "code")
