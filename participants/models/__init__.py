"""The person, split by sensitivity; their time on contracts; who holds them; every contact with them."""

from participants.models.casework import Contact
from participants.models.enrolment import Assignment, Enrolment
from participants.models.person import Concern, ContactDetails, Health, Identity, Participant

__all__ = [
    "Assignment",
    "Concern",
    "Contact",
    "ContactDetails",
    "Enrolment",
    "Health",
    "Identity",
    "Participant",
]
