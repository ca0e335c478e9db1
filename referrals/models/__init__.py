"""A referral and what became of it: decision, match, allocation, acceptance, hand-back."""

from referrals.models.allocation import Acceptance, Allocation, AllocationBasis, HandBack
from referrals.models.referral import DecisionFacts, EligibilityDecision, Match, Referral

__all__ = [
    "Acceptance",
    "Allocation",
    "AllocationBasis",
    "DecisionFacts",
    "EligibilityDecision",
    "HandBack",
    "Match",
    "Referral",
]
