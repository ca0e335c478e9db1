"""Rules on steps that are evidenced and accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from outcomes.milestones.facts import Case, Step
from outcomes.milestones.rule import Known, Mark, Rule, check, check_number, tomorrow
from outcomes.milestones.words import spoken


@dataclass(frozen=True, kw_only=True)
class Evidenced(Rule):
    """The day of the first step of its kind, on or after the start, that is evidenced and accepted."""

    kind: ClassVar[str]

    def reach(self, known: Known) -> Iterator[Mark]:
        for step in self._steps(known)[:1]:
            yield step.happened_on, self._why(step)

    def missing(self, known: Known, ordinal: int) -> str:
        return f"{self.goal(ordinal)} is not reached; no evidence of it is accepted yet"

    def at_best(self, case: Case, at: date) -> Case:
        return replace(case, steps=(*case.steps, Step(self.kind, "", tomorrow(case, at))))

    def _steps(self, known: Known) -> list[Step]:
        """The steps that count, in the order of their days."""
        found = [
            step
            for step in known.case.steps
            if step.kind == self.kind and known.case.started_on <= step.happened_on <= known.at
        ]
        return sorted(found, key=lambda step: (step.happened_on, step.definition))

    def _why(self, step: Step) -> str:
        named = f", {step.definition}," if step.definition else ""
        return f"{self.label}{named} of {spoken(step.happened_on)} is evidenced and accepted."


@dataclass(frozen=True, kw_only=True)
class Qualification(Evidenced):
    """A qualification was gained."""

    kind: ClassVar[str] = "qualification"


@dataclass(frozen=True, kw_only=True)
class EducationOrTraining(Evidenced):
    """Education or training was begun."""

    kind: ClassVar[str] = "education_or_training"


@dataclass(frozen=True, kw_only=True)
class WellbeingGain(Evidenced):
    """Wellbeing was measured twice and has grown."""

    kind: ClassVar[str] = "wellbeing_gain"


@dataclass(frozen=True, kw_only=True)
class ProgressMeasure(Evidenced):
    """Each step by another definition, on the first day of each, at most `max` times.

    `definitions` gives those that count, each with its title by its code; without them every definition counts.
    """

    max: int
    definitions: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "progress_measure"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("max", self.max)
        sound = isinstance(self.definitions, Mapping) and all(
            isinstance(words, str) and words for pair in self.definitions.items() for words in pair
        )
        check("definitions", sound, "must be a table of codes with their titles")
        enough = not self.definitions or self.max <= len(self.definitions)
        check("max", enough, f"there are only {len(self.definitions)} definitions")

    @property
    def most(self) -> int:
        return self.max

    def reach(self, known: Known) -> Iterator[Mark]:
        for step in list(self._firsts(known).values())[: self.max]:
            yield step.happened_on, self._why(step)

    def goal(self, ordinal: int) -> str:
        return f"{self.label} {ordinal}" if self.max > 1 else self.label

    def missing(self, known: Known, ordinal: int) -> str:
        open_ones = [title for code, title in self.definitions.items() if code not in self._firsts(known)]
        choice = f": {', '.join(open_ones)}" if open_ones else ""
        return f"{self.goal(ordinal)} asks for a step by another definition that is evidenced and accepted{choice}"

    def at_best(self, case: Case, at: date) -> Case:
        codes = self.definitions or [f"to come {number}" for number in range(self.max)]
        steps = [Step(self.kind, code, tomorrow(case, at)) for code in codes]
        return replace(case, steps=(*case.steps, *steps))

    def _firsts(self, known: Known) -> dict[str, Step]:
        """The first step by each definition that counts, in the order of their days."""
        firsts: dict[str, Step] = {}
        for step in self._steps(known):
            if not self.definitions or step.definition in self.definitions:
                firsts.setdefault(step.definition, step)
        return firsts

    def _why(self, step: Step) -> str:
        return super()._why(replace(step, definition=self.definitions.get(step.definition, step.definition)))
