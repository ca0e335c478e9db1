"""Until when anybody works with a participant or is owed something for them, contract by contract.

The apps above know of referrals, jobs and payments; each answers for its own rows.
"""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from participants.models import Appointment, Assignment, Contact, Enrolment, Handover, Plan

# (participant, contract, the last day, or None while it goes on)
Interest = tuple[UUID, UUID, date | None]
# Takes a condition on participant and contract, which every table asked has.
Asker = Callable[[Q], Iterable[Interest]]
_askers: list[Asker] = []


def known_by(ask: Asker) -> None:
    """Called by the apps when they are ready."""
    if ask not in _askers:
        _askers.append(ask)


def own(where: Q) -> Iterable[Interest]:
    """A person is of interest while enrolled; after that to the last contact and the last change of provider."""
    case = ("participant_id", "contract_id")
    enrolled = Enrolment.objects.filter(where).order_by()
    yield from enrolled.values_list(*case, "ended_on")
    for rows, day in (
        (Contact.objects.filter(where), "contacted_on"),
        (Plan.objects.filter(where), "agreed_on"),
        (Appointment.objects.filter(where), "starts_on"),
        (Handover.objects.filter(where), "given_on"),
        (Assignment.objects.filter(where), "starts_on"),
        (Assignment.objects.filter(where, ends_on__isnull=False), "ends_on"),
    ):
        yield from rows.order_by().values_list(*case).annotate(Max(day))


def ends(where: Q) -> dict[UUID, dict[UUID, date | None]]:
    """For each participant and each of their contracts the last day of live interest; None while it goes on."""
    found: dict[UUID, dict[UUID, date | None]] = {}
    for ask in (own, *_askers):
        for participant, contract, last in ask(where):
            cases = found.setdefault(participant, {})
            known = cases.get(contract, date.min)
            cases[contract] = None if last is None or known is None else max(last, known)
    return found
