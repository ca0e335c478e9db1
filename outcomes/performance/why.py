"""Why a row counts, and why it counts no more: the words behind a figure and behind what moved it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from outcomes.models import Claim, Journal, Milestone
from participants.models import Contact, Enrolment
from partners.permissions import Permission, can
from partners.templatetags.baton import on
from partners.viewer import Viewer
from programmes.measure import ANSWERED, COUNTS, FIRST_CONTACT, HELD, MEETING, MISSED, PLAN, REJECTED
from referrals.models import Referral

OTHERWISE: Final = "Counts otherwise now."
MOVED_ON: Final = "Reached again since, or with another provider."


class Why(NamedTuple):
    """In words: why it counts, and why it does so no more."""

    counts: str
    gone: str = OTHERWISE


class Counted(Protocol):
    """Whatever follows from a source under a code."""

    @property
    def source_id(self) -> UUID: ...
    @property
    def code(self) -> str: ...


# The words for some rows, by the sources that they follow from, as far as the viewer may know.
Says = Callable[[list[UUID], Viewer], Iterator[tuple[UUID, Why]]]


def reasons(rows: Iterable[Counted], viewer: Viewer) -> dict[tuple[UUID, str], Why]:
    """The words for each row, by its source and code, in one query for each kind of source; none for a row whose source
    the viewer may not see."""
    asked: defaultdict[Says, set[tuple[UUID, str]]] = defaultdict(set)
    for row in rows:
        asked[SAYS.get(row.code, _milestones)].add((row.source_id, row.code))
    found: dict[tuple[UUID, str], Why] = {}
    for says, keys in asked.items():
        words = dict(says(list({source for source, _ in keys}), viewer))
        found |= {key: words[key[0]] for key in keys if key[0] in words}
    return found


def _journals(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    for one in Journal.objects.filter(pk__in=ids).select_related("milestone"):
        yield one.pk, Why(one.why or one.milestone.why)


def _unclaimed(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    for one in Journal.objects.filter(pk__in=ids).select_related("milestone"):
        back = one.milestone.reversed_why
        yield (
            one.pk,
            Why(f"No claim stands. {one.milestone.why}", back or "Claimed, or paid without a claim."),
        )


def _milestones(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    for one in Milestone.objects.filter(pk__in=ids):
        yield one.pk, Why(one.why, one.reversed_why or OTHERWISE)


def _claims(ids: list[UUID], viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    reads = can(viewer, Permission.SEE_CLAIMS)
    for one in Claim.objects.filter(pk__in=ids):
        rejected = (reads and one.rejection_words) or one.get_rejection_reason_display()
        yield one.pk, Why(rejected or "The commissioner accepted it.")


def _referrals(ids: list[UUID], viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    """A referral is named to those who may see referrals."""
    named = can(viewer, Permission.SEE_REFERRALS)
    for one in Referral.objects.filter(pk__in=ids):
        status = f"Referral{f' {one.reference}' if named else ''}: {one.get_status_display().lower()}"
        yield one.pk, Why(status, status)


def _first_contacts(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    yield from ((one, Why("A first contact.", "Another is the first.")) for one in ids)


def _plans(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    yield from ((one, Why("A plan was agreed.", "Another plan is the first.")) for one in ids)


def _meetings(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    for one in Contact.objects.filter(pk__in=ids):
        missed = one.result == Contact.Result.DID_NOT_ATTEND
        yield one.pk, Why("Did not attend." if missed else "Attended.")


def _held(ids: list[UUID], _viewer: Viewer) -> Iterator[tuple[UUID, Why]]:
    for one in Enrolment.objects.filter(pk__in=ids):
        left = MOVED_ON if one.ended_on is None else f"Left on {on(one.ended_on)}."
        yield one.pk, Why("Reached last on this day.", left)


# Who says why rows of a code count; of every other code their milestones do.
SAYS: Final[Mapping[str, Says]] = {
    "referral": _referrals,
    FIRST_CONTACT: _first_contacts,
    PLAN: _plans,
    **dict.fromkeys(COUNTS["earned"], _journals),
    **dict.fromkeys(COUNTS["unclaimed"], _unclaimed),
    **dict.fromkeys((ANSWERED, REJECTED), _claims),
    **dict.fromkeys((MEETING, MISSED), _meetings),
    HELD: _held,
}
