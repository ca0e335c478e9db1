"""The forms of days on benefit."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from outcomes.actions.benefit import OnBenefit
from outcomes.forms import OnAContract, Refusable
from outcomes.models import BenefitSpell
from participants.models import Enrolment

# A file is imported, never typed in.
TYPED: Final = [pair for pair in BenefitSpell.Source.choices if pair[0] != BenefitSpell.Source.FILE]


class BenefitForm(OnAContract):
    """Days on one benefit."""

    FIELD_OF = {
        "start_in_future": "starts_on",
        "start_before_birth": "starts_on",
        "end_in_future": "ends_on",
        "end_before_start": "ends_on",
        "already_noted": "starts_on",
    }
    benefit = forms.ChoiceField(label="Benefit", choices=BenefitSpell.Benefit.choices)
    starts_on = forms.DateField(
        label="First day on benefit",
        help_text="Days before the first start on the contract take nothing away.",
        widget=forms.DateInput(),
    )
    ends_on = forms.DateField(
        label="Last day on benefit",
        help_text="Leave this empty if the person still receives it.",
        required=False,
        widget=forms.DateInput(),
    )
    source = forms.ChoiceField(label="Where it is from", choices=TYPED, widget=forms.RadioSelect)

    def __init__(
        self, data: Any, *, enrolments: Sequence[Enrolment], initial: Mapping[str, Any] | None = None
    ) -> None:
        first = {"source": BenefitSpell.Source.PARTICIPANT, **(initial or {})}
        super().__init__(data, enrolments=enrolments, initial=first)

    @property
    def spell(self) -> OnBenefit:
        """What was typed, for the action."""
        return OnBenefit(**{name: value for name, value in self.cleaned_data.items() if name != "enrolment"})


class WithdrawBenefitForm(Refusable):
    """Why days on benefit are taken back."""

    reason = forms.ChoiceField(
        label="Why they are withdrawn",
        choices=[
            pair for pair in BenefitSpell.VoidReason.choices if pair[0] != BenefitSpell.VoidReason.CORRECTED
        ],
        widget=forms.RadioSelect,
    )
