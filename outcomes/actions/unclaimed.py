"""What the commissioner's system says of claims that nobody made here: kept, and explained later."""

from datetime import date, datetime

from outcomes.actions import claim as claims
from outcomes.models import Claim, Unclaimed
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Contract


class AlreadyKept(ActionError):
    """The row was kept before."""

    code = "already_kept"


class AlreadyExplained(ActionError):
    """Somebody explained it in the meantime."""

    code = "already_explained"


@action
def keep(
    *,
    contract: Contract,
    reference: str,
    result: str,
    on: date,
    pence: int | None = None,
    person: str = "",
    milestone_code: str = "",
    row_key: str = "",
    by: Viewer,
    at: datetime,
) -> Unclaimed:
    """Keep what was said of a claim that is not here. result is a code of Unclaimed.Result; person is how that system
    refers to the person, never a name. Raises AlreadyKept where the row_key is known.
    """
    if row_key and Unclaimed.objects.filter(row_key=row_key).exists():
        raise AlreadyKept("This row was kept before.")
    row = Unclaimed(
        tenant_id=by.tenant_id,
        contract=contract,
        reference=reference,
        person=person,
        milestone_code=milestone_code,
        result=Unclaimed.Result(result),
        result_on=on,
        pence=pence,
        row_key=row_key,
        recorded_at=at,
    )
    row.save(force_insert=True)
    _record("unclaimed.kept", row, by, at)
    return row


@action
def explain(*, row: Unclaimed, claim: Claim | None, words: str, by: Viewer, at: datetime) -> Unclaimed:
    """Say which claim it is about, which is settled by it, or in words why there is none.

    Raises AlreadyExplained, and what outcomes.actions.claim.settle raises.
    """
    current = Unclaimed.objects.select_for_update(no_key=True).filter(pk=row.pk, explained_at=None).first()
    if current is None:
        raise AlreadyExplained("Somebody explained this in the meantime.")
    if claim is not None:
        claims.settle(
            claim=claim,
            result=current.result,
            on=current.result_on,
            reference=current.reference,
            pence=current.pence,
            by=by,
            at=at,
        )
        current.claim, current.participant_id = claim, claim.participant_id
    current.explained_as, current.explained_by_id, current.explained_at = words, by.user_id, at
    current.save(update_fields=["claim", "participant", "explained_as", "explained_by", "explained_at"])
    _record("unclaimed.explained", current, by, at)
    return current


def _record(kind: str, row: Unclaimed, by: Viewer, at: datetime) -> None:
    events.record(
        kind,
        row,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=row.participant_id,
        contract=row.contract_id,
        claim=row.claim_id,
        result=row.result,
        result_on=row.result_on,
    )
