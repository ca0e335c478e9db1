"""What changed in the last days and why: what was added to the counts, and what was taken back.

A milestone by when it was found or taken back, not by when it was reached: a job outcome of spring that is taken back
today is a change of today. A referral by the day on which it was received, and what a file brings of the past by the
days of which it tells. What is read is what the viewer's walls let be seen, and of a provider what counts for it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from outcomes.models import Contribution, Milestone
from partners.models import Organisation
from partners.viewer import LONDON, Viewer
from programmes.measure import COUNTS, Measure
from programmes.measures import BY_CODE
from programmes.models import Contract
from referrals.models import Referral

WEEK: Final = 7
REFERRALS: Final = BY_CODE["referrals"]
# Counts of things that are reached, in the order of the page.
REACHED: Final = tuple(
    BY_CODE[code] for code in ("starts", "job_starts", "job_outcomes", "sustainments", "sustained_outcomes")
)


@dataclass(frozen=True)
class Change:
    """How a count changed: what was added and what was taken back."""

    measure: Measure
    added: int
    taken_back: int

    @property
    def net(self) -> int:
        return self.added - self.taken_back


@dataclass(frozen=True)
class Since:
    """Of which contract and since which day, that day included; perhaps of one provider, group or area alone."""

    contract: Contract
    since: date
    whose: UUID | None = None
    group: str = ""
    area: str = ""

    @classmethod
    def last(
        cls, days: int, contract: Contract, viewer: Viewer, whose: Organisation | None, only: dict[str, Any]
    ) -> "Since":
        """The last so many days, today included; only: a payment group or an area, as Period has them."""
        chosen = whose.pk if whose else None
        provider = viewer.organisation_id if viewer.kind == "provider" else chosen
        return cls(contract, viewer.today - timedelta(days=days - 1), provider, **only)

    @property
    def since_at(self) -> datetime:
        return datetime.combine(self.since, time(), LONDON)

    @property
    def narrowed(self) -> Q:
        found = Q(contract=self.contract)
        if self.whose:
            found &= Q(organisation_id=self.whose)
        return found & Q(payment_group=self.group) if self.group else found

    @property
    def milestones(self) -> QuerySet[Milestone]:
        """Those of whom it is asked: of an area by the referral by which their time on the contract is dated."""
        found = Milestone.objects.filter(self.narrowed)
        if not self.area:
            return found
        came = {"contract": OuterRef("contract_id"), "received_on": OuterRef("enrolment__referred_on")}
        there = Referral.objects.filter(**came, participant=OuterRef("participant_id"), area=self.area)
        return found.filter(Exists(there))


def changes(asked: Since) -> list[Change]:
    """Every count that changed, in three queries; what was added and taken back in the same days is in both."""
    added, back = (
        Counter(dict(rows.order_by().values_list("code").annotate(Count("pk"))))
        for rows in (added_of(asked), taken_back(asked))
    )
    came = Contribution.objects.filter(asked.narrowed, code__in=REFERRALS.codes, happened_on__gte=asked.since)
    referrals = came.filter(area=asked.area) if asked.area else came
    found = [Change(REFERRALS, referrals.count(), 0), *_of_milestones(added, back)]
    return [change for change in found if change.added or change.taken_back]


def _of_milestones(added: Counter[str], back: Counter[str]) -> Iterator[Change]:
    for measure in REACHED:
        yield Change(
            measure, sum(added[code] for code in measure.codes), sum(back[code] for code in measure.codes)
        )


def added_of(asked: Since) -> QuerySet[Milestone]:
    """The milestones that were found to be reached since then."""
    return asked.milestones.filter(computed_at__gte=asked.since_at)


def taken_back(asked: Since) -> QuerySet[Milestone]:
    """The milestones that were taken back since then, latest first: each says why."""
    found = asked.milestones.filter(reversed_at__gte=asked.since_at, code__in=_known())
    return found.select_related("organisation").order_by("-reversed_at", "-pk")


def _known() -> set[str]:
    return {code for measure in REACHED for code in COUNTS[measure.numerator]}


def measure_of(milestone: Milestone) -> Measure:
    """The count that a milestone belongs to."""
    return next(measure for measure in REACHED if milestone.code in measure.codes)
