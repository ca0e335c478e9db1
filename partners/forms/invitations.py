"""The forms of inviting, and of accepting an invitation."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from partners.actions.membership import is_administration
from partners.forms.people import ANY, RefusableForm
from partners.models import Invitation, Organisation, User
from partners.permissions import PURPOSES, roles_of


def choice(kind: str, role: str) -> str:
    """A role of one kind of organisation, as a form names it: two kinds have an administrator."""
    return f"{kind}.{role}"


class InviteForm(RefusableForm):
    """Whom to invite where, as what."""

    email = forms.EmailField(label="E-mail address", help_text="Their own address at work, not a shared one.")
    organisation = forms.ChoiceField(label="Organisation")
    role = forms.ChoiceField(label="Role")
    FIELD_OF = {"already_here": "email", "already_invited": "email", "wrong_role": "role"}

    def __init__(self, data: Any, *, organisations: Iterable[Organisation]) -> None:
        super().__init__(data)
        self.known = {one.slug: one for one in organisations}
        kinds = [kind for kind in Organisation.Kind if any(one.kind == kind for one in self.known.values())]
        options = {
            kind.label: [
                (choice(kind, role), f"{role.label}: {PURPOSES[kind, role]}")
                for role in roles_of(kind)
                if not is_administration(role, kind)
            ]
            for kind in kinds
        }
        if len(self.known) == 1:
            del self.fields["organisation"]
            self._choose("role", [option for group in options.values() for option in group])
            self.fields["role"].widget = forms.RadioSelect(choices=self.fields["role"].choices)  # type: ignore[attr-defined]
        else:
            self._choose(
                "organisation", [("", "Choose"), *((slug, one.name) for slug, one in self.known.items())]
            )
            self._choose("role", [("", "Choose"), *options.items()])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """The organisation itself, and the role by its own name where it belongs to that kind of organisation."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slug = data.get("organisation", "") if "organisation" in self.fields else next(iter(self.known))
        organisation = self.known.get(slug)
        kind, _, role = data.get("role", "").partition(".")
        if organisation and role and kind != organisation.kind:
            self.add_error(
                "role",
                f"{organisation.name} is a {organisation.get_kind_display().lower()}: choose a role of its own.",
            )
        return data | {"organisation": organisation, "role": role}


class InvitationFilter(forms.Form):
    """Which invitations are shown."""

    state = forms.ChoiceField(label="State", choices=[ANY, *Invitation.State.choices], required=False)

    @property
    def wanted(self) -> str:
        """The state asked for; empty for all."""
        return self.cleaned_data["state"] if self.is_valid() else ""

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return int(bool(self.wanted))


class NewAccountForm(RefusableForm):
    """What a person who is new to Baton chooses."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As your colleagues know you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any, *, email: str) -> None:
        super().__init__(data)
        self.email = email
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        """By the same rules as everywhere else."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
