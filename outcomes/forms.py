"""The forms of jobs, and the filters of statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from outcomes.actions.job import LEAST_HOURS, MOST_HOURS
from outcomes.models import Job, Statement
from outcomes.statements import months
from participants.models import Enrolment
from partners.acting import ActionError

# The field beside which the sentence of a refusal stands.
FIELD_OF = {
    "start_in_future": "starts_on",
    "start_before_birth": "starts_on",
    "end_in_future": "ends_on",
    "end_before_start": "ends_on",
    "hours_out_of_range": "hours_per_week",
    "already_recorded": "employer",
}
STILL_HELD = "Leave this empty if the person still works there."


class AboutAJob(forms.Form):
    """A form that an action may refuse."""

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        name = FIELD_OF.get(error.code)
        self.add_error(name if name in self.fields else None, str(error))


class JobForm(AboutAJob):
    """A job that began. With one contract there is nothing to choose."""

    enrolment = forms.ChoiceField(label="Contract")
    employer = forms.CharField(label="Employer", max_length=120)
    title = forms.CharField(label="Job title", max_length=120)
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

    def __init__(self, data: Any, *, enrolments: Sequence[Enrolment]) -> None:
        super().__init__(data, initial={"enrolment": str(enrolments[0].pk)})
        self.enrolments = {str(enrolment.pk): enrolment for enrolment in enrolments}
        field = self.fields["enrolment"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, enrolment.contract.name) for pk, enrolment in self.enrolments.items()]
        if len(enrolments) == 1:
            field.widget = forms.HiddenInput()
        started = ", ".join(f"{one.started_on.day} {one.started_on:%B %Y}" for one in enrolments)
        self.fields[
            "starts_on"
        ].help_text = f"Days before the start on {started} do not count towards outcomes."

    def clean_enrolment(self) -> Enrolment:
        """The enrolment itself, for the action."""
        return self.enrolments[self.cleaned_data["enrolment"]]


class EndJobForm(AboutAJob):
    """The end of a job."""

    ends_on = forms.DateField(
        label="Last day in work", help_text="The last day still counts.", widget=forms.DateInput()
    )
    end_reason = forms.ChoiceField(
        label="Why it ended", choices=Job.EndReason.choices, widget=forms.RadioSelect
    )


class CorrectJobForm(AboutAJob):
    """Other dates for a job that was recorded wrongly."""

    starts_on = forms.DateField(label="First day in work", widget=forms.DateInput())
    ends_on = forms.DateField(
        label="Last day in work", help_text=STILL_HELD, required=False, widget=forms.DateInput()
    )


class StatementFilter(forms.Form):
    """Which statements are shown. A filter that makes no sense is left out and said beside its field."""

    contract = forms.ChoiceField(label="Contract", required=False)
    provider = forms.ChoiceField(label="Provider", required=False)
    month = forms.ChoiceField(label="Month", required=False)

    def __init__(self, data: Any, *, statements: QuerySet[Statement], is_prime: bool) -> None:
        super().__init__(data)
        contracts = statements.order_by("contract__name").values_list("contract__code", "contract__name")
        self._choose("contract", contracts.distinct())
        self._choose("month", [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months()])
        if is_prime:
            providers = statements.order_by("organisation__name")
            self._choose(
                "provider", providers.values_list("organisation__slug", "organisation__name").distinct()
            )
        else:
            del self.fields["provider"]

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any"), *choices]

    def narrow(self, statements: QuerySet[Statement]) -> QuerySet[Statement]:
        """The statements that the filters let through."""
        self.is_valid()
        wanted = self.cleaned_data
        if code := wanted.get("contract"):
            statements = statements.filter(contract__code=code)
        if slug := wanted.get("provider"):
            statements = statements.filter(organisation__slug=slug)
        if month := wanted.get("month"):
            statements = statements.filter(month=date.fromisoformat(f"{month}-01"))
        return statements

    @property
    def active(self) -> int:
        """How many filters are in use."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())
