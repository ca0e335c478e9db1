"""A person's time on a programme, from the start: contacts, jobs with gaps between them, and an end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from config.demo import chances
from config.demo.chances import Prospects, Ways
from config.demo.circumstances import weighted
from config.demo.days import DAY, Days
from config.demo.terms import Terms
from outcomes.milestones import Case, Reached, Spell, last_day_of, reached


@dataclass(frozen=True, slots=True)
class Talk:
    """A contact as it is logged on its day."""

    at: datetime
    on: date
    channel: str
    result: str
    minutes: int | None
    note: str
    next_step: str
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """A job as it is recorded, and its end on the day it ended."""

    employer: str
    title: str
    hours_per_week: Decimal
    starts_on: date
    recorded_at: datetime
    ends_on: date | None = None
    end_reason: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an enrolment."""

    ended_on: date
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who started: what the rest of their time is made of. referred_on may begin the allotted time."""

    terms: Terms
    group: str
    referred_on: date
    started_on: date
    started_at: datetime
    ways: Ways

    @property
    def allotted_until(self) -> date:
        """The last day of the time allotted."""
        since = self.referred_on if self.terms.from_referral else self.started_on
        return last_day_of(since, self.terms.allotted_days)

    @property
    def prospects(self) -> Prospects:
        """How likely they are to find work."""
        return chances.PROSPECTS[self.terms.programme, self.group]

    def milestones(self, jobs: Sequence[Held], days: Days) -> tuple[Reached, ...]:
        """What they have reached by now, as the programme's rules have it."""
        spells = tuple(Spell(job.starts_on, job.ends_on) for job in jobs)
        case = Case(self.started_on, self.referred_on, spells, self.allotted_until)
        return reached(case, self.terms.milestones[self.group], days.today, days.calendar)


def jobs(chance: Random, enrolled: Enrolled, days: Days, until: date) -> list[Held]:
    """The jobs that began until a day, each after a gap; what is not recorded yet is left out."""
    prospects, ways = enrolled.prospects, enrolled.ways
    found: list[Held] = []
    if chance.random() > prospects.work * ways.work:
        return found
    starts_on = enrolled.started_on + timedelta(days=10 + round(chance.gammavariate(1.6, prospects.scale)))
    while starts_on <= min(until, days.today) and len(found) < 4:
        job = _job(chance, days, starts_on, lasts=_lasts(chance, ways))
        if job is None:
            break
        found.append(job)
        if job.ends_on is None or chance.random() > 0.7 * ways.work:
            break
        starts_on = job.ends_on + timedelta(days=chance.randint(3, 70))
    return found


def one_job_since(chance: Random, days: Days, starts_on: date) -> list[Held]:
    """One job that began on a day and is still held."""
    job = _job(chance, days, starts_on, lasts=10_000)
    return [job] if job else []


def _lasts(chance: Random, ways: Ways) -> int:
    """How many days a job lasts: some are seasonal, some go on for years."""
    kind = chance.random()
    if kind < 0.28:
        return round(chance.randint(12, 85) * ways.keep)
    if kind < 0.5:
        return round(chance.randint(85, 200) * ways.keep)
    return round(chance.randint(200, 1_100) * ways.keep)


def _job(chance: Random, days: Days, starts_on: date, *, lasts: int) -> Held | None:
    trade = chance.choice(list(chances.TRADES))
    recorded_at = days.moment(chance, days.working(starts_on + timedelta(days=chance.randint(0, 5))))
    if recorded_at is None:
        return None
    ends_on = days.working(starts_on + timedelta(days=max(lasts, 6)))
    ended_at = days.moment(chance, ends_on, after=recorded_at) if ends_on <= days.today else None
    has_ended = ended_at is not None
    return Held(
        employer=f"{chance.choice(chances.EMPLOYERS)} {trade}",
        title=chance.choice(chances.TRADES[trade]),
        hours_per_week=Decimal(chance.choice(chances.HOURS)),
        starts_on=starts_on,
        recorded_at=recorded_at,
        ends_on=ends_on if has_ended else None,
        end_reason=weighted(chance, chances.END_REASONS) if has_ended else "",
        ended_at=ended_at,
    )


def leaving(chance: Random, enrolled: Enrolled, days: Days) -> Ending | None:
    """Somebody who leaves early, without work."""
    if chance.random() > enrolled.prospects.leaves:
        return None
    day = days.working(enrolled.started_on + timedelta(days=chance.randint(25, 260)))
    if day > enrolled.allotted_until:
        return None
    at = days.moment(chance, day, after=enrolled.started_at)
    reason = chance.choices(("left", "moved_away", "other_support"), (60, 25, 15))[0]
    return Ending(day, reason, at) if at else None


def ending(chance: Random, enrolled: Enrolled, days: Days, found: Sequence[Reached]) -> Ending | None:
    """The end of somebody who stays: after the last thing that can be reached, else when the allotted time is over."""
    last = enrolled.terms.milestones[enrolled.group][-1]
    done = [one.reached_on for one in found if one.code == last.code and one.ordinal == last.most]
    if done and chance.random() < 0.75:
        day = days.working(done[0] + timedelta(days=chance.randint(2, 25)))
        at = days.moment(chance, day) if day <= enrolled.allotted_until else None
        if at:
            return Ending(day, "completed", at)
    over_on = enrolled.allotted_until
    at = days.moment(chance, days.working(over_on + DAY))
    return Ending(over_on, "time_up", at) if at else None


def talks(
    chance: Random, enrolled: Enrolled, days: Days, found: Sequence[Held], until: date | None
) -> Iterator[Talk]:
    """Contacts about every fortnight from the start on, some missed and tried again; until a day, or going on."""
    ways = enrolled.ways
    is_open = until is None
    silent_for = chance.randint(16, 48) if is_open and chance.random() < ways.falls_silent else 0
    last_day = (until or days.today) - timedelta(days=silent_for)
    day = days.working(enrolled.started_on + timedelta(days=chance.randint(*ways.contact_days)))
    while day <= last_day and (at := days.moment(chance, day, after=enrolled.started_at)):
        attended = chance.random() < ways.attended
        gap = chance.randint(*ways.contact_days) if attended else chance.randint(2, 5)
        coming = days.working(day + timedelta(days=gap))
        works = any(job.starts_on <= day and (job.ends_on is None or job.ends_on >= day) for job in found)
        steps = chances.WORK_STEPS if works else chances.STEPS
        goes_on = is_open or coming <= last_day
        yield talk(
            chance, at, day, attended=attended, step=chance.choice(steps), coming=coming if goes_on else None
        )
        day = coming


def talk(
    chance: Random, at: datetime, on: date, *, attended: bool, step: str = "", coming: date | None = None
) -> Talk:
    """One contact; what comes next is agreed with those who were reached."""
    channel = weighted(chance, chances.CHANNELS)
    is_visit = channel in ("in_person", "video")
    result = "attended" if attended else "did_not_attend" if is_visit else "not_reached"
    agreed = coming is not None and attended
    return Talk(
        at=at,
        on=on,
        channel=channel,
        result=result,
        minutes=chance.choice((10, 15, 20, 30, 45))
        if attended and (is_visit or channel == "phone")
        else None,
        note=chance.choice(chances.NOTES[result]),
        next_step=step if agreed else "",
        next_on=coming if agreed else None,
    )
