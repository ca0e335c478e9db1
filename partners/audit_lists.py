"""The audit's list: what is asked to be seen, the rows that answer page by page, and how the chain stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from partners import audit_words
from partners.audit_check import LONGEST_WAIT
from partners.models import ApiKey, AuditDay, AuditEntry, Membership, Organisation, User
from partners.viewer import LONDON, Viewer

PAGE = 50
ANY = ("", "Any")
MOST_WAITING = 1000
NOBODY = UUID(int=0)
Entries = QuerySet[AuditEntry]


class AuditFilter(forms.Form):
    """Which rows are shown; a filter that makes no sense is left out and said beside its field."""

    act = forms.ChoiceField(label="Act", choices=[ANY, *AuditEntry.Act.choices], required=False)
    kind = forms.ChoiceField(label="What", required=False)
    organisation = forms.ChoiceField(label="Organisation", required=False)
    person = forms.ChoiceField(label="Done by", required=False)
    participant = forms.CharField(
        label="Participant", required=False, max_length=12, help_text="Such as PT-7K3M-92."
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput())
    until = forms.DateField(label="To", required=False, widget=forms.DateInput())

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        organisations = list(Organisation.objects.order_by("name").values_list("slug", "name", "pk"))
        # The rows are asked for by the key itself: a join behind walls is planned badly.
        self.organisations = {slug: pk for slug, _, pk in organisations}
        places = Membership.objects.order_by("user__name").values_list("user_id", "user__name")
        self._choose("organisation", [(slug, name) for slug, name, _ in organisations])
        self._choose("person", {str(pk): name for pk, name in places}.items())
        self._choose("kind", audit_words.kinds())

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return len(self.wanted)

    def narrow(self, rows: Entries) -> Entries:
        """The rows that the filters let through; dates are London's, both inclusive."""
        wanted = self.wanted
        exact = {"act": "act", "kind": "kind", "person": "by_user"}
        rows = rows.filter(**{exact[name]: value for name, value in wanted.items() if name in exact})
        if slug := wanted.get("organisation"):
            rows = rows.filter(organisation=self.organisations[slug])
        if reference := wanted.get("participant"):
            rows = rows.filter(participant_id=audit_words.participant_of(reference) or NOBODY)
        if since := wanted.get("since"):
            rows = rows.filter(at__gte=midnight(since))
        if until := wanted.get("until"):
            rows = rows.filter(at__lt=midnight(until + timedelta(days=1)))
        return rows


def midnight(day: date) -> datetime:
    """The first moment of a London day."""
    return datetime.combine(day, time(), LONDON)


@dataclass(frozen=True)
class Line:
    """One row in words. reference: the participant's, empty where there is none or the viewer does not see them."""

    entry: AuditEntry
    what: str
    reference: str
    who: str
    organisation: str
    purpose: str


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the ids from which the pages beside it begin; None where there is none."""

    entries: list[AuditEntry]
    newer: UUID | None
    older: UUID | None


def page(rows: Entries, *, before: str = "", after: str = "") -> Page:
    """The newest rows, or the next older than the row of the id before, or the next newer than that of after.

    By key: as fast on the last page as on the first. An id of no row is as if none was given.
    """
    newest_first = rows.order_by("-at", "-id")
    if edge := _row(before):
        found = list(newest_first.filter(_beyond(edge, "lt"))[: PAGE + 1])
        return Page(
            found[:PAGE], found[0].pk if found else edge.pk, found[PAGE - 1].pk if found[PAGE:] else None
        )
    if edge := _row(after):
        found = list(rows.order_by("at", "id").filter(_beyond(edge, "gt"))[: PAGE + 1])
        shown = found[:PAGE][::-1]
        return Page(shown, shown[0].pk if found[PAGE:] else None, shown[-1].pk if shown else edge.pk)
    found = list(newest_first[: PAGE + 1])
    return Page(found[:PAGE], None, found[PAGE - 1].pk if found[PAGE:] else None)


def in_pieces(rows: Entries, size: int, most: int) -> Iterator[list[AuditEntry]]:
    """The newest rows, so many at a time and in all."""
    newest_first, left = rows.order_by("-at", "-id"), most
    piece = list(newest_first[: min(size, left)])
    while piece:
        yield piece
        left -= len(piece)
        piece = list(newest_first.filter(_beyond(piece[-1], "lt"))[: min(size, left)]) if left else []


def _row(asked: str) -> AuditEntry | None:
    try:
        return AuditEntry.objects.filter(pk=UUID(asked)).first()
    except ValueError:
        return None


def _beyond(edge: AuditEntry, side: str) -> Q:
    """The rows on one side (lt, gt) of a row; the moment alone is asked for as well, for the index."""
    further = Q(**{f"at__{side}": edge.at}) | Q(**{"at": edge.at, f"id__{side}": edge.pk})
    return Q(**{f"at__{side}e": edge.at}) & further


def lines(entries: list[AuditEntry], viewer: Viewer) -> list[Line]:
    """The rows in words, in the same few queries however many; outside the prime, another organisation's people have
    no names.
    """
    organisations = Organisation.objects.in_bulk({e.organisation_id for e in entries if e.organisation_id})
    users = User.objects.in_bulk({e.by_user_id for e in entries if e.by_user_id})
    keys = ApiKey.objects.in_bulk({e.by_key_id for e in entries if e.by_key_id})
    references = audit_words.references_of({e.participant_id for e in entries if e.participant_id})

    def who(entry: AuditEntry) -> str:
        if viewer.kind != "prime" and entry.organisation_id != viewer.organisation_id:
            return ""
        if entry.by_user_id:
            return users[entry.by_user_id].name
        return f"API key {keys[entry.by_key_id].name}" if entry.by_key_id in keys else "Baton"

    return [
        Line(
            entry,
            audit_words.sentence(entry),
            references.get(entry.participant_id, "") if entry.participant_id else "",
            who(entry),
            organisations[entry.organisation_id].name if entry.organisation_id in organisations else "",
            audit_words.purpose(entry),
        )
        for entry in entries
    ]


@dataclass(frozen=True)
class Standing:
    """How the chain stands. checked_to: the last day that was found whole; waiting: how many rows are not linked,
    MOST_WAITING at most; is_late: whether one of them waits longer than it should.
    """

    checked_to: date | None
    broken: list[AuditDay]
    waiting: int
    is_late: bool


def standing() -> Standing:
    """How the chain of the viewer's workspace stands now."""
    checked = AuditDay.objects.filter(checked_at__isnull=False)
    waiting = AuditEntry.objects.filter(day=None)
    return Standing(
        checked_to=checked.filter(broken=0).order_by("-day").values_list("day", flat=True).first(),
        broken=list(checked.filter(broken__gt=0).order_by("day")),
        waiting=waiting[:MOST_WAITING].count(),
        is_late=waiting.filter(written_at__lt=timezone.now() - LONGEST_WAIT).exists(),
    )
