"""The form by which it is said how somebody may be reached."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from participants.forms import SIDE_BY_SIDE
from participants.models import ContactDetails
from participants.spelling import Misspelt, email, phone, plain, postcode
from partners.acting import ActionError
from programmes.models import Area

SPELLING: Mapping[str, Callable[[str], str]] = {
    "safe_contact": plain,
    "phone": phone,
    "email": email,
    "address": plain,
    "postcode": postcode,
}


class ContactDetailsForm(forms.Form):
    """What is known stands in the fields, and is spelt one way when it is saved."""

    FIELD_OF: Mapping[str, str] = {"nowhere_to_remind": "reminders"}

    safe_contact = forms.CharField(
        label="How they may safely be contacted",
        max_length=200,
        required=False,
        help_text="Everybody reads this before they call or write. For example: mornings only, never leave a message.",
    )
    phone = forms.CharField(
        label="Phone", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.CharField(
        label="E-mail", max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    reminders = forms.ChoiceField(
        label="Reminders the day before an appointment",
        choices=[("", "None"), *ContactDetails.Reminders.choices],
        required=False,
        widget=SIDE_BY_SIDE,
        help_text="Only where it does no harm if somebody else reads them: ask who else sees their phone or e-mail."
        " They say when and with whom, and nothing about the programme.",
    )
    address = forms.CharField(label="Address without the postcode", max_length=200, required=False)
    postcode = forms.CharField(label="Postcode", max_length=12, required=False)
    area_code = forms.ChoiceField(label="Borough or district", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, known: ContactDetails, areas: Iterable[Area]) -> None:
        first = {name: getattr(known, name) for name in (*SPELLING, "reminders", "area_code")}
        first["phone"] = known.phone_as_dialled
        first["seen"] = known.changed_at.isoformat() if known.changed_at else ""
        super().__init__(data, initial=first)
        names = {"": "Not known, or elsewhere"} | {area.code: area.name for area in areas}
        names.setdefault(known.area_code, f"Elsewhere ({known.area_code})")
        field = self.fields["area_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(names.items())

    def clean_seen(self) -> datetime | None:
        """When what the form showed had last changed."""
        said = self.cleaned_data["seen"]
        try:
            return datetime.fromisoformat(said) if said else None
        except ValueError as error:
            raise forms.ValidationError("Open the form again.") from error

    def clean(self) -> dict[str, Any]:
        """Everything in its one spelling."""
        said = super().clean() or self.cleaned_data
        for name, spelt in SPELLING.items():
            if said.get(name):
                try:
                    said[name] = spelt(said[name])
                except Misspelt as error:
                    self.add_error(name, str(error))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        details = {name: said[name] for name in (*SPELLING, "area_code")}
        return {"details": details, "reminders": said["reminders"], "seen": said["seen"]}

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        self.add_error(self.FIELD_OF.get(error.code), str(error))
