"""Where referrals stand in the navigation of each kind of viewer."""

from partners.pages import Entry
from partners.permissions import Permission
from referrals.inbox import how_many_wait

ENTRIES = (
    Entry("Send a referral", "new_referral", frozenset({"referrer"}), Permission.SUBMIT_REFERRAL, order=10),
    Entry("My referrals", "referrals", frozenset({"referrer"}), Permission.SEE_REFERRALS, order=20),
    Entry("Referrals", "referrals", frozenset({"prime"}), Permission.SEE_REFERRALS, order=20),
    Entry(
        "Inbox",
        "referrals",
        frozenset({"provider"}),
        Permission.SEE_REFERRALS,
        count=how_many_wait,
        order=20,
    ),
)
