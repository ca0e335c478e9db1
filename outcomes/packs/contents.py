"""What a pack says: the figures of one month beside those of longer times, of a contract or of one of its providers.

As the system sees them, which is named to nobody: a pack is the same for whoever may open it, and below the threshold
leaves out everybody whom named people alone see (outcomes.performance.beyond). Money is not in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from outcomes.models import FigureQuery, Pack, PublishedFigure
from outcomes.performance.advisers import CASELOAD, holding
from outcomes.performance.comparing import USUAL_RATE, Comparison
from outcomes.performance.curves import EVENT, Asked, Cohort, cohorts
from outcomes.performance.figures import Board, Figure, Row, Sums, offered
from outcomes.performance.known import Known
from outcomes.performance.periods import Period, Window, month_of, months_between, shift
from outcomes.performance.profiles import Bands, whole_number
from outcomes.performance.promised import Promised
from outcomes.performance.published import Beside, beside
from outcomes.performance.trends import latest
from outcomes.performance.words import per_adviser
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import Clock, Measure
from programmes.models import Contract


@dataclass(frozen=True)
class Span:
    """The months of a column: what it is called, and the first of them."""

    label: str
    first: date


@dataclass(frozen=True)
class Line:
    """A measure in each column; none where no month of the column belongs to it."""

    measure: Measure
    figures: list[Figure | None]


@dataclass(frozen=True)
class Course:
    """One count by month, the profile's number beside it where there is one."""

    measure: Measure
    months: list[date]
    amounts: list[int]
    profile: list[int | None]


@dataclass(frozen=True)
class Contents:
    """All of it. spans: the columns, the month itself first; lines: the measures that have a figure in any of them;
    standing: the figures of the day on which it was made, and advisers: how many hold anybody on it. before: last
    month's figures as they were published, where they moved since.
    """

    contract: Contract
    whose: Organisation | None
    month: date
    at: datetime
    is_published: bool
    bands: Bands
    spans: list[Span]
    lines: list[Line]
    providers: list[Row]
    standing: list[Figure]
    advisers: int
    courses: list[Course]
    cohorts: list[Cohort]
    compared: Comparison | None
    before: list[Beside]
    queried: list[FigureQuery]

    @classmethod
    def of(cls, pack: Pack, system: Viewer) -> Self:
        """Read it for a pack, which comes with its contract, the contract's programme and its organisation."""
        contract, whose, month = pack.contract, pack.organisation, pack.month
        measures = [one for one in offered(contract, money=False) if not one.stands]
        promised, spans = Promised.of(contract, system), spans_of(contract, month)
        boards = [
            Board.within(
                contract,
                measures,
                {one.code: window(one, span, contract, month) for one in measures},
                Known(system),
                promised,
                whose=whose,
            )
            for span in spans
        ]
        beyond = boards[0].sums.beyond
        published = PublishedFigure.objects.filter(contract=contract, month=month)
        return cls(
            contract,
            whose,
            month,
            system.now(),
            published.exists(),
            promised.bands,
            spans,
            lines(measures, boards),
            [] if whose else boards[1].rows,
            standing(contract, system, whose),
            holding(contract, whose),
            courses(measures, boards[0], contract, month),
            cohorts(contract, shift(month, 1), beyond, Asked(whose=whose)) if EVENT in measures else [],
            None if whose else compared(contract, measures, month, system),
            [one for one in beside(contract, shift(month, -1), system, whose, money=False) if one.moved],
            queried(contract, whose),
        )

    def held_by_each(self, figure: Figure) -> str:
        """Of the caseload, how many people that is for each adviser; nothing of any other figure."""
        return per_adviser(figure.amount, self.advisers) if figure.measure.code == CASELOAD.code else ""

    @property
    def measures(self) -> list[Measure]:
        """Everything that it has a figure of."""
        return [*(line.measure for line in self.lines), *(figure.measure for figure in self.standing)]


def spans_of(contract: Contract, month: date) -> list[Span]:
    """The month, the contract year up to it, the last 3 and 12 months and everything up to it."""
    begin = month_of(contract.starts_on)
    year, in_year = divmod(months_between(begin, month), 12)
    return [
        Span(f"{month:%B %Y}", month),
        Span(f"Contract year {year + 1} to date", shift(month, -in_year)),
        Span("Last 3 months", max(begin, shift(month, -2))),
        Span("Last 12 months", max(begin, shift(month, -11))),
        Span("Since the beginning", begin),
    ]


def window(measure: Measure, span: Span, contract: Contract, month: date) -> Window:
    """The cells of a measure from the span's first month to this one.

    On the cohort's clock they are those of the months of referral whose time ended in these months; none where the
    contract is younger than that. What is cumulative has no months but all.
    """
    begin = month_of(contract.starts_on)
    if measure.clock is Clock.TO_DATE and span.first != begin:
        return Window(begin, shift(begin, -1))
    if measure.clock is not Clock.COHORT:
        return Window(span.first, month, within=measure.within)
    first, last = (shift(one, -measure.months_after) for one in (span.first, month))
    return Window(max(begin, first), last, by=measure.months_after, within=measure.within)


def lines(measures: list[Measure], boards: list[Board]) -> list[Line]:
    """Each measure in each column, where it has a figure in any."""
    columns = [(board.windows, board.whole) for board in boards]
    found = (
        Line(one, [None if windows[one.code].is_empty else whole[one.code] for windows, whole in columns])
        for one in measures
    )
    return [line for line in found if any(line.figures)]


def standing(contract: Contract, system: Viewer, whose: Organisation | None) -> list[Figure]:
    """What stands on the day on which the pack is made."""
    measures = [one for one in offered(contract, money=False) if one.stands]
    begin, now = month_of(contract.starts_on), month_of(system.today)
    today = Period("today", "", now, now, begin)
    windows = {one.code: today.window(one, system.today) for one in measures}
    return list(Board.within(contract, measures, windows, Known(system), whose=whose).whole.values())


def courses(measures: list[Measure], board: Board, contract: Contract, month: date) -> list[Course]:
    """The counts that a profile knows, in each of the last months, in one query."""
    counts = [one for one in measures if one.profiled and not one.is_ratio]
    windows = latest(month_of(contract.starts_on), month)
    codes = {code for measure in counts for code in measure.codes}
    sums = Sums.by_month(contract, windows, board.sums.beyond, codes)
    of = board.whose.pk if board.whose else None
    everyone = [of] if of else sums.organisations

    def course(measure: Measure) -> Course:
        promised = (board.promised.count(of, measure.numerator, one) for one in windows)
        return Course(
            measure,
            [one.first for one in windows],
            [sums.shown(everyone, measure.codes, one) for one in windows],
            [whole_number(one[0]) if one else None for one in promised],
        )

    return [course(measure) for measure in counts]


def queried(contract: Contract, whose: Organisation | None) -> list[FigureQuery]:
    """The questions about figures that are not closed, the oldest first."""
    found = FigureQuery.objects.filter(contract=contract).exclude(state=FigureQuery.State.CLOSED)
    found = found.filter(organisation=whose) if whose else found
    return list(found.select_related("contract", "organisation").order_by("asked_at"))


def compared(contract: Contract, measures: list[Measure], month: date, system: Viewer) -> Comparison | None:
    """The providers' usual rate since the beginning, where it is known of anybody."""
    rate = next((one for one in measures if one.code == USUAL_RATE), None)
    if rate is None:
        return None
    span = Span("", month_of(contract.starts_on))
    found = Comparison.of(contract, rate, window(rate, span, contract, month), system)
    return found if found.whole.base else None
