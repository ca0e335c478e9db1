"""Days and hours at which demo people work: never later than the demo's present."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from partners.viewer import LONDON, london_date
from programmes.working_days import Calendar

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar of the demo and its present moment, which is UTC; nothing happens after it."""

    now: datetime
    calendar: Calendar

    @property
    def today(self) -> date:
        """The London date of the present."""
        return london_date(self.now)

    def working(self, day: date) -> date:
        """The day, or the first working day after it."""
        while not self.calendar.is_working_day(day):
            day += DAY
        return day

    def later(self, day: date, working_days: int) -> date:
        """So many working days later."""
        return self.calendar.add_working_days(day, working_days)

    def moment(self, chance: Random, day: date, *, after: datetime | None = None) -> datetime | None:
        """A moment in office hours of the day, later than another one; None when it has not come yet."""
        minutes = chance.randint(0, 8 * 60 - 1)
        at = datetime.combine(day, time(9), LONDON) + timedelta(
            minutes=minutes, seconds=chance.randint(0, 59)
        )
        at = at.astimezone(UTC)
        if after is not None and at <= after:
            at = after + timedelta(minutes=chance.randint(3, 40), seconds=chance.randint(0, 59))
        return at if at <= self.now else None


def at_night(day: date) -> datetime:
    """When the nightly round of a day runs, just after its beginning in London."""
    return datetime.combine(day, time(0, 5), LONDON).astimezone(UTC)
