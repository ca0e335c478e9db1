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

Key = tuple[UUID, UUID, date]


class Unbalanced(Exception):
    """The entries of a journal do not sum to nothing, or there are none."""


def writing_on(statement: Statement) -> str:
    """The name of the lock on a statement's lines: shared by those who write them, held alone by whoever seals."""
    return f"writing on statement {statement.pk}"


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
    """The statements of some contracts, for one transaction: found once, made where one is lacking.

    What was found open is held until the transaction ends, so that nobody seals it before what is written here is in.
    """

    known: dict[Key, Statement]
    # By contract and provider, the newest month that is sealed.
    sealed: dict[tuple[UUID, UUID], date] = field(default_factory=dict)
    held: set[UUID] = field(default_factory=set)

    @classmethod
    def of(cls, contract_ids: Iterable[UUID]) -> "Statements":
        """All statements of these contracts, in one query."""
        found = list(Statement.objects.filter(contract__in=set(contract_ids)).order_by("month"))
        return cls(
            {(one.contract_id, one.organisation_id, one.month): one for one in found},
            {(one.contract_id, one.organisation_id): one.month for one in found if one.is_sealed},
        )

    def open_from(self, *, tenant_id: UUID, contract_id: UUID, organisation_id: UUID, on: date) -> Statement:
        """The provider's statement of the month of `on`, else the earliest open one after it.

        A month before one that is sealed is passed, also where nothing was written in it: months are sealed in order.
        """
        month = on.replace(day=1)
        if (sealed := self.sealed.get((contract_id, organisation_id))) is not None:
            month = max(month, shifted(sealed, 1))
        while not self._is_open(
            statement := self._of_month(tenant_id, (contract_id, organisation_id, month))
        ):
            month = shifted(month, 1)
        return statement

    def _of_month(self, tenant_id: UUID, key: Key) -> Statement:
        if key not in self.known:
            contract_id, organisation_id, month = key
            self.known[key], _ = Statement.objects.get_or_create(
                tenant_id=tenant_id, contract_id=contract_id, organisation_id=organisation_id, month=month
            )
        return self.known[key]

    def _is_open(self, statement: Statement) -> bool:
        """Whether it takes lines, once whoever is sealing it has finished; the journal's trigger asks the same."""
        if statement.pk not in self.held and not statement.is_sealed:
            share(writing_on(statement))
            statement.refresh_from_db(fields=["status"])
            self.held.add(statement.pk)
        return not statement.is_sealed
