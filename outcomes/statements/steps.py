"""What comes next for a statement, and whether the viewer is the one to do it."""

from dataclasses import dataclass

from django.urls import reverse

from outcomes.models import Statement
from outcomes.statements.reading import first_unsealed_before
from outcomes.statements.story import Asked
from partners.permissions import Permission, can
from partners.templatetags.baton import on
from partners.viewer import Viewer
from programmes.months import month_number, shifted

Status = Statement.Status


@dataclass(frozen=True)
class Step:
    """A sentence on where it stands, and a button where the viewer may take the next step (url is empty where not)."""

    said: str
    label: str = ""
    url: str = ""


def step_of(statement: Statement, viewer: Viewer, *, has_lines: bool, questions: Asked) -> Step:
    """The next step of a statement; the actions say the last word."""
    seals = can(viewer, Permission.SEAL_STATEMENT)
    match statement.status:
        case Status.OPEN:
            return _to_propose(statement, viewer, seals, has_lines)
        case Status.PROPOSED:
            return _to_seal(statement, viewer, seals, questions)
        case Status.SEALED:
            return _to_pay(statement, viewer)
    return Step(f"Paid on {on(statement.paid_on)}, {_after(statement.days_to_pay or 0)} it was sealed.")


def _after(days: int) -> str:
    return "the day" if days == 0 else "1 day after" if days == 1 else f"{days} days after"


def _to_propose(statement: Statement, viewer: Viewer, seals: bool, has_lines: bool) -> Step:
    _, last = month_number(statement.month, 1)
    if viewer.today <= last:
        return Step(
            f"The month runs until {on(last)}. Lines may still be added; it can be sealed after that."
        )
    if not has_lines:
        return Step("Nothing stands on it, so there is nothing to seal.")
    if (first := first_unsealed_before(statement)) is not None:
        return Step(f"The statement of {first.month:%B %Y} is sealed first.")
    if not seals:
        return Step("The month has ended. The prime proposes the statement, and a second person seals it.")
    return Step(
        "The month has ended. Check the lines, then propose the statement for somebody else to seal.",
        "Propose for sealing",
        reverse("propose_statement", args=[statement.pk]),
    )


def _to_seal(statement: Statement, viewer: Viewer, seals: bool, questions: Asked) -> Step:
    proposed = f"{statement.proposed_by} proposed it on {on(statement.proposed_at)}."
    if questions.open:
        many = "A question has" if questions.open == 1 else f"{questions.open} questions have"
        return Step(f"{proposed} {many} to be answered before it can be sealed.")
    if not seals or statement.proposed_by_id == viewer.user_id:
        return Step(f"{proposed} Somebody else at the prime seals it.")
    return Step(
        f"{proposed} Sealing freezes its lines and gives it a number. What arrives later falls on the statement of"
        f" {shifted(statement.month, 1):%B %Y} or after.",
        "Seal",
        reverse("seal_statement", args=[statement.pk]),
    )


def _to_pay(statement: Statement, viewer: Viewer) -> Step:
    waited = (viewer.today - statement.sealed_on).days if statement.sealed_on else 0
    days = "today" if waited == 0 else "1 day ago" if waited == 1 else f"{waited} days ago"
    said = f"Sealed {days} and not paid yet."
    if not can(viewer, Permission.PAY_STATEMENT):
        return Step(said)
    return Step(said, "Mark as paid", reverse("pay_statement", args=[statement.pk]))
