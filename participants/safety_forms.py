"""The forms about a person's safety: restricting, naming, lowering, control measures, and reading a number."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from participants.models import ControlMeasure, Restriction, RestrictionReason
from participants.unmasking import Reason
from partners.acting import ActionError
from partners.models import Membership

Cause = RestrictionReason.Cause
WORDS = forms.Textarea(attrs={"rows": 3})
# The others are what a referrer alone can say, and what follows from another contract.
RAISED_BY_PEOPLE = [choice for choice in Cause.choices if choice[0] not in (Cause.WITHHELD, Cause.ELSEWHERE)]
LEVELS = [
    (Restriction.Level.CONTACTS, "Level 1: contact details are hidden from everybody who is not named"),
    (Restriction.Level.NAMED_ONLY, "Level 2: the person is hidden from everybody who is not named"),
]


class SafetyForm(forms.Form):
    """A form whose action may refuse; the sentence stands above it, or beside the field that it is about."""

    FIELD_OF: dict[str, str] = {}

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        name = self.FIELD_OF.get(error.code)
        self.add_error(name if name in self.fields else None, str(error))


def place_in_words(place: Membership) -> str:
    """Somebody and where they work."""
    return f"{place.user.name}, {place.organisation.name}"


class RaiseForm(SafetyForm):
    """Which level, why, and who may go on."""

    level = forms.TypedChoiceField(label="Level", choices=LEVELS, coerce=int, widget=forms.RadioSelect)
    cause = forms.ChoiceField(label="Why?", choices=RAISED_BY_PEOPLE, widget=forms.RadioSelect)
    words = forms.CharField(
        label="In a few words",
        max_length=300,
        required=False,
        widget=WORDS,
        help_text="Read only by people who are named, or cleared for safeguarding. The cause is too.",
    )
    people = forms.MultipleChoiceField(
        label="Who else may go on?", required=False, widget=forms.CheckboxSelectMultiple
    )

    FIELD_OF = {"already_restricted": "level", "cannot_be_named": "people", "last_named": "people"}

    def __init__(
        self, data: Any, *, places: Iterable[Membership], advisers: set[UUID], least: int, reaches: bool
    ) -> None:
        """least: the lowest level that can be chosen; advisers: those who hold the person, ticked beforehand."""
        chosen = list(places)
        ticked = [str(place.user_id) for place in chosen if place.user_id in advisers]
        super().__init__(data, initial={"people": ticked, "level": least})
        levels, people = self.fields["level"], self.fields["people"]
        assert isinstance(levels, forms.ChoiceField)
        assert isinstance(people, forms.ChoiceField)
        levels.choices = [choice for choice in LEVELS if choice[0] >= least]
        people.choices = [(str(place.user_id), place_in_words(place)) for place in chosen]
        people.help_text = (
            "You are named in any case. Think of the adviser, and of somebody who can agree to lower it again."
            if reaches
            else "You are not named yourself, and will no longer see this person."
        )

    def clean_people(self) -> list[UUID]:
        """Their ids."""
        return [UUID(one) for one in self.cleaned_data["people"]]


class NameForm(SafetyForm):
    """One more who may see the person."""

    user_id = forms.ChoiceField(label="Who?")
    words = forms.CharField(label="Why do they need it?", max_length=300, widget=WORDS)

    FIELD_OF = {"cannot_be_named": "user_id"}

    def __init__(self, data: Any, *, places: Iterable[Membership]) -> None:
        super().__init__(data)
        field = self.fields["user_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Choose somebody"),
            *((str(place.user_id), place_in_words(place)) for place in places),
        ]

    def clean_user_id(self) -> UUID:
        """Their id."""
        return UUID(self.cleaned_data["user_id"])


class AskForm(SafetyForm):
    """Why a lower level is enough."""

    to = forms.TypedChoiceField(label="Lower it to", coerce=int, widget=forms.RadioSelect)
    words = forms.CharField(
        label="Why is that safe now?",
        max_length=300,
        widget=WORDS,
        help_text="Read only by people who are named, or cleared for safeguarding.",
    )

    def __init__(self, data: Any, *, level: int) -> None:
        super().__init__(data)
        lower = [*(choice for choice in LEVELS if choice[0] < level), (0, "No restriction")]
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = lower
        self.initial["to"] = lower[0][0]


class AnswerForm(SafetyForm):
    """Agree or refuse. `to` is what was on the page: another question in the meantime is not answered by this."""

    to = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(label="Your answer", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, to: int, may_agree: bool) -> None:
        super().__init__(data, initial={"to": to})
        field = self.fields["answer"]
        assert isinstance(field, forms.ChoiceField)
        refuse = "No, the restriction stays" if may_agree else "Take my question back"
        field.choices = [*[("agree", "Yes, I agree")] * may_agree, ("refuse", refuse)]


class MeasureForm(SafetyForm):
    """What staff must know to be safe."""

    kind = forms.ChoiceField(label="Measure", choices=ControlMeasure.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="More words",
        max_length=200,
        required=False,
        help_text="What to do, such as which site to avoid. Never why: everybody who meets the person reads this.",
    )

    FIELD_OF = {"words_needed": "words", "already_noted": "kind"}


class UnmaskForm(forms.Form):
    """Why somebody who does not hold the person needs the number."""

    reason = forms.ChoiceField(
        label="Why do you need the number in full?", choices=Reason.choices, widget=forms.RadioSelect
    )
