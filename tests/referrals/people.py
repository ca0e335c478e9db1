"""The people whom tests refer, all invented, and the steps that bring a referral to where a test begins."""

from datetime import date, datetime
from typing import Any

from partners.viewer import Viewer
from referrals.actions import allocation, referral
from referrals.actions.referral import SentReferral
from referrals.models import Allocation, Referral
from tests.cast import Cast, looking_as

ELIGIBLE: dict[str, Any] = {"employment_status": "unemployed", "concerns": ["school_attendance"]}


def sent(**changes: Any) -> SentReferral:
    """Zola Okafor of Hackney, who is eligible, with these changes."""
    plain: dict[str, Any] = {
        "given_name": "Zola",
        "family_name": "Okafor",
        "born_on": date(1990, 5, 17),
        "number": "QQ123456C",
        "postcode": "E8 1EA",
        "phone": "07700 900123",
        "circumstances": ELIGIBLE,
    }
    return SentReferral(**{**plain, **changes})


def refer(cast: Cast, who: str = "hana", *, at: datetime | None = None, **changes: Any) -> Referral:
    """A referral by a referrer of the cast, through the form."""
    viewer: Viewer = getattr(cast, who)
    with looking_as(viewer):
        return referral.submit(
            contract=cast.contract, sent=sent(**changes), channel="form", by=viewer, at=at or viewer.now()
        )


def offer_of(cast: Cast, of: Referral) -> Allocation:
    """The newest offer of a referral."""
    with looking_as(cast.system()):
        found = allocation.current_allocation(of)
        assert found is not None
        return found


def accept(cast: Cast, of: Referral, who: str = "ada") -> Referral:
    """The referral, accepted by somebody of the cast who will be the adviser and sees the person today."""
    viewer: Viewer = getattr(cast, who)
    offer = offer_of(cast, of)
    with looking_as(viewer):
        assert viewer.user_id is not None
        allocation.accept(
            allocation=offer,
            adviser_id=viewer.user_id,
            first_appointment_on=viewer.today,
            by=viewer,
            at=viewer.now(),
        )
    return again(cast, of)


def again(cast: Cast, of: Referral) -> Referral:
    """The referral as it is now."""
    with looking_as(cast.system()):
        return Referral.objects.get(pk=of.pk)
