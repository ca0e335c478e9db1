"""What is held about a participant in referrals: see participants.records."""

from collections.abc import Iterable

from django.db.models import Q

from participants import records
from participants.live_interest import Interest
from partners.models import DomainEvent, IdempotentAnswer
from partners.viewer import Viewer
from referrals.actions.allocation import LIVE
from referrals.models import Referral

OPEN = (Referral.Status.NEED_TO_KNOW, *LIVE)
STAYS = "Stays, without a name, for performance and payment."


def declare() -> None:
    """Called when the app is ready."""
    records.declare(
        "referrals.Referral",
        "Referrals",
        emptied=("external_reference",),
        stays=f"{STAYS} Of its id elsewhere a mark stays that says nothing, so that it is not brought in again.",
        hidden=("portal_mark",),
    )
    records.declare(
        "referrals.EligibilityDecision",
        "Decisions on referrals",
        emptied=("reasons", "missing"),
        stays="The outcome stays, without what it rested on.",
    )
    records.declare(
        "referrals.DecisionFacts", "Facts that decisions rested on", emptied=("facts",), reviewed=True
    )
    records.declare("referrals.Match", "Whether they were known before", stays=STAYS, reviewed=True)
    records.declare("referrals.Allocation", "Offers to providers", stays=STAYS)
    records.declare(
        "referrals.AllocationBasis",
        "Figures of the providers at an offer",
        stays="Says nothing about the person.",
        left_out="Figures of the providers alone; nothing about the person.",
    )
    records.declare("referrals.Acceptance", "Acceptances", stays=STAYS)
    records.declare("referrals.HandBack", "Referrals handed back", emptied=("note",), stays=STAYS)


def forget_answers(event: DomainEvent, by: Viewer) -> None:
    """The answers kept for partners' systems name the referral by the referrer's own reference: they go as well."""
    assert event.participant_id is not None
    referrals = Referral.objects.filter(participant_id=event.participant_id)
    for reference in referrals.values_list("reference", flat=True):
        about = Q(path__contains=reference) | Q(location__contains=reference)
        IdempotentAnswer.objects.filter(about).delete()


def interest(where: Q) -> Iterable[Interest]:
    """A person is of interest while a referral waits for somebody; after that, from the day it came."""
    about = Referral.objects.filter(where, participant__isnull=False).order_by()
    for participant, contract, status, received_on in about.values_list(
        "participant_id", "contract_id", "status", "received_on"
    ):
        assert participant is not None
        yield participant, contract, None if status in OPEN else received_on
