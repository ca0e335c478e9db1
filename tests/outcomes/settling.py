"""Statements on their way to the money for the tests: proposed by Frank, sealed by Cleo, paid by Frank."""

from datetime import date, timedelta
from typing import Any

from outcomes.actions import billing
from outcomes.actions import statement as actions
from outcomes.models import Statement
from tests.cast import Cast, looking_as
from tests.outcomes.working import started_person
from tests.participants.people import ago


def ended(cast: Cast, days: int = 100, provider: str = "renaisi", adviser: str = "ada") -> Statement:
    """The statement of a month that has ended, with one start on it."""
    started_person(cast, days=days, provider=provider, adviser=adviser)
    return of_month(cast, ago(days), provider)


def of_month(cast: Cast, day: date, provider: str = "renaisi") -> Statement:
    with looking_as(cast.system()):
        return Statement.objects.get(month=day.replace(day=1), organisation=cast.organisations[provider])


def now(cast: Cast, statement: Statement) -> Statement:
    """The statement as it stands."""
    with looking_as(cast.system()):
        return Statement.objects.select_related("previous").get(pk=statement.pk)


def propose(cast: Cast, statement: Statement, by: str = "frank") -> Statement:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.propose(statement=statement, by=viewer, at=viewer.now())


def seal(
    cast: Cast, statement: Statement, by: str = "cleo", read: actions.Expected | None = None
) -> Statement:
    """Seal what somebody proposed, as it stands, or as somebody read it."""
    with looking_as(cast.system()):
        expected = read or actions.expected(statement)
    with looking_as(getattr(cast, by)) as viewer:
        return actions.seal(statement=statement, expected=expected, by=viewer, at=viewer.now())


def sealed(cast: Cast, statement: Statement) -> Statement:
    propose(cast, statement)
    return seal(cast, statement)


def pay(
    cast: Cast, statement: Statement, *, on: date | None = None, invoice: str = "INV 7", by: str = "frank"
) -> Statement:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.pay(
            statement=statement,
            paid_on=on or viewer.today,
            reference="BACS 1",
            invoice=invoice,
            by=viewer,
            at=viewer.now(),
        )


def agree(cast: Cast, provider: str = "renaisi", vat_number: str = "GB123456789") -> None:
    """The provider lets the prime write its invoices, and is registered for VAT unless the number is empty."""
    with looking_as(cast.frank) as frank:
        within: dict[str, Any] = {
            "organisation": cast.organisations[provider],
            "by": frank,
            "at": frank.now(),
        }
        since = frank.today - timedelta(days=300)
        billing.record_vat_status(
            **within,
            from_on=since,
            legal_name=f"{provider.title()} Limited",
            address="21 Invented Road\nLondon E8 1AA",
            vat_number=vat_number,
        )
        billing.record_agreement(
            **within,
            signed_on=since,
            signed_by="Mona Manager",
            starts_on=since,
            ends_on=frank.today + timedelta(days=60),
        )
