"""The facts as they were known at a past moment: those of now, less what was added since, with what was removed since.

So asking costs what changed since, and not the caseload. Nothing behind a person's wall is read one by one: sums alone,
of what would count for the viewer (outcomes.performance.beyond leaves out whom the viewer may not count).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from outcomes.models import Contribution, FormerContribution, PerformanceFact
from partners.viewer import Viewer, acting_as
from programmes.models import Contract

T = TypeVar("T")
# What a table expression of cells is asked for: the same of facts, of what was added and of what was removed.
Ask = Callable[[QuerySet[Any]], Iterable[T]]


@dataclass(frozen=True)
class Known:
    """To whom, and when; the moment itself belongs to it. Without a moment: now."""

    viewer: Viewer
    at: datetime | None = None

    def each(self, contract: Contract, ask: Ask[T]) -> Iterator[tuple[int, T]]:
        """What is asked of the facts, each with the sign with which it counts."""
        yield from ((1, row) for row in ask(PerformanceFact.objects.filter(contract=contract)))
        with acting_as(self.viewer.as_system("figures as they were known")):
            since = list(self.since(contract, ask))
        yield from since

    def since(self, contract: Contract, ask: Ask[T]) -> Iterator[tuple[int, T]]:
        """What has to be taken off the present, and put back, as the viewer acting sees it; a provider's own alone."""
        if self.at is None:
            return
        whose: dict[str, Any] = {"contract": contract}
        if self.viewer.kind == "provider":
            whose["organisation"] = self.viewer.organisation_id
        added = Contribution.objects.filter(**whose, added_at__gt=self.at)
        removed = FormerContribution.objects.filter(**whose, removed_at__gt=self.at)
        yield from ((-1, row) for row in ask(added))
        yield from ((1, row) for row in ask(removed.exclude(added_at__gt=self.at)))


def signed(contract: Contract, ask: Ask[T], known: Known | None) -> Iterator[tuple[int, T]]:
    """The same; of the present where no moment is asked for."""
    if known and known.at:
        return known.each(contract, ask)
    return ((1, row) for row in ask(PerformanceFact.objects.filter(contract=contract)))
