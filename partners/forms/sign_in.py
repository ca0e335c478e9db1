"""The forms of organisations' own sign-in: finding one's organisation, and setting the service up."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from partners.actions.sign_in import Terms
from partners.models import SignInService
from partners.organisation_sign_in import Unreachable, discover

DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
# Everybody's domains are nobody's: whoever has an address there could sign in.
PUBLIC = {"gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "outlook.com", "yahoo.com"}


class AddressForm(forms.Form):
    """Whose sign-in to offer: only what stands after the @ is looked at."""

    email = forms.EmailField(
        label="Your e-mail address at work", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SignInServiceForm(forms.Form):
    """An identity service; it is asked whether it answers before it is saved."""

    issuer = forms.URLField(
        label="Issuer",
        max_length=200,
        assume_scheme="https",
        help_text="The address of the identity service, such as https://sign-in.example.org/tenant",
    )
    client_id = forms.CharField(label="Client ID", max_length=191)
    client_secret = forms.CharField(
        label="Client secret",
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept sealed and never shown again.",
    )
    domains = forms.CharField(
        label="E-mail domains",
        help_text="Only people with a verified address in one of these may sign in. One to a line, such as example.org",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    enforces_second_factor = forms.BooleanField(
        label="The service always asks for a second factor by itself",
        required=False,
        help_text="Tick this only where its rules say so for everybody. Whoever has a second factor in Baton gives it"
        " all the same; the others set one up unless you tick this.",
    )

    def __init__(self, data: Any = None, *, service: SignInService | None) -> None:
        super().__init__(data, initial=shown(service) if service else None)
        if service:
            self.fields["client_secret"].help_text = "Leave empty to keep the one that is sealed already."

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"]
        parts = urlsplit(issuer)
        here = parts.hostname in {"localhost", "127.0.0.1"} and not settings.HTTPS
        if parts.scheme != "https" and not here:
            raise ValidationError("The address must begin with https://")
        try:
            discover(issuer)
        except Unreachable as error:
            raise ValidationError(str(error)) from error
        return issuer

    def clean_domains(self) -> tuple[str, ...]:
        found = [
            word.lower().removeprefix("@") for word in re.split(r"[\s,;]+", self.cleaned_data["domains"])
        ]
        domains = tuple(dict.fromkeys(word for word in found if word))
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise ValidationError(f"“{domain}” is not a domain, such as example.org")
            if domain in PUBLIC:
                raise ValidationError(f"Anybody can have an address at {domain}.")
        return domains

    @property
    def terms(self) -> Terms:
        """What was filled in."""
        return Terms(**self.cleaned_data)


class ConfirmSignInForm(forms.Form):
    """Confirms the terms as they were when the page was shown."""

    changed_at = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, service: SignInService) -> None:
        super().__init__(data, initial={"changed_at": service.changed_at.isoformat()})


def shown(service: SignInService) -> dict[str, Any]:
    """The form's values of a service; its secret is not among them."""
    return {
        "issuer": service.issuer,
        "client_id": service.client_id,
        "domains": "\n".join(service.domains),
        "enforces_second_factor": service.enforces_second_factor,
    }
