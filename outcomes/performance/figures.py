"""The figures of a contract, read from the facts in a constant number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import or_
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from outcomes.models import PerformanceFact, Refresh
from outcomes.performance.beyond import NOBODY_BEYOND, Beyond
from outcomes.performance.periods import Period, Window
from outcomes.performance.promised import Promised
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measures import COUNTS, ILLUSTRATIVE, Direction, Measure, measures_of
from programmes.models import Contract, PaymentGroup, SupplyAgreement

# A figure this far short of its promise is still amber, not red.
LEEWAY: Final = Fraction(9, 10)
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
    """One measure in one window, for one provider or all. amount is the numerator, base the denominator of a ratio."""

    measure: Measure
    amount: int
    base: int | None = None
    promised: Fraction | None = None
    illustrative: bool = False

    @property
    def value(self) -> int | Fraction | None:
        """The figure itself: a number, pence or a ratio. None where it is not known yet, or nobody could have it."""
        if not self.measure.is_ratio:
            return self.amount
        return Fraction(self.amount, self.base) if self.base else None

    @property
    def profile(self) -> int | Fraction | None:
        """What was promised up to today, as people say it: whole for a number, halves up."""
        if self.promised is None or self.measure.is_ratio:
            return self.promised
        return int(self.promised + Fraction(1, 2))

    @property
    def difference(self) -> Fraction | None:
        """How far the figure is above the profile; below zero is below it."""
        return None if self.value is None or self.profile is None else Fraction(self.value) - self.profile

    @property
    def status(self) -> Status:
        """By the figure's part of its profile: from 100 % green, from 90 % amber, less is red; small numbers grey."""
        if self.value is None or not self.profile:
            return NO_PROFILE
        least = self.base if self.measure.is_ratio else self.profile
        if least is None or least < self.measure.minimum_sample:
            return TOO_FEW
        reached, asked = self.value, self.profile
        if self.measure.direction is Direction.DOWN:
            reached, asked = asked, reached
        return ON_PROFILE if reached >= asked else JUST_BELOW if reached >= asked * LEEWAY else BEHIND


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


def computed_at(contract: Contract) -> datetime | None:
    """When the facts of the contract were last computed."""
    return Refresh.objects.filter(contract=contract).values_list("computed_at", flat=True).first()


def providers_of(
    contract: Contract, counted: Collection[UUID | None] | QuerySet[PerformanceFact, Any]
) -> list[Organisation]:
    """The providers with an agreement on the contract, and those for whom anything counts (their ids), by name."""
    agreed = SupplyAgreement.objects.filter(contract=contract).values("organisation_id")
    return list(Organisation.objects.filter(Q(pk__in=agreed) | Q(pk__in=counted)).order_by("name"))


@dataclass(frozen=True)
class Sums:
    """What there is in some windows, by provider and code."""

    amounts: Mapping[tuple[UUID | None, str, Window], int]
    beyond: Beyond = NOBODY_BEYOND

    @classmethod
    def of(cls, contract: Contract, windows: Iterable[Window], beyond: Beyond = NOBODY_BEYOND) -> Self:
        """Read from the facts in one query, however many windows."""
        asked = [window for window in dict.fromkeys(windows) if not window.is_empty]
        totals = {f"in_{n}": Sum("amount", filter=window.cells()) for n, window in enumerate(asked)}
        in_any = reduce(or_, (window.cells() for window in asked))
        rows = PerformanceFact.objects.filter(in_any, contract=contract)
        return cls(
            {
                (organisation_id, code, window): amount or 0
                for organisation_id, code, *amounts in rows.values_list("organisation_id", "code").annotate(
                    **totals
                )
                for window, amount in zip(asked, amounts, strict=True)
            },
            beyond,
        )

    @property
    def organisations(self) -> set[UUID | None]:
        """Everybody for whom anything counts."""
        return {organisation_id for organisation_id, _, _ in self.amounts}

    def total(self, organisations: Iterable[UUID | None], codes: Iterable[str], window: Window) -> int:
        """What counts for these providers in the window."""
        keys = product(organisations, codes, [window])
        return sum(self.amounts.get(key, 0) for key in keys)

    def shown(self, organisations: Iterable[UUID | None], codes: Collection[str], window: Window) -> int:
        """The same as the viewer may be shown it."""
        each = ((one, self.total([one], codes, window)) for one in organisations)
        return self.beyond.shown(each, codes, window)


@dataclass(frozen=True)
class Board:
    """The figures of a contract in a period: the whole, and each provider that the viewer may see."""

    measures: list[Measure]
    windows: dict[str, Window]
    sums: Sums
    promised: Promised
    organisations: list[Organisation]

    @classmethod
    def of(cls, contract: Contract, period: Period, viewer: Viewer, *, money: bool) -> Self:
        """Read the figures, as the viewer's walls let them be seen; money only where asked."""
        measures = measures_of(milestone_codes(contract), money=money)
        windows = {measure.code: period.window(measure, viewer.today) for measure in measures}
        sums = Sums.of(contract, windows.values(), Beyond.of(contract, viewer))
        return cls(
            measures,
            windows,
            sums,
            Promised.of(contract, viewer),
            providers_of(contract, sums.organisations - {None}),
        )

    @property
    def whole(self) -> dict[str, Figure]:
        """The figures of everybody together, by measure."""
        return self._figures(self.sums.organisations, None)

    @property
    def rows(self) -> list[Row]:
        """Each provider's figures, and at the end those of nobody yet, if there are any."""
        rows = [Row(one, self._figures([one.pk], one.pk)) for one in self.organisations]
        nobody = Row(None, self._figures([None], None))
        for code, figure in nobody.figures.items():
            nobody.figures[code] = replace(figure, promised=None, illustrative=False)
        return [*rows, nobody] if any(figure.amount for figure in nobody.figures.values()) else rows

    def _figures(self, organisations: Collection[UUID | None], of: UUID | None) -> dict[str, Figure]:
        return {measure.code: self._figure(measure, organisations, of) for measure in self.measures}

    def _figure(self, measure: Measure, organisations: Collection[UUID | None], of: UUID | None) -> Figure:
        window = self.windows[measure.code]
        promised, illustrative = self.promised.of_measure(of, measure, window) or (None, False)
        from_illustrative_prices = {ILLUSTRATIVE}.intersection(measure.codes)
        return Figure(
            measure,
            self.sums.shown(organisations, measure.codes, window),
            self.sums.shown(organisations, COUNTS[measure.denominator], window) if measure.is_ratio else None,
            promised,
            illustrative or bool(self.sums.shown(organisations, from_illustrative_prices, window)),
        )
