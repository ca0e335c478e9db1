"""What a participant answered when they were assessed: what stands today, since when, and how it moved."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from participants.models import Assessment, HealthAnswers, Participant
from programmes.assessing import Question, questions_of


@dataclass(frozen=True)
class Answer:
    """One answer as it was given or confirmed in an assessment.

    on: the day of that assessment. first: the assessment in which it was first said so, which is the same one unless
    it was confirmed.
    """

    question: Question
    step: int
    words: str
    assessment: Assessment
    first: Assessment

    @classmethod
    def of(
        cls, question: Question, said: dict[str, Any], one: Assessment, known: dict[str, Assessment]
    ) -> Self:
        """An answer as an assessment keeps it. What it confirmed may be hidden from the viewer, or gone."""
        return cls(question, said["step"], said["words"], one, known.get(said.get("from", ""), one))

    @property
    def on(self) -> date:
        return self.assessment.made_on

    @property
    def label(self) -> str:
        """The words of the step."""
        return self.question.steps[self.step]

    @property
    def in_words(self) -> str:
        """The step, and what the person said of it."""
        return f"{self.label}: “{self.words}”" if self.words else self.label

    @property
    def is_in_the_way(self) -> bool:
        """Whether it names something that stands between the person and work."""
        return self.question.is_barrier and self.step < self.question.best

    def says(self, question: Question, step: int, words: str) -> bool:
        """Whether the same was said to the same question."""
        return (self.question.steps, self.step, self.words) == (question.steps, step, words)


def history(participant: Participant | UUID) -> dict[str, list[Answer]]:
    """By the code of the question, every answer that the viewer may see, the oldest first: in two queries."""
    made = Assessment.objects.filter(participant=participant).select_related("template")
    assessments = list(made.order_by("made_on", "recorded_at", "id"))
    of_health = dict(
        HealthAnswers.objects.filter(participant=participant).values_list("assessment_id", "answers")
    )
    known = {str(one.pk): one for one in assessments}
    found: defaultdict[str, list[Answer]] = defaultdict(list)
    for one in assessments:
        answers = {**one.answers, **of_health.get(one.pk, {})}
        for question in questions_of(one.template.questions):
            if question.code in answers:
                found[question.code].append(Answer.of(question, answers[question.code], one, known))
    return dict(found)


def in_words(row: Assessment | HealthAnswers) -> dict[str, dict[str, str]]:
    """The answers that a row holds, by what was asked, as whoever gave them would read them."""
    made = row if isinstance(row, Assessment) else row.assessment
    given = [
        Answer.of(question, row.answers[question.code], made, {})
        for question in questions_of(made.template.questions)
        if question.code in row.answers
    ]
    return {"answers": {one.question.ask: one.in_words for one in given}}


def in_the_way(told: dict[str, list[Answer]]) -> list[Answer]:
    """What stands between the person and work by their last answers, the gravest first."""
    last = [answers[-1] for answers in told.values() if answers[-1].is_in_the_way]
    return sorted(last, key=lambda answer: answer.step / answer.question.best)


@dataclass(frozen=True)
class Course:
    """How the answers to one question moved. steps: from the first to the last, more is better. points: a line on a
    field of WIDTH by HEIGHT, left to right by date; empty where there is nothing to compare.
    """

    last: Answer
    steps: int
    points: str

    WIDTH = 96
    HEIGHT = 20

    @classmethod
    def of(cls, answers: list[Answer]) -> Self:
        """Of the answers that were given on the same steps as the last one."""
        last = answers[-1]
        alike = [one for one in answers if one.question.steps == last.question.steps]
        points = " ".join(f"{x:g},{y:g}" for x, y in cls._placed(alike)) if len(alike) > 1 else ""
        return cls(last, last.step - alike[0].step, points)

    @classmethod
    def _placed(cls, answers: list[Answer]) -> Iterator[tuple[float, float]]:
        begin, best = answers[0].on, answers[-1].question.best
        days = max((answers[-1].on - begin).days, 1)
        for answer in answers:
            x = cls.WIDTH * (answer.on - begin).days / days
            yield round(x, 1), round(cls.HEIGHT * (1 - answer.step / best), 1)

    @property
    def moved(self) -> str:
        """How far, in words; empty for not at all."""
        many = abs(self.steps)
        words = "1 step" if many == 1 else f"{many} steps"
        return f"{words} {'better' if self.steps > 0 else 'worse'}" if many else ""
