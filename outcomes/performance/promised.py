"""What the profile promised for a period, up to today."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Self
from uuid import UUID

from outcomes.performance.periods import Window, month_of
from partners.viewer import Viewer
from programmes.measures import Measure
from programmes.models import Contract, Profile

Promise = tuple[date, Fraction, bool]


def part_gone(month: date, today: date) -> Fraction:
    """How much of a month is gone: the running month by its days, today counted."""
    if month != month_of(today):
        return Fraction(month < today)
    return Fraction(today.day, calendar.monthrange(today.year, today.month)[1])


@dataclass
class Promised:
    """The profile of one contract, for the whole of it (None) and for single providers, by count and month."""

    rows: defaultdict[tuple[UUID | None, str], list[Promise]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def of(cls, contract: Contract, viewer: Viewer) -> Self:
        """Read in one query. For a provider the whole is its own part; where the contract has no profile of its own,
        the whole is the sum of the providers'."""
        rows = list(
            Profile.objects.filter(contract=contract).values_list(
                "organisation_id", "measure", "month", "amount", "illustrative"
            )
        )
        stated = {row[1] for row in rows if row[0] is None and viewer.kind != "provider"}
        promised = cls()
        for organisation_id, count, month, amount, illustrative in rows:
            promise = (month, Fraction(amount) * part_gone(month, viewer.today), illustrative)
            if organisation_id is not None:
                promised.rows[organisation_id, count].append(promise)
            if (organisation_id is None) is (count in stated):
                promised.rows[None, count].append(promise)
        return promised

    def count(self, organisation_id: UUID | None, name: str, window: Window) -> tuple[Fraction, bool] | None:
        """What was promised of a count in the months of the window, and whether that is illustrative."""
        rows = self.rows.get((organisation_id, name), [])
        inside = [row for row in rows if window.first <= row[0] <= window.last]
        if not inside:
            return None
        return sum((row[1] for row in inside), Fraction()), any(row[2] for row in inside)

    def of_measure(
        self, organisation_id: UUID | None, measure: Measure, window: Window
    ) -> tuple[Fraction, bool] | None:
        """What was promised of a measure; for a ratio, what the promised counts of the same months give."""
        above = self.count(organisation_id, measure.numerator, window) if measure.profiled else None
        if above is None or not measure.is_ratio:
            return above
        below = self.count(organisation_id, measure.denominator, window)
        return (above[0] / below[0], above[1] or below[1]) if below and below[0] else None
