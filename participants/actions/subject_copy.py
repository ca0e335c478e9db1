"""The copy of a participant's data: looked through, asked for, made by a worker, let go of after two weeks at most."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from participants import copies, letter, records
from participants.actions.subject_request import locked, tell
from participants.models import SectionReview, SubjectCopy, SubjectRequest
from participants.retention import copies_until
from partners import events, files, outbox
from partners.acting import ActionError, action
from partners.models import DomainEvent, OutboxItem
from partners.viewer import Viewer, london_date

KEPT = timedelta(days=14)


class NotReviewed(ActionError):
    """A section that can harm or reveal somebody has not been looked through."""

    code = "not_reviewed"


class WithoutReason(ActionError):
    """A section is withheld for a reason in law, and in words."""

    code = "without_reason"


class BeingMade(ActionError):
    """A copy is on its way."""

    code = "being_made"


class NotACopy(ActionError):
    """Only a request for a copy is answered by one."""

    code = "not_a_copy"


@action
def review(
    *, request: SubjectRequest, section: str, exemption: str, reason: str, by: Viewer, at: datetime
) -> SectionReview:
    """Say of a section (the label of a model) that it may be given out, or withhold it by a code of Exemption.

    Raises WithoutReason, or AlreadyClosed.
    """
    request = locked(request)
    if bool(exemption) != bool(reason):
        raise WithoutReason("Say why the section is withheld, or give it out without a reason.")
    found = SectionReview.objects.filter(request=request, section=section).first()
    looked = found or SectionReview(
        tenant_id=by.tenant_id, request=request, participant_id=request.participant_id, section=section
    )
    looked.exemption, looked.reason = SectionReview.Exemption(exemption) if exemption else "", reason
    looked.reviewed_by_id, looked.reviewed_at = by.user_id, at  # type: ignore[assignment]
    looked.save(update_fields=["exemption", "reason", "reviewed_by", "reviewed_at"] if found else None)
    events.record(
        "subject_copy.reviewed",
        looked,
        by,
        at=at,
        # Which sections there are says what is known of the person.
        wall=DomainEvent.Wall.SAFEGUARDING,
        participant_id=request.participant_id,
        request=request.pk,
        section=section,
        withheld=exemption,
    )
    return looked


def waiting_for_review(request: SubjectRequest) -> list[str]:
    """The sections with rows that nobody has looked through yet. Runs as the system."""
    looked = set(SectionReview.objects.filter(request=request).values_list("section", flat=True))
    return [
        model._meta.label_lower
        for model in records.tables()
        if records.of(model).reviewed
        and model._meta.label_lower not in looked
        and records.rows_of(model, request.participant_id).exists()
    ]


@action
def ask(*, request: SubjectRequest, by: Viewer, at: datetime) -> SubjectCopy:
    """Have the copy made by a worker. Raises NotACopy, NotReviewed, BeingMade or AlreadyClosed."""
    assert by.user_id is not None
    request = locked(request)
    if request.kind != SubjectRequest.Kind.ACCESS:
        raise NotACopy("Only a request for a copy is answered by one.")
    if waiting_for_review(request):
        raise NotReviewed("Look through every section that is marked, before the copy is made.")
    if SubjectCopy.objects.filter(request=request, made_at=None, removed_at=None).exists():
        raise BeingMade("A copy is being made already.")
    copy = SubjectCopy(
        tenant_id=by.tenant_id,
        request=request,
        participant_id=request.participant_id,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    copy.save(force_insert=True)
    outbox.enqueue("subject_copy", by, copy.pk)
    tell("subject_copy.asked", request, by, at)
    return copy


def make(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer: make the copy, unless the request was closed or the person erased meanwhile."""
    assert item.subject_id is not None
    copy = SubjectCopy.objects.select_related("request__participant").get(pk=item.subject_id)
    if copy.made_at is None and copy.removed_at is None and copy.request.closed_at is None:
        made(copy=copy, by=system, at=system.now())


@action
def made(*, copy: SubjectCopy, by: Viewer, at: datetime) -> SubjectCopy:
    """Keep both files of a copy, sealed, for two weeks, or less where a rule for ephemeral records says so."""
    found = copies.document(copy.request, at)
    archive = copies.archive(found, copy.participant)
    copy.rows = sum(len(section["rows"]) for section in found["sections"])
    today = london_date(at)
    last = copies_until(copy.participant_id, today)
    copy.made_at, copy.expires_at = at, at + (KEPT if last is None else min(KEPT, last - today))
    copy.data_stored_as = files.keep(archive, tenant_id=copy.tenant_id)
    copy.letter_stored_as = files.keep(letter.rendered(found), tenant_id=copy.tenant_id)
    copy.save(update_fields=["rows", "made_at", "expires_at", "data_stored_as", "letter_stored_as"])
    tell("subject_copy.made", copy.request, by, at, rows=copy.rows)
    return copy


def let_go_of_expired(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer, daily: remove the files of copies whose time is over."""
    for copy in SubjectCopy.objects.filter(expires_at__lte=system.now(), removed_at=None):
        expired(copy=copy, by=system, at=system.now())


@action
def expired(*, copy: SubjectCopy, by: Viewer, at: datetime) -> SubjectCopy:
    """Let go of the files of one copy."""
    let_go(copy, at)
    tell("subject_copy.removed", copy.request, by, at)
    return copy


def let_go(copy: SubjectCopy, at: datetime) -> None:
    """Remove the files of a copy. Part of a greater action: records no event."""
    for name in filter(None, (copy.data_stored_as, copy.letter_stored_as)):
        files.remove(name)
    copy.removed_at, copy.data_stored_as, copy.letter_stored_as = at, "", ""
    copy.save(update_fields=["removed_at", "data_stored_as", "letter_stored_as"])


def files_in_use(system: Viewer) -> Iterable[str]:
    """The names of the files of copies that have not expired."""
    kept = SubjectCopy.objects.filter(removed_at=None).exclude(Q(data_stored_as="") & Q(letter_stored_as=""))
    for names in kept.values_list("data_stored_as", "letter_stored_as"):
        yield from filter(None, names)
