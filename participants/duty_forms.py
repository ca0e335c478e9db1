"""The forms of data protection: requests, copies, erasures, holds, and the bases for carrying data."""

from collections.abc import Iterable
from typing import Any

from django import forms

from participants.actions.subject_request import ASKED
from participants.models import Participant, SectionReview, SharingBasis, SubjectRequest
from partners.acting import ActionError
from programmes.models import Contract

DAY = forms.DateInput
WORDS = forms.Textarea(attrs={"rows": 3})
Kind = SubjectRequest.Kind


class DutyForm(forms.Form):
    """A form whose action may refuse; the sentence stands beside the field that it is about, or above all."""

    FIELD_OF: dict[str, str] = {}

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        name = self.FIELD_OF.get(error.code)
        self.add_error(name if name in self.fields else None, str(error))


class PersonForm(DutyForm):
    """About whom: by the reference, which no other person has."""

    reference = forms.CharField(
        label="Participant's reference", max_length=12, help_text="Such as PT-7K3M-92."
    )

    def clean_reference(self) -> Participant:
        """The participant, as far as the viewer sees them."""
        typed = self.cleaned_data["reference"].strip().upper()
        found = Participant.objects.filter(reference=typed).first() if typed.isprintable() else None
        if found is None:
            raise forms.ValidationError(
                "There is no participant with this reference, or you may not see them."
            )
        return found


class RequestForm(PersonForm):
    """A request that somebody has made."""

    FIELD_OF = {"received_in_future": "received_on", "already_asked": "kind"}

    kind = forms.ChoiceField(
        label="What do they ask for?",
        choices=[(kind.value, kind.label) for kind in ASKED],
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(label="When was it received?", widget=DAY)
    note = forms.CharField(
        label="How did it come, and how do you know that it is them?",
        max_length=500,
        required=False,
        widget=WORDS,
    )


class CloseForm(DutyForm):
    """How a request ends, but for an erasure that is carried out."""

    outcome = forms.ChoiceField(
        label="How does it end?",
        choices=[
            (one.value, one.label) for one in SubjectRequest.Outcome if one != SubjectRequest.Outcome.ERASED
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label="What was answered?", max_length=500, widget=WORDS)


class ExtendForm(DutyForm):
    """Why the answer takes longer."""

    because = forms.CharField(
        label="Why does it take longer?",
        max_length=300,
        widget=WORDS,
        help_text="Only where requests are complex or many. Tell the person within the first month.",
    )


class EraseForm(DutyForm):
    """The reference typed once more, so that nobody is erased by a slip."""

    typed = forms.CharField(label="Type the participant's reference to erase them", max_length=12)

    def __init__(self, data: Any, *, reference: str) -> None:
        super().__init__(data)
        self.reference = reference

    def clean_typed(self) -> str:
        """The reference, which must be the participant's."""
        if self.cleaned_data["typed"].strip().upper() != self.reference:
            raise forms.ValidationError(f"Type {self.reference}.")
        return self.reference


class ReviewForm(DutyForm):
    """Whether a section of a copy is given out."""

    FIELD_OF = {"without_reason": "reason"}

    exemption = forms.ChoiceField(
        label="Give it out?",
        choices=[("", "Yes, all of it"), *SectionReview.Exemption.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why is it withheld?", max_length=300, required=False, help_text="Not told to the person."
    )


class HoldForm(PersonForm):
    """A legal hold."""

    FIELD_OF = {"review_in_past": "review_on", "already_held": "reference"}

    reason = forms.CharField(
        label="Why may nothing be erased?",
        max_length=300,
        help_text="Such as the number of a claim or an inquiry. Leave out what need not be known.",
    )
    review_on = forms.DateField(label="When is this looked at again?", widget=DAY)


class LiftForm(DutyForm):
    """Why a hold is lifted."""

    because = forms.CharField(label="Why is it lifted?", max_length=300)


class BasisForm(DutyForm):
    """What allows people to be carried from one contract to another."""

    FIELD_OF = {"same_contract": "to_contract", "ends_before_start": "ends_on"}

    from_contract = forms.ChoiceField(label="People known on")
    to_contract = forms.ChoiceField(label="May be known again on")
    basis = forms.ChoiceField(
        label="What allows it?", choices=SharingBasis.Basis.choices, widget=forms.RadioSelect
    )
    agreement = forms.CharField(
        label="Agreement", max_length=120, help_text="What it is called and where it is kept."
    )
    starts_on = forms.DateField(label="From", widget=DAY)
    ends_on = forms.DateField(
        label="Until", widget=DAY, required=False, help_text="The last day, if there is one."
    )

    def __init__(self, data: Any, *, contracts: Iterable[Contract], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.known = {contract.code: contract for contract in contracts}
        for name in ("from_contract", "to_contract"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                ("", "Choose a contract"),
                *((one.code, one.name) for one in self.known.values()),
            ]

    def clean(self) -> dict[str, Any]:
        """The contracts themselves in place of their codes."""
        data = super().clean() or {}
        for name in ("from_contract", "to_contract"):
            if name in data:
                data[name] = self.known[data[name]]
        return data


class EndBasisForm(DutyForm):
    """The last day of a basis."""

    FIELD_OF = {"ends_before_start": "ends_on"}

    ends_on = forms.DateField(
        label="Last day", widget=DAY, help_text="Whoever was joined by it stays joined."
    )
