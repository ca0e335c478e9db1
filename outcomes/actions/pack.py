"""Monthly performance packs: asked for, made by a worker, asked for again where a worker gave up."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from outcomes.models import Pack
from outcomes.models.packs import MADE
from partners import events, files, outbox
from partners.acting import ActionError, action
from partners.models import DomainEvent, Organisation
from partners.viewer import Viewer, acting_as
from programmes.models import Contract

CONSUMER = "pack"


class NotOver(ActionError):
    """The month is not over, or lies before the contract."""

    code = "not_over"


class BeingMade(ActionError):
    """The same pack is being made."""

    code = "being_made"


class MadeAlready(ActionError):
    """It is being made, or is made."""

    code = "made_already"


@action
def ask(
    *, contract: Contract, month: date, organisation: Organisation | None, by: Viewer, at: datetime
) -> Pack:
    """Have a pack made: month is a first day, no organisation means the whole contract. Raises NotOver or BeingMade."""
    if not contract.starts_on.replace(day=1) <= month < by.today.replace(day=1):
        raise NotOver("Choose a month of the contract that is over.")
    # Whoever asks at the same moment waits here.
    Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    same = Pack.objects.filter(contract=contract, month=month, organisation=organisation, made_at=None)
    if same.exists():
        raise BeingMade("This pack is being made already. See the list of packs.")
    pack = Pack(
        tenant_id=by.tenant_id,
        contract=contract,
        month=month,
        organisation=organisation,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    pack.save(force_insert=True)
    outbox.enqueue(CONSUMER, by, pack.pk)
    _record("pack.asked", pack, by, at)
    return pack


@action
def finish(*, pack: Pack, pdf: bytes, xlsx: bytes, by: Viewer, at: datetime) -> Pack:
    """Keep both files. Called by outcomes.packs.making."""
    pack.pdf_as, pack.xlsx_as = (files.keep(one, tenant_id=pack.tenant_id) for one in (pdf, xlsx))
    pack.pdf_size, pack.xlsx_size = len(pdf), len(xlsx)
    pack.pdf_sha256, pack.xlsx_sha256 = (sha256(one).hexdigest() for one in (pdf, xlsx))
    pack.made_at, pack.done = at, Pack.STEPS
    pack.save(update_fields=["done", *MADE])
    _record("pack.made", pack, by, at, pdf=pack.pdf_sha256, xlsx=pack.xlsx_sha256)
    return pack


def standing_still(found: Iterable[Pack], by: Viewer) -> set[UUID]:
    """Those of the packs that wait for a worker that gave up on them: nothing happens until somebody takes them up."""
    waiting = {one.pk for one in found if one.made_at is None}
    if not waiting:
        return set()
    with acting_as(by.as_system("pack")):
        return waiting - outbox.due(CONSUMER, waiting)


@action
def take_up(*, pack: Pack, by: Viewer, at: datetime) -> Pack:
    """Have a worker try again. Raises MadeAlready."""
    current = Pack.objects.select_for_update(no_key=True).get(pk=pack.pk)
    if not standing_still([current], by):
        raise MadeAlready("This pack is being made, or is made already.")
    outbox.enqueue(CONSUMER, by, current.pk)
    _record("pack.taken_up", current, by, at)
    return current


def files_in_use(system: Viewer) -> list[str]:
    """The names of the files that are kept."""
    made = Pack.objects.exclude(made_at=None).values_list("pdf_as", "xlsx_as")
    return [name for names in made for name in names]


def _record(kind: str, pack: Pack, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        pack,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=pack.organisation_id,
        contract=pack.contract_id,
        month=pack.month.isoformat(),
        **facts,
    )
