"""What the forecast is asked for."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from outcomes import in_sight
from outcomes.forms import Choosing
from outcomes.models import Forecast, InSight
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.models import Contract

MOST_POUNDS, MOST_DAYS = 100_000_000, 360


class ForecastForm(Choosing):
    """Which contract and, for the prime, which side and provider; and what it costs a month. What makes no sense is
    said beside its field and left out."""

    contract_code = forms.ChoiceField(label="Contract", required=False)
    side = forms.ChoiceField(
        label="Money",
        required=False,
        choices=[("provider", "To providers"), ("commissioner", "To the prime")],
    )
    provider = forms.ChoiceField(label="Provider", required=False)
    monthly_cost = forms.DecimalField(
        label="Cost a month, in pounds",
        required=False,
        min_value=0,
        max_value=MOST_POUNDS,
        decimal_places=2,
        help_text="Wages, rent and everything else that this work costs.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
    )
    days_to_pay = forms.IntegerField(
        label="Days until paid",
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        help_text="From the end of the month to the payment; as statements were paid so far unless you say.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any, *, is_prime: bool) -> None:
        super().__init__(data)
        contracts = list(Contract.objects.order_by("name"))
        self.choose("contract_code", [(one.code, one.name) for one in contracts])
        if is_prime:
            known = Organisation.objects.filter(pk__in=Forecast.objects.values("organisation"))
            providers = list(known.order_by("name").values_list("slug", "name"))
            self.choose("provider", [("", "Every provider"), *providers])
        else:
            del self.fields["side"], self.fields["provider"]
        self.is_valid()
        wanted = self.cleaned_data.get("contract_code") or ""
        self.contract = next(
            (one for one in contracts if one.code == wanted), contracts[0] if contracts else None
        )

    @property
    def asked_side(self) -> str:
        """The side whose money is shown."""
        return self.cleaned_data.get("side") or "provider"

    @property
    def active(self) -> int:
        """How many of the fields narrow or add anything."""
        return sum(bool(self.cleaned_data.get(name)) for name in ("side", "provider", "monthly_cost"))

    @property
    def cost_pence(self) -> int | None:
        """The cost of a month, if it was given."""
        cost = self.cleaned_data.get("monthly_cost")
        return None if cost is None else int(cost * 100)

    @property
    def days(self) -> int | None:
        """The days from the end of a month until it is paid, if they were given."""
        days: int | None = self.cleaned_data.get("days_to_pay")
        return days


class InSightForm(Choosing):
    """Whom of those in work: of which contract and provider, before which milestone, with how many days to go. What is
    not known is left out."""

    contract_code = forms.ChoiceField(label="Contract", required=False)
    provider = forms.ChoiceField(label="Provider", required=False)
    milestone = forms.ChoiceField(label="Next milestone", required=False)
    days = forms.ChoiceField(label="Days to go", required=False)

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data)
        contracts = {one.code: one for one in Contract.objects.order_by("name")}
        self.contract = contracts.get(data.get("contract_code", "")) or next(iter(contracts.values()), None)
        self.choose("contract_code", [(code, one.name) for code, one in contracts.items()])
        self.choose("days", [("", "Any"), *((str(one.number), str(one)) for one in in_sight.BANDS)])
        self.whole = in_sight.of(self.contract) if self.contract else InSight.objects.none()
        rules = in_sight.rules_of(self.contract) if self.contract else {}
        self.choose("milestone", [("", "Any"), *((rule.code, rule.label) for rule in rules.values())])
        if viewer.kind == "prime":
            known = Organisation.objects.filter(pk__in=self.whole.values("organisation")).order_by("name")
            self.choose("provider", [("", "Every provider"), *known.values_list("slug", "name")])
        else:
            del self.fields["provider"]
        self.is_valid()
        self.today = viewer.today

    @property
    def active(self) -> int:
        """How many of the fields narrow anything."""
        return sum(bool(self.cleaned_data.get(name)) for name in ("provider", "milestone", "days"))

    def found(self) -> QuerySet[InSight]:
        """Whom the form asks for."""
        found = self.whole
        if slug := self.cleaned_data.get("provider"):
            found = found.filter(organisation__slug=slug)
        if code := self.cleaned_data.get("milestone"):
            found = found.filter(code=code)
        if band := self.cleaned_data.get("days"):
            found = found.filter(in_sight.BANDS[int(band)].on(self.today))
        return found
