"""What is done with referrals without anybody asking."""

from partners import outbox
from partners.models import DomainEvent, OutboxItem
from partners.viewer import Viewer
from referrals.actions.allocation import place_waiting
from referrals.actions.start import start_joined

# After these a provider may have room again.
MAKE_ROOM = ("enrolment.ended", "referral.did_not_start", "referral.withdrawn", "referral.handed_back")


def waiting(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer: places for those who wait for one, and the starts of referrals that were joined."""
    now = system.now()
    start_joined(by=system, at=now)
    place_waiting(by=system, at=now)


def ask_again(event: DomainEvent, by: Viewer) -> None:
    """Have those who wait looked at once more."""
    outbox.enqueue("waiting", by)
