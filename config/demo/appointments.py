"""The appointments of the demo: those of the last weeks, with what was logged of them, and the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Final

from config.demo.days import Days
from config.demo.support import Talk
from participants.models import Appointment
from partners.viewer import LONDON, london_date

if TYPE_CHECKING:
    from config.demo.journeys import Journey

# How far back the diary goes, how many of the meetings in it were booked, and of what comes next.
SINCE: Final = timedelta(days=28)
MOST: Final = 0.8
QUARTER: Final = timedelta(minutes=15)
USUAL_LENGTH: Final = 30
SOON: Final = timedelta(minutes=2)
PLACES: Final = ("Mare Street", "Bow Road", "Stratford Library")
ABOUT: Final = (
    "Review meeting",
    "Job search",
    "Interview practice",
    "Better-off calculation",
    "CV and letters",
)
Why = Appointment.Why
WHY: Final = (Why.FORGOT, Why.UNWELL, Why.CARE, Why.TRAVEL, Why.NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment, when it was booked, and what was logged of it; why it was missed, if it was."""

    at: datetime
    starts_at: datetime
    minutes: int
    channel: str
    about: str
    place: str
    talk: Talk | None = None
    why: str = ""

    @property
    def is_kept(self) -> bool:
        return self.talk is not None and not self.why


def appointments(journey: Journey, days: Days) -> list[Booked]:
    """What somebody who started was booked for, each at the meeting before. By a chance of its own."""
    chance = Random(f"appointments {journey.terms.code} {journey.serial}")
    place = chance.choice(PLACES)
    return [one for one in _booked(journey, days, chance, place) if chance.random() < MOST]


def _booked(journey: Journey, days: Days, chance: Random, place: str) -> Iterator[Booked]:
    talks = sorted(journey.talks, key=lambda talk: talk.at)
    for before, talk in pairwise(talks):
        if talk.on >= days.today - SINCE and talk.channel in Appointment.CHANNELS and _came_of_it(talk):
            minutes = talk.minutes or USUAL_LENGTH
            starts_at = _quarter(talk.at - timedelta(minutes=minutes))
            if before.at + SOON < starts_at and london_date(starts_at) == talk.on:
                why = chance.choice(WHY) if talk.result == "did_not_attend" else ""
                yield _at(chance, place, before.at + SOON, starts_at, talk.channel, minutes, talk, why)
    last = talks[-1] if talks else None
    if last and last.next_on and last.next_on >= days.today and not journey.ending:
        clock = time(9 + chance.randrange(8), chance.choice((0, 30)))
        starts_at = datetime.combine(last.next_on, clock, LONDON).astimezone(UTC)
        if last.at + SOON < min(starts_at, days.now):
            channel = chance.choice((*Appointment.CHANNELS, Appointment.CHANNELS[0]))
            yield _at(chance, place, last.at + SOON, starts_at, channel, USUAL_LENGTH)


def _came_of_it(talk: Talk) -> bool:
    return talk.result in ("attended", "did_not_attend")


def _at(
    chance: Random,
    place: str,
    at: datetime,
    starts_at: datetime,
    channel: str,
    minutes: int,
    talk: Talk | None = None,
    why: str = "",
) -> Booked:
    where = place if channel == "in_person" else ""
    return Booked(at, starts_at, minutes, str(channel), chance.choice(ABOUT), where, talk, str(why))


def _quarter(moment: datetime) -> datetime:
    """The last full quarter of an hour."""
    return moment - (moment - datetime.min.replace(tzinfo=UTC)) % QUARTER
