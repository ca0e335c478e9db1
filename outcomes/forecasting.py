"""The forecast of a contract: read from today's caseload at night, and by the month for its page.

Somebody in work reaches what comes next if the job lasts, with the chance that the contract's jobs of the past give it.
What no open job brings (everything for somebody out of work; pay, courses and steps for anybody) is reached as those
before did, so long after what it follows (outcomes.past). Each is judged by the newest cohort that is old and large
enough (outcomes.cohorts). What the terms charge besides, outcomes.booked says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from outcomes import pricing
from outcomes.booked import Ahead
from outcomes.facts import Facts, facts_of
from outcomes.forecast import Coming, ahead, least
from outcomes.milestones import Reached, Rule, at_most, reached
from outcomes.models import Claim, Forecast, InSight, Job, Journal, Milestone
from outcomes.past import DAYS, MONTHS, NEVER, Marks, Past, Spread, Step, before, eligible
from outcomes.performance import disclosure
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment, Restriction
from partners.locks import hold
from partners.viewer import Viewer
from programmes.models import Contract
from programmes.months import shifted
from programmes.working_days import england_and_wales

PAGE = 500


class Key(NamedTuple):
    """Whose milestone, on which side."""

    organisation_id: UUID
    side: str
    code: str


class Added:
    """What people may reach, added up as it is read: as long as it takes to hold it by month and price."""

    def __init__(self) -> None:
        self._found: defaultdict[Key, dict[tuple[date, int, bool], Coming]] = defaultdict(dict)

    def add(self, key: Key, coming: Coming) -> None:
        """One more."""
        self._found[key][coming.kind] = coming.and_also(self._found[key].get(coming.kind))

    def by_key(self) -> dict[Key, list[Coming]]:
        """Everything, one of each kind."""
        return {key: list(kinds.values()) for key, kinds in self._found.items()}


class Likely(NamedTuple):
    """A milestone that may come, the month in which it can be claimed, and how likely it is; at best so much of it."""

    code: str
    ordinal: int
    month: date
    chance: float
    at_best: float = 1.0
    in_sight: int = 1
    jobs: int | None = None
    people: int | None = None


def forecast(contract: Contract, system: Viewer) -> int:
    """Work the forecast of a contract out anew, in one transaction; returns how many rows it has."""
    with transaction.atomic():
        hold(f"forecast {contract.pk}")
        found = Caseload.of(contract, system.today)
        rows = [*found.milestones(), *found.besides(), *found.withheld()]
        for row in rows:
            row.tenant_id, row.contract, row.made_at = system.tenant_id, contract, system.now()
        for one in found.in_sight:
            one.tenant_id, one.contract = system.tenant_id, contract
        Forecast.objects.filter(contract=contract).delete()
        Forecast.objects.bulk_create(rows, batch_size=1000)
        InSight.objects.filter(contract=contract).delete()
        InSight.objects.bulk_create(found.in_sight, batch_size=1000)
        return len(rows)


@dataclass(frozen=True)
class Caseload:
    """What people on a contract may reach: by provider, side and milestone, and of people whom only named users see by
    side, with whose it is; and of everybody in work what comes next."""

    contract: Contract
    today: date
    coming: dict[Key, list[Coming]]
    apart: dict[str, list[tuple[UUID, Coming]]]
    in_sight: list[InSight]

    @classmethod
    def of(cls, contract: Contract, today: date) -> "Caseload":
        """Read a page of people at a time."""
        terms = Terms.of([contract.pk])
        past, coming = Past.of(contract, terms, today), Added()
        apart: defaultdict[str, list[tuple[UUID, Coming]]] = defaultdict(list)
        in_sight: list[InSight] = []
        for enrolments in _pages(contract, today):
            facts, leads = facts_of(enrolments), _leads(enrolments, today)
            restricted = _restricted(enrolments)
            for whom, key, certain in _reached(enrolments, today):
                if whom not in restricted:
                    coming.add(key, certain)
                elif key.side == Journal.Side.COMMISSIONER:
                    # On the provider's side the statement has it.
                    apart[key.side].append((whom, certain))
            for enrolment in enrolments:
                if organisation_id := leads.get(enrolment.participant_id):
                    person = Person(enrolment, facts[enrolment.pk], organisation_id, terms, today)
                    in_sight += person.in_sight()
                    for key, one in person.coming(past):
                        if enrolment.participant_id in restricted:
                            apart[key.side].append((enrolment.participant_id, one))
                        else:
                            coming.add(key, one)
        return cls(contract, today, coming.by_key(), apart, in_sight)

    @property
    def first(self) -> date:
        """The first month ahead: this one."""
        return self.today.replace(day=1)

    def milestones(self) -> Iterator[Forecast]:
        """What people may reach, by month."""
        for key, coming in self.coming.items():
            for month in ahead(coming, self.first, MONTHS):
                if month.best or month.number:
                    those = [one for one in coming if one.month == month.month]
                    yield Forecast(
                        organisation_id=key.organisation_id,
                        side=key.side,
                        code=key.code,
                        month=month.month,
                        number=Decimal(str(round(month.number, 2))),
                        most=sum(one.in_sight for one in those),
                        jobs=least(*(one.jobs for one in those)),
                        people=least(*(one.people for one in those)),
                        expected_pence=month.expected,
                        best_pence=month.best,
                        worst_pence=month.worst,
                    )

    def besides(self) -> Iterator[Forecast]:
        """What the terms charge, and what stands on statements besides."""
        of: defaultdict[tuple[UUID | None, str], list[tuple[str, Coming]]] = defaultdict(list)
        for key, coming in self.coming.items():
            whose = key.organisation_id if key.side == Journal.Side.PROVIDER else None
            of[whose, key.side] += [(key.code, one) for one in coming]
        for one in Ahead(self.first, MONTHS, of).parts(self.contract):
            yield Forecast(
                organisation_id=one.organisation_id,
                side=one.side,
                part=one.part,
                code=one.code,
                month=one.month,
                number=0,
                most=0,
                expected_pence=one.expected,
                best_pence=one.best,
                worst_pence=one.worst,
            )

    def withheld(self) -> Iterator[Forecast]:
        """The sum of what people may earn whom only named users see: of a month in which it is of so many people that
        it tells of none of them. Without number, milestone and provider, for the prime alone."""
        least = disclosure.rule_on(self.today).threshold
        for side, those in self.apart.items():
            for month in ahead((one for _, one in those), self.first, MONTHS):
                people = {person for person, one in those if one.month == month.month and one.pence}
                if len(people) >= least:
                    yield Forecast(
                        side=side,
                        part=Forecast.Part.WITHHELD,
                        month=month.month,
                        number=0,
                        most=0,
                        expected_pence=month.expected,
                        best_pence=month.best,
                        worst_pence=month.worst,
                    )


@dataclass(frozen=True)
class Person:
    """One enrolment with its facts, and the provider that leads today."""

    enrolment: Enrolment
    facts: Facts
    organisation_id: UUID
    terms: Terms
    today: date

    def in_sight(self) -> Iterator[InSight]:
        """What comes first to somebody in work if the job lasts, within the time that the forecast looks ahead. Of the
        restricted too: the table's walls keep them apart."""
        ahead = [one for one in self.if_lasting if one.reached_on > self.today] if self._open_job() else []
        for one in sorted(ahead, key=lambda one: one.reached_on)[:1]:
            yield InSight(
                organisation_id=self.organisation_id,
                participant_id=self.enrolment.participant_id,
                code=one.code,
                ordinal=one.ordinal,
                on=one.reached_on,
            )

    def coming(self, past: Past) -> Iterator[tuple[Key, Coming]]:
        """What the next months may bring, on each side that pays for it."""
        prices: dict[tuple[pricing.Side, str, int], int] = {}
        for one in self._milestones(past):
            for side in pricing.SIDES:
                asked = side, one.code, one.ordinal
                if asked not in prices:
                    prices[asked] = self._price(*asked)
                key, pence = Key(self.organisation_id, side, one.code), prices[asked]
                yield (
                    key,
                    Coming(
                        one.month, pence, one.chance, False, one.at_best, one.in_sight, one.jobs, one.people
                    ),
                )

    def _price(self, side: pricing.Side, code: str, ordinal: int) -> int:
        price = self.terms.price(self.enrolment, side, self.organisation_id, code, ordinal)
        return price.pence if isinstance(price, pricing.Priced) else 0

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(self.terms.rules(self.enrolment.contract_id, self.enrolment.payment_group))

    @cached_property
    def if_lasting(self) -> tuple[Reached, ...]:
        """What was reached, and what will be if every open job lasts."""
        case = self.terms.case(self.enrolment, self.facts)
        return reached(case, self.rules, self.today + timedelta(days=DAYS), england_and_wales())

    def _milestones(self, past: Past) -> Iterator[Likely]:
        job = self._open_job()
        yield from self._of_those_in_sight(job, past)
        open_still = _open_still(self.rules, self.if_lasting, self.today)
        left = [rule for rule in open_still if not (job and rule.needs_a_job)]
        if left:
            most = at_most(self.terms.case(self.enrolment, self.facts), self.rules, self.today)
            done = {(one.code, one.ordinal): one.claimable_from for one in self.if_lasting}
            yield from self._of_those_before(left, most, done, past)

    def _open_job(self) -> Job | None:
        open_ones = [job for job in self.facts.jobs if job.ends_on is None or job.ends_on > self.today]
        return min(open_ones, key=lambda job: job.starts_on, default=None)

    def _of_those_in_sight(self, job: Job | None, past: Past) -> Iterator[Likely]:
        """What comes if the job lasts."""
        for one in self.if_lasting:
            if one.reached_on <= self.today:
                continue
            month = one.claimable_from.replace(day=1)
            if job is None:
                yield Likely(one.code, one.ordinal, month, 1.0)
                continue
            so_far = (self.today - job.starts_on).days + 1
            found = past.jobs.chance(so_far, (one.reached_on - self.today).days)
            yield Likely(one.code, one.ordinal, month, found.share, jobs=found.rests_on)

    def _of_those_before(
        self, rules: Sequence[Rule], most: Mapping[str, int], done: Marks, past: Past
    ) -> Iterator[Likely]:
        """What is not in sight, as those before came to it so long after what it follows; one outcome that is reached
        in more than one way is reached once."""
        rivals: defaultdict[tuple[str, int], list[Likely]] = defaultdict(list)
        spreads: dict[tuple[str, int], Spread] = {}
        for rule in rules:
            for ordinal in range(1, most[rule.code] + 1):
                if (rule.code, ordinal) in done:
                    continue
                spread = self._spread(rule, ordinal, done, spreads, past)
                if not spread.chances:
                    break
                spreads[rule.code, ordinal] = spread
                months = ((shifted(self.today.replace(day=1), n), c) for n, c in enumerate(spread.chances))
                rivals[rule.one_of or rule.code, ordinal] += [
                    Likely(rule.code, ordinal, month, chance, in_sight=0, people=spread.people)
                    for month, chance in months
                    if chance
                ]
        for those in rivals.values():
            yield from _once(those)

    def _spread(
        self,
        rule: Rule,
        ordinal: int,
        done: Marks,
        spreads: Mapping[tuple[str, int], Spread],
        past: Past,
    ) -> Spread:
        """How likely one milestone is in each month; never, where what it follows is not likely itself."""
        step, follows = Step(self.enrolment.payment_group, rule.code, ordinal), before(rule, ordinal)
        if follows is None:
            return past.waiting(step, self.enrolment.started_on)
        if follows in done:
            return past.waiting(step, done[follows])
        return past.following(step, spreads[follows]) if follows in spreads else NEVER


def _open_still(rules: Sequence[Rule], if_lasting: Sequence[Reached], today: date) -> list[Rule]:
    """The rules of which more may come than is in sight; not one in whose place another was reached, or will be."""
    codes = {one.code for one in if_lasting}
    in_sight = {one.code for one in if_lasting if one.reached_on > today}
    settled = {rule.one_of for rule in rules if rule.one_of and rule.code in codes}
    return [rule for rule in rules if rule.code not in in_sight and rule.one_of not in settled]


def _once(rivals: Sequence[Likely]) -> Iterator[Likely]:
    """The months and the ways in which one milestone may come: at best it does, once, spread as it is likely."""
    total = min(1.0, sum(one.chance for one in rivals))
    return (one._replace(at_best=one.chance / total) for one in rivals)


def _pages(contract: Contract, today: date) -> Iterator[list[Enrolment]]:
    """The enrolments that may still reach something, a page at a time."""
    open_ones = Q(ended_on=None) | Q(ended_on__gte=today - timedelta(days=366))
    enrolments = eligible(contract).filter(open_ones).order_by("pk")
    last: UUID | None = None
    while page := list((enrolments.filter(pk__gt=last) if last else enrolments)[:PAGE]):
        yield page
        last = page[-1].pk


def _restricted(enrolments: list[Enrolment]) -> set[UUID]:
    """Those of these people whom only named users see."""
    found = Restriction.objects.filter(
        participant__in=[one.participant_id for one in enrolments],
        lowered_at=None,
        level__gte=Restriction.Level.NAMED_ONLY,
    )
    return set(found.values_list("participant", flat=True))


def _reached(enrolments: list[Enrolment], today: date) -> Iterator[tuple[UUID, Key, Coming]]:
    """What was reached and can be claimed from this month on: by whom, of the provider to whom it is attributed, at the
    price that was posted. What the commissioner has paid already is not ahead on its side."""
    accruals = Prefetch("journals", Journal.objects.filter(kind=Journal.Kind.ACCRUAL))
    stored = Milestone.objects.filter(
        enrolment__in=enrolments, reversed_at=None, claimable_from__gte=today.replace(day=1)
    )
    paid = Exists(Claim.objects.filter(milestone=OuterRef("pk"), state=Claim.State.PAID))
    for one in stored.annotate(is_paid=paid).prefetch_related(accruals):
        pence = {journal.side: journal.pence for journal in one.journals.all()}
        for side in [Journal.Side.PROVIDER] if one.is_paid else pricing.SIDES:
            month = one.claimable_from.replace(day=1)
            yield (
                one.participant_id,
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
    rows = rows.filter(organisation=organisation_id) if organisation_id else rows
    return rows.order_by("month", "part", "code", "organisation")
