"""Restricted people in figures: below the threshold a figure leaves out those whom the viewer is not named to see.

A figure of the threshold or more counts everyone. Below it, one person more than its list names would tell the viewer
that there is somebody; so such a figure is shown as if they were not there, and agrees with its list.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from outcomes.models import Contribution
from outcomes.performance.disclosure import rule_on
from outcomes.performance.known import Known
from outcomes.performance.periods import Window
from partners.viewer import acting_as
from programmes.measure import MONEY
from programmes.models import Contract

# Restricted to level 2 and more, and not named to this viewer.
WHO: Final = "select b from wall.beyond(2) b"


class Part(NamedTuple):
    """What such people add to one cell; number is how many things that are."""

    organisation_id: UUID | None
    payment_group: str
    area: str
    code: str
    cohort_month: date
    elapsed_month: int
    days: int | None
    number: int
    amount: int


def said(threshold: int) -> str:
    """The sentence beside every list of people, whether or not it leaves anybody out."""
    return f"Figures of {threshold} or more count everyone. The list names the people you may see."


@dataclass(frozen=True)
class Beyond:
    """What people whom this viewer may not see add to the figures of a contract; nothing for almost everybody.

    visible: how many things the viewer does see of money, which has no number of its own; asked for where needed.
    """

    threshold: int = 0
    parts: tuple[Part, ...] = ()
    visible: tuple[Part, ...] = ()

    @classmethod
    def of(cls, contract: Contract, known: Known) -> Self:
        """Read in one query, and a second one where such a person has earned anything; of a past moment each in two
        more."""
        viewer = known.viewer

        def restricted(rows: QuerySet[Any]) -> Iterator[Part]:
            return _parts(rows.filter(participant_id__in=RawSQL(WHO, [])))

        def of_money(rows: QuerySet[Any]) -> Iterator[Part]:
            return _parts(rows.filter(code__in=MONEY))

        found = Contribution.objects.filter(contract=contract)
        own = found.filter(organisation=viewer.organisation_id) if viewer.kind == "provider" else found
        with acting_as(viewer.as_system("figures without restricted people")):
            parts = (*restricted(own), *_signed(known.since(contract, restricted)))
        visible: tuple[Part, ...] = ()
        if any(part.code in MONEY for part in parts):
            visible = (*of_money(found), *_signed(known.since(contract, of_money)))
        return cls(rule_on(viewer.today).threshold, parts, visible)

    def shown(
        self, amounts: Iterable[tuple[UUID | None, int]], codes: Collection[str], window: Window
    ) -> int:
        """The sum of what there is of each provider, as this viewer may be shown it.

        A sum is of what is shown of its parts, so that the parts do not tell what the sum leaves out.
        """
        total = counted = left = left_number = 0
        for organisation_id, amount in amounts:
            mine = [part for part in self.parts if _is_of(part, organisation_id, codes, window)]
            number = self._number(organisation_id, amount, codes, window, mine)
            beyond, beyond_number = sum(one.amount for one in mine), sum(one.number for one in mine)
            if number < self.threshold:
                amount, number = amount - beyond, number - beyond_number
                beyond = beyond_number = 0
            total, counted = total + amount, counted + number
            left, left_number = left + beyond, left_number + beyond_number
        return total - left if left_number and counted < self.threshold else total

    def together(self, amount: int, codes: Collection[str], window: Window, whose: UUID | None = None) -> int:
        """What there is of all providers together, where nothing is shown of each; or of one that is given."""
        if amount >= self.threshold:
            return amount
        counted = (one for one in self.parts if _counts(one, codes, window))
        return amount - sum(one.amount for one in counted if whose in (None, one.organisation_id))

    def listed(
        self, amounts: Iterable[tuple[UUID | None, int]], codes: Collection[str], window: Window
    ) -> int:
        """How many of each provider's things a list names, whatever the threshold."""
        return sum(
            amount - sum(one.number for one in self.parts if _is_of(one, organisation_id, codes, window))
            for organisation_id, amount in amounts
        )

    def of_group(self, whose: UUID | None, codes: Collection[str], window: Window, group: str) -> int:
        """What such people add to a provider's figure in one payment group."""
        mine = (one for one in self.parts if _is_of(one, whose, codes, window))
        return sum(one.amount for one in mine if one.payment_group == group)

    def waits(self, organisation_id: UUID | None, codes: Collection[str], window: Window) -> Counter[int]:
        """How long they waited, in working days."""
        found: Counter[int] = Counter()
        for part in self.parts:
            if part.days is not None and _is_of(part, organisation_id, codes, window):
                found[part.days] += part.number
        return found

    def _number(
        self,
        organisation_id: UUID | None,
        amount: int,
        codes: Collection[str],
        window: Window,
        mine: Collection[Part],
    ) -> int:
        """How many things are behind an amount: itself, unless it is money."""
        if MONEY.isdisjoint(codes):
            return amount
        seen = (part.number for part in self.visible if _is_of(part, organisation_id, codes, window))
        return sum(seen) + sum(part.number for part in mine)


NOBODY_BEYOND: Final = Beyond()


def _signed(parts: Iterable[tuple[int, Part]]) -> Iterator[Part]:
    for sign, part in parts:
        yield part._replace(number=sign * part.number, amount=sign * part.amount)


def _parts(found: QuerySet[Any]) -> Iterator[Part]:
    cells = found.values_list(
        "organisation_id", "payment_group", "area", "code", "cohort_month", "elapsed_month", "days", "amount"
    )
    return (
        Part(provider, group, area, code, cohort, elapsed, days, number, amount * number)
        for provider, group, area, code, cohort, elapsed, days, amount, number in cells.annotate(
            number=Count("pk")
        )
    )


def _counts(part: Part, codes: Collection[str], window: Window) -> bool:
    return part.code in codes and window.holds(
        part.cohort_month, part.elapsed_month, part.days, part.payment_group, part.area
    )


def _is_of(part: Part, organisation_id: UUID | None, codes: Collection[str], window: Window) -> bool:
    return part.organisation_id == organisation_id and _counts(part, codes, window)
