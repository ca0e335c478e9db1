"""The people whom a provider holds today, those who need somebody first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from participants import needs, vault
from participants.cases import Case, cases_of
from participants.last_contacts import Standing, reached_on, standing
from participants.models import Assignment, ContactDetails, ControlMeasure, Identity, Participant
from participants.models.enrolment import AssignmentQuerySet
from participants.names import folded
from participants.needs import Need
from participants.safety import measures_of
from participants.spelling import Misspelt, phone
from partners.viewer import Viewer
from programmes.models import Area, Contract

EVERYONE = "everyone"
NOBODY = "nobody"


@dataclass(frozen=True)
class Row:
    """One case on the caseload, with what decides its place: the reasons, and when the person was last reached."""

    case: Case
    needs: list[Need]
    reached_on: date | None


@dataclass(frozen=True)
class FullRow:
    """A row as it is shown: with how contacts stand, the area in which the person lives, and control measures."""

    row: Row
    contacts: Standing
    area: str
    measures: list[ControlMeasure]


def held_by(viewer: Viewer) -> AssignmentQuerySet:
    """What the viewer's organisation holds today."""
    assert viewer.organisation_id is not None
    return Assignment.objects.in_force(viewer.today).filter(organisation_id=viewer.organisation_id)


def contracts_held(person: Participant, viewer: Viewer) -> list[Contract]:
    """The contracts on which the viewer's organisation holds the person today; none for a prime."""
    held = held_by(viewer).filter(participant=person)
    return list(Contract.objects.filter(pk__in=held.values("contract")).order_by("name"))


def rows(viewer: Viewer, wanted: dict[str, Any]) -> list[Row]:
    """The cases that are wanted, in the order that is wanted: the same few queries for any number.

    wanted: adviser (id, EVERYONE or NOBODY), and where they narrow contract (code), stage, need (code) and search;
    sort: contact, name, or by need.
    """
    search = wanted.get("search") or ""
    held = matching(held_by(viewer), wanted)
    has_number = with_number(search, viewer) | on_phone(search, held)
    cases = [
        case
        for case in cases_of(held, viewer.today)
        if wanted.get("stage") in ("", None, case.stage)
        and (case.assignment.participant_id in has_number or is_called(case, search))
    ]
    people = {case.assignment.participant_id for case in cases}
    reasons, reached = needs.gather(viewer, people, viewer.today), reached_on(people)
    found = [
        Row(case, reasons[person], reached.get(person))
        for case in cases
        for person in [case.assignment.participant_id]
        if not wanted.get("need") or wanted["need"] in {need.code for need in reasons[person]}
    ]
    return sorted(found, key={"name": by_name, "contact": by_silence}.get(wanted.get("sort") or "", by_need))


def in_full(some: Iterable[Row]) -> list[FullRow]:
    """These rows as they are shown."""
    chosen = list(some)
    people = {row.case.assignment.participant_id for row in chosen}
    contacts, areas, measures = standing(people), areas_of(people), measures_of(people)
    return [
        FullRow(
            row,
            contacts[held.participant_id],
            areas.get((held.contract_id, held.participant_id), ""),
            measures[held.participant_id],
        )
        for row in chosen
        for held in [row.case.assignment]
    ]


def matching(held: AssignmentQuerySet, wanted: dict[str, Any]) -> AssignmentQuerySet:
    """Those with the wanted adviser and on the wanted contract, with the person, contract and adviser loaded."""
    if wanted["adviser"] == NOBODY:
        held = held.filter(adviser=None)
    elif wanted["adviser"] != EVERYONE:
        held = held.filter(adviser_id=wanted["adviser"])
    if wanted.get("contract"):
        held = held.filter(contract__code=wanted["contract"])
    return held.select_related("participant", "contract", "adviser")


def is_called(case: Case, search: str) -> bool:
    """Whether each word begins one of the person's names, in any order, or the search is their reference.

    The list is in hand anyway, to be ordered by need, so that nothing has to be searched behind the wall.
    """
    person = case.assignment.participant
    if person.reference == search.strip().upper():
        return True
    names = person.search_name.split()
    return all(any(name.startswith(word) for name in names) for word in folded(search).split())


def with_number(search: str, viewer: Viewer) -> set[UUID]:
    """Whoever of those that the viewer sees has the National Insurance number that was typed; nobody if none was."""
    number = vault.normalise(search)
    if not vault.is_valid_form(number):
        return set()
    found = Identity.objects.filter(blind_index__in=vault.blind_indexes(number, viewer.tenant_id))
    return set(found.values_list("participant_id", flat=True))


def on_phone(search: str, held: AssignmentQuerySet) -> set[UUID]:
    """Whoever of those held has the telephone number that was typed; nobody if none was."""
    try:
        number = phone(search)
    except Misspelt:
        return set()
    found = ContactDetails.objects.filter(phone=number, participant__in=held.values("participant"))
    return set(found.values_list("participant_id", flat=True))


def areas_of(people: Iterable[UUID]) -> dict[tuple[UUID, UUID], str]:
    """By contract and person, the name of the contract's area in which the person lives."""
    lives_in: dict[str, list[UUID]] = {}
    details = ContactDetails.objects.filter(participant_id__in=people)
    for person, code in details.values_list("participant_id", "area_code"):
        lives_in.setdefault(code, []).append(person)
    areas = Area.objects.filter(code__in=lives_in).values_list("contract_id", "code", "name")
    return {(contract, person): name for contract, code, name in areas for person in lives_in[code]}


def by_name(row: Row) -> tuple[Any, ...]:
    """By family name, then given name."""
    return row.case.assignment.participant.search_name, row.case.assignment.participant_id


def by_silence(row: Row) -> tuple[Any, ...]:
    """Longest since contact first; never is longest."""
    return row.reached_on or date.min, *by_name(row)


def by_need(row: Row) -> tuple[Any, ...]:
    """The weightiest reason first; of two alike, whoever was not spoken to for longer."""
    return -max((need.weight for need in row.needs), default=0), *by_silence(row)
