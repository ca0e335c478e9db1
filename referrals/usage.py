"""Which payment groups and areas of a contract people are in, for those who change its terms."""

from participants.models import ContactDetails, Enrolment
from programmes.models import Contract
from programmes.usage import InUse
from referrals.models import Referral


def people_on(contract: Contract) -> InUse:
    """The groups and areas of everybody who was ever referred to the contract or is on it. Runs as the system."""
    referrals = Referral.objects.filter(contract=contract)
    enrolments = Enrolment.objects.filter(contract=contract)
    addresses = ContactDetails.objects.filter(participant__in=referrals.values("participant"))
    return InUse(
        groups=frozenset(referrals.values_list("payment_group", flat=True).distinct())
        | frozenset(enrolments.values_list("payment_group", flat=True).distinct()),
        areas=frozenset(addresses.values_list("area_code", flat=True).distinct()),
        people=referrals.exists() or enrolments.exists(),
    )
