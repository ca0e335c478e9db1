"""What is held about a participant in outcomes: see participants.records."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Q

from outcomes.models import BenefitSpell, Earning, Evidence, Ineligibility, Job, Journal, Milestone
from participants import records
from participants.live_interest import Interest

LEDGER = "Stays, without a name: what was earned and paid does not change."


def declare() -> None:
    """Called when the app is ready."""
    _declare_facts()
    _declare_claims()
    _declare_books()


def _declare_facts() -> None:
    records.declare(
        "outcomes.Job",
        "Jobs",
        emptied=("employer", "title", "row_key"),
        stays="The dates and hours stay, on which what was paid rests.",
    )
    records.declare(
        "outcomes.Earning",
        "Earnings",
        emptied=("employer", "row_key"),
        stays="The dates and sums stay, on which what was paid rests.",
    )
    records.declare(
        "outcomes.Evidence",
        "Evidence",
        emptied=("words", "document_id"),
        stays="What was evidenced, when, and who accepted it stay, on which what was paid rests.",
        reviewed=True,
    )
    records.declare(
        "outcomes.BenefitSpell",
        "Days on benefit",
        emptied=("benefit", "row_key"),
        stays="The dates stay, on which what was paid rests.",
    )
    records.declare(
        "outcomes.Ineligibility",
        "Findings that the person was not eligible",
        emptied=("words", "withdrawn_why"),
        stays="What was found by which rule, and when, stays, on which what was paid back rests.",
        reviewed=True,
    )
    records.declare("outcomes.Milestone", "Milestones", stays=LEDGER)
    records.declare("outcomes.Standing", "Days to look at milestones again", stays="Dates alone.")


def _declare_claims() -> None:
    records.declare(
        "outcomes.Claim",
        "Claims to the commissioner",
        emptied=("rejection_words", "withdrawn_why"),
        stays="What was claimed, when, and what became of it stay, on which what was paid rests.",
    )
    records.declare("outcomes.ClaimSum", "What claims are worth", stays=LEDGER)
    records.declare(
        "outcomes.Unclaimed",
        "What the commissioner's system says of other claims",
        emptied=("person", "explained_as"),
        stays=LEDGER,
    )
    records.declare(
        "outcomes.SampleItem",
        "Second looks at the evidence of a claim",
        emptied=("words", "reply"),
        stays="What was found and decided stays, on which what was paid back rests.",
        reviewed=True,
    )


def _declare_books() -> None:
    records.declare("outcomes.Journal", "What was earned by milestones", stays=LEDGER)
    records.declare("outcomes.StatementLine", "Lines of sealed statements", stays=LEDGER)
    records.declare(
        "outcomes.LineQuery",
        "Questions about lines of statements",
        emptied=("words", "answer"),
        stays="That something was asked, and by whom, stays.",
        reviewed=True,
    )
    records.declare("outcomes.Entry", "Lines of the ledger", stays=LEDGER)
    records.declare("outcomes.Contribution", "What counts in performance figures", stays=LEDGER)
    records.declare("outcomes.FormerContribution", "What counted once in performance figures", stays=LEDGER)
    records.declare(
        "outcomes.CommittedPerson",
        "What providers expected of people",
        stays="That somebody was expected to reach something in a month stays, without who it was.",
    )
    records.declare("outcomes.InSight", "What comes next to people in work", stays="Goes by itself.")
    records.declare("outcomes.DirtyMark", "Figures to be computed anew", stays="Goes by itself.")


def interest(where: Q) -> Iterable[Interest]:
    """A person is of interest to the last day of a fact that counted, and to the last day on which money was due."""
    dated: tuple[tuple[Any, str], ...] = (
        (Job.objects.filter(where, voided_at=None), "starts_on"),
        (Job.objects.filter(where, voided_at=None, ends_on__isnull=False), "ends_on"),
        (Earning.objects.filter(where, voided_at=None), "paid_on"),
        (Evidence.objects.filter(where, voided_at=None), "happened_on"),
        (BenefitSpell.objects.filter(where, voided_at=None), "starts_on"),
        (BenefitSpell.objects.filter(where, voided_at=None, ends_on__isnull=False), "ends_on"),
        (Ineligibility.objects.filter(where, withdrawn_at=None), "found_on"),
        (Milestone.objects.filter(where), "claimable_from"),
        # What is charged by the month is nobody's.
        (Journal.objects.filter(where, participant__isnull=False), "claimable_from"),
    )
    for rows, day in dated:
        yield from rows.order_by().values_list("participant_id", "contract_id").annotate(Max(day))
