"""What a contract's past says of its future: how long jobs last, and how long each milestone takes after what it
follows: the start, an outcome, or the one before it of its kind. Counted to the day from which it can be claimed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from outcomes.cohorts import Cohorts, Lasted, rule_on
from outcomes.milestones import Rule
from outcomes.models import Ineligibility, Job, Milestone
from outcomes.terms import Terms
from participants.models import Enrolment
from programmes.models import Contract
from programmes.months import shifted

MONTHS = 12
DAYS = 31 * MONTHS
DAYS_OF_A_MONTH = 365 / 12

Marks = Mapping[tuple[str, int], date]


class Step(NamedTuple):
    """One milestone of a payment group."""

    payment_group: str
    code: str
    ordinal: int


class Spread(NamedTuple):
    """How likely a milestone is in each of the months ahead, and by how many people that is judged."""

    chances: tuple[float, ...]
    people: int


NEVER = Spread((), 0)


@dataclass(frozen=True)
class Past:
    """How long jobs last, and how long people wait for each milestone after what it follows."""

    today: date
    jobs: Cohorts
    waits: dict[Step, Cohorts]
    known: dict[tuple[Step, int | Spread], Spread] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract, terms: Terms, today: date) -> "Past":
        """Read in three queries."""
        judged = partial(Cohorts.of, today=today, ahead=DAYS, rule=rule_on(today))
        spells = Job.objects.filter(contract=contract, voided_at=None, starts_on__lte=today)
        jobs = judged(
            (starts_on, Lasted(((ends_on or today) - starts_on).days + 1, ends_on is not None))
            for starts_on, ends_on in spells.values_list("starts_on", "ends_on")
        )
        marks: defaultdict[UUID, dict[tuple[str, int], date]] = defaultdict(dict)
        stored = Milestone.objects.filter(contract=contract, reversed_at=None)
        for pk, code, ordinal, day in stored.values_list("enrolment", "code", "ordinal", "claimable_from"):
            marks[pk][code, ordinal] = day
        waits: defaultdict[Step, list[tuple[date, Lasted]]] = defaultdict(list)
        begun = eligible(contract).filter(started_on__lte=today)
        for pk, started_on, group in begun.values_list("pk", "started_on", "payment_group"):
            for rule in terms.rules(contract.pk, group):
                for ordinal, since, until in _waits(rule, started_on, marks[pk], today):
                    lasted = Lasted(((until or today) - since).days, until is not None)
                    waits[Step(group, rule.code, ordinal)].append((since, lasted))
        return cls(today, jobs, {step: judged(lasted) for step, lasted in waits.items()})

    def waiting(self, step: Step, since: date) -> Spread:
        """The months ahead for somebody who has waited since that day: as those did who waited as long."""
        so_far = (self.today - since).days
        if so_far < 0:
            return self.following(step, self._certainly_on(since))
        return self._once(step, so_far, lambda cohorts: self._waiting(cohorts, so_far))

    def following(self, step: Step, previous: Spread) -> Spread:
        """The months ahead of what follows something that is only likely itself."""
        return self._once(step, previous, lambda cohorts: _following(cohorts, previous))

    def _once(self, step: Step, after: int | Spread, work_out: Callable[[Cohorts], Spread]) -> Spread:
        """The same for everybody of whom the same is known."""
        if (step, after) not in self.known:
            cohorts = self.waits.get(step)
            found = work_out(cohorts) if cohorts else NEVER
            self.known[step, after] = found if any(found.chances) else NEVER
        return self.known[step, after]

    def _waiting(self, cohorts: Cohorts, so_far: int) -> Spread:
        first, left, chances, people = self.today.replace(day=1), 1.0, [], 0
        for number in range(1, MONTHS + 1):
            lasts, people = cohorts.chance(so_far, (shifted(first, number) - self.today).days)
            chances.append(max(0.0, left - lasts))
            left = min(left, lasts)
        return Spread(tuple(chances), people)

    def _certainly_on(self, day: date) -> Spread:
        first = self.today.replace(day=1)
        month = (day.year - first.year) * 12 + day.month - first.month
        return Spread(tuple(float(number == month) for number in range(MONTHS)), self.jobs.least)


def eligible(contract: Contract) -> QuerySet[Enrolment]:
    """The enrolments of a contract, but for people who were found not eligible after the start."""
    not_eligible = Ineligibility.objects.filter(enrolment=OuterRef("pk"), withdrawn_at=None)
    return Enrolment.objects.filter(~Exists(not_eligible), contract=contract)


def before(rule: Rule, ordinal: int) -> tuple[str, int] | None:
    """What a milestone follows, by code and ordinal; none for the start."""
    if ordinal > 1:
        return rule.code, ordinal - 1
    return (rule.after, 1) if rule.after else None


def _waits(
    rule: Rule, started_on: date, marks: Marks, today: date
) -> Iterator[tuple[int, date, date | None]]:
    """Since when one person waited for each of a rule's milestones, and until when; none where it did not come yet."""
    for ordinal in range(1, rule.most + 1):
        follows = before(rule, ordinal)
        since = marks.get(follows) if follows else started_on
        if since is None or since > today:
            return
        until = marks.get((rule.code, ordinal))
        yield ordinal, since, max(since, until) if until and until <= today else None


def _following(cohorts: Cohorts, previous: Spread) -> Spread:
    """What comes so many months after something that is spread over the months itself."""
    judging = cohorts.judging(0)
    left = [judging.beyond(int((number + 0.5) * DAYS_OF_A_MONTH)) for number in range(MONTHS)]
    after = [earlier - later for earlier, later in zip([1.0, *left], left, strict=False)]
    chances = [
        sum(previous.chances[sooner] * after[month - sooner] for sooner in range(month + 1))
        for month in range(len(previous.chances))
    ]
    return Spread(tuple(chances), min(previous.people, judging.jobs))
