"""The person, split by sensitivity; their time on contracts; who holds them; every contact with them."""

from participants.models.appointments import Appointment
from participants.models.assessments import Assessment, HealthAnswers
from participants.models.calendars import CalendarAddress
from participants.models.casework import Contact
from participants.models.document import Document
from participants.models.duties import (
    Erasure,
    LegalHold,
    SectionReview,
    SharingBasis,
    SubjectCopy,
    SubjectRequest,
)
from participants.models.enrolment import Assignment, Enrolment
from participants.models.handovers import Handover
from participants.models.own_page import Message, OwnPage, Rating
from participants.models.person import Concern, ContactDetails, Health, Identity, Participant
from participants.models.plans import Plan, PlanAction, Whose
from participants.models.restriction import ControlMeasure, NamedAccess, Restriction, RestrictionReason
from participants.models.safeguarding import SafeguardingDecision, SafeguardingReport
from participants.models.saved_views import SavedView

__all__ = [
    "Appointment",
    "Assessment",
    "Assignment",
    "CalendarAddress",
    "Concern",
    "Contact",
    "ContactDetails",
    "ControlMeasure",
    "Document",
    "Enrolment",
    "Erasure",
    "Handover",
    "Health",
    "HealthAnswers",
    "Identity",
    "LegalHold",
    "Message",
    "NamedAccess",
    "OwnPage",
    "Participant",
    "Plan",
    "PlanAction",
    "Rating",
    "Restriction",
    "RestrictionReason",
    "SafeguardingDecision",
    "SafeguardingReport",
    "SavedView",
    "SectionReview",
    "SharingBasis",
    "SubjectCopy",
    "SubjectRequest",
    "Whose",
]
