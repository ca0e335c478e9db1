"""The commissioner's figures in words, and a provider's among its peers': read from what was shared, and no more."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Self
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.urls import reverse

from outcomes.models import SharedMeasure
from outcomes.performance import words
from outcomes.performance.beyond import Beyond
from outcomes.performance.charts import Month
from outcomes.performance.closing import MONTH, NOBODY, TO_DATE, WHOLE, Whose, of_provider
from outcomes.performance.disclosure import rule_on
from outcomes.performance.figures import Figure, Sums
from outcomes.performance.forms import NoContract
from outcomes.performance.periods import Window, month_of
from outcomes.performance.promised import Promised
from outcomes.performance.sharing import per_cent, year_of
from partners.models import Organisation
from partners.templatetags.baton import NOTHING
from partners.viewer import Viewer
from programmes.measure import COUNTS, Measure, Unit
from programmes.measures import BY_CODE, MEASURES
from programmes.models import Contract

MONTHS: Final = {"12": "Last 12 months shared", "all": "Every month shared"}


@dataclass(frozen=True)
class Shared:
    """Everything of a contract that its commissioner was shown. A value of none is withheld."""

    contract: Contract
    values: dict[tuple[str, str, date, Whose], int | None]
    names: dict[Whose, str]

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """Read in two queries."""
        rows = SharedMeasure.objects.filter(contract=contract, audience=SharedMeasure.Audience.COMMISSIONER)
        fields = rows.values_list("measure", "span", "month", "part", "organisation_id", "value")
        values: dict[tuple[str, str, date, Whose], int | None] = {
            (measure, span, month, (part, provider)): value
            for measure, span, month, part, provider, value in fields
            if measure in BY_CODE
        }
        ids = {provider for *_, (_, provider) in values if provider}
        providers = sorted(Organisation.objects.filter(pk__in=ids), key=lambda one: one.name.casefold())
        names = {of_provider(one.pk): one.name for one in providers}
        return cls(contract, values, names | {NOBODY: "Not yet accepted", WHOLE: "Everybody"})

    @property
    def measures(self) -> list[Measure]:
        """The measures of which anything was shared, in the order of the registry."""
        codes = {code for code, *_ in self.values}
        return [measure for measure in MEASURES if measure.code in codes]

    def months(self, measure: Measure) -> list[date]:
        """The months of a measure, newest first."""
        found = {month for code, span, month, _ in self.values if (code, span) == (measure.code, MONTH)}
        return sorted(found, reverse=True)

    def last(self, measure: Measure) -> date:
        """The last month of a measure."""
        return max(month for code, _, month, _ in self.values if code == measure.code)

    def parts(self, measure: Measure) -> list[Whose]:
        """Whose figures of a measure there are, by name; everybody's last, and nobody's only where there are any."""
        mine = {whose: 0 for code, _, _, whose in self.values if code == measure.code}
        for (code, _, _, whose), value in self.values.items():
            if code == measure.code:
                mine[whose] += value != 0
        return [whose for whose in self.names if whose in mine and (whose != NOBODY or mine[whose])]

    def said(self, measure: Measure, span: str, month: date, whose: Whose) -> str:
        """A figure in words; a dash where it is withheld."""
        return said(self.values.get((measure.code, span, month, whose)), measure)


def said(value: int | None, measure: Measure) -> str:
    """A shared figure in words: a number or whole per cent; a dash for one that is withheld."""
    if value is None:
        return NOTHING
    return f"{value}%" if measure.unit is Unit.RATIO else words.said(value, measure.unit)


class SharedForm(forms.Form):
    """Which contract, which figure by month, and how many months. What is not known is replaced by the first."""

    contract = forms.ChoiceField(label="Contract")
    measure = forms.ChoiceField(label="Figure by month")
    months = forms.ChoiceField(label="Months", choices=list(MONTHS.items()))

    def __init__(self, data: Any) -> None:
        """Raises NoContract where the viewer sees none, and Http404 for one that the viewer does not see."""
        super().__init__()
        contracts = {one.code: one for one in Contract.objects.order_by("name")}
        code = data.get("contract") or next(iter(contracts), None)
        if code is None:
            raise NoContract
        if code not in contracts:
            raise Http404
        self.shared = Shared.of(contracts[code])
        measures = {measure.code: measure for measure in self.shared.measures}
        self.figure = measures.get(data.get("measure", ""), next(iter(measures.values()), MEASURES[0]))
        self.all_months = data.get("months") == "all"
        self._choose("contract", [(one.code, one.name) for one in contracts.values()], code)
        self._choose("measure", [(one.code, one.label) for one in measures.values()], self.figure.code)
        self.initial["months"] = "all" if self.all_months else "12"

    def _choose(self, name: str, choices: list[tuple[str, str]], chosen: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, self.initial[name] = choices, chosen

    @property
    def months_shown(self) -> list[date]:
        """The months asked for, newest first."""
        months = self.shared.months(self.figure)
        return months if self.all_months else months[:12]


def why(viewer: Viewer) -> str:
    """What a dash means, and what a figure counts."""
    least = rule_on(viewer.today).threshold
    return (
        f"A dash stands for a figure that is withheld: it is from 1 to {least - 1}, or it would let such a figure be"
        " worked out. Nought is shown. A month is shared once, after it has closed; what is recorded or corrected"
        " later counts in the next month, so that what was shared stays as it was."
    )


def tiles(shared: Shared, viewer: Viewer) -> Iterator[words.Tile]:
    """Each figure: a number since the beginning against the profile, a rate of the last month shared."""
    promised = Promised.of(shared.contract, viewer)
    for measure in shared.measures:
        query = {"contract": shared.contract.code, "measure": measure.code}
        href = f"{reverse('shared')}?{urlencode(query)}#by-month"
        last = shared.last(measure)
        span = MONTH if measure.is_ratio else TO_DATE
        value = shared.values.get((measure.code, span, last, WHOLE))
        window = Window(month_of(shared.contract.starts_on), last)
        promise, illustrative = promised.of_measure(None, measure, window) or (None, False)
        figure = Figure(
            measure, value or 0, promised=promise, illustrative=illustrative, bands=promised.bands
        )
        compared = value is not None and promise is not None and not measure.is_ratio
        month = f"{last:%B %Y}: {shared.said(measure, MONTH, last, WHOLE)}"
        yield words.Tile(
            label=measure.label,
            value=said(value, measure),
            href=href,
            profile=f"Profile to date {words.said(figure.profile, measure.unit)}" if compared else "",
            note=f"Of those referred in {last:%B %Y}" if measure.is_ratio else month,
            rag=figure.status.rag if compared else "",
            status=figure.status.text if compared else "",
            rule=figure.rule if compared else "",
            trajectory="",
            illustrative=illustrative and compared,
            pending=value is None,
        )


def by_month(form: SharedForm) -> dict[str, Any]:
    """The table of one figure: a line for each month, newest first, a column for each provider, and what is to date."""
    shared, measure = form.shared, form.figure
    parts = shared.parts(measure)
    months = form.months_shown
    return {
        "heads": [shared.names[whose] for whose in parts],
        "lines": [
            (month, [shared.said(measure, MONTH, month, whose) for whose in parts]) for month in months
        ],
        "to_date": []
        if measure.is_ratio or not months
        else [shared.said(measure, TO_DATE, months[0], whose) for whose in parts],
    }


def bars(form: SharedForm, viewer: Viewer) -> list[Month]:
    """The months of everybody together that are shown, oldest first, with what was promised."""
    promised = Promised.of(form.shared.contract, viewer)
    found = []
    for month in reversed(form.months_shown):
        value = form.shared.values.get((form.figure.code, MONTH, month, WHOLE))
        promise = promised.of_measure(None, form.figure, Window(month, month))
        if value is not None:
            found.append(Month(month, value, int(promise[0] + Fraction(1, 2)) if promise else None))
    return found


def spreadsheet(shared: Shared) -> Iterator[list[str | int | None]]:
    """Every figure shared: measure, month, span, whose, value and unit."""
    order = {measure.code: n for n, measure in enumerate(MEASURES)}
    places = {whose: n for n, whose in enumerate(shared.names)}
    rows = sorted(shared.values.items(), key=lambda row: (order[row[0][0]], row[0][1:3], places[row[0][3]]))
    for (code, span, month, whose), value in rows:
        measure = BY_CODE[code]
        unit = "per cent" if measure.is_ratio else "number"
        yield [
            measure.label,
            f"{month:%Y-%m}",
            SharedMeasure.Span(span).label,
            shared.names[whose],
            "withheld" if value is None else value,
            unit,
        ]


@dataclass(frozen=True)
class Place:
    """A provider's own rate beside those that were shared among the providers of the contract, in words."""

    label: str
    months: str
    own: str
    lowest: str
    middle: str
    highest: str
    providers: int


def places(contract: Contract, viewer: Viewer, beyond: Beyond) -> list[Place]:
    """Where a provider stands among its peers, rate by rate, as they were shared last; read in two queries."""
    shared: defaultdict[tuple[Measure, date], list[int]] = defaultdict(list)
    rows = SharedMeasure.objects.filter(contract=contract, audience=SharedMeasure.Audience.PEERS)
    for code, month, value in rows.order_by("month").values_list("measure", "month", "value"):
        if code in BY_CODE and value is not None:
            shared[BY_CODE[code], month].append(value)
    last = {measure: (month, sorted(values)) for (measure, month), values in shared.items()}
    if not last:
        return []
    windows = {measure: year_of(measure, month) for measure, (month, _) in last.items()}
    sums = Sums.of(contract, windows.values(), beyond)
    return [
        _place(measure, last[measure][1], windows[measure], sums) for measure in MEASURES if measure in last
    ]


def _place(measure: Measure, values: list[int], window: Window, sums: Sums) -> Place:
    above = sums.shown(sums.organisations, measure.codes, window)
    below = sums.shown(sums.organisations, COUNTS[measure.denominator], window)
    middle = Fraction(values[(len(values) - 1) // 2] + values[len(values) // 2], 2)
    return Place(
        label=measure.label,
        months=words.months(window),
        own=f"{per_cent(above, below)}%" if below else NOTHING,
        lowest=f"{values[0]}%",
        middle=f"{float(middle):g}%",
        highest=f"{values[-1]}%",
        providers=len(values),
    )
