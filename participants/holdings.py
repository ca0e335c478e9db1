"""What is held about a participant in the tables of this app and of the one below: see participants.records."""

from collections.abc import Mapping
from typing import Any

from participants import records, vault
from participants.answers import in_words
from participants.models import Identity

STAYS = "Stays, without a name, for performance and payment."
AUDIT = "Stays: the record of what was done, which holds ids, codes and dates only."
CHAIN = ("written_at", "day", "sequence", "digest", "request_id")


def number(identity: Identity) -> Mapping[str, Any]:
    """The National Insurance number in full, which only the person's own copy gives out."""
    return {"national_insurance_number": vault.open_sealed(identity)}


def declare() -> None:
    """Called when the app is ready."""
    _declare_the_person()
    _declare_safety()
    _declare_the_work()
    _declare_what_they_said()
    _declare_the_duties()


def _declare_the_person() -> None:
    records.declare(
        "participants.Participant",
        "The person",
        emptied=("given_name", "family_name", "search_name", "born_on"),
        stays="The reference stays, with “Erased” in place of the name.",
        hidden=("search_name",),
    )
    where = ("address", "postcode", "area_code", "phone", "email")
    contacts = (*where, "safe_contact", "reminders", "reminders_on")
    records.declare("participants.ContactDetails", "Contact details", emptied=contacts)
    secret = ("sealed", "blind_index", "key_id")
    records.declare(
        "participants.Identity", "National Insurance number", removed=True, hidden=secret, shown=number
    )
    records.declare("participants.Health", "Health", removed=True)
    records.declare("participants.Concern", "Concerns about the family", removed=True, reviewed=True)


def _declare_safety() -> None:
    records.declare(
        "participants.Restriction", "Restrictions", stays="Stays: who was kept from what.", reviewed=True
    )
    records.declare("participants.RestrictionReason", "Reasons of restrictions", removed=True, reviewed=True)
    records.declare(
        "participants.NamedAccess",
        "People named to see them",
        stays="Stays: who could see what.",
        reviewed=True,
    )
    records.declare("participants.ControlMeasure", "Control measures", removed=True, reviewed=True)
    records.declare(
        "participants.SafeguardingReport",
        "Concerns that were raised for their safety",
        emptied=("words", "did"),
        stays="That a concern was raised, and when it was looked at, stays.",
        reviewed=True,
    )
    records.declare(
        "participants.SafeguardingDecision",
        "What was decided about such concerns",
        emptied=("words",),
        stays="What was decided, when and by whom stays.",
        reviewed=True,
    )


def _declare_the_work() -> None:
    records.declare("participants.Enrolment", "Time on a contract", stays=STAYS)
    records.declare("participants.Assignment", "Providers and advisers", emptied=("purpose",), stays=STAYS)
    records.declare(
        "participants.Contact", "Contacts", emptied=("note", "next_step"), stays=STAYS, reviewed=True
    )
    records.declare("participants.Handover", "Handovers", emptied=("summary",), stays=STAYS, reviewed=True)
    records.declare(
        "participants.Appointment",
        "Appointments",
        emptied=("about", "place", "link"),
        stays=STAYS,
        reviewed=True,
    )
    records.declare(
        "participants.Plan", "Plans", emptied=("goal", "actions", "done"), stays=STAYS, reviewed=True
    )
    records.declare(
        "participants.OwnPage",
        "Links to their own page",
        emptied=("number", "ended_at"),
        stays=STAYS,
        hidden=("digest", "number"),
    )
    records.declare(
        "participants.Document",
        "Documents",
        removed=True,
        hidden=("sha256", "stored_as"),
        reviewed=True,
    )
    records.declare("partners.DomainEvent", "What happened", stays=AUDIT)
    records.declare("partners.AuditEntry", "Who looked and who changed something", stays=AUDIT, hidden=CHAIN)


def _declare_what_they_said() -> None:
    # A copy says what was asked and answered, in place of codes and places of steps.
    said: dict[str, Any] = {"hidden": ("answers",), "shown": in_words, "reviewed": True}
    records.declare("participants.Assessment", "Assessments", emptied=("answers",), stays=STAYS, **said)
    records.declare("participants.HealthAnswers", "Answers about their health", removed=True, **said)
    records.declare(
        "participants.Message", "What they sent from it", emptied=("words", "phone", "email"), stays=STAYS
    )
    records.declare("participants.Rating", "How they rated contacts", emptied=("words",), stays=STAYS)


def _declare_the_duties() -> None:
    asked = ("note", "answer", "extended_because")
    records.declare("participants.SubjectRequest", "Requests about their data", emptied=asked, stays=AUDIT)
    records.declare(
        "participants.SectionReview",
        "Sections looked at before a copy",
        removed=True,
        left_out="It would tell what was withheld and why.",
    )
    records.declare(
        "participants.SubjectCopy",
        "Copies of their data",
        stays="The row stays; the files are let go of.",
        hidden=("data_stored_as", "letter_stored_as"),
    )
    records.declare(
        "participants.LegalHold",
        "Legal holds",
        emptied=("reason", "lifted_because"),
        stays=AUDIT,
        reviewed=True,
    )
    records.declare(
        "participants.Erasure", "Erasures", stays="Stays, so that a restored backup is erased again."
    )
