"""What was found of the eligibility of somebody who started, and what a finding would take back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from outcomes.actions.claim import OVER
from outcomes.milestones import spoken
from outcomes.models import Claim, Ineligibility, Journal
from participants.models import Enrolment, Participant
from partners.templatetags.baton import pence
from partners.viewer import Viewer, acting_as

Side = Journal.Side


@dataclass(frozen=True)
class GoesBack:
    """What a finding takes back of one start: the sums in force on either side, in pence, and how many claims.

    illustrative: the sides of which a price only illustrates.
    """

    commissioner_pence: int = 0
    provider_pence: int = 0
    claims: int = 0
    illustrative: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Findable:
    """Of one person the starts on which no finding stands, what one would take back of each, and those that stand."""

    participant_id: UUID
    starts: Sequence[Enrolment]
    back: Mapping[UUID, GoesBack]
    standing: Mapping[Enrolment, Ineligibility]


def by_reference(viewer: Viewer, reference: str) -> Findable | None:
    """Whom a reference stands for, as far as findings go; None where it is nobody's.

    Reads past the walls of restricted people, of the viewer's tenant; for those alone who claim for it.
    """
    with acting_as(viewer.as_system("findings by reference")):
        person = Participant.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if person is None:
            return None
        starts = starts_without(person)
        return Findable(person, starts, goes_back(starts), standing_of(person))


def standing_of(participant_id: UUID) -> dict[Enrolment, Ineligibility]:
    """The findings about a person that stand, by the start."""
    return {one.enrolment: one for one in findings_of(participant_id) if one.withdrawn_at is None}


def findings_of(participant_id: UUID) -> list[Ineligibility]:
    """Every finding of the person, also those that were taken back, the newest first."""
    found = Ineligibility.objects.filter(participant=participant_id).order_by("-recorded_at", "-pk")
    return list(found.select_related("enrolment", "contract"))


def starts_without(participant_id: UUID) -> list[Enrolment]:
    """The starts of the person on which no finding stands, the newest first."""
    standing = Ineligibility.objects.filter(participant=participant_id, withdrawn_at=None)
    starts = Enrolment.objects.filter(participant=participant_id).exclude(pk__in=standing.values("enrolment"))
    return list(starts.select_related("contract").order_by("-started_on", "-pk"))


def goes_back(starts: Iterable[Enrolment]) -> dict[UUID, GoesBack]:
    """What a finding takes back of each start, by the start's id."""
    ids = [start.pk for start in starts]
    sums: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    in_force = {"milestone__enrolment__in": ids, "milestone__reversed_at": None}
    earned = Journal.objects.filter(**in_force, kind=Journal.Kind.ACCRUAL)
    illustrative = set()
    for of, side, amount, is_illustrative in earned.values_list(
        "milestone__enrolment", "side", "pence", "illustrative"
    ):
        sums[of][side] += amount
        if is_illustrative:
            illustrative.add((of, side))
    claims = Counter(
        Claim.objects.filter(**in_force)
        .exclude(state__in=OVER)
        .values_list("milestone__enrolment", flat=True)
    )
    return {
        of: GoesBack(
            sums[of][Side.COMMISSIONER],
            sums[of][Side.PROVIDER],
            claims[of],
            frozenset(side for side in Side.values if (of, side) in illustrative),
        )
        for of in ids
    }


def as_rows(starts: Iterable[Enrolment], found: Mapping[UUID, GoesBack]) -> Iterator[tuple[str, str]]:
    """What goes back of each start, as rows of a page."""
    for start in starts:
        back = found[start.pk]
        yield "Start", f"{start.contract.name}, {spoken(start.started_on)}"
        for side, sum_of_side in (
            (Side.COMMISSIONER, back.commissioner_pence),
            (Side.PROVIDER, back.provider_pence),
        ):
            mark = " (illustrative)" if side in back.illustrative else ""
            yield f"Goes back, {side.label.lower()}", f"{pence(sum_of_side)}{mark}"
        yield "Claims that go to clawback", str(back.claims)
