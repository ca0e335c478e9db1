"""What participants say of contacts: for those who run advisers, by adviser and by how they spoke."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from participants.models import Contact, Rating
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission

SINCE = timedelta(days=365)
# Of fewer the mean says more of one participant than of the adviser.
FEW = 5
LATEST = 30


# Name, whether it was in person, how many ratings, and their sum.
Row = tuple[str, bool, int, int]


@dataclass(frozen=True)
class Mean:
    """How many ratings, and their mean; none of too few."""

    count: int
    mean: float | None


@dataclass(frozen=True)
class Line:
    """One adviser, or for the prime one provider: the means of all ratings, of meetings, and of contacts from afar."""

    name: str
    means: list[tuple[str, Mean]]


@for_members("provider", "prime", permission=Permission.SEE_ADVISERS)
@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    """The means of the last year, and the latest ratings with their words."""
    viewer = viewer_of(request)
    found = Rating.objects.filter(rated_on__gt=viewer.today - SINCE)
    rows = rows_of(found, by_adviser=viewer.kind == "provider")
    latest = list(found.select_related("adviser", "participant").order_by("-rated_at", "-id")[:LATEST])
    audit.searched(viewer, "ratings.list", found=len(latest))
    names = sorted({name for name, *_ in rows})
    context = {
        "lines": [line(name, [row for row in rows if row[0] == name]) for name in names],
        "total": line("All", rows),
        "latest": latest,
        "few": FEW,
        "crumbs": [("Performance", reverse("performance")), ("Advisers", reverse("advisers"))],
        "whose": "Adviser" if viewer.kind == "provider" else "Provider",
    }
    return render(request, "participants/ratings.html", context)


def rows_of(found: QuerySet[Rating], *, by_adviser: bool) -> list[Row]:
    """The ratings added up by name and by how they spoke."""
    met = Case(When(channel=Contact.Channel.IN_PERSON, then=True), default=False)
    whose = F("adviser__name") if by_adviser else F("organisation")
    added = found.values_list(whose, met).annotate(Count("pk"), Sum("score")).order_by()
    if by_adviser:
        return list(added)
    names = dict(Organisation.objects.values_list("pk", "name"))
    return [(names[organisation], *row) for organisation, *row in added]


def line(name: str, rows: Sequence[Row]) -> Line:
    """The means of some rows."""
    every, in_person = mean(rows), mean([row for row in rows if row[1]])
    remote = mean([row for row in rows if not row[1]])
    return Line(name, [("All", every), ("In person", in_person), ("By phone, video or in writing", remote)])


def mean(rows: Sequence[Row]) -> Mean:
    count, total = sum(row[2] for row in rows), sum(row[3] for row in rows)
    return Mean(count, total / count if count >= FEW else None)
