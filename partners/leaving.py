"""When somebody's last place has ended: no session of theirs goes on, and they sign in no more."""

from uuid import UUID

from partners import sessions
from partners.models import Membership, OutboxItem, User
from partners.places import places_of
from partners.viewer import Viewer


def close_without_places(user_id: UUID) -> bool:
    """Close the account of somebody who has no place left in any workspace; returns whether it was closed.

    Called in the transaction in which a place ended. Accepting an invitation opens the account again.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if places_of(user_id):
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end_all(user_id)
    return True


def close_accounts(item: OutboxItem, system: Viewer) -> None:
    """Once a day: the accounts of those whose place ended by its date (consumer of close_accounts)."""
    here = Membership.objects.in_force(system.today).values("user_id")
    gone = Membership.objects.filter(user__is_active=True).exclude(user_id__in=here)
    for user_id in gone.order_by("user_id").values_list("user_id", flat=True).distinct():
        close_without_places(user_id)
