"""What can be done next with a person's referral, from the person's own page."""

from typing import Any

from participants.models import Participant
from partners.permissions import Permission, can
from partners.viewer import Viewer
from referrals.actions.allocation import joining
from referrals.inbox import offers
from referrals.models import Allocation, Referral


def offer_to_answer(participant: Participant, viewer: Viewer) -> Allocation | None:
    """The offer of the person that waits for the provider's answer."""
    return _newest(participant, viewer, Referral.Status.ALLOCATED)


def offer_to_start(participant: Participant, viewer: Viewer) -> Allocation | None:
    """The accepted offer of a person who has not started; another that was joined to it starts with it."""
    return _newest(participant, viewer, Referral.Status.ACCEPTED, ~joining())


def may_answer(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer may accept the person's referral or hand it back now."""
    return can(viewer, Permission.ANSWER_REFERRAL) and offer_to_answer(participant, viewer) is not None


def may_start(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer may record the person's start now."""
    return can(viewer, Permission.KEEP_CASE) and offer_to_start(participant, viewer) is not None


def _newest(participant: Participant, viewer: Viewer, status: str, *only: Any) -> Allocation | None:
    found = offers(viewer, status).filter(*only, referral__participant=participant)
    return found.select_related("referral").order_by("-allocated_at", "-id").first()
