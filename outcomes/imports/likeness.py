"""Rows that may say again, in other words, what is recorded already: asked about, never decided silently."""

from collections.abc import Iterable
from datetime import date, timedelta
from difflib import SequenceMatcher

from outcomes.chain import words_of
from outcomes.models import Job

# Two names as near as this are likely one name and a slip of the pen, such as Tesco and Tescos.
NEAR = 0.85
# A first day that was put right lies no farther off than this.
SOME_DAYS = timedelta(days=14)


def lookalike(employer: str, first: date, last: date | None, jobs: Iterable[Job]) -> Job | None:
    """The job that may be the same as one from the first to the last day, both inclusive; None where it goes on.

    Of an employer of a similar name, with a day in common or a first day not far off.
    """
    until = last or date.max
    return next(
        (
            job
            for job in jobs
            if is_alike(job.employer, employer)
            and (
                (job.starts_on <= until and first <= (job.ends_on or date.max))
                or abs(job.starts_on - first) <= SOME_DAYS
            )
        ),
        None,
    )


def is_alike(one: str, other: str) -> bool:
    """Whether two names may be the same employer's: one has all words of the other, or they differ by a slip."""
    here, there = words_of(one), words_of(other)
    if not (here and there):
        return one.casefold() == other.casefold()
    if here <= there or there <= here:
        return True
    if _numbers(here) != _numbers(there):
        return False
    spelt, read = " ".join(sorted(here)), " ".join(sorted(there))
    return SequenceMatcher(None, spelt, read, autojunk=False).ratio() >= NEAR


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if any(letter.isdigit() for letter in word)}
