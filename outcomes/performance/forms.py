"""What a reader asks of the figures: contract, months and, behind a figure, which of them and whose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404

from outcomes.models import Contribution, PublishedFigure
from outcomes.performance import advisers
from outcomes.performance.changes import WEEK, Since
from outcomes.performance.comparing import USUAL_RATE
from outcomes.performance.curves import EVENT, HALF_YEAR, MOST_MONTHS, STAGES, Asked
from outcomes.performance.figures import offered, providers_of
from outcomes.performance.parking import BANDS
from outcomes.performance.people import Which
from outcomes.performance.periods import Period, Window, shift
from partners.models import Organisation, User
from partners.permissions import Permission, can
from partners.viewer import LONDON, Viewer, london_date
from programmes.measure import HELD, Measure
from programmes.models import Contract

NOBODY = "nobody"


class NoContract(Http404):
    """There is no contract to speak of yet."""


class BoardForm(forms.Form):
    """Which contract, whose figures and which months.

    What is not known is replaced: by the first contract, by everyone, by the usual period. besides: who can be chosen
    besides the providers; everyone: what it is called to choose none of them.
    """

    besides: Sequence[tuple[str, str]] = ()
    everyone = "Everyone"
    usual = "year"

    contract = forms.ChoiceField(label="Contract")
    provider = forms.ChoiceField(label="Provider", required=False)
    group = forms.ChoiceField(label="Payment group")
    area = forms.ChoiceField(label="Area")
    period = forms.ChoiceField(label="Period")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract where the viewer sees none, and Http404 for one that the viewer does not see."""
        super().__init__()
        contracts = list(Contract.objects.select_related("programme").order_by("name"))
        if not contracts:
            raise NoContract
        by_code = {contract.code: contract for contract in contracts}
        code = data.get("contract") or contracts[0].code
        if code not in by_code:
            raise Http404
        self.asked: Contract = by_code[code]
        periods = {period.code: period for period in Period.choices(self.asked, viewer.today)}
        self.months: Period = replace(
            periods.get(data.get("period", ""), periods[self.usual]),
            group=self._one_of("group", self.asked.groups, data),
            area=self._one_of("area", self.asked.areas, data),
        )
        self.whose = self._provider(data, viewer)
        self._choose("contract", [(one.code, one.name) for one in contracts], code)
        self._choose("period", [(one.code, one.label) for one in periods.values()], self.months.code)

    def _provider(self, data: Any, viewer: Viewer) -> str:
        """The slug of the provider asked for; everyone where there is none of that name, and its own walls leave a
        provider nobody else to choose."""
        if viewer.kind == "provider":
            del self.fields["provider"]
            self.organisation: Organisation | None = None
            return ""
        known = {one.slug: one for one in providers_of(self.asked)}
        choices = [("", self.everyone), *((slug, one.name) for slug, one in known.items()), *self.besides]
        asked = str(data.get("provider", ""))
        chosen = asked if asked in dict(choices) else ""
        self.organisation = known.get(chosen)
        self._choose("provider", choices, chosen)
        return chosen

    def _one_of(self, name: str, known: Any, data: Any) -> str:
        """The payment group or area asked for; all where there is none of that code, and no choice where there is but
        one."""
        found = list(known.order_by("name").values_list("code", "name"))
        if len(found) < 2:
            del self.fields[name]
            return ""
        asked = str(data.get(name, ""))
        chosen = asked if asked in dict(found) else ""
        self._choose(name, [("", "All"), *found], chosen)
        return chosen

    def _choose(self, name: str, choices: list[tuple[str, str]], chosen: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, self.initial[name] = choices, chosen


class OverviewForm(BoardForm):
    """Perhaps as the figures were known at the end of an earlier day of the contract; any other day is left out."""

    known_on = forms.DateField(label="As known at the end of", required=False, widget=forms.DateInput())

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        day = _date(data.get("known_on", ""))
        self.known_day = day if day and self.asked.starts_on <= day < viewer.today else None
        self.initial["known_on"] = self.known_day

    @property
    def known_at(self) -> datetime | None:
        """The last moment of that day; none for the present."""
        return datetime.combine(self.known_day, time.max, LONDON) if self.known_day else None


class PublishedForm(BoardForm):
    """Which closed month: the last that was published, or what else was."""

    month = forms.ChoiceField(label="Month")

    field_order = ("contract", "provider", "month")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        del self.fields["period"]
        for name in ("group", "area"):
            self.fields.pop(name, None)
        months = PublishedFigure.objects.filter(contract=self.asked).values_list("month", flat=True)
        found = {f"{month:%Y-%m}": month for month in months.distinct().order_by("-month")}
        code = data.get("month", "")
        self.closed: date | None = found.get(code, next(iter(found.values()), None))
        chosen = f"{self.closed:%Y-%m}" if self.closed else ""
        self._choose("month", [(code, f"{month:%B %Y}") for code, month in found.items()], chosen)


class ComparisonForm(BoardForm):
    """Which rate is compared. What is not known is replaced, by the first that the contract has."""

    # A rate of the running year is mostly not known yet.
    usual = "all"

    measure = forms.ChoiceField(label="Rate")

    field_order = ("contract", "measure", "provider", "group", "area", "period")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        rates = {one.code: one for one in offered(self.asked, money=False) if one.is_comparable}
        if not rates:
            raise Http404
        usual = next(iter(rates.values()))
        self.rate = rates.get(data.get("measure", ""), rates.get(USUAL_RATE, usual))
        self._choose("measure", [(one.code, one.label) for one in rates.values()], self.rate.code)


class CohortsForm(BoardForm):
    """Which cohorts: of whom, and how far on the way from the referral. What is not known is replaced."""

    measure = forms.ChoiceField(label="Share with")

    field_order = ("contract", "measure", "provider", "group", "area")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        del self.fields["period"]
        codes = {one.code for one in offered(self.asked, money=False)}
        stages = {one.code: one for one in STAGES if one.code in codes}
        self.stage = stages.get(data.get("measure", ""), stages.get(EVENT.code, STAGES[0]))
        self._choose("measure", [(one.code, one.label) for one in stages.values()], self.stage.code)

    def cohorts(self, size: int, most: int) -> Asked:
        """So many of the latest cohorts of so many months each."""
        return Asked(size, most, self.stage, whose=self.organisation, **self.months.only)


class ChangesForm(BoardForm):
    """Of which days: the last week, or what else is offered."""

    days = forms.ChoiceField(label="Changed in")

    field_order = ("contract", "provider", "group", "area", "days")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        del self.fields["period"]
        choices = {str(days): f"The last {days} days" for days in (WEEK, 14, 28)}
        asked = str(data.get("days", ""))
        self.number = int(asked) if asked in choices else WEEK
        self._choose("days", list(choices.items()), str(self.number))
        self.since = Since.last(self.number, self.asked, viewer, self.organisation, self.months.only)


class WithoutContactForm(BoardForm):
    """Whose caseload: of which provider, payment group and area. It is of today, whatever the period."""

    field_order = ("contract", "provider", "group", "area")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        del self.fields["period"]


class AdvisersForm(BoardForm):
    """Whose advisers: a provider's own; the prime chooses a provider first. held_by is none until it has."""

    everyone = "Choose one"

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__(data, viewer=viewer)
        own = Organisation.objects.filter(pk__in=[viewer.organisation_id])
        self.held_by = own.get() if viewer.kind == "provider" else self.organisation


class PeopleForm(BoardForm):
    """Behind which figure: its measure, its provider, and perhaps one point of a cohort's curve."""

    contract = forms.ChoiceField(widget=forms.HiddenInput)
    measure = forms.ChoiceField(label="Figure")
    which = forms.ChoiceField(label="Show", required=False)

    besides = ((NOBODY, "Not yet accepted"),)
    field_order = ("contract", "measure", "which", "provider", "group", "area", "period")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises Http404 for anything that no page links to."""
        super().__init__(data, viewer=viewer)
        self.measures = offered(self.asked, money=can(viewer, Permission.SEE_MONEY))
        self.figure = self._measure(data.get("measure", ""))
        if self.whose != data.get("provider", ""):
            raise Http404
        self._choose("measure", [(one.code, one.label) for one in self.measures], self.figure.code)
        self.listed = self._which(str(data.get("which", "")))
        self.today = viewer.today
        self.of_adviser, self.advised = self._adviser(str(data.get("adviser", "")), viewer)
        if data.get("cohort"):
            self.window = self._cohort(data["cohort"], data.get("months", str(HALF_YEAR)), data.get("by", ""))
        else:
            self.window = self._within(data.get("reached", ""), viewer.today)

    def _within(self, reached: str, today: date) -> Window:
        """The period's window; of what stands, perhaps only who was reached last so many days ago."""
        window = self.months.window(self.figure, today)
        if not reached:
            return window
        band = next((one for one in BANDS if one.code == reached), None)
        if band is None or HELD not in self.figure.codes:
            raise Http404
        self.fields["reached"] = forms.CharField(widget=forms.HiddenInput)
        self.initial["reached"] = reached
        return band.of(window, today)

    def _adviser(self, code: str, viewer: Viewer) -> tuple[str, User | None]:
        """Whose people alone, where somebody who may see advisers' figures asks for that: "nobody" is no adviser."""
        if not code:
            return "", None
        self.fields["adviser"] = forms.CharField(widget=forms.HiddenInput)
        self.initial["adviser"] = code
        try:
            found = None if code == advisers.NOBODY else advisers.seen_on(self.asked, UUID(code))
        except ValueError as error:
            raise Http404 from error
        if not can(viewer, Permission.SEE_ADVISERS) or (code != advisers.NOBODY and found is None):
            raise Http404
        return found.name if found else "No adviser yet", found

    def _which(self, code: str) -> Which:
        """Who of a ratio is listed; no choice of anything else, and those who count for what is not known."""
        figure = self.figure
        if not figure.is_ratio:
            del self.fields["which"]
            return Which.COUNTED
        choices: list[tuple[str, str]] = [
            (Which.COUNTED, "Who counts"),
            *([(Which.REST, "Who does not")] if figure.has_rest else []),
            (Which.ALL, f"All {figure.of_what}"),
        ]
        chosen = Which(code) if code in dict(choices) else Which.COUNTED
        self._choose("which", choices, chosen)
        return chosen

    def _measure(self, code: str) -> Measure:
        found = next((measure for measure in self.measures if measure.code == code), None)
        if found is None:
            raise Http404
        return found

    def _cohort(self, month: str, months: str, by: str) -> Window:
        """The cells behind a point of a curve; the point stays while the other filters change."""
        del self.fields["period"]
        for name, value in (("cohort", month), ("months", months), ("by", by)):
            self.fields[name] = forms.CharField(widget=forms.HiddenInput)
            self.initial[name] = value
        try:
            first, size, elapsed = date.fromisoformat(f"{month}-01"), int(months), int(by)
            if not 0 <= elapsed <= MOST_MONTHS or size not in (1, HALF_YEAR):
                raise Http404
            last = shift(first, size - 1)
        except ValueError as error:
            raise Http404 from error
        return Window(first, last, by=elapsed, **self.months.only)

    def narrow(self, found: QuerySet[Contribution]) -> QuerySet[Contribution]:
        """Of what is behind the figure what was asked for."""
        found = found.filter(self.of_whom)
        if not self.of_adviser:
            return found
        return advisers.advised_by(found, self.advised.pk if self.advised else None, self.today)

    @property
    def of_whom(self) -> Q:
        """Those of the provider asked for, of nobody yet, or all."""
        if self.whose == NOBODY:
            return Q(organisation=None)
        return Q(organisation__slug=self.whose) if self.whose else Q()


class MovesForm(PeopleForm):
    """Behind which figure, and since which moment."""

    since = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises Http404 for anything that no page links to."""
        super().__init__(data, viewer=viewer)
        try:
            self.moment = datetime.fromisoformat(data.get("since", ""))
        except ValueError as error:
            raise Http404 from error
        if self.moment.tzinfo is None:
            raise Http404
        self.fields.pop("which", None)
        self.initial["since"] = self.moment.isoformat()
        if not data.get("cohort"):
            # Those of the figure that is asked about, whose months may have been fewer.
            self.window = self.months.window(self.figure, london_date(self.moment))


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
