"""The forms of the people page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from partners import people
from partners.acting import ActionError
from partners.actions.second_factor import Reason
from partners.models import Membership, Organisation
from partners.permissions import PURPOSES, Role, roles_of

ANY = ("", "Any")


class PeopleFilter(forms.Form):
    """Which people are shown; a filter that makes no sense is left out and said beside its field."""

    search = forms.CharField(label="Name or e-mail address", max_length=80, required=False)
    organisation = forms.ChoiceField(label="Organisation", required=False)
    role = forms.ChoiceField(label="Role", required=False)
    state = forms.ChoiceField(label="Show", choices=people.STATES, required=False)

    def __init__(self, data: Any, *, organisations: Iterable[Organisation]) -> None:
        super().__init__({"state": people.IN_FORCE} | {name: value for name, value in data.items() if value})
        known = list(organisations)
        roles = {role for organisation in known for role in roles_of(organisation.kind)}
        self._choose("organisation", [(one.slug, one.name) for one in known])
        self._choose("role", [(role.value, role.label) for role in Role if role in roles])
        if len(known) < 2:
            del self.fields["organisation"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for."""
        self.is_valid()
        return {"state": people.IN_FORCE} | {
            name: value for name, value in self.cleaned_data.items() if value
        }

    @property
    def active(self) -> int:
        """How many filters are in use, the one that the list begins with aside."""
        return len(self.wanted) - (self.wanted["state"] == people.IN_FORCE)

    def narrow(self, places: QuerySet[Membership], today: date) -> QuerySet[Membership]:
        """The places that the filters let through."""
        wanted = self.wanted
        narrowed = people.in_state(places, wanted["state"], today)
        if "organisation" in wanted:
            narrowed = narrowed.filter(organisation__slug=wanted["organisation"])
        if "role" in wanted:
            narrowed = narrowed.filter(role=wanted["role"])
        return people.found(narrowed, wanted.get("search", ""))


class RefusableForm(forms.Form):
    """A form that says why the action refused, beside the field that it is about."""

    FIELD_OF: dict[str, str] = {}

    def refuse(self, error: ActionError) -> None:
        """Put the sentence of a refusal where it belongs."""
        self.add_error(self.FIELD_OF.get(error.code), str(error))


class RoleForm(RefusableForm):
    """Another role in the same organisation."""

    role = forms.ChoiceField(label="New role", widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label="Reason", choices=Membership.RoleChange.choices, widget=forms.RadioSelect
    )
    FIELD_OF = {"wrong_role": "role", "unchanged": "role"}

    def __init__(self, data: Any, *, membership: Membership) -> None:
        super().__init__(data)
        kind = membership.organisation.kind
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (role.value, f"{role.label}: {PURPOSES[kind, role]}")
            for role in roles_of(kind)
            if role != membership.role
        ]


class ClearanceForm(RefusableForm):
    """Clearance for safeguarding, given or taken."""

    reason = forms.ChoiceField(label="Reason", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, membership: Membership) -> None:
        super().__init__(data)
        given = {Membership.ClearanceChange.NEEDED}
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (reason.value, reason.label)
            for reason in Membership.ClearanceChange
            if (reason in given) != membership.cleared
        ]


class SecondFactorForm(RefusableForm):
    """The reset of a second factor."""

    reason = forms.ChoiceField(label="Reason", choices=Reason.choices, widget=forms.RadioSelect)


class EndForm(RefusableForm):
    """The end of a place."""

    from_on = forms.DateField(
        label="First day without access",
        help_text="Today ends it at once.",
        widget=forms.DateInput,
    )
    reason = forms.ChoiceField(label="Reason", widget=forms.RadioSelect)
    FIELD_OF = {"ends_in_past": "from_on"}

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"from_on": today})
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (reason.value, reason.label)
            for reason in Membership.Ending
            if reason != Membership.Ending.CHANGED
        ]
