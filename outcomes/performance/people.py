"""Who is behind a figure: the contributions that it is the sum of, each with the reason why it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from outcomes.models import Claim, Contribution, Journal, Milestone
from outcomes.performance.periods import Window
from participants.models import Participant
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.measures import ALWAYS, FIRST_CONTACT, ILLUSTRATIVE, REJECTED, Measure, Unit
from programmes.models import Contract, PaymentGroup
from referrals.models import Referral

SORTS: Final = {"on": "happened_on", "name": "search_name", "group": "payment_group"}


@dataclass(frozen=True)
class Line:
    """One thing that counts, and whose it is, as far as the viewer may know. amount: in pence where it is money."""

    participant: Participant | None
    provider: str
    group: str
    on: date
    why: str
    amount: int
    illustrative: bool


def behind(contract: Contract, measure: Measure, window: Window) -> QuerySet[Contribution]:
    """What the figure counts, as the viewer's walls let it be seen; of a ratio, what its numerator counts."""
    name = Participant.objects.filter(pk=OuterRef("participant_id")).values("search_name")
    return (
        Contribution.objects.filter(window.cells(), contract=contract, code__in=measure.codes)
        .alias(search_name=Subquery(name))
        .select_related("organisation")
    )


def in_order(found: QuerySet[Contribution], sort: str, viewer: Viewer) -> QuerySet[Contribution]:
    """Sorted by one of SORTS, with a minus descending; newest first for anything else.

    The order of names tells who is there, so whoever may see nobody gets them newest first.
    """
    column = SORTS.get(sort.removeprefix("-"))
    if column is None or (column == SORTS["name"] and not can(viewer, Permission.SEE_PEOPLE)):
        return found.order_by("-happened_on", "-id")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-id")


def lines(rows: Iterable[Contribution], contract: Contract, measure: Measure, viewer: Viewer) -> list[Line]:
    """The rows in words, in three queries however many rows; a person whom the viewer may not see is nobody here."""
    rows = list(rows)
    whose = {row.participant_id for row in rows} if can(viewer, Permission.SEE_PEOPLE) else set()
    people = Participant.objects.in_bulk(whose)
    groups = dict(PaymentGroup.objects.filter(contract=contract).values_list("code", "name"))
    why = reasons(rows, measure, viewer)
    return [
        Line(
            participant=people.get(row.participant_id),
            provider=row.organisation.name if row.organisation else "",
            group=groups.get(row.payment_group, row.payment_group),
            on=row.happened_on,
            why=_timed(row, why.get(row.source_id, ""), measure),
            amount=row.amount,
            illustrative=row.code == ILLUSTRATIVE,
        )
        for row in rows
    ]


def reasons(rows: Iterable[Contribution], measure: Measure, viewer: Viewer) -> dict[UUID, str]:
    """Why each row counts, by its source, in one query; a referral is named to those who may see referrals."""
    sources = [row.source_id for row in rows]
    if measure.unit is Unit.PENCE:
        journals = Journal.objects.filter(pk__in=sources).select_related("milestone")
        return {journal.pk: journal.why or journal.milestone.why for journal in journals}
    if FIRST_CONTACT in measure.codes:
        return {}
    if REJECTED in measure.codes:
        claims = Claim.objects.filter(pk__in=sources)
        reads = can(viewer, Permission.SEE_CLAIMS)
        return {
            one.pk: (reads and one.rejection_words) or one.get_rejection_reason_display() for one in claims
        }
    if ALWAYS.isdisjoint(measure.codes):
        return dict(Milestone.objects.filter(pk__in=sources).values_list("pk", "why"))
    referrals = Referral.objects.filter(pk__in=sources)
    named = can(viewer, Permission.SEE_REFERRALS)
    return {
        one.pk: f"Referral{f' {one.reference}' if named else ''}: {one.get_status_display().lower()}"
        for one in referrals
    }


def _timed(row: Contribution, why: str, measure: Measure) -> str:
    """The reason, and how long it took where the measure asks for that."""
    if not measure.is_timed or row.days is None:
        return why
    days = f"{row.days} working day{'' if row.days == 1 else 's'} after the referral"
    return f"{days}. {why}" if why else f"Reached {days}."
