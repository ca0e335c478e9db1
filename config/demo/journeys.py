"""Invented journeys from referral to sustained work, in the order in which people were referred.

One seed makes the same people on the same terms and the same day. Nothing here reads or writes a database.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from config.demo import appointments, chances, plans, support
from config.demo.appointments import Booked
from config.demo.circumstances import Arrival, arrival, weighted
from config.demo.days import DAY, Days, at_night
from config.demo.plans import Planned
from config.demo.supply import Roster, Supply, Worker
from config.demo.support import Ending, Enrolled, Held, Talk
from config.demo.terms import Terms
from outcomes.milestones import Reached
from partners.viewer import LONDON, london_date
from programmes.eligibility import Decision, decide
from programmes.months import months_between
from referrals.allocation import Choice

# A job that began on this day before today is 9 days from 26 weeks.
NINE_DAYS_TO_GO = timedelta(days=26 * 7 - 9 - 1)


@dataclass(frozen=True, slots=True)
class Said:
    """A decision on a referral, with the facts that it was made on and the circumstances that were added for it."""

    at: datetime
    facts: dict[str, Any]
    decision: Decision
    added: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer to a provider and its answer: accepted with an adviser and an appointment, or handed back."""

    at: datetime
    provider: str
    choice: Choice
    answered_at: datetime | None = None
    adviser: Worker | None = None
    appointment_on: date | None = None
    hand_back: str = ""


@dataclass(slots=True)
class Journey:
    """One referral and everything that came of it so far. chance is its own, so that no journey changes another."""

    terms: Terms
    serial: int
    chance: Random
    referrer: str
    channel: str
    received_at: datetime
    arrival: Arrival
    said: list[Said] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    withdrawn_at: datetime | None = None
    no_start: tuple[str, datetime] | None = None
    enrolled: Enrolled | None = None
    talks: list[Talk] = field(default_factory=list)
    planned: Planned | None = None
    appointments: list[Booked] = field(default_factory=list)
    jobs: list[Held] = field(default_factory=list)
    reached: tuple[Reached, ...] = ()
    ending: Ending | None = None

    @property
    def received_on(self) -> date:
        """The London day on which it was received."""
        return london_date(self.received_at)

    @property
    def accepted(self) -> Offer | None:
        """The offer that was accepted."""
        return next((offer for offer in self.offers if offer.adviser), None)


# How a journey goes on at a moment; returns whether it waits for another one.
Step = Callable[[Journey, datetime], bool]


@dataclass
class Journeys:
    """The generator: contracts with their weights, and what stands between one referral and the next.

    shown_to: the adviser on whose desk somebody is 9 days from 26 weeks.
    """

    days: Days
    contracts: Sequence[tuple[Terms, int]]
    roster: Roster
    seed: int
    shown_to: Worker | None = None
    _supplies: dict[str, Supply] = field(default_factory=dict)
    # Journeys that go on at a later moment: with what was missing, or with another offer.
    _pending: list[tuple[datetime, int, Journey, Step]] = field(default_factory=list)

    def make(self, count: int, first_serial: int = 0) -> Iterator[Journey]:
        """So many journeys, each as soon as all that comes of it is known."""
        self._supplies = {terms.code: Supply(terms) for terms, _ in self.contracts}
        for serial, (at, terms) in enumerate(self.arrivals(count), start=first_serial):
            yield from self._go_on(at)
            journey = self._received(at, terms, serial)
            if not self._decided(journey, at):
                yield journey
        yield from self._go_on(self.days.now)

    def arrivals(self, count: int) -> Iterator[tuple[datetime, Terms]]:
        """So many moments at which somebody is referred, in order, each with the contract."""
        chance = Random(f"{self.seed} arrivals")
        codes, weights = zip(*self.contracts, strict=True)
        first = min(terms.starts_on for terms in codes)
        opens = datetime.combine(self.days.today, time(9, 30), LONDON)
        last = self.days.today if self.days.now > opens else self.days.today - DAY
        busy = {
            day: self._busy(day, first)
            for day in every_day(first, last)
            if self.days.calendar.is_working_day(day)
        }
        drawn = Counter(chance.choices(list(busy), list(busy.values()), k=count))
        for day in sorted(drawn):
            for at in sorted(self._hour(chance, day) for _ in range(drawn[day])):
                yield at, chance.choices(codes, weights)[0]

    def _busy(self, day: date, first: date) -> float:
        month, lately = months_between(first, day), self.days.today - day
        busy = chances.SEASON[day.month - 1] * (chances.RAMP[month] if month < len(chances.RAMP) else 1)
        return busy * (chances.LATELY if lately.days <= chances.LATELY_DAYS else 1)

    def _hour(self, chance: Random, day: date) -> datetime:
        """A moment of the day, not later than now."""
        opens = datetime.combine(day, time(9), LONDON).astimezone(UTC)
        closes = min(opens + timedelta(hours=8), self.days.now)
        return opens + timedelta(seconds=chance.randrange(max(1, int((closes - opens).total_seconds()))))

    def _received(self, at: datetime, terms: Terms, serial: int) -> Journey:
        chance = Random(f"{self.seed} {serial}")
        referrer, channel = weighted(chance, terms.referrers)
        on = london_date(at)
        came = arrival(chance, terms, serial=serial, channel=channel, on=on)
        said = Said(at, came.facts, decide(terms.rules, came.facts))
        return Journey(terms, serial, chance, referrer, channel, at, came, said=[said])

    def _go_on(self, until: datetime) -> Iterator[Journey]:
        """Go on with what waits until a moment."""
        while self._pending and self._pending[0][0] <= until:
            at, _, journey, step = heappop(self._pending)
            if not step(journey, at):
                yield journey

    def _wait(self, journey: Journey, until: datetime | None, step: Step) -> bool:
        """Have a journey go on with a step at a moment; returns whether that comes before now."""
        if until is None or until > self.days.now:
            return False
        heappush(self._pending, (until, journey.serial, journey, step))
        return True

    def _decided(self, journey: Journey, at: datetime) -> bool:
        """What follows from the newest decision; returns whether the journey waits for a later moment."""
        outcome = journey.said[-1].decision.outcome
        if outcome == "eligible":
            return self._offered(journey, at)
        if outcome == "not_eligible":
            return False
        chance, days = journey.chance, self.days
        if chance.random() < 0.7:
            day = days.later(journey.received_on, chance.randint(1, 7))
            return self._wait(journey, days.moment(chance, day), self._answered)
        if chance.random() < 0.6:
            journey.withdrawn_at = days.moment(
                chance, days.later(journey.received_on, chance.randint(10, 25))
            )
        return False

    def _answered(self, journey: Journey, at: datetime) -> bool:
        """The referrer says what was missing."""
        added = journey.arrival.unsaid
        facts = journey.said[-1].facts | added
        journey.said.append(Said(at, facts, decide(journey.terms.rules, facts), added))
        return self._decided(journey, at)

    def _handed_back(self, journey: Journey, at: datetime) -> bool:
        """The referral is offered to somebody else."""
        self._supplies[journey.terms.code].take_back(journey.offers[-1].provider)
        return self._offered(journey, at)

    def _offered(self, journey: Journey, at: datetime) -> bool:
        """The next provider is offered the referral, and answers; where none has room, the nightly round asks again."""
        chance, days, supply = journey.chance, self.days, self._supplies[journey.terms.code]
        refused = frozenset(offer.provider for offer in journey.offers)
        facts = journey.said[-1].facts
        day = london_date(at)
        choice = supply.choice(at, day, facts=facts, refused=refused)
        if choice.chosen is None:
            return self._wait(journey, at_night(day + DAY), self._offered)
        provider = supply.give(choice)
        ways = chances.WAYS[provider]
        answers_on = days.later(day, chance.randint(1, ways.answer_days))
        answered_at = days.moment(chance, answers_on, after=at)
        hands_back = chance.random() < ways.hands_back and not refused
        if answered_at is None:
            journey.offers.append(Offer(at, provider, choice))
        elif hands_back:
            reason = weighted(chance, chances.HAND_BACKS)
            journey.offers.append(Offer(at, provider, choice, answered_at, hand_back=reason))
            return self._wait(journey, answered_at, self._handed_back)
        else:
            adviser = self.roster.adviser(chance, provider, answers_on)
            appointment_on = days.later(answers_on, chance.randint(2, 7))
            journey.offers.append(Offer(at, provider, choice, answered_at, adviser, appointment_on))
            closed_at = self._worked_with(journey, answers_on, appointment_on, adviser)
            if closed_at:
                supply.close_at(closed_at, provider)
        return False

    def _worked_with(
        self,
        journey: Journey,
        accepted_on: date,
        appointment_on: date,
        adviser: Worker,
    ) -> datetime | None:
        """Everything after the acceptance; returns when the case closed, if it did."""
        chance, days, ways = journey.chance, self.days, chances.WAYS[adviser.provider]
        called_on = days.later(accepted_on, 1)
        if called_on < appointment_on and (at := days.moment(chance, called_on)):
            reached = chance.random() < ways.attended
            journey.talks.append(
                support.talk(
                    chance, at, called_on, attended=reached, step="First meeting", coming=appointment_on
                )
            )
        starts, is_prompt = chance.random() < ways.starts, chance.random() < ways.prompt
        if not (starts and is_prompt) and (at := days.moment(chance, appointment_on)):
            journey.talks.append(support.talk(chance, at, appointment_on, attended=False))
        if not starts:
            given_up_at = days.moment(chance, days.later(appointment_on, chance.randint(6, 14)))
            if given_up_at:
                journey.no_start = (weighted(chance, chances.NO_START), given_up_at)
            return given_up_at
        starts_on = appointment_on if is_prompt else days.later(appointment_on, chance.randint(3, 10))
        started_at = days.moment(chance, starts_on)
        if started_at is None:
            return None
        enrolled = Enrolled(
            journey.terms,
            journey.arrival.facts["payment_group"],
            journey.received_on,
            starts_on,
            started_at,
            ways,
        )
        journey.enrolled = enrolled
        self._supported(journey, enrolled, is_shown=adviser == self.shown_to)
        return journey.ending.at if journey.ending else None

    def _supported(self, journey: Journey, enrolled: Enrolled, *, is_shown: bool) -> None:
        """The time on the programme, with what was reached in it."""
        chance, days = journey.chance, self.days
        works_since = days.today - NINE_DAYS_TO_GO
        if is_shown and DAY < works_since - enrolled.started_on < timedelta(days=120):
            self.shown_to = None
            journey.jobs = support.one_job_since(chance, days, works_since)
        else:
            journey.ending = support.leaving(chance, enrolled, days)
            until = journey.ending.ended_on if journey.ending else enrolled.allotted_until
            journey.jobs = support.jobs(chance, enrolled, days, until)
        journey.reached = enrolled.milestones(journey.jobs, days)
        journey.ending = journey.ending or support.ending(chance, enrolled, days, journey.reached)
        until_end = journey.ending.ended_on if journey.ending else None
        journey.talks += support.talks(chance, enrolled, days, journey.jobs, until_end)
        journey.planned = plans.plan(journey, days)
        journey.appointments = appointments.appointments(journey, days)


def every_day(first: date, last: date) -> Iterator[date]:
    """The days from first to last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
