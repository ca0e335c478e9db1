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

# What the commissioner's system has still to say something of, or to take back.
OPEN = Q(state__in=[Claim.State.CLAIMED, Claim.State.VALIDATED]) | Q(
    state=Claim.State.CLAWBACK, recovered_on=None
)


@dataclass(frozen=True)
class Owed:
    """What is due for one person, and the claims of which something is still to be noted."""

    participant_id: UUID
    due: Sequence[due.Line]
    claims: Sequence[reading.Line]

    @property
    def ready(self) -> list[Milestone]:
        """What is due and audit-ready."""
        return [line.milestone for line in self.due if line.checklist.is_ready]

    @property
    def to_key(self) -> list[reading.Line]:
        """What was claimed and is to be keyed in the commissioner's system."""
        return [
            line
            for line in self.claims
            if line.claim.state == Claim.State.CLAIMED and not line.claim.reference
        ]

    def claim(self, claim_id: str) -> reading.Line | None:
        """The claim that has this id."""
        return next((line for line in self.claims if str(line.claim.pk) == claim_id), None)


def owed(viewer: Viewer, reference: str) -> Owed | None:
    """What is due and claimed for the person of this reference; None where it is nothing, or nobody's.

    Reads past the walls of restricted people, of the viewer's tenant; for those alone who claim for it.
    """
    with acting_as(viewer.as_system("claiming by reference")):
        person = Participant.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if person is None:
            return None
        milestones = due.described(due.due(viewer.today).filter(participant=person))
        claims = reading.described(Claim.objects.filter(OPEN, participant=person))
        found = Owed(
            person,
            due.lines(list(milestones.order_by("claimable_from", "pk"))),
            reading.lines(list(claims.order_by("claimed_on", "pk"))),
        )
    return found if found.due or found.claims else None
