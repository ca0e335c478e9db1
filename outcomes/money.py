"""What a person's milestones earned, side by side with what was taken back and what has no price."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from outcomes.models import Journal, Milestone
from outcomes.terms import NO_SHARES, Terms, nothing_earned, wholes_known
from outcomes.work import label_of
from partners.models import Organisation
from partners.viewer import Viewer

PRICE_MISSING = "Price missing"
NOT_PAID = "No payment for this milestone"
WORTH_NOTHING = "£0.00 by the terms"
NOT_YET = "Not worked out yet"


@dataclass(frozen=True)
class Sum:
    """One line of the money tab: what a milestone earned on a side, or why it earned nothing (pence is None)."""

    milestone: Milestone
    label: str
    provider: str
    side: Journal.Side
    pence: int | None = None
    journal: Journal | None = None
    note: str = ""

    @property
    def lacks_price(self) -> bool:
        return self.note == PRICE_MISSING


@dataclass(frozen=True)
class Total:
    """What remains on one side. illustrative: at least one price behind it is."""

    side: Journal.Side
    pence: int
    illustrative: bool


def sides_of(viewer: Viewer) -> tuple[Journal.Side, ...]:
    """A provider sees what it is paid; the prime sees what it is paid as well."""
    if viewer.kind == "prime":
        return (Journal.Side.COMMISSIONER, Journal.Side.PROVIDER)
    return (Journal.Side.PROVIDER,)


def money_of(participant_id: UUID, viewer: Viewer) -> tuple[list[Sum], list[Total]]:
    """The sums of the person's milestones in the order of the days, and what they come to on each side.

    The same queries however many milestones there are. A provider sees its own milestones alone.
    """
    found = Milestone.objects.filter(participant=participant_id).order_by("reached_on", "computed_at", "pk")
    if viewer.kind == "provider":
        found = found.filter(organisation=viewer.organisation_id)
    milestones = list(found)
    journals: defaultdict[tuple[UUID | None, str], list[Journal]] = defaultdict(list)
    lines = Journal.objects.filter(milestone__in=milestones).select_related("statement")
    for journal in lines.order_by("recorded_at", "kind"):
        journals[journal.milestone_id, journal.side].append(journal)
    notes = {(pk, side): note for side in sides_of(viewer) for pk, note in _notes(side, milestones, viewer)}
    terms = Terms.of(milestone.contract_id for milestone in milestones)
    providers = dict(Organisation.objects.values_list("pk", "name"))
    sums = [
        line
        for milestone in milestones
        for side in sides_of(viewer)
        for line in _sums(
            Sum(milestone, label_of(milestone, terms), providers.get(milestone.organisation_id, ""), side),
            journals[milestone.pk, side],
            notes.get((milestone.pk, side), ""),
        )
    ]
    return sums, [_total(side, sums) for side in sides_of(viewer)]


def _sums(blank: Sum, journals: list[Journal], note: str) -> Iterator[Sum]:
    """The lines of one milestone on one side."""
    common = (blank.milestone, blank.label, blank.provider, blank.side)
    for journal in journals:
        yield Sum(*common, pence=journal.pence, journal=journal, note=journal.why)
    if note:
        yield Sum(*common, note=note)


def _notes(side: str, milestones: list[Milestone], viewer: Viewer) -> Iterator[tuple[UUID, str]]:
    """Why milestones in force earned nothing."""
    found = Milestone.objects.filter(pk__in=[one.pk for one in milestones])
    wholes = wholes_known(viewer) if side == Journal.Side.PROVIDER else NO_SHARES
    silent = nothing_earned(side, found, wholes)
    for pk, is_paid_for, has_price, price in silent.values_list(
        "pk", "is_paid_for", "has_price", "price_pence"
    ):
        if not is_paid_for:
            yield pk, NOT_PAID
        elif not has_price:
            yield pk, PRICE_MISSING
        else:
            yield pk, NOT_YET if price else WORTH_NOTHING


def _total(side: Journal.Side, sums: list[Sum]) -> Total:
    posted = [line.journal for line in sums if line.side == side and line.journal]
    return Total(side, sum(one.pence for one in posted), any(one.illustrative for one in posted))
