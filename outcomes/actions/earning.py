"""Earnings: recorded, corrected, withdrawn. A recorded payment is never edited: a new row replaces it and voids it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from outcomes.actions.holding import holder, one_at_a_time
from outcomes.models import Earning
from participants.models import Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date

# Far above what anybody on a programme is paid at once: whoever typed more left out the point before the pence.
MOST_PENCE = 5_000_000


class PaidInFuture(ActionError):
    """A payment is recorded when it was paid."""

    code = "paid_in_future"


class PaidBeforeBirth(ActionError):
    """Nobody is paid before they are born."""

    code = "paid_before_birth"


class NothingPaid(ActionError):
    """A payment is more than nothing."""

    code = "nothing_paid"


class MoreThanPay(ActionError):
    """The sum is not that of one payment."""

    code = "more_than_pay"


class PeriodEndsBeforeItBegins(ActionError):
    """The last day paid for cannot lie before the first."""

    code = "period_ends_before_it_begins"


class AlreadyRecorded(ActionError):
    """The same payment is recorded already."""

    code = "already_recorded"


class RowAlreadyImported(ActionError):
    """A payment with this key is in force already."""

    code = "row_already_imported"


class RowWithdrawn(ActionError):
    """A payment with this key was withdrawn; an import does not bring it back."""

    code = "row_withdrawn"


class AlreadyChanged(ActionError):
    """Somebody else changed the payment in the meantime."""

    code = "already_changed"


@dataclass(frozen=True)
class Payment:
    """What a payslip says. gross_pence is above zero; the period, where it is known, is inclusive; source is a code of
    Earning; not_qualifying_because is a code of Earning.NotPay, or blank where the payment counts.
    """

    employer: str
    paid_on: date
    gross_pence: int
    source: str
    period_from: date | None = None
    period_to: date | None = None
    not_qualifying_because: str = ""


@action
def record(*, enrolment: Enrolment, payment: Payment, row_key: str = "", by: Viewer, at: datetime) -> Earning:
    """Record one payment on its pay date; row_key tells an imported row from every other.

    It may lie before the start: payments before it never count. Raises NotHeld, PaidInFuture, PaidBeforeBirth,
    NothingPaid, MoreThanPay, PeriodEndsBeforeItBegins, AlreadyRecorded, RowAlreadyImported or RowWithdrawn.
    """
    organisation_id = holder(enrolment, by, at)
    _check(enrolment, payment, at)
    one_at_a_time(enrolment)
    _check_new(enrolment, payment)
    _check_row(enrolment, row_key)
    earning = _written(enrolment, payment, organisation_id, row_key, at)
    _record("earning.recorded", earning, by, at, on=payment.paid_on)
    return earning


@action
def correct(*, earning: Earning, payment: Payment, by: Viewer, at: datetime) -> Earning:
    """Say what was really paid. Returns the row that replaces it, under the same key where it was imported.

    Raises what `record` does, and AlreadyChanged.
    """
    organisation_id = holder(earning.enrolment, by, at)
    _check(earning.enrolment, payment, at)
    one_at_a_time(earning.enrolment)
    old = _void(earning, Earning.VoidReason.CORRECTED, at)
    _check_new(earning.enrolment, payment)
    new = _written(earning.enrolment, payment, organisation_id, old.row_key, at, replaces=old)
    _record("earning.corrected", new, by, at, was_paid_on=old.paid_on)
    return new


@action
def withdraw(*, earning: Earning, reason: str, by: Viewer, at: datetime) -> Earning:
    """Take a payment back; reason is a code of Earning.VoidReason. Raises NotHeld or AlreadyChanged."""
    holder(earning.enrolment, by, at)
    one_at_a_time(earning.enrolment)
    old = _void(earning, Earning.VoidReason(reason), at)
    _record("earning.withdrawn", old, by, at)
    return old


def _check(enrolment: Enrolment, payment: Payment, at: datetime) -> None:
    if payment.paid_on > london_date(at):
        raise PaidInFuture("The pay date cannot be in the future. Record the payment when it has been made.")
    if payment.paid_on <= enrolment.participant.born_on:
        raise PaidBeforeBirth("The pay date must be after the person's date of birth.")
    if payment.gross_pence <= 0:
        raise NothingPaid("Gross pay must be more than £0.00.")
    if payment.gross_pence > MOST_PENCE:
        raise MoreThanPay(
            f"Gross pay of one payment must be £{MOST_PENCE // 100:,} or less. Check the point."
        )
    if payment.period_from and payment.period_to and payment.period_to < payment.period_from:
        raise PeriodEndsBeforeItBegins("The last day paid for cannot be before the first day.")


def _check_new(enrolment: Enrolment, payment: Payment) -> None:
    same = Earning.objects.filter(
        enrolment=enrolment,
        voided_at=None,
        employer__iexact=payment.employer,
        paid_on=payment.paid_on,
        gross_pence=payment.gross_pence,
    )
    if same.exists():
        raise AlreadyRecorded("This payment is already recorded: same employer, same pay date, same sum.")


def _check_row(enrolment: Enrolment, row_key: str) -> None:
    """A row is recorded once. What was withdrawn stays withdrawn, unless the row turns out to be somebody else's."""
    known = Earning.objects.filter(row_key=row_key).order_by("-recorded_at") if row_key else []
    if any(one.voided_at is None for one in known):
        raise RowAlreadyImported("This row was imported before.")
    here = [one for one in known if one.enrolment_id == enrolment.pk]
    # What was corrected may come back: its pay date lay in another start for a while.
    withdrawn = next((one.voided_at for one in here if one.void_reason != Earning.VoidReason.CORRECTED), None)
    if withdrawn:
        day = london_date(withdrawn)
        raise RowWithdrawn(f"Withdrawn here on {day.day} {day:%B %Y}, not brought back.")


def _void(earning: Earning, reason: Earning.VoidReason, at: datetime) -> Earning:
    """Void the row that is in force. Raises AlreadyChanged where it was voided before."""
    current = Earning.objects.select_for_update(no_key=True).filter(pk=earning.pk, voided_at=None).first()
    if current is None:
        raise AlreadyChanged("Somebody changed this payment in the meantime. Look at it again.")
    current.voided_at = at
    current.void_reason = reason
    current.save(update_fields=["voided_at", "void_reason"])
    return current


def _written(
    enrolment: Enrolment,
    payment: Payment,
    organisation_id: UUID,
    row_key: str,
    at: datetime,
    replaces: Earning | None = None,
) -> Earning:
    because = payment.not_qualifying_because and Earning.NotPay(payment.not_qualifying_because)
    earning = Earning(
        tenant_id=enrolment.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        employer=payment.employer,
        paid_on=payment.paid_on,
        gross_pence=payment.gross_pence,
        period_from=payment.period_from,
        period_to=payment.period_to,
        qualifying=not because,
        not_qualifying_because=because,
        source=Earning.Source(payment.source),
        row_key=row_key,
        recorded_at=at,
        replaces=replaces,
    )
    earning.save(force_insert=True)
    return earning


def _record(
    kind: str, earning: Earning, by: Viewer, at: datetime, *, on: date | None = None, **more: Any
) -> None:
    events.record(
        kind,
        earning,
        by,
        at=at,
        on=on,
        participant_id=earning.participant_id,
        organisation_id=earning.organisation_id,
        enrolment=earning.enrolment_id,
        contract=earning.contract_id,
        paid_on=earning.paid_on,
        gross_pence=earning.gross_pence,
        replaces=earning.replaces_id,
        **more,
    )
