"""The forms by which participants are handed over and taken up."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from participants.models import Handover
from partners.acting import ActionError
from partners.models import Membership


class WhoseForm(forms.Form):
    """Whose people are to be given; those of nobody unless somebody is chosen."""

    adviser = forms.ChoiceField(label="Whose participants", required=False)

    def __init__(self, data: Any, *, advisers: Iterable[Membership]) -> None:
        super().__init__(data)
        field = self.fields["adviser"]
        assert isinstance(field, forms.ChoiceField)
        named = [(str(place.user_id), place.user.name) for place in advisers]
        field.choices = [("", "Nobody yet"), *named]

    @property
    def adviser_id(self) -> UUID | None:
        """The adviser's id; none for nobody."""
        chosen = self.cleaned_data.get("adviser") if self.is_valid() else None
        return UUID(chosen) if chosen else None


class GiveForm(forms.Form):
    """To whom, why, and what they need to know."""

    adviser = forms.TypedChoiceField(label="Give to", coerce=UUID)
    reason = forms.ChoiceField(label="Why?", choices=[("", ""), *Handover.Reason.choices])
    summary = forms.CharField(
        label="What does the new adviser need to know?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What helps and what does not, what was promised, and what comes next: so that nobody has to tell"
        " their story again. It stands on the timeline of each of them.",
    )

    def __init__(self, data: Any, *, advisers: Iterable[Membership], held: Mapping[UUID, int]) -> None:
        super().__init__(data)
        field = self.fields["adviser"]
        assert isinstance(field, forms.TypedChoiceField)
        named = [
            (str(place.user_id), f"{place.user.name} ({_people(held.get(place.user_id, 0))})")
            for place in advisers
        ]
        field.choices = [("", ""), *named]

    @property
    def said(self) -> dict[str, Any]:
        """To whom and why, as the action takes it."""
        said = self.cleaned_data
        return {"adviser_id": said["adviser"], "reason": said["reason"], "summary": said["summary"]}

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused: it names the person."""
        self.add_error(None, str(error))


def _people(many: int) -> str:
    return "1 person" if many == 1 else f"{many} people"


class TakeUpForm(forms.Form):
    """That one has read it, and when the participant was told."""

    told_on = forms.DateField(label="When was the participant told?", widget=forms.DateInput())

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        self.add_error("told_on" if error.code == "told_in_future" else None, str(error))
