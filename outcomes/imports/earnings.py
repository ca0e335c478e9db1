"""Rows of an earnings feed, written by the actions of a payment."""

from dataclasses import replace
from datetime import datetime

from outcomes.actions import earning as earnings
from outcomes.actions.earning import Payment
from outcomes.imports.writing import CannotImport, Importer, Outcome, Told, Values, changes, spoken
from outcomes.models import Earning
from partners.templatetags.baton import pence
from partners.viewer import Viewer, acting_as, london_date


def put(values: Values, importer: Importer) -> Told:
    """Record a payment, or correct the one with its key. What was corrected or withdrawn here stays as it is.

    Raises ActionError where it cannot be recorded.
    """
    enrolment = importer.enrolment_of(values)
    by = importer.on_behalf(enrolment)
    payment = Payment(
        employer=values["employer"],
        paid_on=values["paid_on"],
        gross_pence=values["gross_pence"],
        source=Earning.Source.FEED,
        period_from=values.get("period_from"),
        period_to=values.get("period_to"),
    )
    key = _key(values, payment, enrolment.participant_id, importer)
    with acting_as(importer.system):
        known = list(
            Earning.objects.filter(row_key=key)
            .select_related("enrolment__participant", "enrolment__contract")
            .order_by("recorded_at", "pk")
        )
    in_force = next((one for one in known if one.voided_at is None), None)
    if in_force is not None and in_force.enrolment_id != enrolment.pk:
        raise CannotImport("This row was imported for somebody else before. Withdraw that payment first.")
    if in_force is not None:
        return _again(in_force, known, payment, by, importer.at)
    if any(one.enrolment_id == enrolment.pk for one in known):
        withdrawn = max(one.voided_at for one in known if one.voided_at)
        return Told(Outcome.LEFT, f"Withdrawn here on {spoken(london_date(withdrawn))}, not brought back.")
    try:
        earnings.record(enrolment=enrolment, payment=payment, row_key=key, by=by, at=importer.at)
    except earnings.AlreadyRecorded:
        return Told(Outcome.SAME, "Recorded here already, with the same employer, pay date and sum.")
    return Told(Outcome.NEW)


def _again(in_force: Earning, known: list[Earning], payment: Payment, by: Viewer, at: datetime) -> Told:
    """The row was imported before: nothing, or a correction."""
    if _says(in_force) == _said(payment):
        return Told(Outcome.SAME)
    if any(_says(one) == _said(payment) for one in known):
        return Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
    counts = replace(payment, not_qualifying_because=in_force.not_qualifying_because)
    earnings.correct(earning=in_force, payment=counts, by=by, at=at)
    return Told(Outcome.CHANGED, _what_changes(in_force, payment))


def _key(values: Values, payment: Payment, participant_id: object, importer: Importer) -> str:
    """The key that the file gives is the organisation's own; one that follows from the row is anybody's."""
    if given := values.get("row_key"):
        return importer.key("earnings", importer.viewer.organisation_id, given)
    return importer.key("earnings", participant_id, *_said(payment))


def _said(payment: Payment) -> tuple[object, ...]:
    days = (payment.paid_on, payment.period_from, payment.period_to)
    return (payment.employer.casefold(), payment.gross_pence, *days)


def _says(earning: Earning) -> tuple[object, ...]:
    days = (earning.paid_on, earning.period_from, earning.period_to)
    return (earning.employer.casefold(), earning.gross_pence, *days)


def _what_changes(old: Earning, new: Payment) -> str:
    said = changes(
        {
            "gross pay": (pence(old.gross_pence), pence(new.gross_pence)),
            "pay date": (spoken(old.paid_on), spoken(new.paid_on)),
        }
    )
    return said or "The employer or the days paid for change."
