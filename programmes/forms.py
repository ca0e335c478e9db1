"""What a list of prices can be narrowed to."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from programmes.models import PaymentGroup, Price


class PriceFilter(forms.Form):
    """Side and payment group; nothing chosen shows every price."""

    side = forms.ChoiceField(
        label="Who pays", required=False, choices=[("", "Either side"), *Price.Side.choices]
    )
    group = forms.ChoiceField(label="Payment group", required=False)

    def __init__(self, data: Any, *, groups: list[PaymentGroup]) -> None:
        super().__init__(data)
        choices = [("", "Every group"), *((group.code, f"{group.code}: {group.name}") for group in groups)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def narrow(self, prices: QuerySet[Price]) -> QuerySet[Price]:
        """The prices that were asked for; a price for every group is one for each. A wrong choice asks for nothing."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if side := chosen.get("side"):
            prices = prices.filter(side=side)
        if group := chosen.get("group"):
            prices = prices.filter(Q(payment_group=group) | Q(payment_group=""))
        return prices

    @property
    def active(self) -> int:
        """How many of the filters are in use."""
        return sum(bool(value) for value in getattr(self, "cleaned_data", {}).values())
