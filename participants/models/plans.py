"""What a participant and an adviser agreed to do, by when, version by version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, MINE, PERSON, case_when, tenant_key, walled


class Whose(models.TextChoices):
    """Who does something."""

    PARTICIPANT = "participant", "The participant"
    ADVISER = "adviser", "The adviser"


@dataclass(frozen=True)
class PlanAction:
    """One thing to do: position is its place in the plan, from 0; done_on is none until it is done."""

    position: int
    what: str
    whose: Whose
    due_on: date
    done_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        return self.done_on is None and self.due_on < today


class Plan(TenantModel):
    """One version of a participant's plan on a contract. It is never changed but for what was done of it: to change a
    plan is to agree the next version.

    actions: a list of what, whose (Whose) and due_on (ISO 8601). done: by the place in that list, as text, the day on
    which it was done. confirmed_at: when the participant agreed to it on their own page; None where they did not.
    """

    class How(models.TextChoices):
        IN_PERSON = "in_person", "Together, in person"
        REMOTELY = "remotely", "By phone or video"
        ON_PAPER = "on_paper", "Signed on paper"

    participant = tenant_key("participants.Participant", related_name="plans")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    goal = models.CharField(max_length=300)
    actions = models.JSONField(default=list)
    done = models.JSONField(default=dict)
    how = models.CharField(max_length=12, choices=How)
    agreed_on = models.DateField()
    review_on = models.DateField()
    recorded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_plan",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=case_when("agreed_on"),
                participant=MINE,
                apart=PERSON,
                update=("done", "confirmed_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "contract", "number"], name="participants_plan_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, review_on__gt=F("agreed_on")), name="participants_plan_in_order"
            ),
        ]

    @property
    def state(self) -> str:
        """Which version it is and what of it is done: by this whoever writes the next one knows whether it changed."""
        return f"{self.number}:{'.'.join(sorted(self.done))}"

    @property
    def steps(self) -> list[PlanAction]:
        """What was agreed, in its order."""
        return list(self._steps())

    def _steps(self) -> Iterator[PlanAction]:
        for position, one in enumerate(self.actions):
            done = self.done.get(str(position))
            due, done_on = date.fromisoformat(one["due_on"]), date.fromisoformat(done) if done else None
            yield PlanAction(position, one["what"], Whose(one["whose"]), due, done_on)
