"""How people in the demo said that they may be reminded of appointments."""

from datetime import timedelta
from typing import Final

from config.demo.safety import viewer_at
from participants.actions import contact_details
from participants.actions.contact_details import FIELDS
from participants.models import Assignment, ContactDetails
from partners.models import Membership
from partners.viewer import Viewer

# Whose people, and how many of each: not everybody wishes to be reminded.
ADVISERS: Final = ("amara.pickering", "kieran.matsuda")
MOST: Final = 24
Reminders = ContactDetails.Reminders


def agree_on_reminders(by: Viewer) -> int:
    """Let the advisers' people say how it is safe, by the real action: a text message, or e-mail where there is no
    mobile number. Returns how many did.
    """
    at = by.now() - timedelta(days=1)
    places = Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    agreed = 0
    for place in places.filter(user__email__in=[f"{name}@example.org" for name in ADVISERS]):
        held = Assignment.objects.in_force(at.date()).filter(adviser=place.user_id, ends_on=None)
        people = held.order_by("participant").values("participant").distinct()[:MOST]
        found = ContactDetails.objects.filter(
            participant__in=list(people.values_list("participant", flat=True))
        )
        for details in found.select_related("participant").order_by("participant"):
            is_mobile = details.phone.startswith("+447")
            if not is_mobile and not details.email:
                continue
            contact_details.change(
                participant=details.participant,
                details={name: getattr(details, name) for name in FIELDS},
                reminders=Reminders.TEXT if is_mobile else Reminders.EMAIL,
                seen=details.changed_at,
                by=viewer_at(place, by),
                at=at,
            )
            agreed += 1
    return agreed
