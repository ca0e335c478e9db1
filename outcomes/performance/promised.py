"""What the profile promised for a period, up to today."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple, Self
from uuid import UUID

from outcomes.models import ProfileVersion
from outcomes.performance.periods import Window, month_of
from outcomes.performance.profiles import USUAL, Bands, bands_of, in_force, promises, versions
from partners.viewer import Viewer
from programmes.measure import Measure
from programmes.models import Contract


class Month(NamedTuple):
    """What was promised of a month: up to today, and all of it."""

    month: date
    to_date: Fraction
    amount: int
    illustrative: bool


def part_gone(month: date, today: date) -> Fraction:
    """How much of a month is gone: the running month by its days, today counted."""
    if month != month_of(today):
        return Fraction(month < today)
    return Fraction(today.day, calendar.monthrange(today.year, today.month)[1])


@dataclass
class Promised:
    """The profile of one contract that is in force, for the whole of it (None) and for single providers, by count and
    month; version is none where it is the programme's file."""

    rows: defaultdict[tuple[UUID | None, str], list[Month]] = field(default_factory=lambda: defaultdict(list))
    bands: Bands = USUAL
    version: ProfileVersion | None = None

    @classmethod
    def of(cls, contract: Contract, viewer: Viewer, known: Sequence[ProfileVersion] | None = None) -> Self:
        """Read in two queries. For a provider the whole is its own part; where the contract has no profile of its own,
        the whole is the sum of the providers'. known: the versions, where they were read already."""
        version = in_force(versions(contract) if known is None else known, viewer.today)
        found = promises(contract, version)
        stated = {one.measure for one in found if one.organisation_id is None and viewer.kind != "provider"}
        promised = cls(bands=bands_of(version), version=version)
        for one in found:
            to_date = Fraction(one.amount) * part_gone(one.month, viewer.today)
            month = Month(one.month, to_date, one.amount, one.illustrative)
            if one.organisation_id is not None:
                promised.rows[one.organisation_id, one.measure].append(month)
            if (one.organisation_id is None) is (one.measure in stated):
                promised.rows[None, one.measure].append(month)
        return promised

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is promised that the viewer may see."""
        return not self.rows

    def within(self, organisation_id: UUID | None, name: str, first: date, last: date) -> list[Month]:
        """What was promised of a count in the months from one to another, both included."""
        rows = self.rows.get((organisation_id, name), [])
        return [row for row in rows if first <= row.month <= last]

    def count(self, organisation_id: UUID | None, name: str, window: Window) -> tuple[Fraction, bool] | None:
        """What was promised of a count in the months of the window, and whether that is illustrative."""
        inside = self.within(organisation_id, name, window.first, window.last)
        if not inside:
            return None
        return sum((row.to_date for row in inside), Fraction()), any(row.illustrative for row in inside)

    def of_measure(
        self, organisation_id: UUID | None, measure: Measure, window: Window
    ) -> tuple[Fraction, bool] | None:
        """What was promised of a measure; for a ratio, what the promised counts of the same months give."""
        above = self.count(organisation_id, measure.numerator, window) if measure.profiled else None
        if above is None or not measure.is_ratio:
            return above
        below = self.count(organisation_id, measure.denominator, window)
        return (above[0] / below[0], above[1] or below[1]) if below and below[0] else None
