"""The filters and forms of claims."""

from typing import Any, Final

from django import forms
from django.db.models import Q

from outcomes.claims.reading import STANDING, Kind
from outcomes.fact_forms import PoundsField
from outcomes.forms import ANY, Choosing, Referring, Refusable
from outcomes.models import Claim, Unclaimed
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.milestones import meanings
from programmes.models import Contract

READY: Final = {"yes": True, "no": False}
REASONS: Final = [("", "–"), *Claim.RejectionReason.choices]


class OfContracts(Choosing):
    """Filters by contract and, for the prime, by provider. What makes no sense is left out."""

    contract = forms.ChoiceField(label="Contract", required=False)
    provider = forms.ChoiceField(label="Provider", required=False)

    def __init__(self, data: Any, viewer: Viewer) -> None:
        super().__init__(data)
        self.contracts = {
            one.code: one for one in Contract.objects.select_related("programme").order_by("name")
        }
        self.choose("contract", [ANY, *((code, one.name) for code, one in self.contracts.items())])
        self.providers: dict[str, Organisation] = {}
        if viewer.kind == "prime":
            found = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER).order_by("name")
            self.providers = {one.slug: one for one in found}
            self.choose("provider", [ANY, *((slug, one.name) for slug, one in self.providers.items())])
        else:
            del self.fields["provider"]

    def wanted(self, name: str) -> str:
        """What was chosen of a filter; empty for any."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def narrowed(self) -> Q:
        """The rows that contract and provider let through."""
        found = Q()
        if contract := self.contracts.get(self.wanted("contract")):
            found &= Q(contract=contract.pk)
        if provider := self.providers.get(self.wanted("provider")):
            found &= Q(organisation=provider.pk)
        return found

    @property
    def active(self) -> int:
        """How many filters are in use."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())


class DueFilter(OfContracts):
    """What is due: by contract, provider, milestone and whether its evidence is there."""

    milestone = forms.ChoiceField(label="Milestone", required=False)
    ready = forms.ChoiceField(
        label="Evidence",
        choices=[("", "Any"), ("yes", "Audit-ready"), ("no", "Something is missing")],
        required=False,
    )

    def __init__(self, data: Any, viewer: Viewer) -> None:
        super().__init__(data, viewer)
        programmes = {one.programme.pk: one.programme for one in self.contracts.values()}
        labels = {
            meaning.code: meaning.label
            for programme in programmes.values()
            for meaning in meanings(programme.milestones)
        }
        self.choose("milestone", [ANY, *labels.items()])

    @property
    def narrowed(self) -> Q:
        code = self.wanted("milestone")
        return super().narrowed & Q(code=code) if code else super().narrowed

    @property
    def ready_only(self) -> bool | None:
        """Whether only what is ready is wanted, or only what is not; None for both."""
        return READY.get(self.wanted("ready"))


class ClaimFilter(OfContracts):
    """Claims: by contract, provider, state, and whether a job with the supply chain was declared."""

    state = forms.ChoiceField(
        label="State",
        choices=[
            ("", "Any"),
            ("standing", "Not rejected, withdrawn or taken back"),
            *Claim.State.choices,
        ],
        required=False,
    )
    related = forms.ChoiceField(
        label="Employer", choices=[("", "Any"), ("yes", "Of the supply chain, declared")], required=False
    )

    @property
    def of_whom(self) -> Q:
        """The rows that contract and provider let through, whatever became of them."""
        return super().narrowed

    @property
    def narrowed(self) -> Q:
        found = self.of_whom
        if state := self.wanted("state"):
            found &= Q(state__in=STANDING) if state == "standing" else Q(state=state)
        return found & Q(related_employer=True) if self.wanted("related") else found


class BalanceFilter(OfContracts):
    """Claims held against the commissioner's system: by contract, provider and how they stand."""

    kind = forms.ChoiceField(label="How they stand", choices=[("", "Any"), *Kind.choices], required=False)


class ReferenceForm(Referring):
    """Whose reference it is that somebody was told."""

    NOTHING = "Nothing is due or claimed under this reference."


class KeyForm(Refusable):
    """What the commissioner's system calls a claim."""

    FIELD_OF = {"reference_taken": "reference"}
    reference = forms.CharField(label="Reference in the commissioner's system", max_length=60)


class WithdrawForm(Refusable):
    """Why a claim is withdrawn."""

    why = forms.CharField(
        label="Why it is withdrawn", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SettleForm(Refusable):
    """What the commissioner's system says of a claim."""

    FIELD_OF = {
        "wrong_day": "on",
        "sum_missing": "pence",
        "reference_taken": "reference",
        "not_open": "result",
    }
    result = forms.ChoiceField(
        label="What it says", choices=Unclaimed.Result.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label="On which day", widget=forms.DateInput())
    pence = PoundsField(
        label="How much was paid, or taken back",
        help_text="In pounds, such as 1400.00.",
        required=False,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    reason = forms.ChoiceField(label="Why it was rejected", choices=REASONS, required=False)
    words = forms.CharField(label="In their words", max_length=300, required=False)
    reference = forms.CharField(label="Reference in the commissioner's system", max_length=60, required=False)


class ExplainForm(Refusable):
    """What something that nobody claimed here turned out to be."""

    claim = forms.ChoiceField(label="Which claim it is about", required=False)
    words = forms.CharField(
        label="Or why there is no claim",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, claims: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.choose("claim", [("", "None"), *claims])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("claim")) == bool(found.get("words")):
            self.add_error("claim", "Choose the claim, or say why there is none.")
        return found
