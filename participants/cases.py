"""A case: one person on one contract in the hands of one provider, and how far they have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models

from participants.models import Assignment, Enrolment
from programmes.models import Contract


class Stage(models.TextChoices):
    """How far a person has come on a contract."""

    NOT_STARTED = "not_started", "Not started yet"
    ON_PROGRAMME = "on_programme", "On programme"
    ENDED = "ended", "Ended"


@dataclass(frozen=True)
class Case:
    """An assignment, the enrolment on the same contract where there is one, and the day on which one looks."""

    assignment: Assignment
    enrolment: Enrolment | None
    today: date

    @property
    def stage(self) -> Stage:
        if self.enrolment is None:
            return Stage.NOT_STARTED
        return Stage.ENDED if self.enrolment.ended_on else Stage.ON_PROGRAMME

    @property
    def day(self) -> int | None:
        """Which day of the contract's allotted time the last day or today is, counted by the contract's clock."""
        if self.enrolment is None:
            return None
        by_referral = self.assignment.contract.clock == Contract.Clock.REFERRAL
        first = self.enrolment.referred_on if by_referral else self.enrolment.started_on
        return ((self.enrolment.ended_on or self.today) - first).days + 1


def cases_of(assignments: Iterable[Assignment], today: date) -> list[Case]:
    """The cases of these assignments, in the same order: one query for all. The newest enrolment counts."""
    held = list(assignments)
    enrolments: dict[tuple[UUID, UUID], Enrolment] = {}
    people = {assignment.participant_id for assignment in held}
    for enrolment in Enrolment.objects.filter(participant_id__in=people).order_by("started_on", "id"):
        enrolments[enrolment.participant_id, enrolment.contract_id] = enrolment
    return [Case(one, enrolments.get((one.participant_id, one.contract_id)), today) for one in held]
