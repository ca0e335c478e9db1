"""The filters of the margin."""

from datetime import date
from typing import Any

from django import forms

from outcomes import margin
from outcomes.forms import Choosing
from programmes.models import Contract


class MarginForm(Choosing):
    """Which contract, and which months of it; all of them where none is chosen. What makes no sense is left out."""

    contract_code = forms.ChoiceField(label="Contract", required=False)
    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        contracts = list(Contract.objects.order_by("name"))
        self.choose("contract_code", [(one.code, one.name) for one in contracts])
        wanted = str(self.data.get("contract_code", ""))
        self.contract = next(
            (one for one in contracts if one.code == wanted), contracts[0] if contracts else None
        )
        found = margin.months_of(self.contract.pk) if self.contract else []
        self.known = {f"{month:%Y-%m}": month for month in found}
        for name, word in (("first", "The beginning"), ("last", "Today")):
            months = [(code, f"{month:%B %Y}") for code, month in self.known.items()]
            self.choose(name, [("", word), *months])
        self.is_valid()

    @property
    def months(self) -> tuple[date, date] | None:
        """The first and the last month, inclusive."""
        first, last = (self.known.get(str(self.cleaned_data.get(name, ""))) for name in ("first", "last"))
        if (first is None and last is None) or not self.known:
            return None
        return first or min(self.known.values()), last or max(self.known.values())

    @property
    def active(self) -> bool:
        """Whether anything is narrowed."""
        return self.months is not None
