"""What is to be claimed for one person whose reference somebody typed, whether they may see the person or not.

Those who claim see no participants, and nobody restricted: whoever is named tells them the reference, and what is due
is said by milestone and sum, without a name and without a link. The reference is never listed, and who has none learns
nothing: one that is unknown is answered as one of somebody for whom nothing is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from outcomes.claims import due, reading
from outcomes.models import Claim, Milestone
from participants.models import Participant
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Owed:
    """What is due for one person, and what was claimed and is to be keyed in the commissioner's system."""

    participant_id: UUID
    due: Sequence[due.Line]
    to_key: Sequence[reading.Line]

    @property
    def ready(self) -> list[Milestone]:
        """What is due and audit-ready."""
        return [line.milestone for line in self.due if line.checklist.is_ready]

    def claim(self, claim_id: str) -> Claim | None:
        """The claim to be keyed that has this id."""
        return next((line.claim for line in self.to_key if str(line.claim.pk) == claim_id), None)


def owed(viewer: Viewer, reference: str) -> Owed | None:
    """What is due and to be keyed for the person of this reference; None where it is nothing, or nobody's.

    Reads past the walls of restricted people, of the viewer's tenant; for those alone who claim for it.
    """
    with acting_as(viewer.as_system("claiming by reference")):
        person = Participant.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if person is None:
            return None
        milestones = due.described(due.due(viewer.today).filter(participant=person))
        claims = reading.to_key(Q(participant=person)).filter(state=Claim.State.CLAIMED)
        found = Owed(
            person,
            due.lines(list(milestones.order_by("claimable_from", "pk"))),
            reading.lines(list(claims.order_by("claimed_on", "pk"))),
        )
    return found if found.due or found.to_key else None
