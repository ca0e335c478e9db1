"""Which provider, and which adviser, holds a person on a contract."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from participants.actions import restriction
from participants.models import Assignment, Participant
from partners import events
from partners.acting import ActionError, action
from partners.models import Membership
from partners.permissions import GRANTS, Permission
from partners.viewer import Viewer, london_date
from programmes.models import Contract

KEEP_CASE = Permission.KEEP_CASE


class AlreadyHeld(ActionError):
    """A lead provider holds the person on the contract already."""

    code = "already_held"


class ReleasedBeforeHeld(ActionError):
    """An assignment cannot end before it began."""

    code = "released_before_held"


class NotAnAdviserHere(ActionError):
    """The person does not keep cases at the provider on that day."""

    code = "not_an_adviser_here"


def lead_on(*, participant_id: UUID, contract_id: UUID, day: date) -> UUID | None:
    """The id of the provider that led on the contract on that day; the one that began last where two did."""
    held = Assignment.objects.in_force(day).filter(
        participant_id=participant_id, contract_id=contract_id, role=Assignment.Role.LEAD
    )
    return held.order_by("-starts_on", "-id").values_list("organisation_id", flat=True).first()


def advisers_of(organisation_id: UUID, day: date) -> QuerySet[Membership]:
    """The places of those who keep cases at the provider on that day: advisers and managers, by name."""
    roles = [role for (kind, role), granted in GRANTS.items() if kind == "provider" and KEEP_CASE in granted]
    places = Membership.objects.in_force(day).filter(organisation_id=organisation_id, role__in=roles)
    return places.select_related("user").order_by("user__name", "user_id")


def assign(
    *, participant: Participant, contract: Contract, organisation_id: UUID, starts_on: date, by: Viewer
) -> Assignment:
    """Let a provider lead from a day on. Part of a greater action: runs as the system and records no event.

    Raises AlreadyHeld while another lead assignment on the contract is open: release that first.
    """
    open_lead = Assignment.objects.filter(
        participant=participant, contract=contract, role=Assignment.Role.LEAD, ends_on=None, voided_at=None
    )
    if open_lead.exists():
        raise AlreadyHeld("A provider already works with this person on this contract.")
    assignment = Assignment(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=organisation_id,
        starts_on=starts_on,
    )
    assignment.save(force_insert=True)
    return assignment


def release(*, assignment: Assignment, ends_on: date) -> None:
    """End an assignment with this day, which still counts. Part of a greater action: records no event.

    Raises ReleasedBeforeHeld where the day lies before the first.
    """
    if ends_on < assignment.starts_on:
        raise ReleasedBeforeHeld("A provider cannot stop before the day it began.")
    assignment.ends_on = ends_on
    assignment.save(update_fields=["ends_on"])


@action
def choose_adviser(*, assignment: Assignment, adviser_id: UUID, by: Viewer, at: datetime) -> Assignment:
    """Give the person to an adviser, or a manager, of the provider that holds them.

    Raises NotAnAdviserHere, also for somebody who could not see a person whom only named people see.
    """
    today = london_date(at)
    if adviser_id not in restriction.who_sees(assignment.participant, {adviser_id}):
        raise NotAnAdviserHere("Choose somebody who is named to see this person.")
    if adviser_id not in advisers_of(assignment.organisation_id, today).values_list("user_id", flat=True):
        raise NotAnAdviserHere("Choose somebody who works with participants at this provider.")
    assignment.adviser_id = adviser_id
    assignment.save(update_fields=["adviser"])
    events.record(
        "assignment.adviser_chosen",
        assignment,
        by,
        at=at,
        participant_id=assignment.participant_id,
        organisation_id=assignment.organisation_id,
        contract=assignment.contract_id,
        adviser=adviser_id,
    )
    return assignment
