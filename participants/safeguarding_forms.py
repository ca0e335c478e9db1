"""The forms about concerns for somebody's safety: raising one, deciding it, and the filters of their list."""

from typing import Any

from django import forms

from participants.models import SafeguardingDecision, SafeguardingReport
from participants.safeguarding import STATES
from participants.safety_forms import SafetyForm

YES = "yes"
LONGEST = 4000


class RaiseConcernForm(SafetyForm):
    """A concern, in one step."""

    in_danger = forms.ChoiceField(
        label="Is anybody in danger now?",
        choices=[(YES, "Yes: I have called 999, or am about to"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label="What is it about?", choices=SafeguardingReport.Kind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What did you see or hear?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What was said, in their own words, when and where. What you think of it comes after that.",
    )
    did = forms.CharField(
        label="What have you done?",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whom you told, and what you agreed with the person.",
    )

    FIELD_OF = {"say_what_you_did": "did"}

    def clean_in_danger(self) -> bool:
        """Whether anybody is."""
        return bool(self.cleaned_data["in_danger"] == YES)


class DecideForm(SafetyForm):
    """What comes of a concern, and why."""

    outcome = forms.ChoiceField(
        label="What comes of it?",
        choices=SafeguardingDecision.Outcome.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Why, and whom did you tell?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Read by those who are cleared for safeguarding alone. Whoever raised it reads that it is decided.",
    )


class ConcernsFilter(forms.Form):
    """Which concerns are shown: the open ones to begin with."""

    state = forms.ChoiceField(label="State", choices=list(STATES.items()), required=False)
    kind = forms.ChoiceField(
        label="About", choices=[("", "Anything"), *SafeguardingReport.Kind.choices], required=False
    )

    def __init__(self, data: Any) -> None:
        super().__init__({"state": "open"} | {name: value for name, value in data.items() if value})
        self.is_valid()

    @property
    def wanted(self) -> dict[str, str]:
        """What is asked for; what makes no sense is left out and said beside its field."""
        said = self.cleaned_data
        return {"state": said.get("state") or "open", "kind": said.get("kind", "")}

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return (self.wanted["state"] != "open") + bool(self.wanted["kind"])
