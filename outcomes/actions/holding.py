"""Who may record facts of somebody's work: the provider that holds the person on the contract today."""

from datetime import datetime
from uuid import UUID

from participants.models import Assignment, Enrolment
from partners.acting import ActionError
from partners.viewer import Viewer, london_date


class NotHeld(ActionError):
    """The provider does not work with the person on the contract today."""

    code = "not_held"


def holder(enrolment: Enrolment, by: Viewer, at: datetime) -> UUID:
    """The viewer's organisation, which holds the person on the contract. Raises NotHeld."""
    held = Assignment.objects.in_force(london_date(at)).filter(
        participant=enrolment.participant_id, contract=enrolment.contract_id, organisation=by.organisation_id
    )
    if by.organisation_id is None or not held.exists():
        raise NotHeld("Your organisation does not work with this person on this contract.")
    return by.organisation_id


def one_at_a_time(enrolment: Enrolment) -> None:
    """Two people recording for the same person wait for each other, so that the second finds what the first wrote."""
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)


def all_starts_at_a_time(enrolment: Enrolment) -> None:
    """The same for a fact of all the person's starts on the contract; by id, as those who work them out lock them."""
    starts = Enrolment.objects.filter(participant=enrolment.participant_id, contract=enrolment.contract_id)
    list(starts.select_for_update(no_key=True).order_by("pk"))
