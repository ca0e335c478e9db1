"""Actual cost, where a contract pays what was spent: claimed for a period, charged, taken off where it was wrong."""

from datetime import date, datetime

from outcomes.actions.charge import place
from outcomes.claims import costs
from outcomes.models import ActualCost, Charge, Journal
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent, Organisation
from partners.viewer import Viewer, london_date
from programmes.models import Contract, SupplyAgreement
from programmes.months import shifted

Side = Journal.Side


class NotByCost(ActionError):
    """The contract does not pay by cost, or the provider does not deliver it."""

    code = "not_by_cost"


class NoSuchPeriod(ActionError):
    """No period of the contract begins on this day, or it is not over yet."""

    code = "no_such_period"


class ClaimedAlready(ActionError):
    """The cost of this provider is claimed for some month of the period."""

    code = "claimed_already"


class Withdrawn(ActionError):
    """It was withdrawn in the meantime."""

    code = "withdrawn"


@action
def claim(
    *,
    contract: Contract,
    organisation: Organisation,
    quarter: date,
    pence: int,
    what_for: str,
    evidence: str,
    by: Viewer,
    at: datetime,
) -> ActualCost:
    """Claim what a provider spent in a period that is over, in pence above zero; quarter is the period's first day.

    It is charged to the commissioner in the last month of the period and, where the contract pays its providers by
    cost as well, stands on the provider's statement of that month or the earliest open one after it.

    Raises NotByCost, NoSuchPeriod or ClaimedAlready.
    """
    assert by.user_id is not None  # a person claims, never a key
    months = _checked(contract, organisation, quarter, london_date(at))
    made = ActualCost(
        tenant_id=by.tenant_id,
        contract=contract,
        organisation=organisation,
        quarter=quarter,
        months=months,
        pence=pence,
        what_for=what_for,
        evidence=evidence,
        claimed_by_id=by.user_id,
        claimed_at=at,
    )
    why = f"Actual cost of {costs.spoken(quarter, months)}: {what_for}. Evidence: {evidence}."
    month = shifted(quarter, months - 1)
    made.commissioner_charge = _charged(made, Side.COMMISSIONER, month, pence, why, by, at)
    if costs.is_paid_by_cost(contract.pk, organisation.pk):
        made.provider_charge = _charged(made, Side.PROVIDER, month, pence, why, by, at)
    made.save(force_insert=True)
    _record("cost.claimed", made, by, at)
    return made


@action
def withdraw(*, cost: ActualCost, why: str, by: Viewer, at: datetime) -> ActualCost:
    """Take a claim of actual cost back: as much is taken off this month on each side, with why. Raises Withdrawn."""
    held = (
        ActualCost.objects.select_for_update(no_key=True, of=["self"])
        .select_related("contract")
        .get(pk=cost.pk)
    )
    if held.withdrawn_at:
        raise Withdrawn("Somebody withdrew this in the meantime.")
    held.withdrawn_by_id, held.withdrawn_at, held.withdrawn_why = by.user_id, at, why
    held.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    month = london_date(at).replace(day=1)
    words = f"Withdrawn: {why}. {held.commissioner_charge.why}"
    _charged(held, Side.COMMISSIONER, month, -held.pence, words, by, at)
    if held.provider_charge_id:
        _charged(held, Side.PROVIDER, month, -held.pence, words, by, at)
    _record("cost.withdrawn", held, by, at)
    return held


def _checked(contract: Contract, organisation: Organisation, quarter: date, today: date) -> int:
    """The months of a period; nobody else claims for the provider until the transaction ends.

    Raises NotByCost, NoSuchPeriod or ClaimedAlready.
    """
    months = costs.months_by_contract().get(contract)
    delivers = SupplyAgreement.objects.filter(contract=contract, organisation=organisation).exists()
    if months is None or not delivers:
        raise NotByCost("This contract does not pay by cost, or the provider does not deliver it.")
    if quarter not in costs.periods(contract, months, today):
        raise NoSuchPeriod("Choose a period of the contract that is over: costs are claimed in arrears.")
    hold(f"cost {contract.pk} {organisation.pk}")
    known = ActualCost.objects.filter(contract=contract, organisation=organisation, withdrawn_at=None)
    before = known.filter(quarter__lt=shifted(quarter, months)).order_by("-quarter").first()
    if before and shifted(before.quarter, before.months) > quarter:
        of = costs.spoken(before.quarter, before.months)
        raise ClaimedAlready(f"The cost of this provider for {of} is claimed. Withdraw that first.")
    return months


def _charged(
    cost: ActualCost, side: Side, month: date, pence: int, why: str, by: Viewer, at: datetime
) -> Charge:
    """Attributed to the provider on both sides."""
    charge = Charge(
        tenant_id=cost.tenant_id,
        contract_id=cost.contract_id,
        organisation_id=cost.organisation_id,
        side=side,
        kind=Charge.Kind.ACTUAL_COST,
        month=month,
        pence=pence,
        why=why,
        made_at=at,
    )
    return place(charge=charge, by=by, at=at)


def _record(kind: str, cost: ActualCost, by: Viewer, at: datetime) -> None:
    """For the prime alone: the provider reads the line."""
    events.record(
        kind,
        cost,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=cost.organisation_id,
        contract=cost.contract_id,
        month=cost.quarter,
        pence=cost.pence,
    )
