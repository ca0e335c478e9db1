"""Resetting the second factor of somebody who lost it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import TextChoices

from partners import events, outbox, second_factor, second_factor_reset, sessions
from partners.acting import ActionError, action
from partners.actions.membership import hold_place
from partners.models import DomainEvent, Membership, User
from partners.permissions import Permission, can
from partners.viewer import Viewer, london_date


class Reason(TextChoices):
    """Why a second factor is reset."""

    LOST = "lost", "They lost the device, and have no recovery codes"
    NEW_DEVICE = "new_device", "They have a new device, and the old one is gone"
    STOLEN = "stolen", "Somebody else may have the device"
    NO_LINK = "no_link", "The link that was sent has expired or did not come"


class NothingToReset(ActionError):
    """Who has no second factor sets one up after signing in."""

    code = "nothing_to_reset"


class NotYoursAlone(ActionError):
    """Whoever resets it must manage the person in every organisation of the workspace where they work."""

    code = "not_yours_alone"


@action
def reset(*, membership: Membership, reason: str, by: Viewer, at: datetime) -> Membership:
    """Take away a person's second factors and recovery codes and end their sessions; an e-mail leads to a new one.

    reason is a code of Reason. Raises OwnPlace, PlaceEnded, NotYoursAlone or NothingToReset.
    """
    place = hold_place(membership, by, at)
    theirs = Membership.objects.in_force(london_date(at)).filter(user=place.user_id)
    if not all(can(by, Permission.MANAGE_PEOPLE, each) for each in theirs):
        raise NotYoursAlone("They work for another organisation as well. Ask an administrator of the prime.")
    user = User.objects.select_for_update(no_key=True).get(pk=place.user_id)
    if user.reset_at is None and not second_factor.has_one(user):
        raise NothingToReset("They have no second factor. They set one up after signing in.")
    user.reset_at, user.reset_digest, user.reset_expires_at = at, "", None
    user.save(update_fields=["reset_at", "reset_digest", "reset_expires_at"])
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user.pk)
    outbox.enqueue(second_factor_reset.CONSUMER, by, user.pk)
    events.record(
        "second_factor.reset",
        place,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=place.organisation_id,
        user=user.pk,
        reason=reason,
    )
    return place
