"""The forms of samples."""

from datetime import timedelta
from typing import Any

from django import forms

from outcomes.actions.recovery import Sums
from outcomes.actions.sample import LONGEST_DAYS
from outcomes.claim_forms import REASONS
from outcomes.forms import Refusable
from outcomes.models import SampleItem
from partners.models import Membership
from partners.viewer import Viewer
from programmes.models import Contract


class DrawForm(Refusable):
    """Which claims to draw from, and how many."""

    FIELD_OF = {"period_not_over": "claimed_to", "nothing_to_draw": "size"}
    contract = forms.ChoiceField(label="Contract")
    claimed_from = forms.DateField(label="Claimed from", widget=forms.DateInput())
    claimed_to = forms.DateField(
        label="Claimed to", help_text="The last day, which counts.", widget=forms.DateInput()
    )
    size = forms.IntegerField(label="How many claims", min_value=1, max_value=10_000, required=False)
    percent = forms.DecimalField(
        label="Or how many of each hundred",
        min_value=0,
        max_value=100,
        decimal_places=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )
    seed = forms.CharField(
        label="Seed", help_text="To draw an earlier sample again.", max_length=40, required=False
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.contracts = {one.code: one for one in Contract.objects.order_by("name")}
        self.choose("contract", [(code, one.name) for code, one in self.contracts.items()])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if (found.get("size") is None) == (found.get("percent") is None):
            self.add_error("size", "Give a number or a percentage.")
        return found


class FindForm(Refusable):
    """What the second look found."""

    FIELD_OF = {"own_claim": "finding", "too_late": "finding"}
    finding = forms.ChoiceField(
        label="Does the evidence show it?", choices=SampleItem.Finding.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label="What is wrong", choices=REASONS, required=False)
    words = forms.CharField(label="Note", help_text="The provider reads it.", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("finding") == SampleItem.Finding.ERROR and not found.get("reason"):
            self.add_error("reason", "Say what is wrong.")
        return found


class ReplyForm(Refusable):
    """What the provider says to an error."""

    FIELD_OF = {"nothing_to_answer": "words", "too_late": "words"}
    words = forms.CharField(label="Your answer", max_length=600, widget=forms.Textarea(attrs={"rows": 5}))


class VerdictForm(Refusable):
    """Whether an error stands."""

    FIELD_OF = {"too_late": "verdict"}
    verdict = forms.ChoiceField(
        label="What stands after the answer?", choices=SampleItem.Verdict.choices, widget=forms.RadioSelect
    )


class LetInForm(Refusable):
    """Which auditor reads the sample, and until when."""

    FIELD_OF = {"not_an_auditor": "auditor", "not_for_so_long": "closes_on", "already_opened": "auditor"}
    auditor = forms.ChoiceField(label="Auditor")
    opens_on = forms.DateField(label="From", widget=forms.DateInput())
    closes_on = forms.DateField(
        label="To", help_text=f"The last day. At most {LONGEST_DAYS} days.", widget=forms.DateInput()
    )

    def __init__(self, data: Any, *, contract: Contract, viewer: Viewer) -> None:
        today = viewer.today
        super().__init__(data, initial={"opens_on": today, "closes_on": today + timedelta(days=28)})
        found = Membership.objects.filter(organisation=contract.commissioner_id, ended_at=None)
        self.places = {str(one.pk): one for one in found.select_related("user").order_by("user__name")}
        self.choose("auditor", [(pk, one.user.name) for pk, one in self.places.items()])


class ShutOutForm(Refusable):
    """Nothing to fill in: the page says to whom it is closed."""


class RecoverForm(Refusable):
    """What whoever takes back has read; see actions.recovery.Sums."""

    pence = forms.IntegerField(widget=forms.HiddenInput())
    provider_pence = forms.IntegerField(widget=forms.HiddenInput())

    @property
    def expected(self) -> Sums:
        return Sums(**self.cleaned_data)
