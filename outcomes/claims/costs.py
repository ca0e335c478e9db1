"""Contracts that pay what was spent: by which term, and in which periods."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from outcomes.charging import fees_on
from programmes.models import Contract, Fee
from programmes.months import shifted


def months_by_contract() -> dict[Contract, int]:
    """The contracts whose commissioner pays cost, and how many months a claim of it covers."""
    terms = Fee.objects.filter(side="commissioner", kind=Fee.Kind.ACTUAL_COST, withdrawn_at=None)
    return {
        one.contract: one.months or 1 for one in terms.select_related("contract").order_by("contract__name")
    }


def is_paid_by_cost(contract_id: UUID, organisation_id: UUID) -> bool:
    """Whether the prime pays the provider's cost, by a term of its own or one for every provider."""
    whose = (None, organisation_id)
    terms = fees_on(contract_id, "provider")
    return any(one.kind == Fee.Kind.ACTUAL_COST and one.organisation_id in whose for one in terms)


def periods(contract: Contract, months: int, today: date) -> list[date]:
    """The first days of the contract's periods of so many months that are over, the newest first."""
    first, found = contract.starts_on.replace(day=1), []
    while shifted(first, months) <= today and first <= contract.ends_on:
        found.append(first)
        first = shifted(first, months)
    return found[::-1]


def spoken(quarter: date, months: int) -> str:
    """A period in words: January 2026 to March 2026."""
    last = shifted(quarter, months - 1)
    return f"{quarter:%B %Y} to {last:%B %Y}" if months > 1 else f"{quarter:%B %Y}"
