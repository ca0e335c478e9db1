"""Who gets the next referral and which adviser takes it, as things stand at that moment of the demo's past."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heappop, heappush
from random import Random
from typing import Any

from config.demo.terms import Terms
from referrals.allocation import Candidate, Choice, choose

# How many people one adviser takes on.
CASES = 58


@dataclass(frozen=True, slots=True, order=True)
class Worker:
    """Somebody at a provider: 0 manages it, the others advise."""

    provider: str
    number: int


@dataclass
class Supply:
    """The chain of one contract: what each provider received, what it has open, who at it is free."""

    terms: Terms
    received: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    # Cases that close at a moment to come.
    _closing: list[tuple[datetime, str]] = field(default_factory=list)

    def choice(self, at: datetime, day: date, *, facts: Mapping[str, Any], refused: frozenset[str]) -> Choice:
        """What the engine chooses at the moment by the facts, without those who gave the referral back."""
        while self._closing and self._closing[0][0] <= at:
            self.open[heappop(self._closing)[1]] -= 1
        candidates = [
            Candidate(
                code=str(supplier.organisation_id),
                share=supplier.share,
                received=self.received[supplier.slug],
                open=self.open[supplier.slug],
                capacity=supplier.capacity,
                areas=supplier.areas,
                specialisms=supplier.specialisms,
                has_handed_back=supplier.slug in refused,
            )
            for supplier in self.terms.suppliers
            if supplier.starts_on <= day and (supplier.ends_on is None or day <= supplier.ends_on)
        ]
        area = facts["lives_in"]
        name = next((place.name for place in self.terms.places if place.code == area), "")
        needs = {facts["payment_group"], facts.get("employment_status"), *facts.get("benefit", ())}
        return choose(candidates, area=area, area_name=name, needs=frozenset(needs - {None}))

    def give(self, choice: Choice) -> str:
        """Count the chosen provider's new case; returns its slug."""
        assert choice.chosen is not None
        code = choice.chosen.code
        slug = next(one.slug for one in self.terms.suppliers if str(one.organisation_id) == code)
        self.received[slug] += 1
        self.open[slug] += 1
        return slug

    def take_back(self, slug: str) -> None:
        """A case that was handed back was never received."""
        self.received[slug] -= 1
        self.open[slug] -= 1

    def close_at(self, at: datetime, slug: str) -> None:
        """Have a case close at a moment to come."""
        heappush(self._closing, (at, slug))


@dataclass
class Roster:
    """Who advises whom. Named advisers joined in the last year and hold a desk each, whatever the size of the demo.

    named: how many of a provider's advisers are named; expected: how many cases it takes on since they joined.
    """

    named: Mapping[str, int]
    expected: Mapping[str, float]
    joined_on: date
    _filled: Counter[str] = field(default_factory=Counter)

    def adviser(self, chance: Random, provider: str, day: date) -> Worker:
        """Whoever takes a case that is accepted on the day."""
        named = self.named.get(provider, 0)
        share = min(CASES / max(self.expected.get(provider, 0.0), 1.0), 1 / named) if named else 0.0
        drawn = chance.random()
        if day >= self.joined_on and drawn < share * named:
            return Worker(provider, 1 + int(drawn / share))
        self._filled[provider] += 1
        return Worker(provider, 1 + named + (self._filled[provider] - 1) // CASES)
