"""Who may record something of somebody: the provider that works with them on the contract today."""

from datetime import date

from participants.models import Appointment, Assessment, Assignment, Contact, Document, Message, OwnPage, Plan
from partners.acting import ActionError


class NotHeld(ActionError):
    """The provider does not work with the person on the contract today."""

    code = "not_held"


def held(
    row: Appointment | Assessment | Contact | Document | Message | OwnPage | Plan, today: date
) -> list[Assignment]:
    """Every assignment of the row's person on its contract to its provider. Raises NotHeld where none holds today."""
    found = list(
        Assignment.objects.filter(
            participant_id=row.participant_id,
            contract_id=row.contract_id,
            organisation_id=row.organisation_id,
        )
    )
    if not any(one.holds_on(today) for one in found):
        raise NotHeld("Your organisation does not work with this person on this contract.")
    return found
