"""The forms of actual cost."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from outcomes.claims import costs
from outcomes.fact_forms import PoundsField
from outcomes.forms import Refusable
from partners.models import Organisation
from programmes.models import Contract, SupplyAgreement


class CostForm(Refusable):
    """What one provider spent in one period of a contract, and where the proof is."""

    FIELD_OF = {"not_by_cost": "provider", "no_such_period": "period", "claimed_already": "period"}
    period = forms.ChoiceField(label="Contract and period", help_text="Periods that are over.")
    provider = forms.ChoiceField(label="Provider")
    pence = PoundsField(
        label="What was spent",
        help_text="In pounds, such as 41250.00.",
        min_value=Decimal("0.01"),
        max_digits=11,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    what_for = forms.CharField(
        label="What it was spent on",
        help_text="The provider reads it on its statement.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = forms.CharField(
        label="Evidence", help_text="The document, or where it is kept.", max_length=200
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.periods: dict[str, tuple[Contract, date]] = {}
        words = []
        for contract, months in costs.months_by_contract().items():
            for first in costs.periods(contract, months, today):
                code = f"{contract.code} {first}"
                self.periods[code] = contract, first
                words.append((code, f"{contract.name}, {costs.spoken(first, months)}"))
        agreed = SupplyAgreement.objects.filter(contract__in={one.pk for one, _ in self.periods.values()})
        found = Organisation.objects.filter(pk__in=agreed.values("organisation")).order_by("name")
        self.providers = {one.slug: one for one in found}
        self.choose("period", words)
        self.choose("provider", [(slug, one.name) for slug, one in self.providers.items()])

    @property
    def claimed(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        contract, quarter = self.periods[said["period"]]
        return {
            "contract": contract,
            "quarter": quarter,
            "organisation": self.providers[said["provider"]],
            **{name: said[name] for name in ("pence", "what_for", "evidence")},
        }
