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
    """One paid claim that was looked at: whose, what was paid on each side in pence, and whether an error stands.

    is_paid_still: it was not taken back since, by itself or for another sample.
    """

    organisation: UUID
    pence: int
    provider_pence: int
    is_error: bool
    is_paid_still: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back for one provider's errors, in pence: to the commissioner, and from the provider."""

    errors: int
    error_pence: int
    pence: int
    provider_pence: int


def extrapolated(checked: Sequence[Checked], unseen_pence: int) -> Mapping[UUID, Part]:
    """By provider, what its errors come to if what nobody looked at is like what was checked.

    An error goes back as it was paid, unless it went back already, and besides stands for unseen_pence (what was paid
    for the claims that nobody looked at) ÷ the pence that were checked. The whole is rounded, half a penny up, and
    split so that the parts are the whole to the penny. Providers of whom nothing goes back have no part.
    """
    total = sum(one.pence for one in checked)
    wrong = [one for one in checked if one.is_error and one.pence]
    share = Fraction(unseen_pence, total) if total else Fraction(0)
    parts, so_far, given = {}, Fraction(0), 0
    for organisation in sorted({one.organisation for one in wrong}):
        own = [(one, share + one.is_paid_still) for one in wrong if one.organisation == organisation]
        so_far += sum(one.pence * times for one, times in own)
        pence = rounded(so_far, "half_up") - given
        given += pence
        if pence:
            parts[organisation] = Part(
                len(own),
                sum(one.pence for one, _ in own),
                pence,
                rounded(Fraction(sum(one.provider_pence * times for one, times in own)), "half_up"),
            )
    return parts
