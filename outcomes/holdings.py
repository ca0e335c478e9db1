"""What is held about a participant in outcomes: see participants.records."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Q

from outcomes.models import Job, Journal, Milestone
from participants import records
from participants.live_interest import Interest

LEDGER = "Stays, without a name: what was earned and paid does not change."


def declare() -> None:
    """Called when the app is ready."""
    records.declare(
        "outcomes.Job",
        "Jobs",
        emptied=("employer", "title"),
        stays="The dates and hours stay, on which what was paid rests.",
    )
    records.declare("outcomes.Milestone", "Milestones", stays=LEDGER)
    records.declare("outcomes.Journal", "What was earned by milestones", stays=LEDGER)
    records.declare("outcomes.Entry", "Lines of the ledger", stays=LEDGER)
    records.declare("outcomes.Contribution", "What counts in performance figures", stays=LEDGER)
    records.declare("outcomes.DirtyMark", "Figures to be computed anew", stays="Goes by itself.")


def interest(where: Q) -> Iterable[Interest]:
    """A person is of interest to the last day of a job that counted, and to the last day on which money was due."""
    dated: tuple[tuple[Any, str], ...] = (
        (Job.objects.filter(where, voided_at=None), "starts_on"),
        (Job.objects.filter(where, voided_at=None, ends_on__isnull=False), "ends_on"),
        (Milestone.objects.filter(where), "claimable_from"),
        (Journal.objects.filter(where), "claimable_from"),
    )
    for rows, day in dated:
        yield from rows.order_by().values_list("participant_id", "contract_id").annotate(Max(day))
