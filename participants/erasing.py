"""What an erasure would do: which rows of which table change or go, which stay and why, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from participants import live_interest, records
from participants.models import Contact, Enrolment, LegalHold, Participant, SubjectRequest
from partners.viewer import Viewer
from programmes.models import Contract, DataTerms
from programmes.privacy import privacy_of

MET = (Contact.Channel.IN_PERSON, Contact.Channel.VIDEO)


@dataclass(frozen=True)
class Line:
    """One table: how many rows are about the person, how many change or go, and what stays and why.

    is_sensitive: that there are such rows says what only the cleared may know.
    """

    label: str
    rows: int
    changed: int
    what: str
    stays: str
    is_sensitive: bool = False


@dataclass(frozen=True)
class Prospect:
    """A dry run. against: every reason for which the erasure cannot be carried out now, in words."""

    lines: tuple[Line, ...]
    against: tuple[str, ...]

    @property
    def changed(self) -> int:
        return sum(line.changed for line in self.lines)

    def shown_to(self, viewer: Viewer) -> tuple[Line, ...]:
        """The lines, with what is sensitive in one for whoever is not cleared."""
        hidden = [line for line in self.lines if line.is_sensitive]
        if viewer.cleared or not hidden:
            return self.lines
        rows, changed = sum(line.rows for line in hidden), sum(line.changed for line in hidden)
        together = Line(
            "Sensitive records", rows, changed, "Removed or emptied", "Told apart for the cleared."
        )
        return (*(line for line in self.lines if not line.is_sensitive), together)


def prospect(request: SubjectRequest) -> Prospect:
    """What carrying out this request would do. Runs as the system, which sees every row."""
    counted = records.counts(request.participant_id).items()
    lines = tuple(line(records.of(model), records.label(model), rows) for model, rows in counted if rows)
    return Prospect(lines, tuple(against(request)))


def line(said: records.Records, label: str, rows: int) -> Line:
    """What erasing does to so many rows of a table."""
    touched = said.removed or bool(said.emptied)
    emptied = ", ".join(name.replace("_", " ") for name in said.emptied)
    what = "Removed" if said.removed else f"Emptied: {emptied}" if emptied else "Stays as it is"
    stays = "" if said.removed else said.stays
    return Line(label, rows, rows if touched else 0, what, stays, said.reviewed)


def against(request: SubjectRequest) -> Iterator[str]:
    """Why the person cannot be erased now."""
    participant = request.participant
    for hold in LegalHold.objects.filter(participant=participant, lifted_at=None):
        yield f"A legal hold stands, to be looked at again on {hold.review_on.day} {hold.review_on:%B %Y}."
    cases = live_interest.ends(Q(participant=participant)).get(participant.pk, {})
    contracts = list(Contract.objects.filter(pk__in=cases).order_by("name"))
    for privacy in privacy_of(contracts):
        name = privacy.contract.name
        if cases[privacy.contract.pk] is None:
            yield f"The case on {name} is still open: close it first."
        elif request.kind == SubjectRequest.Kind.RETENTION or privacy.terms is None:
            continue
        elif privacy.terms.erasure == DataTerms.Erasure.NEVER_ATTENDED and attended(
            participant, privacy.contract
        ):
            yield (
                f"On {name} records of whoever attended are kept for audit and payment until the time to keep"
                f" them is over. ({privacy.terms.source})"
            )


def attended(participant: Participant, contract: Contract) -> bool:
    """Whether the person came to a first appointment: they started, or were met in person or by video."""
    here = {"participant": participant, "contract": contract}
    met = Contact.objects.filter(**here, result=Contact.Result.ATTENDED, channel__in=MET)
    return Enrolment.objects.filter(**here).exists() or met.exists()
