"""The lines of a statement: as the books have them while it is open, and as they were frozen once it is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from outcomes.models import Charge, Journal, Milestone, Statement, StatementLine
from outcomes.terms import Terms
from outcomes.work import label_of
from participants.models import Participant
from partners.viewer import Viewer, acting_as
from programmes.models import Fee, Price


@dataclass(frozen=True)
class Line:
    """One line in words; money in pence. reference is empty, and reached_on None, where the line is nobody's.

    participant is None as well where the viewer may not see the person any more. kind is a label, such as "Earned".
    """

    journal_id: UUID
    participant_id: UUID | None
    participant: Participant | None
    reference: str
    label: str
    ordinal: int | None
    kind: str
    reached_on: date | None
    claimable_from: date
    pence: int
    source: str
    why: str
    illustrative: bool

    @property
    def is_reversed(self) -> bool:
        return self.kind == Journal.Kind.REVERSAL.label

    @property
    def is_charge(self) -> bool:
        return self.kind == Journal.Kind.CHARGE.label


@dataclass(frozen=True)
class Subtotal:
    """What the lines of one label come to, the sources of their prices and whether one is illustrative."""

    label: str
    count: int
    pence: int
    illustrative: bool
    sources: list[str]


@dataclass(frozen=True)
class Withheld:
    """Lines whose person the walls hide from the viewer: how many, their sum, and whether one is illustrative."""

    count: int
    pence: int
    illustrative: bool

    def __str__(self) -> str:
        """Why lines are missing, without a word about whose they are."""
        lines = "line is" if self.count == 1 else "lines are"
        return f"{self.count} {lines} shown to named people only"


@dataclass(frozen=True)
class Whole:
    """A statement as the viewer reads it: the lines that are shown, the rest as a sum, and what all come to."""

    lines: list[Line]
    withheld: Withheld

    @property
    def count(self) -> int:
        return len(self.lines) + self.withheld.count

    @property
    def pence(self) -> int:
        return sum(line.pence for line in self.lines) + self.withheld.pence

    @property
    def illustrative(self) -> bool:
        return self.withheld.illustrative or any(line.illustrative for line in self.lines)

    @property
    def subtotals(self) -> list[Subtotal]:
        """What each label comes to, in the order of the names."""
        by_label: dict[str, list[Line]] = {}
        for line in self.lines:
            by_label.setdefault(line.label, []).append(line)
        return [
            Subtotal(
                label,
                len(those),
                sum(one.pence for one in those),
                any(one.illustrative for one in those),
                sorted({one.source for one in those if one.source}),
            )
            for label, those in sorted(by_label.items())
        ]


def whole(statement: Statement, viewer: Viewer, sort: str = "") -> Whole:
    """The statement as the viewer reads it, its total the same for everybody."""
    lines = lines_of(statement)
    return Whole(_sorted(lines, sort), withheld(statement, lines, viewer))


def lines_of(statement: Statement) -> list[Line]:
    """The lines of a statement in a handful of queries, however many there are."""
    return _frozen_lines(statement) if statement.is_sealed else _open_lines(statement)


def withheld(statement: Statement, lines: Sequence[Line], viewer: Viewer) -> Withheld:
    """What stands on a statement besides the lines that the viewer sees, so that its total is the same for everybody.

    Reads past the walls, for a sum: a restricted person is nobody's line but is paid for.
    """
    with acting_as(viewer.as_system("the total of a statement")):
        rest = Journal.objects.filter(statement=statement).exclude(pk__in=[line.journal_id for line in lines])
        found = rest.aggregate(
            count=Count("pk"),
            pence=Coalesce(Sum("pence"), 0),
            guesses=Count("pk", filter=Q(illustrative=True)),
        )
    return Withheld(found["count"], found["pence"], bool(found["guesses"]))


def _frozen_lines(statement: Statement) -> list[Line]:
    stored = list(StatementLine.objects.filter(statement=statement).order_by("position"))
    people = Participant.objects.in_bulk({one.participant_id for one in stored if one.participant_id})
    return [
        Line(
            journal_id=one.journal_id,
            participant_id=one.participant_id,
            participant=people.get(one.participant_id),
            reference=one.reference,
            label=one.label,
            ordinal=one.ordinal,
            kind=one.kind,
            reached_on=one.reached_on,
            claimable_from=one.claimable_from,
            pence=one.pence,
            source=one.source,
            why=one.why,
            illustrative=one.illustrative,
        )
        for one in stored
    ]


def _open_lines(statement: Statement) -> list[Line]:
    """Each part is looked up by itself and not joined: a join would drop lines whose person the walls hide."""
    found = Journal.objects.filter(statement=statement)
    journals = list(found.order_by("claimable_from", "recorded_at", "pk"))
    books = _Books(
        Milestone.objects.in_bulk({one.milestone_id for one in journals if one.milestone_id}),
        Charge.objects.in_bulk({one.charge_id for one in journals if one.charge_id}),
        Participant.objects.in_bulk({one.participant_id for one in journals if one.participant_id}),
        Terms.of([statement.contract_id]),
    )
    prices = Price.objects.filter(pk__in={one.price_id for one in journals})
    fees = Fee.objects.filter(pk__in={one.fee_id for one in books.charges.values()})
    sources = {**dict(prices.values_list("pk", "source")), **dict(fees.values_list("pk", "source"))}
    return [books.line(one, sources) for one in journals]


@dataclass(frozen=True)
class _Books:
    """What the lines of a statement are about."""

    milestones: dict[UUID, Milestone]
    charges: dict[UUID, Charge]
    people: dict[UUID, Participant]
    terms: Terms

    def line(self, journal: Journal, sources: dict[UUID, str]) -> Line:
        charge = self.charges[journal.charge_id] if journal.charge_id else None
        milestone = self.milestones[journal.milestone_id] if journal.milestone_id else None
        person = self.people.get(journal.participant_id) if journal.participant_id else None
        priced_by = charge.fee_id if charge else journal.price_id
        return Line(
            journal_id=journal.pk,
            participant_id=journal.participant_id,
            participant=person,
            reference=person.reference if person else "",
            label=charge.get_kind_display()
            if charge
            else label_of(milestone, self.terms)
            if milestone
            else "",
            ordinal=milestone.ordinal if milestone else None,
            kind=journal.get_kind_display(),
            reached_on=milestone.reached_on if milestone else None,
            claimable_from=journal.claimable_from,
            pence=journal.pence,
            source=sources.get(priced_by, "") if priced_by else "",
            why=journal.why or (milestone.why if milestone else ""),
            illustrative=journal.illustrative,
        )


def _sorted(lines: list[Line], sort: str) -> list[Line]:
    keys = {
        "participant": lambda line: line.reference,
        "milestone": lambda line: line.label,
        "reached": lambda line: line.reached_on or date.min,
        "claimable": lambda line: line.claimable_from,
        "amount": lambda line: line.pence,
    }
    key = keys.get(sort.removeprefix("-"))
    return sorted(lines, key=key, reverse=sort.startswith("-")) if key else lines
