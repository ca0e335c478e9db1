"""Where participants' own pages stand: who looks from one, and what comes of it for their adviser."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from participants import needs, slots, timeline
from participants.actions import own_page as pages
from participants.models import Assignment, Contact, Message, OwnPage, Restriction
from participants.needs import Need
from participants.reasons import days
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent, Tenant
from partners.permissions import Permission
from partners.viewer import Viewer, acting_as, london_date

KINDS = {"message": "Sent something from their own page"}
PLAIN = {
    "own_page.made": "Link to their own page made",
    "own_page.ended": "Link to their own page ended",
    "own_page.opened": "Opened their own page",
    "own_page.refused": "A wrong number was entered on their own page",
    "own_page.seen": "What they sent was read",
    "own_page.rated": "Rated a contact",
}
TOOK = {True: "New contact details were taken over", False: "New contact details were not taken over"}


def connect() -> None:
    """Called when the app is ready."""
    declare(*PLAIN, "own_page.sent")
    for kind in PLAIN:
        timeline.tell(kind, timeline.each(_told), group="Own page")
    timeline.tell("own_page.sent", _sent, group="Own page")
    needs.source(from_messages, **KINDS)
    slots.add(slots.Slot("Own page", "participant_own_page", slots.BOTH, Permission.SEE_PEOPLE))


def found(tenant: Tenant, page_id: UUID) -> OwnPage | None:
    """The page of that id while it opens: not ended, its provider works with the person on the contract today, and
    nobody set them apart.
    """
    system = Viewer.system(tenant.pk, "own page", tenant.clock_offset)
    with acting_as(system):
        page = OwnPage.objects.filter(pk=page_id, ended_at=None).first()
        if (
            page is None
            or Restriction.objects.filter(participant=page.participant_id, lowered_at=None).exists()
        ):
            return None
        held = Assignment.objects.in_force(system.today).filter(
            participant=page.participant_id, contract=page.contract_id, organisation=page.organisation_id
        )
        return page if held.exists() else None


def opened(tenant: Tenant, page_id: UUID, secret: str) -> OwnPage | None:
    """The page to which the link leads."""
    page = found(tenant, page_id)
    return page if page and page.digest == pages.digest_of(secret) else None


def viewer(page: OwnPage, tenant: Tenant, request_id: str) -> Viewer:
    """The participant of the page, who sees what is theirs and nothing else."""
    return Viewer(
        tenant_id=page.tenant_id,
        kind="participant",
        organisation_id=page.organisation_id,
        participant_id=page.participant_id,
        request_id=request_id,
        clock_offset=tenant.clock_offset,
    )


def to_rate(page: OwnPage, tenant: Tenant) -> Contact | None:
    """The contact which the participant may rate, if there is one."""
    system = Viewer.system(tenant.pk, "own page", tenant.clock_offset)
    with acting_as(system):
        return pages.to_rate(page, system.today)


def from_messages(by: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Who sent something that nobody has read yet."""
    waiting = Message.objects.filter(participant_id__in=participant_ids, seen_at=None)
    oldest: dict[UUID, date] = {}
    for participant_id, sent_at in waiting.order_by("sent_at").values_list("participant_id", "sent_at"):
        oldest.setdefault(participant_id, london_date(sent_at))
    return {person: [_need((today - day).days)] for person, day in oldest.items()}


def _need(since: int) -> Need:
    said = f"{days(since)} ago" if since else "today"
    return Need(75 if since < 2 else 85, f"Sent you something {said}", "message")


def _told(event: DomainEvent) -> Line:
    if event.kind == "own_page.seen" and event.facts["taken"] is not None:
        return Line(TOOK[bool(event.facts["taken"])])
    return Line(PLAIN[event.kind], tone="amber" if event.kind == "own_page.refused" else "")


def _sent(told: Sequence[DomainEvent], by: Viewer) -> list[Line]:
    """What the participant sent, in their words, for whoever may read them."""
    messages = Message.objects.in_bulk([event.subject_id for event in told])
    lines = []
    for event in told:
        message = messages.get(event.subject_id)
        kind = Message.Kind(event.facts["message"])
        lines.append(Line(f"From the participant: {kind.label.lower()}", message.words if message else ""))
    return lines
