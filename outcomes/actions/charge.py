"""Charges of a month posted to the books. The terms charge by outcomes.charging; people adjust by two."""

from datetime import date, datetime
from uuid import UUID, uuid5

from outcomes import charges as engine
from outcomes import charging
from outcomes.accrual import terms_of
from outcomes.charging import ChargeDue
from outcomes.ledger import Statements
from outcomes.ledger import post as post_journals
from outcomes.models import Charge, Journal, Statement
from outcomes.pricing import LEDGER, Side
from partners import events
from partners.acting import action
from partners.locks import hold
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import Contract
from programmes.months import month_number


def charge_statement(*, statement: Statement, by: Viewer, at: datetime) -> list[Charge]:
    """Post what the terms charge the month of a statement, on that statement. Inside the action that seals it."""
    contract = statement.contract
    days = {
        "joined_on": charging.joined_on(contract.pk, statement.organisation_id),
        "left_on": charging.left_on(contract.pk, statement.organisation_id),
    }
    return [
        post(
            charge=_charge(due, contract.pk, "provider", at),
            statement=statement,
            starts_on=contract.starts_on,
            **days,
            by=by,
            at=at,
        )
        for due in charging.of_statement(statement)
    ]


def charge_contract(*, contract: Contract, by: Viewer, at: datetime) -> list[Charge]:
    """Post what the commissioner is charged for every month that has ended and was not charged yet. Runs as the system.

    Two who charge the same contract wait for each other, so that the second finds nothing to do. Whoever works out
    milestones meanwhile is waited for, or waits: so what was charged is of the lines written before, and of no others.
    """
    hold(terms_of(by))
    ended, _ = month_number(london_date(at), 0)
    return [
        post(
            charge=_charge(due, contract.pk, "commissioner", at),
            statement=None,
            starts_on=contract.starts_on,
            by=by,
            at=at,
        )
        for due in charging.of_contract(contract, ended)
    ]


def place(*, charge: Charge, by: Viewer, at: datetime) -> Charge:
    """Post a charge that people make. A provider's stands on its statement of the charge's month, or on the earliest
    open one after it, whose month it takes; the commissioner's stands on none. Raises as `post` does.
    """
    statement = None
    if charge.side == Journal.Side.PROVIDER:
        assert charge.organisation_id is not None  # a provider's own
        statement = Statements().open_from(
            tenant_id=charge.tenant_id,
            contract_id=charge.contract_id,
            organisation_id=charge.organisation_id,
            on=charge.month,
        )
        charge.month = statement.month
    return post(charge=charge, statement=statement, by=by, at=at)


@action
def post(
    *,
    charge: Charge,
    statement: Statement | None,
    starts_on: date | None = None,
    joined_on: date | None = None,
    left_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Charge:
    """Write a charge with its journal and entries; on the provider's side the statement that it stands on.

    The days from which its months count, of the contract and of the agreement, and the agreement's last one are told
    with it: they may be moved.

    Raises outcomes.ledger.Unbalanced, and IntegrityError where the term has charged the month already.
    """
    charge.save(force_insert=True)
    side: Side = "provider" if charge.side == Journal.Side.PROVIDER else "commissioner"
    journal = _journal(charge, side, statement, at)
    post_journals([(journal, engine.entries_for(side, charge.kind, charge.pence))])
    events.record(
        "charge.made",
        charge,
        by,
        at=at,
        on=journal.claimable_from,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=charge.organisation_id,
        contract=charge.contract_id,
        side=side,
        charged_as=charge.kind,
        month=charge.month,
        statement=statement.pk if statement else None,
        starts_on=starts_on,
        joined_on=joined_on,
        left_on=left_on,
    )
    return charge


def _journal(charge: Charge, side: Side, statement: Statement | None, at: datetime) -> Journal:
    """The journal of a charge; claimable on the last day of its month, by the same id whenever it is made."""
    return Journal(
        id=uuid5(LEDGER, f"charge {charge.pk}"),
        tenant_id=charge.tenant_id,
        charge=charge,
        contract_id=charge.contract_id,
        organisation_id=charge.organisation_id,
        side=side,
        kind=Journal.Kind.CHARGE,
        illustrative=charge.illustrative,
        pence=charge.pence,
        claimable_from=month_number(charge.month, 1)[1],
        why=charge.why,
        statement=statement,
        recorded_at=at,
    )


def _charge(due: ChargeDue, contract_id: UUID, side: Side, at: datetime) -> Charge:
    """The row of what is due; its id follows from what it is for, so that the same books write the same rows."""
    about = f"{due.fee.pk} {due.kind} {due.organisation_id} {due.month}"
    return Charge(
        id=uuid5(LEDGER, about),
        tenant_id=due.fee.tenant_id,
        contract_id=contract_id,
        organisation_id=due.organisation_id,
        side=side,
        kind=due.kind,
        fee=due.fee,
        month=due.month,
        pence=due.pence,
        illustrative=due.fee.illustrative,
        why=due.why,
        made_at=at,
    )
