"""What every row that is written needs: who imports, about whom the row is, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from outcomes.actions.holding import holder
from outcomes.imports.columns import Line
from outcomes.models import ImportLine
from participants import vault
from participants.actions.assignment import lead_on
from participants.models import Enrolment, Participant
from partners.acting import ActionError
from partners.viewer import Viewer, acting_as
from programmes.models import Contract

Outcome = ImportLine.Outcome
Values = Mapping[str, Any]


class CannotImport(ActionError):
    """The row cannot be written; the message says what to do."""

    code = "cannot_import"


@dataclass(frozen=True)
class Told:
    """What came of a row, and a sentence about it that names nobody."""

    outcome: str
    says: str = ""


# Whatever else the row says.
ERASED: Final = Told(Outcome.LEFT, "Erased here, not taken in again.")


@dataclass(frozen=True)
class Importer:
    """Whoever sent the file, as the walls see them, and the contract that it is about. at: one moment for the file;
    referrer_id: whose referrals it holds, if any.
    """

    viewer: Viewer
    contract: Contract
    at: datetime
    referrer_id: UUID | None = None

    @property
    def system(self) -> Viewer:
        """Looks for what is recorded already, which the importer may no longer see."""
        return self.viewer.as_system("import")

    def enrolment_of(self, values: Values, on: date) -> Enrolment:
        """The person's enrolment on the contract to which a fact of this day belongs: the last that had started by
        then, also where it has ended, since facts after an end still count for it; before them all the first.

        Somebody whom the importer may not see is not known here. Raises CannotImport.
        """
        with acting_as(self.viewer):
            people = self._people(values)
            if not people:
                raise CannotImport(
                    "Nobody is known to you by this reference or number. Check it, or have the referral loaded first."
                )
            enrolments = Enrolment.objects.filter(participant__in=people, contract=self.contract)
            found = list(enrolments.select_related("participant", "contract").order_by("started_on", "pk"))
        if not found:
            raise CannotImport(
                f"The person has not started on {self.contract.name}. Record the start first, then send this row again."
            )
        if len({one.participant_id for one in found}) > 1:
            raise CannotImport("Two people have this number. Give the reference of the one who is meant.")
        return next((one for one in reversed(found) if one.started_on <= on), found[0])

    def _people(self, values: Values) -> list[Participant]:
        """By reference, by number, or by both where the row says both."""
        people = Participant.objects.all()
        if reference := values.get("participant"):
            people = people.filter(reference=reference.upper())
        if typed := values.get("number"):
            number = vault.normalise(typed)
            if not vault.is_valid_form(number):
                raise CannotImport("The National Insurance number does not have the form of one. Check it.")
            indexes = vault.blind_indexes(number, self.viewer.tenant_id)
            people = people.filter(identity__blind_index__in=indexes)
        return list(people[:3])

    def on_behalf(self, enrolment: Enrolment) -> Viewer:
        """As whom a fact is recorded: a provider records for itself, others for the provider that leads the case.

        Raises NotHeld for a provider that does not hold the person today, before it learns what others recorded.
        """
        if self.viewer.kind == "provider":
            with acting_as(self.viewer):
                holder(enrolment, self.viewer, self.at)
            return self.viewer
        with acting_as(self.system):
            lead = lead_on(
                participant_id=enrolment.participant_id, contract_id=self.contract.pk, day=self.viewer.today
            )
        return replace(self.viewer, organisation_id=lead)

    def key(self, *parts: object) -> str:
        """What tells a row from every other of the workspace, and says nothing itself."""
        return sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def spoken(day: date) -> str:
    """3 April 2026."""
    return f"{day.day} {day:%B %Y}"


def changes(pairs: Mapping[str, tuple[object, object]]) -> str:
    """What changes, in words: by what it is called, what it was and what it will be."""
    differ = [f"{name} {new} instead of {old}" for name, (old, new) in pairs.items() if old != new]
    words = ", ".join(differ)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def unless_corrected(
    said: Values, here: Mapping[str, Any], before: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What a row says, but for what was said before and is said otherwise by now: that stays as it is here.

    Column by column: said, here and before have the same names.
    """
    earlier = list(before)
    return {
        name: here[name] if any(one[name] == value for one in earlier) else value
        for name, value in said.items()
    }


def judged(row: Line, same: Mapping[int, int], clashing: Mapping[int, int]) -> Told | None:
    """What the row comes to by itself and beside the others of its file; None where it is to be written.

    same and clashing: as outcomes.imports.columns.repeated finds them.
    """
    if row.problems:
        return Told(Outcome.ERROR, " ".join(row.problems))
    if row.number in same:
        return Told(Outcome.SAME, f"Line {same[row.number]} says the same.")
    if row.number in clashing:
        words = f"Line {clashing[row.number]} has the same row key and says something else."
        return Told(Outcome.ERROR, words)
    return None
