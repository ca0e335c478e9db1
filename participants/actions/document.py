"""Adding a document to a participant, taking it away, and bringing back what was taken away by mistake."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.db.models import Q

from participants.actions.holding import held
from participants.models import Document, Participant
from partners import events, files
from partners.acting import ActionError, action
from partners.uploads import Checked
from partners.viewer import LONDON, Viewer, london_date
from programmes.models import Contract


class AlreadyRemoved(ActionError):
    """The document was taken away before."""

    code = "already_removed"


class NotRemovedToday(ActionError):
    """Only what was taken away today can come back: the day after, its content is gone."""

    code = "not_removed_today"


@action
def add(
    *,
    participant: Participant,
    contract: Contract,
    kind: str,
    title: str,
    file: Checked,
    by: Viewer,
    at: datetime,
) -> Document:
    """Keep a checked file for the viewer's provider; kind is a code of Document, whose words are the title if none is
    given; by may be the participant themself. Raises NotHeld.
    """
    assert by.organisation_id is not None
    today = london_date(at)
    document = Document(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=by.organisation_id,
        kind=Document.Kind(kind),
        title=title or Document.Kind(kind).label,
        content_type=file.content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        added_by_id=by.user_id,
        added_at=at,
        added_on=today,
    )
    held(document, london_date(at))
    # Last, so that little can go wrong after it; where it does, the daily clean-up finds the file (partners.files).
    document.stored_as = files.keep(file.content, tenant_id=by.tenant_id)
    document.save(force_insert=True)
    _tell("document.added", document, by, at)
    return document


@action
def remove(*, document: Document, reason: str, by: Viewer, at: datetime) -> Document:
    """Take the document away; reason is a code of Document. Raises NotHeld or AlreadyRemoved."""
    document = _locked(document)
    held(document, london_date(at))
    if document.removed_at is not None:
        raise AlreadyRemoved("This document was removed before.")
    document.removed_at, document.removed_by_id = at, by.user_id
    document.removal_reason = Document.RemovalReason(reason)
    document.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    _tell("document.removed", document, by, at, reason=document.removal_reason)
    return document


@action
def bring_back(*, document: Document, by: Viewer, at: datetime) -> Document:
    """Undo a removal of the same London day. Raises NotHeld or NotRemovedToday."""
    document = _locked(document)
    held(document, london_date(at))
    if not document.can_come_back(at):
        raise NotRemovedToday("Only a document that was removed today can be brought back.")
    document.removed_at = document.removed_by_id = None
    document.removal_reason = ""
    document.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    _tell("document.brought_back", document, by, at)
    return document


def files_in_use(system: Viewer) -> Iterable[str]:
    """The names of the files that documents still need: of those removed before today nobody does."""
    today = datetime.combine(system.today, time.min, LONDON)
    needed = Document.objects.filter(Q(removed_at=None) | Q(removed_at__gte=today))
    return needed.values_list("stored_as", flat=True)


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(no_key=True).get(pk=document.pk)


def _tell(kind: str, document: Document, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        document,
        by,
        at=at,
        participant_id=document.participant_id,
        organisation_id=document.organisation_id,
        contract=document.contract_id,
        document_kind=document.kind,
        **facts,
    )
