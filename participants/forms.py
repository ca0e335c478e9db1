"""The forms of the caseload and of a contact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from participants import timeline
from participants.caseload import EVERYONE, NOBODY
from participants.cases import Stage
from participants.models import Contact, Document
from participants.needs import KINDS
from partners.acting import ActionError
from partners.models import Membership
from partners.uploads import ACCEPTED, CHOOSER, LARGEST, CheckedFileField
from partners.viewer import Viewer
from programmes.models import Contract

SIDE_BY_SIDE = forms.RadioSelect(attrs={"class": "baton-side-by-side"})


class CaseloadFilter(forms.Form):
    """Which people are shown, and in which order. An adviser begins with their own, a manager with everyone's."""

    search = forms.CharField(
        label="Name, reference, phone or National Insurance number", max_length=80, required=False
    )
    need = forms.ChoiceField(label="Reason", required=False)
    stage = forms.ChoiceField(label="Stage", choices=[("", "Any"), *Stage.choices], required=False)
    adviser = forms.ChoiceField(label="Adviser", required=False)
    contract = forms.ChoiceField(label="Contract", required=False)
    sort = forms.ChoiceField(
        label="Order",
        choices=[("", "Who needs me first"), ("contact", "Longest since contact"), ("name", "Family name")],
        required=False,
    )

    def __init__(
        self, data: Any, *, viewer: Viewer, contracts: Iterable[Contract], places: Iterable[Membership]
    ) -> None:
        own = str(viewer.user_id) if viewer.role == "adviser" else EVERYONE
        super().__init__({"adviser": own} | {name: value for name, value in data.items() if value})
        self.default_adviser = own
        on = [(contract.code, contract.name) for contract in contracts]
        advisers = [(str(place.user_id), place.user.name) for place in places]
        self._choose("need", [("", "Any"), *sorted(KINDS.items(), key=lambda pair: pair[1])])
        if len(on) > 1:
            self._choose("contract", [("", "Any"), *on])
        else:
            del self.fields["contract"]
        self._choose("adviser", [(EVERYONE, "Everyone here"), *advisers, (NOBODY, "Nobody yet")])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for; a filter that makes no sense is left out and said beside its field."""
        self.is_valid()
        return {"adviser": self.default_adviser, **self.cleaned_data}

    @property
    def query(self) -> str:
        """The filters and the order as they stand in an address, without the words that are searched for."""
        wanted = self.wanted
        return urlencode(
            [(name, wanted[name]) for name in sorted(wanted) if wanted[name] and name != "search"]
        )

    @property
    def active(self) -> int:
        """How many filters are in use, the order and the list that one begins with aside."""
        wanted = self.wanted
        narrowing = sum(bool(wanted.get(name)) for name in ("search", "need", "stage", "contract"))
        return narrowing + (wanted["adviser"] not in (self.default_adviser, EVERYONE))


class SaveViewForm(forms.Form):
    """What a view of the caseload is called."""

    name = forms.CharField(
        label="Name of the view",
        max_length=40,
        error_messages={"required": "Enter a name for the view", "max_length": "Use 40 characters at most"},
    )


class TimelineFilter(forms.Form):
    """Which kind of things are shown on the timeline."""

    kind = forms.ChoiceField(label="Show", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Everything"), *((group, group) for group in timeline.groups())]

    @property
    def group(self) -> str:
        """The heading asked for; empty for everything."""
        return self.cleaned_data["kind"] if self.is_valid() else ""

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return int(bool(self.group))


class CaseForm(forms.Form):
    """A form about somebody on one of the contracts on which the provider works with them: with one there is nothing to
    choose.
    """

    contract = forms.ChoiceField(label="Contract")

    # Where the sentence of a refusal stands, by its code.
    FIELD_OF: Mapping[str, str] = {}

    def __init__(
        self, data: Any, files: Any = None, *, contracts: Sequence[Contract], initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, files, initial={"contract": contracts[0].code, **initial})
        self.contracts = {contract.code: contract for contract in contracts}
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(contract.code, contract.name) for contract in contracts]
        if len(contracts) == 1:
            field.widget = forms.HiddenInput()

    def clean_contract(self) -> Contract:
        """The contract itself, for the action."""
        return self.contracts[self.cleaned_data["contract"]]

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        self.add_error(self.FIELD_OF.get(error.code), str(error))


class ContactForm(CaseForm):
    """A contact: what is usual is filled in, so that saving is enough."""

    channel = forms.ChoiceField(label="How", choices=Contact.Channel.choices, widget=SIDE_BY_SIDE)
    result = forms.ChoiceField(label="Result", choices=Contact.Result.choices, widget=SIDE_BY_SIDE)
    note = forms.CharField(
        label="Note", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_step = forms.CharField(label="Next step", max_length=200, required=False)
    next_on = forms.DateField(label="Date of the next step", required=False, widget=forms.DateInput)
    contacted_on = forms.DateField(label="Date of the contact", widget=forms.DateInput)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=600, required=False)

    FIELD_OF = {
        "contact_in_future": "contacted_on",
        "contact_before_assignment": "contacted_on",
        "next_step_in_past": "next_on",
        "next_step_without_words": "next_step",
    }

    def __init__(self, data: Any, *, contracts: list[Contract], chosen: str, today: date) -> None:
        first = {
            "channel": Contact.Channel.PHONE,
            "result": Contact.Result.ATTENDED,
            "contacted_on": today,
        }
        if chosen in {contract.code for contract in contracts}:
            first["contract"] = chosen
        super().__init__(data, contracts=contracts, initial=first)


class DocumentForm(CaseForm):
    """A document to be kept with the participant."""

    kind = forms.ChoiceField(label="Kind", choices=Document.Kind.choices, widget=SIDE_BY_SIDE)
    title = forms.CharField(
        label="Title",
        max_length=120,
        required=False,
        help_text="What colleagues will see in the list. Without one it is called by its kind.",
    )
    file = CheckedFileField(
        label="File",
        help_text=f"{ACCEPTED}, {LARGEST} at most. Where and when a picture was taken is left out.",
        widget=forms.FileInput(attrs={"accept": CHOOSER}),
    )

    def __init__(self, data: Any, files: Any, *, contracts: list[Contract]) -> None:
        super().__init__(data, files, contracts=contracts, initial={})


class RemoveDocumentForm(forms.Form):
    """Why a document is taken away."""

    reason = forms.ChoiceField(label="Why?", choices=Document.RemovalReason.choices, widget=forms.RadioSelect)

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        self.add_error(None, str(error))
