"""Recording what allows people to be carried from one contract to another with other controllers."""

from datetime import date, datetime

from participants.models import SharingBasis
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Contract


class SameContract(ActionError):
    """A contract needs no basis for its own people."""

    code = "same_contract"


class EndsBeforeStart(ActionError):
    """The last day lies before the first."""

    code = "ends_before_start"


@action
def record_basis(
    *,
    from_contract: Contract,
    to_contract: Contract,
    basis: str,
    agreement: str,
    starts_on: date,
    ends_on: date | None,
    by: Viewer,
    at: datetime,
) -> SharingBasis:
    """Record a basis, a code of SharingBasis, with the agreement that it rests on; both days inclusive.

    It holds for people who are referred from then on. Raises SameContract or EndsBeforeStart.
    """
    assert by.user_id is not None
    if from_contract.pk == to_contract.pk:
        raise SameContract("Choose two different contracts.")
    if ends_on and ends_on < starts_on:
        raise EndsBeforeStart("The last day cannot be before the first.")
    found = SharingBasis(
        tenant_id=by.tenant_id,
        from_contract=from_contract,
        to_contract=to_contract,
        basis=SharingBasis.Basis(basis),
        agreement=agreement,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    found.save(force_insert=True)
    _tell("sharing_basis.recorded", found, by, at)
    return found


@action
def end_basis(*, basis: SharingBasis, ends_on: date, by: Viewer, at: datetime) -> SharingBasis:
    """End a basis with this day, which still counts; whoever was joined by it stays joined. Raises EndsBeforeStart."""
    if ends_on < basis.starts_on:
        raise EndsBeforeStart("The last day cannot be before the first.")
    basis.ends_on = ends_on
    basis.save(update_fields=["ends_on"])
    _tell("sharing_basis.ended", basis, by, at)
    return basis


def _tell(kind: str, basis: SharingBasis, by: Viewer, at: datetime) -> None:
    events.record(
        kind,
        basis,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        from_contract=basis.from_contract_id,
        to_contract=basis.to_contract_id,
        basis=basis.basis,
        starts_on=basis.starts_on,
        ends_on=basis.ends_on,
    )
