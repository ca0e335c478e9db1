"""Who is left waiting: the caseload by how long ago each person was reached, against the average of all of it.

Nobody is called worse by chance: a share is marked only where it lies above the limits of 95 per cent around the
average, as in the funnel (outcomes.performance.comparison).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple, Self
from uuid import UUID

from outcomes.performance.beyond import Beyond
from outcomes.performance.comparison import Rate, Verdict, verdict
from outcomes.performance.figures import Sums, providers_of
from outcomes.performance.known import Known
from outcomes.performance.periods import Period, Window
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import DAY_ZERO, HELD
from programmes.measures import BY_CODE
from programmes.models import Contract

MEASURE: Final = BY_CODE["contacted_lately"]
WORSE: Final = (Verdict.ABOVE, Verdict.FAR_ABOVE)


class Band(NamedTuple):
    """Reached last at least `first` and at most `last` days ago; longer ago too where there is no last."""

    label: str
    first: int
    last: int | None

    @property
    def code(self) -> str:
        return f"{self.first}-{'' if self.last is None else self.last}"

    def of(self, window: Window, today: date) -> Window:
        """The part of the caseload that is in this band."""
        since = DAY_ZERO if self.last is None else today - timedelta(days=self.last)
        return replace(window, since=since, until=today - timedelta(days=self.first) if self.first else None)


# In steps of the time that the measure asks for.
BANDS: Final = (
    Band("In the last 14 days", 0, 13),
    Band("14 to 27 days ago", 14, 27),
    Band("28 to 55 days ago", 28, 55),
    Band("56 days ago or more", 56, None),
)


@dataclass(frozen=True)
class Line:
    """A provider or a payment group: how many of its caseload are in each band. code is what links name it by.

    stands_out: more of them were not reached lately than chance explains.
    """

    name: str
    code: str
    counts: tuple[int, ...]
    stands_out: bool = False

    @property
    def caseload(self) -> int:
        return sum(self.counts)

    @property
    def silent(self) -> Rate:
        """How many of them were not reached in the last 14 days."""
        return Rate(sum(self.counts[1:]), self.caseload)


@dataclass(frozen=True)
class Parking:
    """The caseload of a contract, as one viewer may be shown it: all of it, each provider's, each payment group's."""

    whole: Line
    providers: list[Line]
    groups: list[Line]

    @classmethod
    def of(
        cls, contract: Contract, period: Period, viewer: Viewer, whose: Organisation | None = None
    ) -> Self:
        """Read in a constant number of queries; of one provider where one is given."""
        groups = dict(contract.groups.order_by("name").values_list("code", "name"))
        window = period.window(MEASURE, viewer.today).base
        of_groups = {code: replace(window, group=code) for code in groups if period.group in ("", code)}
        asked = {one: [band.of(one, viewer.today) for band in BANDS] for one in (window, *of_groups.values())}
        beyond = Beyond.of(contract, Known(viewer))
        sums = Sums.of(contract, [each for bands in asked.values() for each in bands], beyond, [HELD])

        def line(name: str, code: str, of: Iterable[UUID | None], within: Window) -> Line:
            held = list(of)
            return Line(name, code, tuple(sums.shown(held, [HELD], band) for band in asked[within]))

        everybody = [whose.pk] if whose else list(sums.organisations)
        whole = line("All", "", everybody, window)
        found = [whose] if whose else providers_of(contract, sums.organisations - {None})
        found = sorted(found, key=lambda one: one.name.casefold())
        providers = [line(one.name, one.slug, [one.pk], window) for one in found]
        by_group = [line(groups[code], code, everybody, one) for code, one in of_groups.items()]
        return cls(whole, _judged(providers, whole), _judged(by_group, whole) if len(by_group) > 1 else [])


def _judged(lines: list[Line], whole: Line) -> list[Line]:
    """Each with whether it stands out; who holds nobody is left out."""
    return [
        replace(one, stands_out=verdict(one.silent, whole.silent.share) in WORSE)
        for one in lines
        if one.caseload
    ]
