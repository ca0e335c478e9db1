"""What each adviser of one provider holds, and what came of it: counted for whoever advised the person on that day.

That is the adviser of the provider's own lead assignment in force when something happened, the one that began last
where two were; of what stands today it is the adviser of today. Read within the viewer's walls alone: somebody whom the
viewer may not see counts in no line, so that every number is that of its list and none tells of anybody besides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)

from outcomes.models import Contribution
from outcomes.performance.comparison import Rate
from outcomes.performance.figures import offered
from outcomes.performance.periods import STANDING, Period
from participants.models import Assignment
from partners.models import Membership, Organisation, User
from partners.viewer import Viewer
from programmes.measure import HELD, MEETING, MISSED, Measure
from programmes.measures import BY_CODE
from programmes.models import Contract

CASELOAD: Final = BY_CODE["caseload"]
LATELY: Final = BY_CODE["contacted_lately"]
MISSING: Final = BY_CODE["did_not_attend"]
# What is counted of a period, where the contract has it.
REACHED: Final = tuple(BY_CODE[code] for code in ("starts", "job_starts", "job_outcomes", "sustainments"))
# Whoever has no adviser yet, in addresses.
NOBODY: Final = "nobody"


@dataclass(frozen=True)
class Line:
    """One adviser, or whoever has none yet: how many of the people held were reached lately, how many days ago the one
    was who was not reached for longest, meetings that were missed, and what was reached in the period, by measure."""

    adviser: User | None
    lately: Rate
    longest: int | None
    missed: Rate
    reached: dict[str, int]

    @property
    def name(self) -> str:
        return self.adviser.name if self.adviser else "No adviser yet"

    @property
    def code(self) -> str:
        """What links name the line by."""
        return str(self.adviser.pk) if self.adviser else NOBODY

    @property
    def caseload(self) -> int:
        return self.lately.base

    def by(self, column: str) -> float | str | None:
        """What a column sorts by; None where there is nothing to judge."""
        if column in self.reached:
            return self.reached[column]
        rates = {LATELY.code: self.lately, MISSING.code: self.missed}
        if column in rates:
            return rates[column].share if rates[column].base else None
        found = {"caseload": self.caseload, "longest": self.longest}
        return found[column] if column in found else self.name.casefold()


@dataclass(frozen=True)
class Advisers:
    """The lines of a provider's advisers; measures: what is counted of the period."""

    lines: list[Line]
    measures: list[Measure]

    @classmethod
    def of(cls, contract: Contract, period: Period, viewer: Viewer, whose: Organisation) -> Self:
        """Read in a constant number of queries, at a cost that follows the provider's own people."""
        codes = {one.code for one in offered(contract, money=False)}
        measures = [one for one in REACHED if one.code in codes]
        counted = [MEETING, MISSED, *(code for measure in measures for code in measure.codes)]
        months = period.window(MISSING, viewer.today).cells() & Q(code__in=counted)
        stands = period.window(CASELOAD, viewer.today).cells() & Q(code=HELD)
        lately = viewer.today - timedelta(days=(LATELY.lately or 1) - 1)
        found = Contribution.objects.filter(months | stands, contract=contract, organisation=whose)
        by_adviser = _advised(found, viewer.today).order_by().values_list("advised_by", "code")
        rows = list(
            by_adviser.annotate(
                number=Count("pk"),
                lately=Count("pk", filter=Q(happened_on__gte=lately)),
                first=Min("happened_on"),
            )
        )
        users = User.objects.in_bulk({row[0] for row in rows if row[0]})
        whom = {row[0] for row in rows}
        lines = [_line(users.get(pk), [row for row in rows if row[0] == pk], measures, viewer) for pk in whom]
        return cls(lines, measures)

    @property
    def caseload(self) -> int:
        return sum(line.caseload for line in self.lines)

    @property
    def holding(self) -> int:
        """How many advisers hold anybody."""
        return sum(1 for line in self.lines if line.adviser and line.caseload)

    @property
    def per_adviser(self) -> Fraction | None:
        """People on the caseload for each adviser who holds anybody; None where nobody does."""
        return Fraction(self.caseload, self.holding) if self.holding else None

    def in_order(self, sort: str) -> list[Line]:
        """Sorted by a column of Line.by, with a minus descending; who has none of it last, and no adviser after all."""
        column, down = sort.removeprefix("-"), sort.startswith("-")
        known = [line for line in self.lines if line.adviser and line.by(column) is not None]
        by_name = sorted(known, key=lambda line: line.name.casefold())
        return [
            *sorted(by_name, key=lambda line: line.by(column), reverse=down),  # type: ignore[arg-type,return-value]
            *(line for line in self.lines if line.adviser and line.by(column) is None),
            *(line for line in self.lines if not line.adviser),
        ]


def _line(
    adviser: User | None, rows: Iterable[tuple[Any, ...]], measures: Sequence[Measure], viewer: Viewer
) -> Line:
    counts = {code: (number, lately, first) for _, code, number, lately, first in rows}
    held, lately, since = counts.get(HELD, (0, 0, None))

    def number(codes: Iterable[str]) -> int:
        return sum(counts[code][0] for code in codes if code in counts)

    return Line(
        adviser,
        Rate(lately, held),
        (viewer.today - since).days if since else None,
        Rate(number([MISSED]), number([MEETING])),
        {measure.code: number(measure.codes) for measure in measures},
    )


def advised_by(found: QuerySet[Contribution], adviser: UUID | None, today: date) -> QuerySet[Contribution]:
    """Of some things those of one adviser's people, or of whoever had none; as the lines count them."""
    return _advised(found, today).filter(advised_by=adviser)


def _advised(found: QuerySet[Contribution], today: date) -> QuerySet[Any]:
    """Each with the adviser of that day. Looked up one by one: behind a wall PostgreSQL guesses far too few rows, and
    would compare everything with every assignment."""
    day = Case(When(code__in=STANDING, then=Value(today)), default=F("happened_on"), output_field=DateField())
    begun = Assignment.objects.filter(
        participant=OuterRef("participant_id"),
        contract=OuterRef("contract_id"),
        organisation=OuterRef("organisation_id"),
        role=Assignment.Role.LEAD,
        voided_at=None,
        starts_on__lte=OuterRef("day"),
    )
    is_over = Q(ends_on__lt=OuterRef("day"))
    whose = begun.order_by("-starts_on", "-pk").annotate(
        whose=Case(When(is_over, then=None), default=F("adviser_id"), output_field=UUIDField())
    )
    return found.alias(day=day).annotate(advised_by=Subquery(whose.values("whose")[:1]))


def holding(contract: Contract, whose: Organisation | None = None) -> int:
    """How many advisers hold anybody on the contract today whom the viewer may see, perhaps of one provider alone. Each
    adviser is looked up, so that it costs by the advisers and not by the people."""
    held = Assignment.objects.filter(
        contract=contract,
        adviser=OuterRef("user"),
        role=Assignment.Role.LEAD,
        ends_on=None,
        voided_at=None,
    )
    held = held.filter(organisation=whose) if whose else held
    return Membership.objects.filter(Exists(held)).values("user").distinct().count()


def seen_on(contract: Contract, adviser: UUID) -> User | None:
    """The adviser, where the viewer sees somebody of theirs on the contract."""
    theirs = Assignment.objects.filter(contract=contract, adviser=adviser)
    return User.objects.filter(pk__in=theirs.values("adviser")).first()
