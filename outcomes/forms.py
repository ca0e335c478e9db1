"""The forms of jobs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from outcomes.actions.job import LEAST_HOURS, MOST_HOURS
from outcomes.chain import resembling
from outcomes.milestones import spoken
from outcomes.models import Job
from participants.models import Enrolment
from partners.acting import ActionError
from partners.models import Organisation

ANY = ("", "Any")
STILL_HELD = "Leave this empty if the person still works there."
SIDE_BY_SIDE = forms.RadioSelect(attrs={"class": "baton-side-by-side"})


class Choosing(forms.Form):
    """A form whose choices are rows."""

    def choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """What may be chosen in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class Refusable(Choosing):
    """A form that an action may refuse."""

    # The field beside which the sentence of a refusal stands, by the code of the refusal.
    FIELD_OF: Mapping[str, str] = {}

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        name = self.FIELD_OF.get(error.code)
        self.add_error(name if name in self.fields else None, str(error))


class Referring(Refusable):
    """A form on which the reference is typed of somebody whom one need not see."""

    # What is said alike of somebody without anything and of nobody.
    NOTHING: str
    reference = forms.CharField(label="Reference of the participant", max_length=12)

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).upper()


class OnAContract(Refusable):
    """A form about one of the person's contracts. With one there is nothing to choose."""

    enrolment = forms.ChoiceField(label="Contract")

    def __init__(
        self, data: Any, *, enrolments: Sequence[Enrolment], initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"enrolment": str(enrolments[0].pk), **(initial or {})})
        self.enrolments = {str(enrolment.pk): enrolment for enrolment in enrolments}
        self.choose("enrolment", [(pk, one.contract.name) for pk, one in self.enrolments.items()])
        if len(enrolments) == 1:
            self.fields["enrolment"].widget = forms.HiddenInput()

    @property
    def started(self) -> str:
        """The day of the start on each contract, in words."""
        return ", ".join(spoken(one.started_on) for one in self.enrolments.values())

    def clean_enrolment(self) -> Enrolment:
        """The enrolment itself, for the action."""
        return self.enrolments[self.cleaned_data["enrolment"]]


class AboutAJob(Refusable):
    """What every form that describes a job asks. An employer that looks like one of the chain is asked about."""

    FIELD_OF: Mapping[str, str] = {
        "start_in_future": "starts_on",
        "start_before_birth": "starts_on",
        "end_in_future": "ends_on",
        "end_before_start": "ends_on",
        "hours_out_of_range": "hours_per_week",
        "already_recorded": "employer",
    }
    kind = forms.ChoiceField(label="Kind of work", choices=Job.Kind.choices, widget=SIDE_BY_SIDE)
    hours_per_week = forms.DecimalField(
        label="Hours a week",
        help_text="On average, such as 16 or 37.5.",
        min_value=LEAST_HOURS,
        max_value=MOST_HOURS,
        decimal_places=1,
        widget=forms.NumberInput(
            attrs={"class": "govuk-input--width-5", "step": "0.5", "inputmode": "decimal"}
        ),
    )
    starts_on = forms.DateField(label="First day in work", widget=forms.DateInput())
    ends_on = forms.DateField(
        label="Last day in work", help_text=STILL_HELD, required=False, widget=forms.DateInput()
    )
    related_employer = forms.BooleanField(
        label="The employer is the prime contractor or one of its providers", required=False
    )

    def ask_about(self, looks_like: Organisation | None) -> None:
        """Ask for a yes or a no where the employer looks like an organisation of the chain: nobody decides silently."""
        if looks_like is not None:
            self.fields["related_employer"] = forms.TypedChoiceField(
                label=f"Is the employer {looks_like.name}, which delivers this programme?",
                help_text="Jobs with the prime contractor or its providers are declared and counted apart.",
                choices=[("on", "Yes"), ("no", "No, it only has a similar name")],
                coerce=lambda answer: answer == "on",
                widget=SIDE_BY_SIDE,
            )


class JobForm(OnAContract, AboutAJob):
    """A job that began."""

    employer = forms.CharField(
        label="Employer", max_length=120, help_text="For self-employment, the name it trades under."
    )
    title = forms.CharField(label="Job title", max_length=120)

    field_order = (
        "enrolment",
        "employer",
        "related_employer",
        "title",
        "kind",
        "hours_per_week",
        "starts_on",
    )

    def __init__(self, data: Any, *, enrolments: Sequence[Enrolment], chain: Iterable[Organisation]) -> None:
        super().__init__(data, enrolments=enrolments, initial={"kind": Job.Kind.EMPLOYED})
        self.fields[
            "starts_on"
        ].help_text = f"Days before the start on {self.started} do not count towards outcomes."
        self.ask_about(resembling(str(self.data.get("employer", "")), chain))


class EndJobForm(Refusable):
    """The end of a job."""

    FIELD_OF = AboutAJob.FIELD_OF

    ends_on = forms.DateField(
        label="Last day in work", help_text="The last day still counts.", widget=forms.DateInput()
    )
    end_reason = forms.ChoiceField(
        label="Why it ended", choices=Job.EndReason.choices, widget=forms.RadioSelect
    )


class MoveJobForm(AboutAJob):
    """The job for which somebody left theirs."""

    FIELD_OF = {**AboutAJob.FIELD_OF, "end_before_start": "starts_on"}
    employer = forms.CharField(label="New employer", max_length=120)
    title = forms.CharField(label="Job title", max_length=120)

    field_order = ("employer", "related_employer", "title", "kind", "hours_per_week", "starts_on", "ends_on")

    def __init__(self, data: Any, *, job: Job, chain: Iterable[Organisation]) -> None:
        super().__init__(data, initial={"kind": job.kind, "hours_per_week": job.hours_per_week})
        self.fields["starts_on"].label = "First day with the new employer"
        self.fields["ends_on"].label = f"Last day with {job.employer}"
        self.fields["ends_on"].help_text = "Leave it empty if it was the day before."
        self.ask_about(resembling(str(self.data.get("employer", "")), chain))


class CorrectJobForm(AboutAJob):
    """A job as it really was."""

    def __init__(self, data: Any, *, job: Job, chain: Iterable[Organisation]) -> None:
        names = ("kind", "hours_per_week", "starts_on", "ends_on", "related_employer")
        known = {name: getattr(job, name) for name in names}
        looks_like = resembling(job.employer, chain)
        if looks_like is not None:
            known["related_employer"] = "on" if job.related_employer else "no"
        super().__init__(data, initial=known)
        self.ask_about(looks_like)
