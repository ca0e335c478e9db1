"""What a reader asks of the figures: contract, months and, behind a figure, which of them and whose."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from outcomes.models import Contribution, PerformanceFact
from outcomes.performance.curves import MONTHS_IN_A_COHORT, MOST_MONTHS
from outcomes.performance.figures import milestone_codes, providers_of
from outcomes.performance.periods import Period, Window, shift
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.measures import Measure, measures_of
from programmes.models import Contract

NOBODY = "nobody"


class NoContract(Http404):
    """There is no contract to speak of yet."""


class BoardForm(forms.Form):
    """Which contract and which months. What is not known is replaced: by the first contract, by the contract year."""

    contract = forms.ChoiceField(label="Contract")
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
        self.months: Period = periods.get(data.get("period", ""), periods["year"])
        self._choose("contract", [(one.code, one.name) for one in contracts], code)
        self._choose("period", [(one.code, one.label) for one in periods.values()], self.months.code)

    def _choose(self, name: str, choices: list[tuple[str, str]], chosen: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, self.initial[name] = choices, chosen


class PeopleForm(BoardForm):
    """Behind which figure: its measure, its provider, and perhaps one point of a cohort's curve."""

    contract = forms.ChoiceField(widget=forms.HiddenInput)
    measure = forms.ChoiceField(label="Figure")
    provider = forms.ChoiceField(label="Provider", required=False)

    field_order = ("contract", "measure", "provider", "period")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        """Raises Http404 for anything that no page links to."""
        super().__init__(data, viewer=viewer)
        self.measures = measures_of(milestone_codes(self.asked), money=can(viewer, Permission.SEE_MONEY))
        self.figure = self._measure(data.get("measure", ""))
        self.whose = data.get("provider", "")
        counted = PerformanceFact.objects.filter(contract=self.asked).exclude(organisation=None)
        providers = providers_of(self.asked, counted.values("organisation_id"))
        choices = [("", "Everyone"), *((one.slug, one.name) for one in providers)]
        choices += [(NOBODY, "Not yet accepted")] * (viewer.kind != "provider")
        if self.whose not in dict(choices):
            raise Http404
        if viewer.kind == "provider":
            # Its own walls leave nobody else to choose.
            del self.fields["provider"]
        else:
            self._choose("provider", choices, self.whose)
        self._choose("measure", [(one.code, one.label) for one in self.measures], self.figure.code)
        if data.get("cohort"):
            self.window = self._cohort(data["cohort"], data.get("by", ""))
        else:
            self.window = self.months.window(self.figure, viewer.today)

    def _measure(self, code: str) -> Measure:
        found = next((measure for measure in self.measures if measure.code == code), None)
        if found is None:
            raise Http404
        return found

    def _cohort(self, month: str, by: str) -> Window:
        """The cells behind a point of a curve; the point stays while the other filters change."""
        del self.fields["period"]
        for name, value in (("cohort", month), ("by", by)):
            self.fields[name] = forms.CharField(widget=forms.HiddenInput)
            self.initial[name] = value
        try:
            first, elapsed = date.fromisoformat(f"{month}-01"), int(by)
            last = shift(first, MONTHS_IN_A_COHORT - 1)
        except ValueError as error:
            raise Http404 from error
        if not 0 <= elapsed <= MOST_MONTHS:
            raise Http404
        return Window(first, last, by=elapsed)

    def narrow(self, found: QuerySet[Contribution]) -> QuerySet[Contribution]:
        """Those of the provider asked for, of nobody yet, or all."""
        if self.whose == NOBODY:
            return found.filter(organisation=None)
        return found.filter(organisation__slug=self.whose) if self.whose else found
