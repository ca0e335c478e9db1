"""What moved a figure since a moment: everything that was added to it and removed from it, newest first, with why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import F, IntegerField, Q, QuerySet, Value

from outcomes.models import Contribution, FormerContribution
from outcomes.performance.periods import Window
from outcomes.performance.why import Why, reasons
from participants.models import Participant
from partners.models import Organisation
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.measure import COUNTS, Measure
from programmes.models import Contract

COLUMNS: Final = ("participant_id", "organisation_id", "code", "happened_on", "source_id", "amount")


class Move(NamedTuple):
    """One thing that came to count (sign 1) or counts no more (-1), and when the figures came to know."""

    participant_id: UUID
    organisation_id: UUID | None
    code: str
    happened_on: date
    source_id: UUID
    amount: int
    sign: int
    at: datetime


@dataclass(frozen=True)
class Line:
    """A move in words, as far as the viewer may know whose it is. counts_as: of a ratio its upper or lower part."""

    participant: Participant | None
    provider: str
    counts_as: str
    amount: int
    happened_on: date
    at: datetime
    why: str


def moves(
    contract: Contract, measure: Measure, window: Window, since: datetime, whose: Q
) -> QuerySet[Any, Any]:
    """What the viewer's walls let be seen of it; whose: a condition on the provider. Rows of Move."""
    cells = window.cells() & Q(code__in=measure.codes)
    if measure.is_ratio:
        cells |= window.base.cells() & Q(code__in=COUNTS[measure.denominator])
    added = Contribution.objects.filter(cells, whose, contract=contract, added_at__gt=since)
    removed = FormerContribution.objects.filter(cells, whose, contract=contract, removed_at__gt=since)
    return (
        _columns(added, 1, "added_at")
        .union(_columns(removed.exclude(added_at__gt=since), -1, "removed_at"), all=True)
        .order_by("-at", "sign", "source_id")
    )


def _columns(rows: QuerySet[Any], sign: int, at: str) -> QuerySet[Any, Any]:
    signed = rows.annotate(sign=Value(sign, output_field=IntegerField()), at=F(at))
    return signed.values_list(*COLUMNS, "sign", "at")


def lines(rows: Iterable[Any], measure: Measure, viewer: Viewer) -> list[Line]:
    """In words, in a constant number of queries."""
    found = [Move(*row) for row in rows]
    whose = {one.participant_id for one in found} if can(viewer, Permission.SEE_PEOPLE) else set()
    people = Participant.objects.in_bulk(whose)
    names = dict(Organisation.objects.values_list("pk", "name"))
    why = reasons(found, viewer)
    return [
        Line(
            people.get(one.participant_id),
            names.get(one.organisation_id, "") if one.organisation_id else "",
            _counts_as(one, measure),
            one.sign * one.amount,
            one.happened_on,
            one.at,
            _said(one, why.get((one.source_id, one.code), Why(""))),
        )
        for one in found
    ]


def _said(move: Move, why: Why) -> str:
    return why.counts if move.sign > 0 else why.gone


def _counts_as(move: Move, measure: Measure) -> str:
    name = measure.numerator if move.code in measure.codes else measure.denominator
    return name.replace("_", " ").capitalize()
