"""Profiles for tests."""

import csv
import io
from datetime import date
from typing import Any

from outcomes.actions import profile
from outcomes.models import ProfileVersion
from outcomes.performance.periods import month_of, shift
from outcomes.performance.profile_file import HEADER
from outcomes.performance.profiles import Bands, Promise
from tests.cast import Cast, looking_as


def line(
    cast: Cast, provider: str | None, amount: int, *, measure: str = "starts", ahead: int = 0
) -> Promise:
    """What somebody, or the whole contract, promised for this month or so many months later."""
    owner = cast.organisations[provider].pk if provider else None
    return Promise(owner, measure, shift(month_of(cast.priya.today), ahead), amount)


def load(cast: Cast, *lines: Promise, on: date | None = None, **more: Any) -> ProfileVersion:
    """A version that Priya loads, in force from today unless another day is given."""
    said: dict[str, Any] = {
        "name": "Variation",
        "why": "Agreed",
        "bands": Bands(),
        "effective_from": on or cast.priya.today,
        **more,
    }
    with looking_as(cast.priya):
        return profile.load(contract=cast.contract, lines=lines, **said, by=cast.priya, at=cast.priya.now())


def as_file(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> bytes:
    """A CSV file of these rows."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()
