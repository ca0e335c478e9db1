"""Facts by the handful, for tests of what is shared: so many of a thing for a provider, so many months ago."""

from collections.abc import Iterable
from datetime import date

from outcomes.models import PerformanceFact, SharedMeasure
from outcomes.performance.disclosure import rule_on
from outcomes.performance.periods import shift
from outcomes.performance.sharing import share
from tests.cast import Cast, looking_as


def last_closed(cast: Cast) -> date:
    """The latest closed month."""
    today = cast.system().today
    return rule_on(today).last_closed(today)


def begins(cast: Cast, months: int) -> date:
    """Let the contract have begun so many closed months ago; returns its first month."""
    first = shift(last_closed(cast), 1 - months)
    with looking_as(cast.system()):
        type(cast.contract).objects.update(starts_on=first)
    cast.contract.starts_on = first
    return first


def count(
    cast: Cast,
    code: str,
    provider: str | None,
    month: date,
    amount: int,
    *,
    elapsed: int = 0,
    group: str = "all",
    area: str = "",
) -> None:
    """Add to one cell of the facts: so many of a cohort, so many months after the month of referral."""
    with looking_as(cast.system()):
        cell = {
            "tenant": cast.serco,
            "contract": cast.contract,
            "organisation": cast.organisations[provider] if provider else None,
            "payment_group": group,
            "area": area,
            "cohort_month": month,
            "elapsed_month": elapsed,
            "code": code,
        }
        fact, is_new = PerformanceFact.objects.get_or_create(**cell, defaults={"amount": amount})
        if not is_new:
            fact.amount += amount
            fact.save(update_fields=["amount"])


def shared(cast: Cast) -> int:
    """Do what the day does; how many figures were written."""
    with looking_as(cast.system()) as system:
        return share(system)


def seen(cast: Cast, measure: str, span: str = "month") -> dict[tuple[date, str], int | None]:
    """What was shared with the commissioner, by month and whose it is; none where it is withheld."""
    names = {one.pk: slug for slug, one in cast.organisations.items()}
    with looking_as(cast.dee):
        rows = SharedMeasure.objects.filter(measure=measure, span=span, audience="commissioner")
        return {
            (one.month, names[one.organisation_id] if one.organisation_id else one.part): one.value
            for one in rows
        }


def among_peers(cast: Cast, measure: str) -> list[int | None]:
    """What was shared among the providers, as Renaisi's manager sees it."""
    with looking_as(cast.mona):
        return list(
            SharedMeasure.objects.filter(measure=measure).order_by("place").values_list("value", flat=True)
        )


def fill(cast: Cast, code: str, table: Iterable[tuple[str | None, date, int]]) -> None:
    """Many cells of one code."""
    for provider, month, amount in table:
        count(cast, code, provider, month, amount)
