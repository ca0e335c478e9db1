"""The profile of a contract: which version was in force when, what it promises, and how it has figures judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

from outcomes.models import ProfileLine, ProfileVersion
from partners.viewer import london_date
from programmes.measure import COUNTS, Unit
from programmes.measures import MEASURES
from programmes.models import Contract, Profile


class Promise(NamedTuple):
    """What was promised of a count in a month; organisation_id is none for the contract as a whole."""

    organisation_id: UUID | None
    measure: str
    month: date
    amount: int
    illustrative: bool = False


@dataclass(frozen=True)
class Bands:
    """From which part of its profile on a figure is good: amber below one per cent of it, red below the other."""

    amber_below: int = 100
    red_below: int = 90


USUAL: Final = Bands()
# What a profile may promise: numbers of things, by the labels that people know.
LABELS: Final = {
    one.code: one.label for one in MEASURES if one.code in COUNTS and one.unit is Unit.COUNT and one.profiled
}


def versions(contract: Contract) -> list[ProfileVersion]:
    """All versions, the latest first; what the programme's file says stands before them all."""
    found = ProfileVersion.objects.filter(contract=contract).select_related("loaded_by")
    return list(found.order_by("-number"))


def in_force(known: Iterable[ProfileVersion], on: date) -> ProfileVersion | None:
    """The version that figures stood against on a day: of those loaded by then, the one that came into force last; of
    two of the same day the later. None where that was the profile in the programme's file."""
    then = (one for one in known if one.effective_from <= on and london_date(one.loaded_at) <= on)
    return max(then, key=lambda one: (one.effective_from, one.number), default=None)


def bands_of(version: ProfileVersion | None) -> Bands:
    """How a version has figures judged; as usual where there is none."""
    return USUAL if version is None else Bands(version.amber_below, version.red_below)


def promises(contract: Contract, version: ProfileVersion | None) -> list[Promise]:
    """What a version promises as the viewer may see it; without one, what the programme's file does. One query."""
    columns = "organisation_id", "measure", "month", "amount", "illustrative"
    if version is None:
        return [Promise(*row) for row in Profile.objects.filter(contract=contract).values_list(*columns)]
    return [Promise(*row) for row in ProfileLine.objects.filter(version=version).values_list(*columns)]


def whole_number(amount: Fraction) -> int:
    """As people say it: halves up."""
    return int(amount + Fraction(1, 2))
