"""Rows of an earnings feed, written by the actions of a payment."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from outcomes.actions import earning as earnings
from outcomes.actions.earning import Payment
from outcomes.imports.writing import (
    CannotImport,
    Importer,
    Outcome,
    Told,
    Values,
    changes,
    spoken,
    unless_corrected,
)
from outcomes.models import Earning
from participants.models import Enrolment
from partners.templatetags.baton import pence
from partners.viewer import Viewer, acting_as, london_date


def put(values: Values, importer: Importer) -> Told:
    """Record a payment, or correct the one with its key. What was corrected or withdrawn here stays as it is.

    Raises ActionError where it cannot be recorded.
    """
    enrolment = importer.enrolment_of(values, values["paid_on"])
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
    if in_force is not None and in_force.participant_id != enrolment.participant_id:
        raise CannotImport("This row was imported for somebody else before. Withdraw that payment first.")
    if in_force is not None:
        return _again(in_force, known, payment, enrolment, by, importer.at)
    if any(one.participant_id == enrolment.participant_id for one in known):
        withdrawn = max(one.voided_at for one in known if one.voided_at)
        return Told(Outcome.LEFT, f"Withdrawn here on {spoken(london_date(withdrawn))}, not brought back.")
    if _is_recorded(payment, enrolment, importer):
        return Told(Outcome.SAME, "Recorded here already, with the same employer, pay date and sum.")
    earnings.record(enrolment=enrolment, payment=payment, row_key=key, by=by, at=importer.at)
    return Told(Outcome.NEW)


def _is_recorded(payment: Payment, enrolment: Enrolment, importer: Importer) -> bool:
    """Whether somebody recorded the payment already, for whichever of the person's starts on the contract."""
    with acting_as(importer.system):
        same = Earning.objects.filter(
            participant=enrolment.participant_id,
            contract=importer.contract,
            voided_at=None,
            employer__iexact=payment.employer,
            paid_on=payment.paid_on,
            gross_pence=payment.gross_pence,
        )
        return same.exists()


def _again(
    in_force: Earning, known: list[Earning], payment: Payment, enrolment: Enrolment, by: Viewer, at: datetime
) -> Told:
    """The row was imported before: nothing, or a correction.

    Another pay date may lie in another of the person's starts: there the payment is recorded anew, and here withdrawn.
    """
    given, here = _says(payment), _says(in_force)
    if given == here:
        return Told(Outcome.SAME)
    said = unless_corrected(given, here, [_says(one) for one in known if one is not in_force])
    if said == here:
        return Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
    kept = {name: getattr(in_force, name) for name in said if said[name] == here[name]}
    counts = replace(payment, not_qualifying_because=in_force.not_qualifying_because, **kept)
    if in_force.paid_on == counts.paid_on or in_force.enrolment_id == enrolment.pk:
        earnings.correct(earning=in_force, payment=counts, by=by, at=at)
    else:
        earnings.withdraw(earning=in_force, reason=Earning.VoidReason.CORRECTED, by=by, at=at)
        earnings.record(enrolment=enrolment, payment=counts, row_key=in_force.row_key, by=by, at=at)
    return Told(Outcome.CHANGED, _what_changes(in_force, counts))


def _key(values: Values, payment: Payment, participant_id: object, importer: Importer) -> str:
    """The key that the file gives is the organisation's own; one that follows from the row is anybody's. Both are of
    the contract: a payment may count on another one as well.
    """
    if given := values.get("row_key"):
        return importer.key("earnings", importer.contract.pk, importer.viewer.organisation_id, given)
    return importer.key("earnings", importer.contract.pk, participant_id, *_says(payment).values())


def _says(paid: Payment | Earning) -> dict[str, Any]:
    """In this order it makes the key of a row that has none."""
    return {
        "employer": paid.employer.casefold(),
        "gross_pence": paid.gross_pence,
        "paid_on": paid.paid_on,
        "period_from": paid.period_from,
        "period_to": paid.period_to,
    }


def _what_changes(old: Earning, new: Payment) -> str:
    said = changes(
        {
            "gross pay": (pence(old.gross_pence), pence(new.gross_pence)),
            "pay date": (spoken(old.paid_on), spoken(new.paid_on)),
        }
    )
    return said or "The employer or the days paid for change."
