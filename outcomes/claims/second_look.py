"""A drawn sample as people read it: its claims, what was found in them, and how often there was an error."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from outcomes.claims import reading
from outcomes.claims.checklist import Checklist, checklists
from outcomes.models import Claim, Milestone, Sample, SampleItem
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Line:
    """One drawn claim with its words, its evidence as it stands now, and what was found."""

    item: SampleItem
    claim: reading.Line
    milestone: Milestone | None
    checklist: Checklist


@dataclass(frozen=True)
class Result:
    """What came of the second look so far: how many drawn, judged, in error (and not overturned), and waiting."""

    size: int
    judged: int
    errors: int
    hidden: int

    @property
    def rate(self) -> float | None:
        """Errors of what was judged; none before anything was."""
        return self.errors / self.judged if self.judged else None


def stands(item: SampleItem) -> bool:
    """Whether an error was found and not overturned."""
    return item.finding == SampleItem.Finding.ERROR and item.verdict != SampleItem.Verdict.OVERTURNED


def lines(items: Sequence[SampleItem]) -> list[Line]:
    """The drawn claims in a handful of queries, as far as the viewer sees them."""
    claims = reading.described(Claim.objects.filter(pk__in=[one.claim_id for one in items]))
    told = {line.claim.pk: line for line in reading.lines(list(claims))}
    milestones = Milestone.objects.in_bulk([line.claim.milestone_id for line in told.values()])
    states = checklists(list(milestones.values()))
    return [
        Line(
            one,
            told[one.claim_id],
            milestones.get(told[one.claim_id].claim.milestone_id),
            states.get(told[one.claim_id].claim.milestone_id, Checklist()),
        )
        for one in items
        if one.claim_id in told
    ]


def results(samples: Iterable[Sample], viewer: Viewer) -> dict[UUID, Result]:
    """What came of each by its id, for a provider of its own claims alone: two queries, however many samples.

    Counts past the walls of restricted people.
    """
    ids = [one.pk for one in samples]
    items = SampleItem.objects.filter(sample__in=ids)
    shown = Counter(items.values_list("sample", flat=True))
    found: defaultdict[UUID, list[SampleItem]] = defaultdict(list)
    with acting_as(viewer.as_system("the results of samples")):
        own = items.filter(organisation=viewer.organisation_id) if viewer.kind == "provider" else items
        for item in own:
            found[item.sample_id].append(item)
    return {pk: _result(found[pk], shown[pk]) for pk in ids}


def _result(items: Sequence[SampleItem], shown: int) -> Result:
    judged = [one for one in items if one.finding]
    return Result(len(items), len(judged), sum(map(stands, judged)), len(items) - shown)
