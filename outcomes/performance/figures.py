"""The figures of a contract, read from the facts in a constant number of queries."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import or_
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from outcomes.models import PerformanceFact, Refresh
from outcomes.performance.beyond import NOBODY_BEYOND, Beyond
from outcomes.performance.known import Known, signed
from outcomes.performance.periods import Period, Window
from outcomes.performance.profiles import USUAL, Bands, whole_number
from outcomes.performance.promised import Promised
from outcomes.performance.trajectory import Trajectory, Year
from outcomes.performance.waits import Waits, quantile
from partners.models import Organisation
from partners.viewer import Viewer, london_date
from programmes.measure import BY_ILLUSTRATIVE_PRICES, COUNTS, Direction, Measure
from programmes.measures import measures_of
from programmes.models import Contract, PaymentGroup, Standard, SupplyAgreement

# By which providers are compared with their profile: the first of these that the contract has.
HEADLINES: Final = ("job_outcomes", "starts", "referrals")


@dataclass(frozen=True)
class Status:
    """A judgement in words, and the colour that repeats them."""

    rag: str
    text: str


ON_PROFILE: Final = Status("green", "On profile")
JUST_BELOW: Final = Status("amber", "Just below profile")
BEHIND: Final = Status("red", "Behind profile")
TOO_FEW: Final = Status("grey", "Too few to judge")
NO_PROFILE: Final = Status("", "")


@dataclass(frozen=True)
class Figure:
    """One measure in one window, for one provider or all. amount is the numerator, base the denominator of a ratio.

    days is what the waits of these people come to, where the measure asks for that.
    """

    measure: Measure
    amount: int
    base: int | None = None
    days: int | None = None
    promised: Fraction | None = None
    illustrative: bool = False
    bands: Bands = USUAL
    trajectory: Trajectory | None = None

    @property
    def value(self) -> int | Fraction | None:
        """The figure itself: a number, pence, working days or a ratio. None where it is not known yet, or nobody could
        have it."""
        if self.measure.quantile is not None:
            return self.days
        if not self.measure.is_ratio:
            return self.amount
        return Fraction(self.amount, self.base) if self.base else None

    @property
    def profile(self) -> int | Fraction | None:
        """What was promised up to today, as people say it: whole for a number, halves up."""
        if self.promised is None or self.measure.is_ratio:
            return self.promised
        return whole_number(self.promised)

    @property
    def difference(self) -> Fraction | None:
        """How far the figure is above the profile; below zero is below it."""
        return None if self.value is None or self.profile is None else Fraction(self.value) - self.profile

    @property
    def reached(self) -> Fraction | None:
        """The figure's part of its profile in per cent; of what should be low, the profile's part of the figure. None
        where there is no profile."""
        if self.value is None or not self.profile:
            return None
        value, asked = Fraction(self.value), Fraction(self.profile)
        if self.measure.direction is Direction.DOWN:
            value, asked = asked, value
        return 100 * value / asked if asked else Fraction(100)

    @property
    def status(self) -> Status:
        """By the figure's part of its profile and the profile's bands; small numbers grey."""
        if self.reached is None:
            return NO_PROFILE
        least = self.base if self.measure.is_ratio else self.profile
        if least is None or least < self.measure.minimum_sample:
            return TOO_FEW
        if self.reached >= self.bands.amber_below:
            return ON_PROFILE
        return JUST_BELOW if self.reached >= self.bands.red_below else BEHIND

    @property
    def rule(self) -> str:
        """Why the status is what it is: Red: 72% of profile; red is below 85%. Empty where nothing is judged."""
        rag, bands = self.status.rag, self.bands
        if self.reached is None or rag == TOO_FEW.rag:
            return ""
        limits = {"red": f"red is below {bands.red_below}%", "green": f"amber is below {bands.amber_below}%"}
        limits["amber"] = f"{limits['green']}, {limits['red']}"
        # Rounded down, so that what is below a limit does not read as if it had reached it.
        return f"{rag.capitalize()}: {int(self.reached)}% of profile; {limits[rag]}"


@dataclass(frozen=True)
class Row:
    """A provider's figures, by measure. Without an organisation: of referrals that nobody has accepted yet."""

    organisation: Organisation | None
    figures: dict[str, Figure]

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else "Not yet accepted"

    @property
    def headline(self) -> Figure:
        """The figure by which providers are compared."""
        return next(self.figures[code] for code in HEADLINES if code in self.figures)


def milestone_codes(contract: Contract) -> set[str]:
    """The milestones that the contract's programme knows, those of single payment groups included."""
    own = PaymentGroup.objects.filter(contract=contract).values_list("milestones", flat=True)
    return {str(row["code"]) for rows in (contract.programme.milestones, *own) for row in rows}


def limits_of(contract: Contract) -> dict[str, int]:
    """The contract's service standards that are counted in working days: the limit by the code."""
    standards = Standard.objects.filter(contract=contract, unit=Standard.Unit.WORKING_DAYS)
    return dict(standards.values_list("code", "limit"))


def offered(contract: Contract, *, money: bool) -> list[Measure]:
    """The measures that a contract has, in the order of the page; money only where asked."""
    return measures_of(milestone_codes(contract), money=money, limits=limits_of(contract))


def computed_at(contract: Contract) -> datetime | None:
    """When the facts of the contract were last computed."""
    return Refresh.objects.filter(contract=contract).values_list("computed_at", flat=True).first()


def providers_of(contract: Contract, counted: Collection[UUID | None] | None = None) -> list[Organisation]:
    """The providers with an agreement on the contract, and those for whom anything counts, by name: their ids, or
    whoever has a fact.
    """
    agreed = SupplyAgreement.objects.filter(contract=contract).values("organisation_id")
    # Asked provider by provider: there are few, and a million facts.
    facts = PerformanceFact.objects.filter(contract=contract, organisation=OuterRef("pk"))
    counts = Exists(facts) if counted is None else Q(pk__in=counted)
    return list(Organisation.objects.filter(Q(pk__in=agreed) | Q(counts)).order_by("name"))


@dataclass(frozen=True)
class Sums:
    """What there is in some windows, by provider and code."""

    amounts: Mapping[tuple[UUID | None, str, Window], int]
    beyond: Beyond = NOBODY_BEYOND

    @classmethod
    def of(
        cls,
        contract: Contract,
        windows: Iterable[Window],
        beyond: Beyond = NOBODY_BEYOND,
        codes: Collection[str] = (),
        known: Known | None = None,
    ) -> Self:
        """Read from the facts in one query, however many windows; only these codes where any are given. As they were
        known at a moment, in two more."""
        asked = [window for window in dict.fromkeys(windows) if not window.is_empty]
        if not asked:
            return cls({}, beyond)
        totals = {f"in_{n}": Sum("amount", filter=window.cells()) for n, window in enumerate(asked)}
        in_any = reduce(or_, (window.cells() for window in asked))

        def ask(cells: QuerySet[Any]) -> Iterable[tuple[Any, ...]]:
            rows = cells.filter(in_any)
            rows = rows.filter(code__in=codes) if codes else rows
            return rows.order_by().values_list("organisation_id", "code").annotate(**totals)

        found: Counter[tuple[UUID | None, str, Window]] = Counter()
        for sign, (organisation_id, code, *amounts) in signed(contract, ask, known):
            for window, amount in zip(asked, amounts, strict=True):
                found[organisation_id, code, window] += sign * (amount or 0)
        return cls(found, beyond)

    @classmethod
    def by_month(
        cls, contract: Contract, windows: Sequence[Window], beyond: Beyond, codes: Collection[str]
    ) -> Self:
        """The same of single months that follow each other, one group of rows for each, in one query."""
        by_first = {window.first: window for window in windows}
        rows = PerformanceFact.objects.filter(
            replace(windows[0], last=windows[-1].last).cells(), contract=contract, code__in=codes
        )
        counted = rows.values_list("organisation_id", "code", "month").annotate(Sum("amount"))
        return cls({(whose, code, by_first[month]): amount for whose, code, month, amount in counted}, beyond)

    @property
    def organisations(self) -> set[UUID | None]:
        """Everybody for whom anything counts."""
        return {organisation_id for organisation_id, _, _ in self.amounts}

    def total(self, organisations: Iterable[UUID | None], codes: Iterable[str], window: Window) -> int:
        """What counts for these providers in the window."""
        keys = product(organisations, codes, [window])
        return sum(self.amounts.get(key, 0) for key in keys)

    def unseen(self, whose: UUID | None, codes: Collection[str], window: Window, group: str) -> int:
        """How much of a provider's figure in one payment group the viewer is not shown."""
        if self.shown([whose], codes, window) == self.total([whose], codes, window):
            return 0
        return self.beyond.of_group(whose, codes, window, group)

    def shown(self, organisations: Iterable[UUID | None], codes: Collection[str], window: Window) -> int:
        """The same as the viewer may be shown it."""
        each = ((one, self.total([one], codes, window)) for one in organisations)
        return self.beyond.shown(each, codes, window)


@dataclass(frozen=True)
class Board:
    """The figures of a contract in a period: the whole, and each provider that the viewer may see.

    year is the contract year of today, to whose end figures are led on, if they are. whose is the provider of which
    alone the whole is, where one was chosen.
    """

    measures: list[Measure]
    windows: dict[str, Window]
    sums: Sums
    waits: Waits
    promised: Promised
    organisations: list[Organisation]
    year: Year | None
    whose: Organisation | None = None

    @classmethod
    def of(
        cls,
        contract: Contract,
        period: Period,
        viewer: Viewer,
        *,
        money: bool,
        whose: Organisation | None = None,
        known_at: datetime | None = None,
    ) -> Self:
        """Read the figures, as the viewer's walls let them be seen, and perhaps as they were known at a past moment;
        money only where asked."""
        measures = offered(contract, money=money)
        today = london_date(known_at) if known_at else viewer.today
        windows = {measure.code: period.window(measure, today) for measure in measures}
        # The profile promises for all payment groups and areas together, and up to today.
        promised = Promised() if period.only or known_at else Promised.of(contract, viewer)
        year = None if known_at else Year.of(contract, viewer.today)
        return cls.within(contract, measures, windows, Known(viewer, known_at), promised, year, whose)

    @classmethod
    def within(
        cls,
        contract: Contract,
        measures: list[Measure],
        windows: dict[str, Window],
        known: Known,
        promised: Promised | None = None,
        year: Year | None = None,
        whose: Organisation | None = None,
    ) -> Self:
        """The figures of these measures, each in its window."""
        bases = [windows[measure.code].base for measure in measures if measure.is_ratio]
        beyond = Beyond.of(contract, known)
        so_far = [year.window] if year else []
        sums = Sums.of(contract, [*windows.values(), *bases, *so_far], beyond, known=known)
        timed = [measure for measure in measures if measure.quantile is not None]
        asked = [(code, windows[measure.code]) for measure in timed for code in measure.codes]
        return cls(
            measures,
            windows,
            sums,
            Waits.of(contract, asked, beyond, known),
            promised or Promised(),
            providers_of(contract, sums.organisations - {None}),
            year,
            whose,
        )

    @property
    def whole(self) -> dict[str, Figure]:
        """The figures of everybody together or of the chosen provider, by measure."""
        if self.whose:
            return self._figures([self.whose.pk], self.whose.pk)
        return self._figures(self.sums.organisations, None)

    @property
    def rows(self) -> list[Row]:
        """Each provider's figures, and at the end those of nobody yet, if there are any."""
        rows = [Row(one, self._figures([one.pk], one.pk)) for one in self.organisations]
        nobody = Row(None, self.nobody)
        return [*rows, nobody] if any(figure.amount for figure in nobody.figures.values()) else rows

    @property
    def nobody(self) -> dict[str, Figure]:
        """What counts for nobody yet, by measure."""
        found = self._figures([None], None)
        return {
            code: replace(one, promised=None, illustrative=False, trajectory=None)
            for code, one in found.items()
        }

    def _figures(self, organisations: Collection[UUID | None], of: UUID | None) -> dict[str, Figure]:
        return {measure.code: self._figure(measure, organisations, of) for measure in self.measures}

    def _figure(self, measure: Measure, organisations: Collection[UUID | None], of: UUID | None) -> Figure:
        window = self.windows[measure.code]
        promised, illustrative = self.promised.of_measure(of, measure, window) or (None, False)
        from_illustrative_prices = BY_ILLUSTRATIVE_PRICES.intersection(measure.codes)
        base = window.base
        return Figure(
            measure,
            self.sums.shown(organisations, measure.codes, window),
            base=self.sums.shown(organisations, COUNTS[measure.denominator], base)
            if measure.is_ratio
            else None,
            days=quantile(self.waits.shown(organisations, measure.codes, window), measure.quantile)
            if measure.quantile is not None
            else None,
            promised=promised,
            illustrative=illustrative
            or bool(self.sums.shown(organisations, from_illustrative_prices, window)),
            bands=self.promised.bands,
            trajectory=self._trajectory(measure, organisations, of),
        )

    def _trajectory(
        self, measure: Measure, organisations: Collection[UUID | None], of: UUID | None
    ) -> Trajectory | None:
        """Where a count leads by the end of the year; none where the profile asks nothing of the year."""
        if self.year is None or measure.is_ratio or not measure.profiled:
            return None
        asked = sum(
            one.amount for one in self.promised.within(of, measure.numerator, self.year.first, self.year.last)
        )
        done = self.sums.shown(organisations, measure.codes, self.year.window)
        return Trajectory(self.year, done, asked) if asked else None
