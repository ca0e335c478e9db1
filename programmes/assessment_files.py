"""Assessment files: read, checked line by line, and turned into questions. programmes/files/README.md says the same for
people; writing them is programmes.actions.assessment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Literal

from programmes.assessing import Question
from programmes.lines import Path
from programmes.loading import ProgrammeFile, Unsound
from programmes.models import Programme
from programmes.reading import Fault, read_table

CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
MOST_QUESTIONS = 60
MOST_STEPS = 11
# In characters: what is asked, a heading, a step.
LONGEST = {"ask": 160, "heading": 60, "step": 60}


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentTable:
    code: str
    title: str
    programmes: tuple[str, ...]
    first_within_days: int
    again_after_days: int
    licence: str = ""
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleTable:
    code: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionTable:
    code: str
    heading: str
    ask: str
    scale: str
    barrier: Literal[False, True] = False
    health: Literal[False, True] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentFile:
    """One assessment, for the programmes that use it."""

    assessment: AssessmentTable
    scales: tuple[ScaleTable, ...]
    questions: tuple[QuestionTable, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentTerms:
    """What a file says: the whole truth of the assessment of that code."""

    code: str
    title: str
    programmes: tuple[str, ...]
    first_within_days: int
    again_after_days: int
    licence: str
    source: str
    questions: tuple[Question, ...]


def assessment_of(path: FilePath) -> AssessmentTerms:
    """What the file says, checked against the programmes of the running viewer's workspace. Raises Unsound."""
    file = ProgrammeFile.read(path)
    if not file.unreadable:
        tables = read_table(AssessmentFile, file.data, (), file.faults)
        known = set(Programme.objects.values_list("code", flat=True))
        file.faults.extend(_faults_of_the_whole(tables, known))
        file.faults.extend(_faults_of_the_questions(tables))
    if file.problems:
        raise Unsound(file.problems)
    steps = {scale.code: scale.steps for scale in tables.scales}
    said = tables.assessment
    return AssessmentTerms(
        code=said.code,
        title=said.title,
        programmes=said.programmes,
        first_within_days=said.first_within_days,
        again_after_days=said.again_after_days,
        licence=said.licence,
        source=said.source,
        questions=tuple(
            Question(one.code, one.heading, one.ask, steps[one.scale], one.barrier, one.health)
            for one in tables.questions
        ),
    )


def _faults_of_the_whole(tables: AssessmentFile, known: Collection[str]) -> Iterator[Fault]:
    said = tables.assessment
    yield from _faults_of_code(("assessment", "code"), said.code, ())
    for name, most in (("title", 80), ("licence", 200)):
        if len(getattr(said, name)) > most:
            yield Fault(("assessment", name), f"has more than {most} characters")
    for name in ("title", "source"):
        if not getattr(said, name).strip():
            yield Fault(("assessment", name), "is empty")
    if not said.programmes:
        yield Fault(("assessment", "programmes"), "needs at least one")
    for position, code in enumerate(said.programmes):
        if code not in known:
            listed = ", ".join(sorted(known)) or "none"
            yield Fault(
                ("assessment", "programmes", position),
                f"there is no programme {code!r} here (known: {listed})",
            )
    for name in ("first_within_days", "again_after_days"):
        if not 1 <= getattr(said, name) <= 1000:
            yield Fault(("assessment", name), "must be from 1 to 1,000")
    for position, scale in enumerate(tables.scales):
        yield from _faults_of_scale(
            ("scales", position), scale, [one.code for one in tables.scales[:position]]
        )


def _faults_of_scale(path: Path, scale: ScaleTable, before: Collection[str]) -> Iterator[Fault]:
    yield from _faults_of_code((*path, "code"), scale.code, before)
    if not 2 <= len(scale.steps) <= MOST_STEPS:
        yield Fault((*path, "steps"), f"needs 2 to {MOST_STEPS} steps, from the worst to the best")
    elif len(set(scale.steps)) < len(scale.steps):
        yield Fault((*path, "steps"), "has two steps of the same words")
    for position, step in enumerate(scale.steps):
        yield from _faults_of_words((*path, "steps", position), step, "step")


def _faults_of_the_questions(tables: AssessmentFile) -> Iterator[Fault]:
    if not 1 <= len(tables.questions) <= MOST_QUESTIONS:
        yield Fault(("questions",), f"needs 1 to {MOST_QUESTIONS}")
    scales = [scale.code for scale in tables.scales]
    for position, one in enumerate(tables.questions):
        path: Path = ("questions", position)
        yield from _faults_of_code(
            (*path, "code"), one.code, [other.code for other in tables.questions[:position]]
        )
        yield from _faults_of_words((*path, "ask"), one.ask, "ask")
        yield from _faults_of_words((*path, "heading"), one.heading, "heading")
        if one.scale not in scales:
            listed = ", ".join(scales) or "none"
            yield Fault((*path, "scale"), f"there is no scale {one.scale!r} in this file (known: {listed})")


def _faults_of_code(path: Path, code: str, before: Collection[str]) -> Iterator[Fault]:
    if not CODE.fullmatch(code) or len(code) > 40:
        yield Fault(path, "must be lower case, with hyphens or underscores, 40 characters at most")
    elif code in before:
        yield Fault(path, f"{code!r} stands here twice")


def _faults_of_words(path: Path, words: str, kind: str) -> Iterator[Fault]:
    if not words.strip():
        yield Fault(path, "is empty")
    elif len(words) > LONGEST[kind]:
        yield Fault(path, f"has more than {LONGEST[kind]} characters")
