"""Dates, days, sums and lists as the explanations say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from outcomes.milestones.facts import Runs


def spoken(on: date) -> str:
    """A date for people: 14 March 2026."""
    return f"{on.day} {on:%B %Y}"


def days(number: int) -> str:
    """A number of days for people: 1 day, 9 days."""
    return counted(number, "day")


def counted(number: int, thing: str) -> str:
    """So many of a thing: 1 week, 13 weeks."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def pounds(pence: int) -> str:
    """A sum for people: £5,079.36, and -£12.00 below nothing."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def listed(parts: Sequence[str]) -> str:
    """The parts in a row; a long list is cut in the middle."""
    return ", ".join(parts if len(parts) <= 4 else [*parts[:2], f"{len(parts) - 3} more", parts[-1]])


def span(first: int, last: int) -> str:
    """The days from one ordinal to another: 7 April 2025 to 5 October 2025."""
    begins, ends = spoken(date.fromordinal(first)), spoken(date.fromordinal(last))
    return begins if first == last else f"{begins} to {ends}"


def periods(work: Runs, first: int, last: int) -> str:
    """Which days counted between two ordinals."""
    return listed(
        [f"{span(begins, ends)} ({days(ends - begins + 1)})" for begins, ends in work.stretches(first, last)]
    )
