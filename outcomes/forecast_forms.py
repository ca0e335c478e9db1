"""What the forecast is asked for."""

from typing import Any

from django import forms

from outcomes.forms import Choosing
from outcomes.models import Forecast
from partners.models import Organisation
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
