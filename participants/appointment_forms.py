"""The forms by which an appointment is booked and moved, and by which it is said what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from participants.caseload import EVERYONE
from participants.forms import SIDE_BY_SIDE, CaseForm
from participants.models import Appointment
from partners.acting import ActionError
from partners.models import Membership
from partners.viewer import LONDON
from programmes.models import Contract

Why = Appointment.Why
LENGTHS = (15, 30, 45, 60, 90, 120, 180)
USUAL_LENGTH = 30
MOST_TIMES = 12


class TimeForm(forms.Form):
    """When an appointment is, with whom, and whether it is booked although somebody has another one then."""

    FIELD_OF: Mapping[str, str] = {
        "appointment_in_past": "on",
        "appointment_too_far": "on",
        "not_an_adviser_here": "adviser",
        "clash": "despite_clash",
    }

    on = forms.DateField(label="Day", widget=forms.DateInput())
    begins = forms.TimeField(
        label="Begins at",
        widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time, such as 10:30"},
    )
    minutes = forms.TypedChoiceField(
        label="Length", coerce=int, choices=[(many, f"{many} minutes") for many in LENGTHS]
    )
    adviser = forms.TypedChoiceField(label="With", coerce=UUID)
    despite_clash = forms.BooleanField(
        label="Book it although there is another appointment then", required=False
    )

    def __init__(
        self, data: Any, *, advisers: Iterable[Membership], initial: Mapping[str, Any], **more: Any
    ) -> None:
        super().__init__(data, initial={"minutes": USUAL_LENGTH, **initial}, **more)
        adviser = self.fields["adviser"]
        assert isinstance(adviser, forms.TypedChoiceField)
        here = {place.user_id: place.user.name for place in advisers}
        # Where whoever had them has left, nobody is chosen for them unseen.
        adviser.choices = [("", "")] * (self.initial.get("adviser") not in here)
        adviser.choices += [(str(one), name) for one, name in here.items()]
        # Asked only where there is one.
        if not self.data.get("despite_clash"):
            self.fields["despite_clash"].widget = forms.HiddenInput()

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins, on the London clock."""
        return self._at(self.cleaned_data["on"])

    def _at(self, day: date) -> datetime:
        begins: time = self.cleaned_data["begins"]
        return datetime.combine(day, begins, tzinfo=LONDON)

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about; a clash can be accepted there."""
        if error.code == "clash":
            self.fields["despite_clash"].widget = forms.CheckboxInput()
        self.add_error(self.FIELD_OF.get(error.code), str(error))


class BookForm(TimeForm, CaseForm):
    """An appointment, once or again and again at the same hour."""

    contract = forms.ChoiceField(label="Contract")
    about = forms.CharField(label="What is it about?", max_length=120)
    channel = forms.ChoiceField(
        label="How",
        choices=[(one.value, one.label) for one in Appointment.CHANNELS],
        widget=SIDE_BY_SIDE,
    )
    place = forms.CharField(label="Where", max_length=120, required=False)
    link = forms.URLField(
        label="Link to the video call", max_length=300, required=False, assume_scheme="https"
    )
    every = forms.TypedChoiceField(
        label="Repeats",
        coerce=int,
        choices=[(0, "Does not repeat"), (1, "Every week"), (2, "Every two weeks"), (4, "Every four weeks")],
        empty_value=None,
        required=False,
    )
    times = forms.IntegerField(
        label="How many appointments altogether?",
        min_value=2,
        max_value=MOST_TIMES,
        required=False,
    )
    field_order = (
        *("contract", "about", "channel", "on", "begins", "minutes", "adviser"),
        *("despite_clash", "place", "link", "every", "times"),
    )

    def __init__(
        self,
        data: Any,
        *,
        contracts: Sequence[Contract],
        advisers: Iterable[Membership],
        again: Appointment | None,
        today: date,
        adviser: UUID | None,
    ) -> None:
        first: dict[str, Any] = {"about": "Review meeting", "channel": "in_person", "adviser": adviser}
        if again:
            names = ("about", "channel", "place", "link", "minutes")
            first = {name: getattr(again, name) for name in names} | {"adviser": again.adviser_id}
            first |= {"contract": again.contract.code, "on": _next_of_the_weekday(again.starts_on, today)}
            first["begins"] = again.starts_at.astimezone(LONDON).time()
        super().__init__(data, contracts=contracts, advisers=advisers, initial=first)

    def clean(self) -> dict[str, Any]:
        """What repeats needs to say how often; a video call may be booked before there is a link."""
        said = super().clean() or self.cleaned_data
        if said.get("every") and not said.get("times") and "times" not in self.errors:
            self.add_error("times", f"Enter how many appointments there are to be, from 2 to {MOST_TIMES}")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What is to be booked, as the action takes it."""
        said = self.cleaned_data
        often = said["times"] if said["every"] else 1
        days = [said["on"] + timedelta(weeks=(said["every"] or 0) * n) for n in range(often)]
        same = ("contract", "minutes", "channel", "about", "place", "link", "despite_clash")
        return {
            "adviser_id": said["adviser"],
            "times": [self._at(day) for day in days],
            **{name: said[name] for name in same},
        }


def _next_of_the_weekday(day: date, today: date) -> date:
    """The first day after today that is of the same weekday."""
    return today + timedelta(days=(day.weekday() - today.weekday() - 1) % 7 + 1)


class MoveForm(TimeForm):
    """Another time for the same."""

    field_order = ("on", "begins", "minutes", "adviser", "despite_clash")

    def __init__(self, data: Any, *, appointment: Appointment, advisers: Iterable[Membership]) -> None:
        begins = appointment.starts_at.astimezone(LONDON)
        first = {"on": begins.date(), "begins": begins.time(), "minutes": appointment.minutes}
        super().__init__(data, advisers=advisers, initial={**first, "adviser": appointment.adviser_id})


class OutcomeForm(forms.Form):
    """What came of an appointment: it was kept, missed, or called off; of what is to come, why it is called off."""

    KEPT, MISSED, CANCELLED = "kept", "missed", "cancelled"
    FIELD_OF: Mapping[str, str] = {"next_step_in_past": "next_on", "next_step_without_words": "next_step"}
    # Of which of them each may be the reason.
    REASONS: Mapping[str, Sequence[Why]] = {
        MISSED: (Why.FORGOT, Why.UNWELL, Why.CARE, Why.TRAVEL, Why.WORK, Why.NOT_KNOWN),
        CANCELLED: (Why.UNWELL, Why.CARE, Why.TRAVEL, Why.WORK, Why.ADVISER, Why.MISTAKE),
    }

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=[
            (KEPT, "It took place"),
            (MISSED, "The participant did not attend"),
            (CANCELLED, "It was cancelled beforehand"),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.ChoiceField(label="Why not?", choices=[("", ""), *Why.choices], required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    next_step = forms.CharField(label="Next step", max_length=200, required=False)
    next_on = forms.DateField(label="By", required=False, widget=forms.DateInput())

    def __init__(self, data: Any, *, appointment: Appointment, today: date) -> None:
        self.is_ahead = appointment.starts_on > today
        super().__init__(data, initial={"outcome": self.CANCELLED if self.is_ahead else self.KEPT})
        if self.is_ahead:
            why = self.fields["why"]
            assert isinstance(why, forms.ChoiceField)
            reasons = [(one.value, one.label) for one in self.REASONS[self.CANCELLED]]
            why.label, why.required, why.choices = "Why?", True, [("", ""), *reasons]
            self.fields["outcome"].widget = forms.HiddenInput()
            for name in ("note", "next_step", "next_on"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What did not take place has a reason, and one that fits."""
        said = super().clean() or self.cleaned_data
        fitting = self.REASONS.get(said.get("outcome", ""))
        if fitting and said.get("why") not in fitting and "why" not in self.errors:
            labels = ", ".join(f"“{one.label}”" for one in fitting)
            self.add_error("why", f"Choose one of these: {labels}")
        return said

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        self.add_error(self.FIELD_OF.get(error.code), str(error))


def day_asked_for(data: Mapping[str, Any], otherwise: date) -> date:
    """The day of ?day=, where that is one of this century."""
    try:
        day = date.fromisoformat(data.get("day", ""))
    except ValueError:
        return otherwise
    return day if 2000 <= day.year < 2100 else otherwise


class DiaryFilter(forms.Form):
    """Whose appointments of which week are shown, and where. An adviser begins with their own, a manager with
    everyone's.
    """

    adviser = forms.ChoiceField(label="With", required=False)
    place = forms.ChoiceField(label="Where", required=False)
    day = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, own: str, advisers: Iterable[Membership], places: Iterable[str]) -> None:
        super().__init__({"adviser": own} | {name: value for name, value in data.items() if value})
        self.own = own
        choices = {
            "adviser": [
                (EVERYONE, "Everyone here"),
                *((str(one.user_id), one.user.name) for one in advisers),
            ],
            "place": [("", "Anywhere"), *((place, place) for place in places)],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        self.is_valid()
        self.whose: str = self.cleaned_data.get("adviser") or own
        self.where: str = self.cleaned_data.get("place", "")

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return bool(self.where) + (self.whose not in (self.own, EVERYONE))
