"""Who in work has how many days to go to the milestone that comes next if the job lasts, as last night saw it.

Counted and listed behind the walls: of a person whom the viewer may not see there is neither a name nor a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from outcomes.milestones import Rule
from outcomes.models import InSight
from outcomes.terms import Terms
from participants.models import Participant
from programmes.models import Contract

SORTS: Final = {"on": "on", "milestone": "code", "provider": "provider", "name": "search_name"}


@dataclass(frozen=True)
class Band:
    """So many days to go, both included; without `most` there is no end. What is overdue since last night counts as
    0."""

    number: int
    least: int
    most: int | None

    def __str__(self) -> str:
        return f"{self.least} to {self.most} days" if self.most else f"{self.least} days or more"

    def on(self, today: date) -> Q:
        """The days of the milestones in it."""
        first = Q(on__gte=today + timedelta(days=self.least)) if self.least else Q()
        return first & Q(on__lte=today + timedelta(days=self.most)) if self.most else first


# The week ahead, four weeks, and thirteen, which is the shortest outcome that a programme pays for.
BANDS: Final = (Band(0, 0, 7), Band(1, 8, 28), Band(2, 29, 91), Band(3, 92, None))


@dataclass(frozen=True)
class Row:
    """How many people of one provider have one milestone next: in each of BANDS."""

    provider: str
    slug: str
    code: str
    label: str
    numbers: list[tuple[Band, int]]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.numbers)


@dataclass(frozen=True)
class Line:
    """One of them, as far as the viewer may know."""

    participant: Participant | None
    provider: str
    milestone: str
    on: date
    to_go: int


def of(contract: Contract, organisation_id: UUID | None = None) -> QuerySet[InSight]:
    """Those in work whom the viewer may see: of every provider, or of one."""
    found = InSight.objects.filter(contract=contract)
    return found.filter(organisation=organisation_id) if organisation_id else found


def rows(found: QuerySet[InSight], contract: Contract, today: date) -> Iterator[Row]:
    """By provider and milestone, in one query besides the terms'."""
    rules = rules_of(contract)
    counts = {f"in_{band.number}": Count("pk", filter=band.on(today)) for band in BANDS}
    by = found.values_list("organisation__name", "organisation__slug", "code").annotate(**counts)
    for provider, slug, code, *numbers in by.order_by(Lower("organisation__name"), "code"):
        label = rules[code].label if code in rules else code
        yield Row(provider, slug, code, label, list(zip(BANDS, numbers, strict=True)))


def in_order(found: QuerySet[InSight], sort: str, *, shows_names: bool) -> QuerySet[InSight]:
    """By one of SORTS, with a minus descending; whoever is next first for anything else, and for names that the
    viewer does not read."""
    name = Participant.objects.filter(pk=OuterRef("participant_id")).values("search_name")
    column = SORTS.get(sort.removeprefix("-"), "on")
    if column == "search_name" and not shows_names:
        column, sort = "on", ""
    named = found.alias(search_name=Subquery(name), provider=Lower("organisation__name")).select_related(
        "organisation"
    )
    return named.order_by(f"-{column}" if sort.startswith("-") else column, "on", "pk")


def lines(found: list[InSight], contract: Contract, today: date, *, shows_names: bool) -> list[Line]:
    """In words, in two queries besides the terms' however many there are."""
    people = Participant.objects.in_bulk({one.participant_id for one in found} if shows_names else set())
    rules = rules_of(contract)
    return [
        Line(
            people.get(one.participant_id),
            one.organisation.name,
            _said(rules, one),
            one.on,
            max(0, (one.on - today).days),
        )
        for one in found
    ]


def rules_of(contract: Contract) -> dict[str, Rule]:
    """The milestone rules of a contract by their codes, those of every payment group."""
    terms = Terms.of([contract.pk])
    groups = contract.groups.order_by("code").values_list("code", flat=True)
    return {rule.code: rule for group in groups for rule in terms.rules(contract.pk, group)}


def _said(rules: dict[str, Rule], one: InSight) -> str:
    rule = rules.get(one.code)
    if rule is None:
        return one.code
    return f"{rule.label} {one.ordinal}" if rule.most > 1 else rule.label
