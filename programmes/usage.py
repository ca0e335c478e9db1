"""Which groups and areas of a contract people are in: asked of the apps above before a file may drop one."""

from collections.abc import Callable
from dataclasses import dataclass

from programmes.models import Contract


@dataclass(frozen=True, slots=True)
class InUse:
    """The codes that anybody's referral, enrolment or address names, and whether anybody is on the contract at all."""

    groups: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    people: bool = False


_askers: list[Callable[[Contract], InUse]] = []


def known_by(ask: Callable[[Contract], InUse]) -> None:
    """Name one who knows of people on contracts; several may."""
    if ask not in _askers:
        _askers.append(ask)


def in_use(contract: Contract) -> InUse:
    """What is in use, by everybody who knows."""
    answers = [ask(contract) for ask in _askers]
    return InUse(
        groups=frozenset().union(*(answer.groups for answer in answers)),
        areas=frozenset().union(*(answer.areas for answer in answers)),
        people=any(answer.people for answer in answers),
    )
