"""The forecast call: what providers committed to, what came of it, what the forecast expects, how good they were."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Self
from uuid import UUID

from django.db.models import Sum

from outcomes.actions.commitment import COUNTED, week_of
from outcomes.models import Commitment, CommittedPerson, Forecast, Journal
from outcomes.performance.beyond import Beyond
from outcomes.performance.figures import Sums
from outcomes.performance.periods import Window, month_of
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import COUNTS
from programmes.measures import BY_CODE
from programmes.models import Contract

WEEKS: Final = 12


@dataclass(frozen=True)
class Accuracy:
    """How far commitments of the last weeks, for months that are over, were from what came.

    mean_error is the mean distance either way; bias is the mean of what came less what was said: below nought, too much
    was promised.
    """

    number: int
    mean_error: Fraction
    bias: Fraction

    @classmethod
    def of(cls, pairs: Collection[tuple[int, int]]) -> "Accuracy | None":
        """Of what was said and what came, a pair for each commitment; none without any."""
        if not pairs:
            return None
        off = [came - said for said, came in pairs]
        return cls(len(off), Fraction(sum(map(abs, off)), len(off)), Fraction(sum(off), len(off)))

    def __str__(self) -> str:
        """Such as: off by 2.5, mostly too much promised (8 commitments)."""
        which = "as often too much as too little" if self.bias == 0 else "mostly too little promised"
        if self.bias < 0:
            which = "mostly too much promised"
        times = f"{self.number} commitment{'' if self.number == 1 else 's'}"
        if not self.mean_error:
            return f"exact ({times})"
        signed = f"{'−' if self.bias < 0 else '+'}{float(abs(self.bias)):.1f}"
        return f"off by {float(self.mean_error):.1f}, on average {signed}: {which} ({times})"


@dataclass(frozen=True)
class Count:
    """One count of one provider, or of all, in the month: committed and expected are none where nobody said."""

    code: str
    committed: int | None
    actual: int
    expected: Decimal | None
    past: Accuracy | None

    @property
    def label(self) -> str:
        return BY_CODE[self.code].label


@dataclass(frozen=True)
class Line:
    """What one provider said last about the month, and what there is. Without an organisation: all together."""

    organisation: Organisation | None
    commitment: Commitment | None
    counts: list[Count]


Said = dict[tuple[UUID, date, date], Commitment]


@dataclass(frozen=True)
class Found:
    """What was read for the call about a month: what was said by provider, month and week, what came, what is expected
    by provider and milestone."""

    month: date
    said: Said
    came: Sums
    expected: dict[tuple[UUID | None, str], Decimal]

    def count(self, code: str, whose: Sequence[UUID], now: Sequence[Commitment]) -> Count:
        """A count of these providers, whose last words about the month are now."""
        keys = [(owner, one) for owner in whose for one in COUNTS[code]]
        likely = [self.expected[key] for key in keys if key in self.expected]
        past = [
            (getattr(one, code), self._came(code, [owner], month))
            for (owner, month, _), one in self.said.items()
            if month < self.month and owner in whose
        ]
        return Count(
            code,
            sum(getattr(one, code) for one in now) if now else None,
            self._came(code, whose, self.month),
            sum(likely, Decimal()) if likely else None,
            Accuracy.of(past),
        )

    def _came(self, code: str, whose: Sequence[UUID], month: date) -> int:
        return self.came.shown(whose, COUNTS[code], Window(month, month))


@dataclass(frozen=True)
class Call:
    """The call about one month of a contract: a line for each provider that the viewer sees."""

    month: date
    week: date
    lines: list[Line]
    whole: Line

    @classmethod
    def of(
        cls,
        contract: Contract,
        viewer: Viewer,
        *,
        beyond: Beyond,
        organisations: Sequence[Organisation],
        codes: Collection[str] = COUNTED,
    ) -> Self:
        """Read in three queries, however many people there are. codes: the counts that the contract has."""
        month, week = month_of(viewer.today), week_of(viewer.today)
        said = latest(contract, organisations, since=week - timedelta(weeks=WEEKS))
        counts = [code for code in COUNTED if code in codes]
        found = Found(
            month,
            said,
            _came(contract, {month, *_over(said, month)}, counts, beyond),
            _expected(contract, month),
        )
        lines = []
        for one in organisations:
            weeks = [key for key in said if key[:2] == (one.pk, month)]
            now = said[max(weeks, key=lambda key: key[2])] if weeks else None
            made = [found.count(code, [one.pk], [now] if now else []) for code in counts]
            lines.append(Line(one, now, made))
        now_said = [line.commitment for line in lines if line.commitment]
        owners = [one.pk for one in organisations]
        whole = Line(None, None, [found.count(code, owners, now_said) for code in counts])
        return cls(month, week, lines, whole)

    def people(self) -> list[CommittedPerson]:
        """Those who are named in what is shown, as the viewer may see them; one query."""
        shown = [line.commitment for line in self.lines if line.commitment]
        found = CommittedPerson.objects.filter(commitment__in=shown, participant__isnull=False)
        order = "organisation__name", "count", "participant__reference"
        return list(found.select_related("participant", "organisation").order_by(*order))


def latest(contract: Contract, organisations: Iterable[Organisation], since: date) -> Said:
    """What each provider said last in each week from this Monday on, by provider, month and week; one query."""
    found = Commitment.objects.filter(
        contract=contract, organisation__in=list(organisations), week__gte=since
    )
    rows = found.select_related("committed_by").order_by("committed_at", "pk")
    return {(one.organisation_id, one.month, one.week): one for one in rows}


def _over(said: Said, month: date) -> set[date]:
    """The months before this one about which something was said."""
    return {about for _, about, _ in said if about < month}


def _came(contract: Contract, months: Iterable[date], counts: Iterable[str], beyond: Beyond) -> Sums:
    """What counts in each of the months; one query."""
    milestones = {one for code in counts for one in COUNTS[code]}
    return Sums.of(contract, [Window(one, one) for one in months], beyond, milestones)


def _expected(contract: Contract, month: date) -> dict[tuple[UUID | None, str], Decimal]:
    """How many of each milestone the forecast expects of each provider in the month, what was reached included."""
    rows = Forecast.objects.filter(
        contract=contract, month=month, part=Forecast.Part.MILESTONE, side=Journal.Side.PROVIDER
    )
    return {
        (organisation_id, code): number
        for organisation_id, code, number in rows.values_list("organisation_id", "code").annotate(
            Sum("number")
        )
    }
