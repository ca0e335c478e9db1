"""The audit's page for the prime: who did what, to whom, and whether the record is whole."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from partners import audit, audit_lists
from partners.audience import for_members
from partners.audit_lists import AuditFilter, Line
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.models import AuditEntry
from partners.permissions import Permission
from partners.viewer import LONDON, Viewer

# A file of so many lines is made while somebody waits for it; older rows are reached by the dates.
MOST_LINES, PIECE = 10_000, 2_000
HEADER = [
    *("At", "Act", "What", "Participant", "Done by", "Organisation", "Purpose", "Kind", "About", "About id"),
    *("Facts", "Request", "Day", "Row", "Digest"),
]


@for_members("prime", permission=Permission.SEE_AUDIT)
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """The rows, newest first and 50 to a page, with how the chain stands."""
    viewer = viewer_of(request)
    form = AuditFilter(request.GET)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    page = audit_lists.page(form.narrow(AuditEntry.objects.all()), before=before, after=after)
    audit.searched(viewer, "audit.list", found=len(page.entries))
    shown = {
        "form": form,
        "lines": audit_lists.lines(page.entries, viewer),
        "newer": page_link(request, "after", page.newer),
        "older": page_link(request, "before", page.older),
        "standing": audit_lists.standing(),
        "most_lines": MOST_LINES,
        "most_waiting": audit_lists.MOST_WAITING,
    }
    return render(request, "partners/audit.html", shown)


def page_link(request: HttpRequest, side: str, edge: object) -> str:
    """The same list from another row on; empty where there is no such page."""
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    query[side] = str(edge)
    return f"?{query.urlencode()}" if edge else ""


@for_members("prime", permission=Permission.SEE_AUDIT)
@require_GET
def audit_csv(request: HttpRequest) -> HttpResponse:
    """The newest MOST_LINES of the same rows for a spreadsheet; where there are more, its last line says so."""
    viewer = viewer_of(request)
    rows = AuditFilter(request.GET).narrow(AuditEntry.objects.all())
    lines = list(spreadsheet(rows, viewer))
    audit.exported(viewer, "audit.list", count=len(lines))
    if len(lines) == MOST_LINES and rows.order_by("-at", "-id")[MOST_LINES : MOST_LINES + 1].exists():
        lines.append([f"These are the newest {MOST_LINES:,} rows. Choose dates to read older ones."])
    return csv_response("audit.csv", HEADER, lines)


def spreadsheet(rows: audit_lists.Entries, viewer: Viewer) -> Iterator[list[Any]]:
    """The newest rows as lines of the file."""
    for entries in audit_lists.in_pieces(rows, PIECE, MOST_LINES):
        yield from (cells(line) for line in audit_lists.lines(entries, viewer))


def cells(line: Line) -> list[Any]:
    """One row as a line of the file."""
    entry = line.entry
    return [
        f"{entry.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}",
        entry.act,
        line.what,
        line.reference or entry.participant_id or "",
        line.who,
        line.organisation,
        entry.purpose,
        entry.kind,
        entry.subject_type,
        entry.subject_id or "",
        json.dumps(entry.facts, sort_keys=True),
        entry.request_id,
        entry.day or "",
        entry.sequence or "",
        entry.digest,
    ]
