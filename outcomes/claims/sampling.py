"""Which claims a seed draws, and what the errors found in them come to in all of them. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

from outcomes.pricing import rounded


def drawn(population: Iterable[UUID], *, seed: str, size: int) -> list[UUID]:
    """So many of the population, in the order in which the seed draws them.

    The same seed draws the same, in whatever order they come; what leaves the population moves nobody else.
    """
    return sorted(population, key=lambda one: (sha256(f"{seed} {one}".encode()).digest(), one))[:size]


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim that was looked at: whose, what it is worth on each side in pence, and whether an error stands."""

    organisation: UUID
    pence: int
    provider_pence: int
    is_error: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back for one provider's errors, in pence: to the commissioner, and from the provider."""

    errors: int
    error_pence: int
    pence: int
    provider_pence: int


def extrapolated(checked: Sequence[Checked], population_pence: int) -> Mapping[UUID, Part]:
    """By provider, what its errors come to if the whole population is like the sample.

    Each pence in error stands for population_pence ÷ the pence that were checked. Half a penny is rounded up. Providers
    without an error, or whose errors are worth nothing, have no part.
    """
    total = sum(one.pence for one in checked)
    wrong = [one for one in checked if one.is_error and one.pence]
    factor = Fraction(population_pence, total) if total else Fraction(0)
    parts = {}
    for organisation in sorted({one.organisation for one in wrong}):
        own = [one for one in wrong if one.organisation == organisation]
        error_pence = sum(one.pence for one in own)
        parts[organisation] = Part(
            len(own),
            error_pence,
            rounded(error_pence * factor, "half_up"),
            rounded(sum(one.provider_pence for one in own) * factor, "half_up"),
        )
    return parts
