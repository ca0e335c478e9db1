"""The forms of figures that are queried: the list's filters, and what is said."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from outcomes.forms import ANY, Choosing, Refusable
from outcomes.models import FigureQuery
from participants.naming import names_nobody

# What the list opens with.
CURRENT: Final = "current"
NAME_NOBODY: Final = (
    "Name nobody, and give no number or address of anybody: write the person's reference, such as PT-7K3M-92."
)


class QueriesFilter(Choosing):
    """Which questions are shown. What is not known is replaced, by every contract, everyone and those not closed."""

    contract = forms.ChoiceField(label="Contract", required=False)
    provider = forms.ChoiceField(label="Provider", required=False)
    state = forms.ChoiceField(
        label="State",
        choices=[(CURRENT, "Not closed"), *FigureQuery.State.choices, ("any", "Any")],
        required=False,
    )

    def __init__(self, data: Any, *, queries: QuerySet[FigureQuery], is_prime: bool) -> None:
        super().__init__({"state": CURRENT, **data.dict()})
        contracts = queries.order_by("contract__name").values_list("contract__code", "contract__name")
        self.choose("contract", [ANY, *contracts.distinct()])
        if is_prime:
            providers = queries.order_by("organisation__name")
            names = providers.values_list("organisation__slug", "organisation__name").distinct()
            self.choose("provider", [ANY, *names])
        else:
            del self.fields["provider"]

    def narrow(self, queries: QuerySet[FigureQuery]) -> QuerySet[FigureQuery]:
        """The questions that the filters let through."""
        self.is_valid()
        wanted = self.cleaned_data
        if code := wanted.get("contract"):
            queries = queries.filter(contract__code=code)
        if slug := wanted.get("provider"):
            queries = queries.filter(organisation__slug=slug)
        state = wanted.get("state") or CURRENT
        if state == CURRENT:
            return queries.exclude(state=FigureQuery.State.CLOSED)
        return queries if state == "any" else queries.filter(state=state)

    @property
    def active(self) -> int:
        """How many filters are in use."""
        self.is_valid()
        return sum(value not in ("", CURRENT) for value in self.cleaned_data.values())


class SayForm(Refusable):
    """What is said about a figure, in words that the prime and the provider read."""

    words = forms.CharField(
        max_length=1000,
        help_text=NAME_NOBODY,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[names_nobody],
    )

    def __init__(self, data: Any, label: str, *, required: bool = True) -> None:
        super().__init__(data)
        self.fields["words"].label = label
        self.fields["words"].required = required
