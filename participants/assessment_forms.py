"""The form by which somebody is assessed: what they said before is filled in, to be confirmed or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms

from participants.actions.assessment import Said
from participants.answers import Answer
from participants.forms import SIDE_BY_SIDE, CaseForm
from programmes.assessing import Question
from programmes.models import Contract

NOT_ASKED = ""


@dataclass(frozen=True)
class Asked:
    """A question on the form, with what was said to it before and to whom."""

    question: Question
    step: forms.BoundField
    words: forms.BoundField
    before: Answer | None
    by: str

    @property
    def has_words(self) -> bool:
        """Whether the field for words stands open."""
        return bool(self.words.value()) or bool(self.words.errors)


class AssessmentForm(CaseForm):
    """The questions of a template. before: the last answer to each by its code, which is filled in where it was given
    on the same steps. asked_by: by the id of an assessment, who asked.
    """

    FIELD_OF = {"assessed_in_future": "made_on", "assessed_before_assignment": "made_on"}

    made_on = forms.DateField(label="Date of the assessment", widget=forms.DateInput())

    def __init__(
        self,
        data: Any,
        *,
        contracts: Sequence[Contract],
        questions: Sequence[Question],
        before: Mapping[str, Answer],
        asked_by: Mapping[UUID, str],
        today: date,
    ) -> None:
        self.questions, self.before, self.asked_by = questions, before, asked_by
        first: dict[str, Any] = {"made_on": today}
        for one in questions:
            last = before.get(one.code)
            alike = last and last.question.steps == one.steps
            first |= {
                f"step_{one.code}": last.step if last and alike else NOT_ASKED,
                f"words_{one.code}": last.words if last and alike else "",
            }
        super().__init__(data, contracts=contracts, initial=first)
        for one in questions:
            self.fields[f"step_{one.code}"] = forms.TypedChoiceField(
                label=one.ask,
                choices=[*enumerate(one.steps), (NOT_ASKED, "Not today")],
                coerce=int,
                empty_value=None,
                required=False,
                widget=SIDE_BY_SIDE,
            )
            self.fields[f"words_{one.code}"] = forms.CharField(
                label="In their own words", max_length=200, required=False
            )

    @property
    def is_carried_over(self) -> bool:
        """Whether anything of it was answered before."""
        return any(one.code in self.before for one in self.questions)

    @property
    def groups(self) -> list[tuple[str, list[Asked]]]:
        """The questions under their headings."""
        return [
            (heading, [self._asked(one) for one in under])
            for heading, under in groupby(self.questions, key=lambda one: one.heading)
        ]

    def _asked(self, one: Question) -> Asked:
        before = self.before.get(one.code)
        by = self.asked_by[before.first.pk] if before else ""
        return Asked(one, self[f"step_{one.code}"], self[f"words_{one.code}"], before, by)

    def clean(self) -> dict[str, Any]:
        """Words need the step that they are about, where they were not carried over."""
        said = super().clean() or self.cleaned_data
        for one in self.questions:
            words, before = said.get(f"words_{one.code}"), self.before.get(one.code)
            carried = before.words if before else ""
            if words and words != carried and said.get(f"step_{one.code}") is None:
                self.add_error(f"step_{one.code}", "Choose how it is, or take the words out again")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """On which contract, when and what was answered, as the action takes it."""
        answers = {
            one.code: Said(step, self.cleaned_data[f"words_{one.code}"])
            for one in self.questions
            if (step := self.cleaned_data[f"step_{one.code}"]) is not None
        }
        return {**{name: self.cleaned_data[name] for name in ("contract", "made_on")}, "answers": answers}
