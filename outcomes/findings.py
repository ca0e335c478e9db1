"""What was found of the eligibility of somebody who started, and what a finding would take back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from outcomes.actions.claim import OVER
from outcomes.milestones import spoken
from outcomes.models import Claim, Ineligibility, Journal
from participants.models import Enrolment
from partners.templatetags.baton import pence


def findings_of(participant_id: UUID) -> list[Ineligibility]:
    """Every finding of the person, also those that were taken back, the newest first."""
    found = Ineligibility.objects.filter(participant=participant_id).order_by("-recorded_at", "-pk")
    return list(found.select_related("enrolment", "contract"))


def starts_without(participant_id: UUID) -> list[Enrolment]:
    """The starts of the person on which no finding stands, the newest first."""
    standing = Ineligibility.objects.filter(participant=participant_id, withdrawn_at=None)
    starts = Enrolment.objects.filter(participant=participant_id).exclude(pk__in=standing.values("enrolment"))
    return list(starts.select_related("contract").order_by("-started_on", "-pk"))


def goes_back(starts: Iterable[Enrolment]) -> Iterator[tuple[str, str]]:
    """What a finding takes back of each start, as rows of a page: the sums in force on either side, and claims."""
    starts = list(starts)
    sums: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    in_force = {"milestone__enrolment__in": starts, "milestone__reversed_at": None}
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
    for start in starts:
        yield "Start", f"{start.contract.name}, {spoken(start.started_on)}"
        for side in Journal.Side:
            mark = " (illustrative)" if (start.pk, side) in illustrative else ""
            yield f"Goes back, {side.label.lower()}", f"{pence(sums[start.pk][side])}{mark}"
        yield "Claims that go to clawback", str(claims[start.pk])
