"""The forms around a participant's own page: the adviser's to make it, and the participant's own."""

from typing import Any

from django import forms

from participants.actions.own_page import DIGITS
from participants.forms import CaseForm
from participants.spelling import Misspelt, email, phone
from partners.uploads import ACCEPTED, CHOOSER, LARGEST, CheckedFileField

NUMBER = {"inputmode": "numeric", "autocomplete": "off", "maxlength": str(DIGITS)}
DETAILS = {"phone": phone, "email": email}


class Refusable(forms.Form):
    """A form that can say why the action refused."""

    def refuse(self, error: Exception) -> None:
        self.add_error(None, str(error))


class MakeOwnPageForm(CaseForm):
    """The number that the participant chose."""

    number = forms.CharField(
        label=f"A number of {DIGITS} digits that they choose",
        max_length=20,
        help_text="Ask them to type it. Nobody sees it again; not a date of birth, nothing that others know.",
        widget=forms.PasswordInput(attrs=NUMBER | {"class": "govuk-input--width-10"}),
    )


class NumberForm(Refusable):
    """The number, asked for each time the link is opened."""

    number = forms.CharField(label="Your number", max_length=20, widget=forms.PasswordInput(attrs=NUMBER))


class WordsForm(Refusable):
    """A message to those who work with them."""

    words = forms.CharField(label="Your message", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class PayslipForm(Refusable):
    """A picture or scan of a payslip, or of another paper."""

    file = CheckedFileField(
        label="Picture or file",
        help_text=f"{ACCEPTED}, {LARGEST} at most.",
        widget=forms.FileInput(attrs={"accept": CHOOSER}),
    )
    words = forms.CharField(
        label="What is it?", max_length=120, required=False, help_text="For example: payslip for October."
    )


class RatingForm(Refusable):
    """How a contact was."""

    score = forms.TypedChoiceField(
        label="How was it?",
        coerce=int,
        choices=[(5, "Very good"), (4, "Good"), (3, "Neither good nor bad"), (2, "Bad"), (1, "Very bad")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What was good, or what should be different?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Managers read this; it is not shown on your adviser's desk.",
    )


class OwnDetailsForm(Refusable):
    """How they can be reached from now on."""

    phone = forms.CharField(
        label="New phone number", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.CharField(
        label="New e-mail", max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )

    def clean(self) -> dict[str, Any]:
        """Both in their one spelling, and at least one of them."""
        said = super().clean() or self.cleaned_data
        for name, spelt in DETAILS.items():
            if said.get(name):
                try:
                    said[name] = spelt(said[name])
                except Misspelt as error:
                    self.add_error(name, str(error))
        if not self.errors and not any(said.values()):
            raise forms.ValidationError("Enter a phone number or an e-mail.")
        return said
