"""Which provider a referral is offered to: fair, explained and repeatable.

Area first, then open capacity, then specialism, then the agreed share: whoever is furthest behind it. No Django, no
clock, no chance: the same figures give the same choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider with an agreement in force. Empty areas means the whole contract.

    share is in basis points, and only its proportion to the others counts; received counts the referrals that it got
    so far, open and capacity its cases. has_handed_back: it gave this very referral back.
    """

    code: str
    share: int
    received: int
    open: int
    capacity: int
    areas: frozenset[str] = frozenset()
    specialisms: frozenset[str] = frozenset()
    has_handed_back: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """How a candidate stood. behind: by how many referrals it is behind its share, with this one shared out.

    why_not is empty for those that fit, else handed_back, area, full or specialism.
    """

    candidate: Candidate
    behind: Fraction
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider chosen, None when no one fits; the reason as a sentence; every candidate's figures."""

    chosen: Candidate | None
    reason: str
    figures: tuple[Figure, ...]


def choose(
    candidates: Sequence[Candidate],
    *,
    area: str | None,
    area_name: str = "",
    needs: frozenset[str] = frozenset(),
) -> Choice:
    """Choose among the candidates for a person in an area (None: not known, so no one is ruled out by it).

    A candidate whose specialism is among the needs goes before those without one. Of those left, the one furthest
    behind its agreed share; of two alike, the one with the larger share, then the smaller code. While everyone fits,
    nobody is ever a whole referral ahead of its share, nor more than 1/2 + 1/3 + ... + 1/n behind it (n candidates:
    with up to three, less than one referral).
    """
    figures = [
        Figure(candidate, behind, why_not(candidate, area))
        for candidate, behind in zip(candidates, deficits(candidates), strict=True)
    ]
    wanted = [f for f in figures if not f.why_not and f.candidate.specialisms & needs]
    if wanted:
        figures = [
            f if f.why_not or f in wanted else Figure(f.candidate, f.behind, "specialism") for f in figures
        ]
    fitting = [figure for figure in figures if not figure.why_not]
    if not fitting:
        return Choice(None, "No provider in the area has room.", tuple(figures))
    best = min(fitting, key=lambda f: (-f.behind, -f.candidate.share, f.candidate.code))
    reason = reason_for(best.candidate, area_name, is_only=len(fitting) == 1, is_specialist=bool(wanted))
    return Choice(best.candidate, reason, tuple(figures))


def deficits(candidates: Sequence[Candidate]) -> list[Fraction]:
    """By how many referrals each candidate is behind its share of all that were and of this one; they add up to one."""
    shares = sum(candidate.share for candidate in candidates)
    after = sum(candidate.received for candidate in candidates) + 1
    return [
        (Fraction(candidate.share * after, shares) if shares else Fraction(0)) - candidate.received
        for candidate in candidates
    ]


def why_not(candidate: Candidate, area: str | None) -> str:
    """What rules the candidate out, specialisms aside; empty when nothing does."""
    if candidate.has_handed_back:
        return "handed_back"
    if area is not None and candidate.areas and area not in candidate.areas:
        return "area"
    return "full" if candidate.open >= candidate.capacity else ""


def reason_for(candidate: Candidate, area_name: str, *, is_only: bool, is_specialist: bool) -> str:
    """The choice in words that the provider may read as well: its own figures and nobody else's."""
    area = f"works in {area_name}" if area_name else "works in the area"
    room = f"has room ({candidate.open} of {candidate.capacity} places taken)"
    parts = [area, *(["has a specialism that is asked for"] if is_specialist else []), room]
    if is_only:
        return f"The only provider that {', '.join(parts[:-1])} and {room}."
    share = Fraction(candidate.share, 100)
    parts.append(f"is furthest behind its agreed share of {float(share):g}% of referrals")
    return f"The provider that {', '.join(parts[:-1])} and {parts[-1]}."
