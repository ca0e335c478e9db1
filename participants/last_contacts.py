"""Where things stand with each person: the last contact, the last one that reached them, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from participants.models import Contact


@dataclass(frozen=True)
class Standing:
    """What the contacts with one person say. step is the contact whose next step is still to be taken."""

    last: Contact | None = None
    reached_on: date | None = None
    step: Contact | None = None


def standing(participant_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How things stand with each of them, as far as the viewer may see.

    A next step stays open until a later contact names another one, or takes place on its day or after it.
    """
    ids = list(participant_ids)
    contacts = Contact.objects.filter(participant_id__in=ids)
    newest = contacts.order_by("participant_id", "-contacted_on", "-recorded_at", "-id").distinct(
        "participant_id"
    )
    last = {contact.participant_id: contact for contact in newest}
    steps = {contact.participant_id: contact for contact in newest.filter(~Q(next_step=""))}
    reached = reached_on(ids)
    return {
        one: Standing(last.get(one), reached.get(one), _still_open(steps.get(one), last.get(one)))
        for one in ids
    }


def reached_on(participant_ids: Iterable[UUID]) -> dict[UUID, date]:
    """When each of them was reached last; whoever never was is missing."""
    reached = Contact.objects.filter(participant_id__in=participant_ids, result=Contact.Result.ATTENDED)
    return dict(reached.order_by().values_list("participant_id").annotate(Max("contacted_on")))


def _still_open(step: Contact | None, last: Contact | None) -> Contact | None:
    if step is None or last is None or step.pk == last.pk:
        return step
    return step if step.next_on and last.contacted_on < step.next_on else None
