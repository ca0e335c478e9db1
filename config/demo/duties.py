"""What data protection asks of the demo: a request near its last day, a legal hold, and a basis for sharing."""

from datetime import timedelta

from config.demo.safety import ADMINISTRATOR, viewer_at
from participants.actions import legal_hold, sharing, subject_request
from participants.models import Participant, SharingBasis, SubjectRequest
from partners.models import Membership
from partners.viewer import Viewer, london_date
from programmes.models import Contract

FROM, TO = "work-programme-west-midlands", "inspiring-families"
# A month to answer: this leaves some days of it.
RECEIVED = timedelta(days=26)


def answer_for_data(by: Viewer) -> int:
    """Let the administrator note all three by the real actions; returns how many there are.

    Nothing where the workspace has no such administrator, or too few people.
    """
    places = Membership.objects.filter(user__email__startswith=f"{ADMINISTRATOR}@", ended_on=None)
    place = places.select_related("organisation").first()
    people = Participant.objects.filter(enrolments__contract__code=TO, restrictions=None).distinct()
    chosen = list(people.order_by("born_on", "pk")[:2])
    contracts = {one.code: one for one in Contract.objects.filter(code__in=(FROM, TO))}
    if place is None or len(chosen) < 2 or len(contracts) < 2:
        return 0
    administrator = viewer_at(place, by)
    asking, held = chosen
    received_at = by.now() - RECEIVED
    subject_request.open_request(
        participant=asking,
        kind=SubjectRequest.Kind.ACCESS,
        received_on=london_date(received_at),
        note="By letter, with a copy of her passport.",
        by=administrator,
        at=received_at,
    )
    legal_hold.place(
        participant=held,
        reason="A claim about an injury on a work placement.",
        review_on=by.today + timedelta(days=9),
        by=administrator,
        at=by.now() - timedelta(days=80),
    )
    _share(contracts, administrator)
    return 3


def _share(contracts: dict[str, Contract], by: Viewer) -> None:
    """What allows people of one contract to be known again on the other."""
    sharing.record_basis(
        from_contract=contracts[FROM],
        to_contract=contracts[TO],
        basis=SharingBasis.Basis.SHARING_AGREEMENT,
        agreement="Data sharing agreement DSA-07, in the contract library",
        starts_on=by.today - timedelta(days=60),
        ends_on=by.today + timedelta(days=305),
        by=by,
        at=by.now() - timedelta(days=62),
    )
