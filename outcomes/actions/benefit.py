"""Days on benefit: noted, corrected, withdrawn. A noted spell is never edited: a new row replaces it and voids it.

They are the person's on a contract, and count for all their starts on it, whichever the row was noted for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from outcomes.actions.holding import all_starts_at_a_time, holder
from outcomes.models import BenefitSpell
from participants.models import Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date


class StartInFuture(ActionError):
    """A spell is noted when it has begun."""

    code = "start_in_future"


class StartBeforeBirth(ActionError):
    """Nobody is on benefit before they are born."""

    code = "start_before_birth"


class EndInFuture(ActionError):
    """A last day is noted when it has come."""

    code = "end_in_future"


class EndBeforeStart(ActionError):
    """The last day cannot lie before the first."""

    code = "end_before_start"


class AlreadyNoted(ActionError):
    """The same benefit from the same day is noted already."""

    code = "already_noted"


class AlreadyChanged(ActionError):
    """Somebody else changed the spell in the meantime."""

    code = "already_changed"


@dataclass(frozen=True)
class OnBenefit:
    """What is known of a spell: both days inclusive, ends_on None while the benefit is still received; benefit and
    source are codes of BenefitSpell.
    """

    benefit: str
    starts_on: date
    ends_on: date | None
    source: str


@action
def note(
    *, enrolment: Enrolment, spell: OnBenefit, row_key: str = "", by: Viewer, at: datetime
) -> BenefitSpell:
    """Note days on benefit; row_key tells an imported row from every other. Milestones follow at once.

    They may begin before the start: days before it never count. Raises NotHeld, StartInFuture, StartBeforeBirth,
    EndBeforeStart, EndInFuture or AlreadyNoted.
    """
    organisation_id = holder(enrolment, by, at)
    _check(enrolment, spell, at)
    all_starts_at_a_time(enrolment)
    _check_new(enrolment, spell, row_key)
    noted = _written(enrolment, spell, organisation_id, row_key, at)
    _record("benefit.noted", noted, by, at, on=spell.starts_on)
    return noted


@action
def correct(*, noted: BenefitSpell, spell: OnBenefit, by: Viewer, at: datetime) -> BenefitSpell:
    """Say which days it really was. Returns the row that replaces it, under the same key where it was imported.

    Raises what `note` does, and AlreadyChanged.
    """
    organisation_id = holder(noted.enrolment, by, at)
    _check(noted.enrolment, spell, at)
    all_starts_at_a_time(noted.enrolment)
    old = _void(noted, BenefitSpell.VoidReason.CORRECTED, at)
    _check_new(noted.enrolment, spell, old.row_key)
    new = _written(noted.enrolment, spell, organisation_id, old.row_key, at, replaces=old)
    _record("benefit.corrected", new, by, at)
    return new


@action
def withdraw(*, noted: BenefitSpell, reason: str, by: Viewer, at: datetime) -> BenefitSpell:
    """Take a spell back; reason is a code of BenefitSpell.VoidReason. Raises NotHeld or AlreadyChanged."""
    holder(noted.enrolment, by, at)
    all_starts_at_a_time(noted.enrolment)
    old = _void(noted, BenefitSpell.VoidReason(reason), at)
    _record("benefit.withdrawn", old, by, at)
    return old


def _check(enrolment: Enrolment, spell: OnBenefit, at: datetime) -> None:
    today = london_date(at)
    if spell.starts_on > today:
        raise StartInFuture("The first day cannot be in the future. Note it when it has come.")
    if spell.starts_on <= enrolment.participant.born_on:
        raise StartBeforeBirth("The first day must be after the person's date of birth.")
    if spell.ends_on and spell.ends_on < spell.starts_on:
        raise EndBeforeStart("The last day cannot be before the first day.")
    if spell.ends_on and spell.ends_on > today:
        raise EndInFuture("The last day cannot be in the future. Leave it empty until it has come.")


def _check_new(enrolment: Enrolment, spell: OnBenefit, row_key: str) -> None:
    same = Q(
        participant=enrolment.participant_id,
        contract=enrolment.contract_id,
        benefit=spell.benefit,
        starts_on=spell.starts_on,
    )
    if row_key:
        same |= Q(row_key=row_key)
    if BenefitSpell.objects.filter(same, voided_at=None).exists():
        raise AlreadyNoted("This is noted already: same benefit, same first day.")


def _void(noted: BenefitSpell, reason: BenefitSpell.VoidReason, at: datetime) -> BenefitSpell:
    """Void the row that is in force. Raises AlreadyChanged where it was voided before."""
    current = BenefitSpell.objects.select_for_update(no_key=True).filter(pk=noted.pk, voided_at=None).first()
    if current is None:
        raise AlreadyChanged("Somebody changed these days in the meantime. Look at them again.")
    current.voided_at = at
    current.void_reason = reason
    current.save(update_fields=["voided_at", "void_reason"])
    return current


def _written(
    enrolment: Enrolment,
    spell: OnBenefit,
    organisation_id: UUID,
    row_key: str,
    at: datetime,
    replaces: BenefitSpell | None = None,
) -> BenefitSpell:
    noted = BenefitSpell(
        tenant_id=enrolment.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        benefit=BenefitSpell.Benefit(spell.benefit),
        starts_on=spell.starts_on,
        ends_on=spell.ends_on,
        source=BenefitSpell.Source(spell.source),
        row_key=row_key,
        noted_at=at,
        replaces=replaces,
    )
    noted.save(force_insert=True)
    return noted


def _record(kind: str, noted: BenefitSpell, by: Viewer, at: datetime, on: date | None = None) -> None:
    """Days alone: which benefit it is stays with the row."""
    events.record(
        kind,
        noted,
        by,
        at=at,
        on=on,
        participant_id=noted.participant_id,
        organisation_id=noted.organisation_id,
        enrolment=noted.enrolment_id,
        contract=noted.contract_id,
        starts_on=noted.starts_on,
        ends_on=noted.ends_on,
        replaces=noted.replaces_id,
    )
