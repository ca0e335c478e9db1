"""Writing the books: balanced journals, and the monthly statements on which the provider's lines stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Sum

from outcomes.models import Entry, Journal, Statement
from outcomes.pricing import Entries
from partners.locks import share
from programmes.months import shifted

# A contract and a provider on it.
Account = tuple[UUID, UUID]


class Unbalanced(Exception):
    """The entries of a journal do not sum to nothing, or there are none."""


def writing_on(contract_id: UUID, organisation_id: UUID) -> str:
    """The name of the lock on a provider's lines on a contract: shared by those who write, held alone by whoever seals.

    It is one for all months: a line must not come onto an open month while a later one is being sealed.
    """
    return f"writing on the statements of {organisation_id} for {contract_id}"


def post(journals: Sequence[tuple[Journal, Entries]]) -> None:
    """Write journals with their entries, in the running action. Raises Unbalanced, which rolls it back."""
    if not journals:
        return
    Journal.objects.bulk_create([journal for journal, _ in journals])
    Entry.objects.bulk_create(
        Entry(tenant_id=journal.tenant_id, journal=journal, account=account, pence=pence)
        for journal, entries in journals
        for account, pence in entries
    )
    check_balance([journal.pk for journal, _ in journals])


def check_balance(journal_ids: Sequence[UUID]) -> None:
    """Raise Unbalanced unless the stored entries of each journal sum to zero; a journal without any does not."""
    entries = Entry.objects.filter(journal__in=journal_ids).order_by()
    totals = dict(entries.values_list("journal").annotate(Sum("pence")))
    wrong = [str(pk) for pk in journal_ids if totals.get(pk) != 0]
    if wrong:
        raise Unbalanced(", ".join(wrong))


@dataclass
class Statements:
    """The statements on which lines are written in one transaction: found by provider, made where one is lacking.

    A provider's are held until the transaction ends, so that none is sealed before what is written here is in.
    """

    known: dict[Account, dict[date, Statement]] = field(default_factory=dict)
    # The month after the newest one that is sealed.
    first_open: dict[Account, date] = field(default_factory=dict)

    def hold(self, accounts: Iterable[Account]) -> None:
        """Wait for those who seal a statement of these providers, also where nothing has a price: what is written from
        here on is not of what they sealed. In one order, so that two batches cannot wait for each other."""
        for account in sorted(set(accounts)):
            self._held(account)

    def open_from(self, *, tenant_id: UUID, contract_id: UUID, organisation_id: UUID, on: date) -> Statement:
        """The provider's statement of the month of `on`, else of the month after the newest one that is sealed.

        A month before one that is sealed is passed, also where nothing was written in it: months are sealed in order.
        """
        account = (contract_id, organisation_id)
        statements = self._held(account)
        month = max(on.replace(day=1), self.first_open[account])
        if month not in statements:
            statements[month], _ = Statement.objects.get_or_create(
                tenant_id=tenant_id, contract_id=contract_id, organisation_id=organisation_id, month=month
            )
        return statements[month]

    def _held(self, account: Account) -> dict[date, Statement]:
        """Those of a provider by month, as they are once whoever is sealing one has finished."""
        if account not in self.known:
            share(writing_on(*account))
            contract_id, organisation_id = account
            found = list(Statement.objects.filter(contract=contract_id, organisation=organisation_id))
            sealed = (shifted(one.month, 1) for one in found if one.is_sealed)
            self.first_open[account] = max(sealed, default=date.min)
            self.known[account] = {one.month: one for one in found}
        return self.known[account]
