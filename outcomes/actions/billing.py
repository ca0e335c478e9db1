"""As whom an organisation trades, its VAT and its agreement to self-billing: dated facts that decide on the paper."""

import re
from datetime import date, datetime
from typing import Any

from outcomes.models import SelfBillingAgreement, VatStatus
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent, Organisation
from partners.viewer import Viewer

# A standard number, or that of one branch of several: VAT Notice 700, section 5.
VAT_NUMBER = re.compile(r"GB(\d{9}|\d{12})")


class NoVatNumber(ActionError):
    """GB and nine digits, or twelve for a branch."""

    code = "no_vat_number"


class OutOfOrder(ActionError):
    """An agreement is signed, begins and ends in this order."""

    code = "out_of_order"


@action
def record_vat_status(
    *,
    organisation: Organisation,
    from_on: date,
    legal_name: str,
    address: str,
    vat_number: str,
    by: Viewer,
    at: datetime,
) -> VatStatus:
    """The organisation's name, address and VAT number (empty where it is not registered) from a day on.

    One of the same day is replaced. Raises NoVatNumber.
    """
    assert by.user_id is not None
    number = "".join(vat_number.upper().split())
    if number and not VAT_NUMBER.fullmatch(number):
        raise NoVatNumber("A VAT number is GB and 9 digits, such as GB123456789, or 12 for a branch.")
    VatStatus.objects.filter(organisation=organisation, from_on=from_on, voided_at=None).update(voided_at=at)
    status = VatStatus(
        tenant_id=by.tenant_id,
        organisation=organisation,
        from_on=from_on,
        vat_number=number,
        legal_name=legal_name,
        address=address,
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    status.save(force_insert=True)
    _record("vat_status.recorded", status, by, at, from_on=from_on, registered=bool(number))
    return status


@action
def record_agreement(
    *,
    organisation: Organisation,
    signed_on: date,
    signed_by: str,
    starts_on: date,
    ends_on: date,
    by: Viewer,
    at: datetime,
) -> SelfBillingAgreement:
    """A signed agreement to self-billing, from its first to its last day. It replaces those that it overlaps.

    Raises OutOfOrder.
    """
    assert by.user_id is not None
    if not signed_on <= starts_on <= ends_on:
        raise OutOfOrder("It is signed on its first day or before, and ends on a later one.")
    earlier = SelfBillingAgreement.objects.filter(organisation=organisation, voided_at=None)
    earlier.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).update(voided_at=at)
    agreement = SelfBillingAgreement(
        tenant_id=by.tenant_id,
        organisation=organisation,
        signed_on=signed_on,
        signed_by=signed_by,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    agreement.save(force_insert=True)
    _record("self_billing.recorded", agreement, by, at, starts_on=starts_on, ends_on=ends_on)
    return agreement


def _record(kind: str, row: VatStatus | SelfBillingAgreement, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind, row, by, at=at, wall=DomainEvent.Wall.MONEY, organisation_id=row.organisation_id, **facts
    )
