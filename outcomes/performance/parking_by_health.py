"""Who is left waiting, by health condition: as last night counted the caseload, in numbers that tell of nobody.

Whoever is restricted is in none of them (outcomes.performance.case_mix), and what is small, or would let something
small be worked out, is withheld by the rule of outcomes.suppression.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.db.models import Max, Sum

from outcomes.models import CaseMixFact
from outcomes.performance.comparison import Rate, pooled, verdict
from outcomes.performance.disclosure import rule_on
from outcomes.performance.parking import MEASURE, WORSE
from outcomes.performance.periods import Period
from outcomes.suppression import Count, withheld
from partners.models import Organisation
from partners.viewer import Viewer, london_date
from programmes.measure import HELD
from programmes.models import Contract

Health = CaseMixFact.Health
ORDER: Final = (Health.YES, Health.NO, Health.UNKNOWN)


@dataclass(frozen=True)
class Line:
    """How many of those with a condition, without one or of whom it is not known were not reached lately; none where
    that is withheld. stands_out: more than chance explains."""

    name: str
    silent: Rate | None
    stands_out: bool


@dataclass(frozen=True)
class ByHealth:
    """The lines, the average of the same caseload, and when it was counted."""

    lines: list[Line]
    average: Rate
    counted_at: datetime

    @classmethod
    def of(
        cls, contract: Contract, period: Period, viewer: Viewer, whose: Organisation | None = None
    ) -> Self | None:
        """Read in two queries; of one provider where one is given. None where nothing is known of anybody's health."""
        held = CaseMixFact.objects.filter(contract=contract, code=HELD)
        counted_at = held.aggregate(at=Max("counted_at"))["at"]
        if counted_at is None:
            return None
        lately = period.window(MEASURE, london_date(counted_at))
        narrowed = held.filter(lately.base.cells(), **({"organisation": whose} if whose else {}))
        caseload: Counter[str] = Counter()
        reached: Counter[str] = Counter()
        for health, here, late in narrowed.values_list("health").annotate(
            here=Sum("amount"), late=Sum("amount", filter=lately.cells(), default=0)
        ):
            caseload[health], reached[health] = here, late
        if not (caseload[Health.YES] or caseload[Health.NO]):
            return None
        rates = {one: Rate(caseload[one] - reached[one], caseload[one]) for one in ORDER if caseload[one]}
        average = pooled(list(rates.values()))
        hidden = _hidden(rates, rule_on(viewer.today).threshold)
        lines = [
            Line(
                one.label,
                None if one in hidden else rate,
                one not in hidden and verdict(rate, average.share) in WORSE,
            )
            for one, rate in rates.items()
        ]
        return cls(lines, average, counted_at)

    @property
    def is_withheld(self) -> bool:
        """Whether anything is."""
        return any(line.silent is None for line in self.lines)


def _hidden(rates: dict[Health, Rate], threshold: int) -> set[str]:
    """Whose line is withheld. How many there are of all together, reached and not, stands on the page already."""
    table = [
        count
        for one, rate in rates.items()
        for count in (
            Count((str(one), "silent"), rate.above, out_of="silent", into=one),
            Count((str(one), "reached"), rate.base - rate.above, out_of="reached", into=one),
            Count((str(one), "all"), rate.base, out_of=one),
        )
    ]
    whole = pooled(list(rates.values()))
    table += [
        Count(("", "silent of all"), whole.above, into="silent", shown=True),
        Count(("", "reached of all"), whole.base - whole.above, into="reached", shown=True),
    ]
    return {one for one, _ in withheld(table, threshold)}
