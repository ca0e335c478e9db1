"""A month's statement on its way to the money: proposed by one person, sealed by another, paid."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from outcomes.actions.charge import charge_statement
from outcomes.charging import joined_on, left_on, of_statement
from outcomes.ledger import writing_on
from outcomes.models import LineQuery, Paper, Statement, StatementLine
from outcomes.statements import paper
from outcomes.statements.chain import digest
from outcomes.statements.lines import lines_of
from outcomes.statements.reading import first_unsealed_before
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.months import month_number

Status = Statement.Status


class MonthRunning(ActionError):
    """Only a month that has ended can be proposed and sealed."""

    code = "month_running"


class NothingOnIt(ActionError):
    """A statement without a line is not sealed: it is passed."""

    code = "nothing_on_it"


class EarlierFirst(ActionError):
    """Months are sealed in their order, those without a line left out."""

    code = "earlier_first"


class NotOpen(ActionError):
    """Somebody has proposed it already."""

    code = "not_open"


class NotProposed(ActionError):
    """Sealing takes two people: one must have proposed it."""

    code = "not_proposed"


class ProposedByYou(ActionError):
    """Whoever proposed a statement does not seal it."""

    code = "proposed_by_you"


class QueryOpen(ActionError):
    """What a provider asks is answered before the statement is sealed."""

    code = "query_open"


class Changed(ActionError):
    """The statement is not what the person saw who sealed it."""

    code = "changed"


class NotSealed(ActionError):
    """Only a sealed statement can be paid, and only once."""

    code = "not_sealed"


class PaidOutOfTime(ActionError):
    """A payment is neither in the future nor before the sealing."""

    code = "paid_out_of_time"


class InvoiceMissing(ActionError):
    """Without self-billing the provider's own invoice is what is paid."""

    code = "invoice_missing"


@dataclass(frozen=True)
class Expected:
    """What whoever seals has read: how many lines, and what they come to with the charges of the month, in pence."""

    count: int
    pence: int


def expected(statement: Statement) -> Expected:
    """What the statement would be sealed with at this moment. Runs as the system."""
    lines, due = lines_of(statement), of_statement(statement)
    return Expected(len(lines) + len(due), sum(line.pence for line in lines) + sum(one.pence for one in due))


@action
def propose(*, statement: Statement, by: Viewer, at: datetime) -> Statement:
    """Say that the month is complete, for somebody else to seal. It still takes lines.

    Raises NotOpen, MonthRunning, NothingOnIt or EarlierFirst.
    """
    held = _held(statement)
    if held.status != Status.OPEN:
        raise NotOpen("Somebody has proposed or sealed this statement already.")
    _check_turn(held, at)
    if expected(held).count == 0:
        raise NothingOnIt("Nothing stands on this statement. It is passed when a later month is sealed.")
    held.status, held.proposed_by_id, held.proposed_at = Status.PROPOSED, by.user_id, at
    held.save(update_fields=["status", "proposed_by", "proposed_at"])
    _record("statement.proposed", held, by, at)
    return held


@action
def seal(*, statement: Statement, expected: Expected, by: Viewer, at: datetime) -> Statement:
    """Charge the month, freeze its lines, and give it its number, its total, its digest and its paper.

    Whoever is writing a line is waited for, and whoever comes later finds it sealed. Raises NotProposed, ProposedByYou,
    MonthRunning, EarlierFirst, QueryOpen, and Changed where it is not what was expected.
    """
    held = _held(statement)
    if held.status != Status.PROPOSED:
        raise NotProposed("Somebody has to propose this statement before it can be sealed, once.")
    if held.proposed_by_id == by.user_id:
        raise ProposedByYou("You proposed this statement. Somebody else has to seal it.")
    _check_turn(held, at)
    if LineQuery.objects.filter(statement=held, answered_at=None).exists():
        raise QueryOpen("The provider has asked something that nobody has answered. Answer it first.")
    charge_statement(statement=held, by=by, at=at)
    lines = _frozen(held)
    total = sum(line.pence for line in lines)
    if (len(lines), total) != (expected.count, expected.pence):
        raise Changed("The statement has changed since you opened it. Look at it again before you seal it.")
    # Numbers have no gaps, and two that are sealed at once do not follow the same one.
    hold(f"numbers of statements {held.tenant_id}")
    held.status, held.sealed_by_id, held.sealed_at = Status.SEALED, by.user_id, at
    held.number = (Statement.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    held.line_count, held.total_pence = len(lines), total
    books = Statement.objects.filter(contract=held.contract_id, organisation=held.organisation_id)
    held.previous = books.exclude(number=None).order_by("-number").first()
    held.digest = digest(held, lines, held.previous.digest if held.previous else "")
    names = ("status", "sealed_by", "sealed_at", "number", "line_count", "total_pence", "previous", "digest")
    held.save(update_fields=names)
    StatementLine.objects.bulk_create(lines)
    paper.written(held, total, london_date(at)).save(force_insert=True)
    _record_sealed(held, by, at)
    return held


@action
def pay(
    *, statement: Statement, paid_on: date, reference: str, invoice: str, by: Viewer, at: datetime
) -> Statement:
    """Say that a sealed statement was paid on a day, under the bank's reference; invoice: the provider's own number.

    Raises NotSealed, PaidOutOfTime, and InvoiceMissing for a remittance.
    """
    held = _held(statement)
    if held.status != Status.SEALED or held.sealed_on is None:
        raise NotSealed("Only a sealed statement can be paid, and this one is open or paid already.")
    if not held.sealed_on <= paid_on <= london_date(at):
        raise PaidOutOfTime("The payment cannot lie before the sealing or in the future.")
    if not invoice and Paper.objects.filter(statement=held, kind=Paper.Kind.REMITTANCE).exists():
        raise InvoiceMissing("Say which invoice of the provider was paid: there is no self-billing.")
    held.status, held.paid_on, held.paid_by_id, held.paid_at = Status.PAID, paid_on, by.user_id, at
    held.payment_reference, held.invoice_reference = reference, invoice
    names = ("status", "paid_on", "paid_by", "paid_at", "payment_reference", "invoice_reference")
    held.save(update_fields=names)
    _record("statement.paid", held, by, at, paid_on=paid_on, days=held.days_to_pay)
    return held


def _held(statement: Statement) -> Statement:
    """The statement as it is now, and nobody writes a line of it until the transaction ends."""
    hold(writing_on(statement.contract_id, statement.organisation_id))
    return (
        Statement.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=statement.pk)
    )


def _check_turn(statement: Statement, at: datetime) -> None:
    """Raises MonthRunning or EarlierFirst."""
    _, last = month_number(statement.month, 1)
    if london_date(at) <= last:
        raise MonthRunning(f"The month runs until {last.day} {last:%B %Y}. Lines may still be added to it.")
    earlier = first_unsealed_before(statement)
    if earlier is not None:
        raise EarlierFirst(
            f"The statement of {earlier.month:%B %Y} comes first: it has lines and is not sealed."
        )


def _frozen(statement: Statement) -> list[StatementLine]:
    """The lines as they are now, past all walls, in their order."""
    return [
        StatementLine(
            tenant_id=statement.tenant_id,
            statement=statement,
            position=position,
            journal_id=line.journal_id,
            organisation_id=statement.organisation_id,
            participant_id=line.participant_id,
            reference=line.reference,
            label=line.label,
            ordinal=line.ordinal,
            kind=line.kind,
            reached_on=line.reached_on,
            claimable_from=line.claimable_from,
            pence=line.pence,
            source=line.source,
            why=line.why,
            illustrative=line.illustrative,
        )
        for position, line in enumerate(lines_of(statement), start=1)
    ]


def _record_sealed(sealed: Statement, by: Viewer, at: datetime) -> None:
    """With the days from which the months of its charges counted, as a charge tells them: they may be moved."""
    days = {
        "starts_on": sealed.contract.starts_on,
        "joined_on": joined_on(sealed.contract_id, sealed.organisation_id),
        "left_on": left_on(sealed.contract_id, sealed.organisation_id),
    }
    said = {"number": sealed.number, "pence": sealed.total_pence, "digest": sealed.digest}
    _record("statement.sealed", sealed, by, at, **said, **days)


def _record(kind: str, statement: Statement, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        statement,
        by,
        at=at,
        wall=DomainEvent.Wall.MONEY,
        organisation_id=statement.organisation_id,
        contract=statement.contract_id,
        month=statement.month,
        **facts,
    )
