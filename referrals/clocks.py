"""How long a referral has waited, in the days and against the limit of the contract's service standards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from partners.viewer import london_date
from programmes.models import Standard
from programmes.working_days import add_working_days, working_days_between
from referrals.models import Allocation, Referral

# The codes of the two standards that a referral is measured by.
ANSWER, START = "acknowledgement", "start"
Standards = Mapping[tuple[UUID, str], Standard]


@dataclass(frozen=True)
class Clock:
    """The day that is counted (0 on the first), its limit and last day where a standard sets them."""

    day: int
    limit: int | None = None
    due_on: date | None = None
    unit: str = "working days"

    @property
    def words(self) -> str:
        """day 6 of 15."""
        return f"day {self.day} of {self.limit}" if self.limit is not None else f"day {self.day}"

    @property
    def is_late(self) -> bool:
        return self.limit is not None and self.day > self.limit

    @property
    def tone(self) -> str:
        """The colour that repeats how urgent it is."""
        if self.is_late:
            return "red"
        return "amber" if self.limit is not None and self.day >= self.limit - 1 else "grey"


def standards_of(contract_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Standard]:
    """The standards by contract and code, in one query."""
    found = Standard.objects.filter(contract_id__in=set(contract_ids), code__in=(ANSWER, START))
    return {(standard.contract_id, standard.code): standard for standard in found}


def running(first: date, today: date, standard: Standard | None) -> Clock:
    """The clock that began on a day; that day is day 0."""
    if standard is not None and standard.unit == Standard.Unit.DAYS:
        return Clock((today - first).days, standard.limit, first + timedelta(days=standard.limit), "days")
    day = working_days_between(first, today)
    if standard is None:
        return Clock(day)
    return Clock(day, standard.limit, add_working_days(first, standard.limit))


def waits_since(allocation: Allocation) -> date:
    """The day of the offer; of a referral from the commissioner's portal the day on which it was made there.

    The commissioner counts by its portal, whenever somebody loads its export and whoever holds the offer by then.
    """
    referral = allocation.referral
    if referral.channel == Referral.Channel.PORTAL:
        return referral.received_on
    return london_date(allocation.allocated_at)


def until_answer(allocation: Allocation, standards: Standards, today: date) -> Clock:
    """How long the offer has waited for its answer."""
    return running(waits_since(allocation), today, standards.get((allocation.referral.contract_id, ANSWER)))


def until_start(referral: Referral, standards: Standards, today: date) -> Clock:
    """How long ago the referral was received, by which a start is measured."""
    return running(referral.received_on, today, standards.get((referral.contract_id, START)))
