"""Writing the books: balanced journals, and the monthly statements on which the provider's lines stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from outcomes.models import Entry, Journal, Statement
from outcomes.pricing import Entries

Key = tuple[UUID, UUID, date]


class Unbalanced(Exception):
    """The entries of a journal do not sum to nothing, or there are none."""


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
    """The statements of some contracts: found once, made where one is lacking."""

    known: dict[Key, Statement]

    @classmethod
    def of(cls, contract_ids: Iterable[UUID]) -> "Statements":
        """All statements of these contracts, in one query."""
        found = Statement.objects.filter(contract__in=set(contract_ids))
        return cls({(s.contract_id, s.organisation_id, s.month): s for s in found})

    def open_from(self, *, tenant_id: UUID, contract_id: UUID, organisation_id: UUID, on: date) -> Statement:
        """The provider's statement of the month of `on`, else the earliest open one after it."""
        month = on.replace(day=1)
        while (statement := self._of_month(tenant_id, (contract_id, organisation_id, month))).is_sealed:
            month = (month + timedelta(days=31)).replace(day=1)
        return statement

    def _of_month(self, tenant_id: UUID, key: Key) -> Statement:
        if key not in self.known:
            contract_id, organisation_id, month = key
            self.known[key], _ = Statement.objects.get_or_create(
                tenant_id=tenant_id, contract_id=contract_id, organisation_id=organisation_id, month=month
            )
        return self.known[key]
