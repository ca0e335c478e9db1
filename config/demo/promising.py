"""Profiles and forecast calls of the demo: a version from the second contract year on, and weeks of commitments.

By the real actions, on the days on which they would have been taken.
"""

from datetime import timedelta
from fractions import Fraction

from config.demo.days import at_night
from config.demo.safety import viewer_at
from outcomes.actions import profile
from outcomes.actions.commitment import COUNTED, commit, week_of
from outcomes.performance.beyond import NOBODY_BEYOND
from outcomes.performance.figures import Sums
from outcomes.performance.periods import Window, month_of, shift
from outcomes.performance.profiles import Bands, promises, whole_number
from outcomes.performance.promised import part_gone
from participants.caseload import held_by
from participants.models import Enrolment, Participant
from partners.models import Membership
from partners.viewer import Viewer, acting_as
from programmes.measure import COUNTS
from programmes.models import Contract, SupplyAgreement

PERFORMANCE = "ingrid.okafor"
# Who commits, and how much of what comes they promise: one is careful, one right, one hopes too much.
PROMISES = {
    "leila.brandt": Fraction(9, 10),
    "petra.osei": Fraction(1),
    "dorian.tembo": Fraction(7, 5),
}
WEEKS, NAMED = 10, 3
WHY = "Red begins at 85% of the profile, as agreed at the yearly review."


def promise(by: Viewer) -> int:
    """Load a version of every profile and say the calls of some weeks; returns how many commitments were made.

    Nothing where the workspace has nobody for it. The figures must be there already.
    """
    places = {
        place.user.email.partition("@")[0]: place
        for place in Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    }
    if PERFORMANCE in places:
        _load(viewer_at(places[PERFORMANCE], by))
    return sum(
        _commit(viewer_at(places[name], by), part) for name, part in PROMISES.items() if name in places
    )


def _load(manager: Viewer) -> None:
    """Each contract's own profile, judged more strictly from its second year on."""
    for contract in Contract.objects.order_by("code"):
        lines = promises(contract, None)
        second = shift(month_of(contract.starts_on), 12)
        if lines and second <= manager.today:
            profile.load(
                contract=contract,
                name="Contract year 2",
                why=WHY,
                effective_from=second,
                bands=Bands(100, 85),
                lines=lines,
                by=manager,
                at=at_night(second),
            )


def _commit(manager: Viewer, part: Fraction) -> int:
    """What the provider said in each of the last weeks, on every contract it delivers; returns how often."""
    this = week_of(manager.today)
    days = [min(this - timedelta(weeks=back - 1, days=-1), manager.today) for back in range(WEEKS, 0, -1)]
    agreements = SupplyAgreement.objects.filter(organisation=manager.organisation_id)
    for agreement in agreements.select_related("contract"):
        months = {month_of(day) for day in days}
        sums = Sums.of(agreement.contract, [Window(one, one) for one in months], NOBODY_BEYOND)
        for day in days:
            month = month_of(day)
            gone = part_gone(month, manager.today)
            numbers = {
                code: whole_number(
                    sums.total([manager.organisation_id], COUNTS[code], Window(month, month)) * part / gone
                )
                for code in COUNTED
            }
            people = _expected(agreement.contract, manager, numbers["starts"]) if day == days[-1] else []
            commit(
                contract=agreement.contract,
                month=month,
                numbers=numbers,
                people={"starts": people},
                by=manager,
                at=at_night(day),
            )
    return len(days) * len(agreements)


def _expected(contract: Contract, manager: Viewer, most: int) -> list[Participant]:
    """A few of those whom the provider holds, as it may see them, who have not started."""
    with acting_as(manager):
        held = held_by(manager).filter(contract=contract)
        started = Enrolment.objects.filter(contract=contract)
        found = Participant.objects.filter(pk__in=held.values("participant_id")).exclude(
            pk__in=started.values("participant_id")
        )
        return list(found.order_by("reference")[: min(NAMED, most)])
