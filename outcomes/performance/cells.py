"""The facts themselves, for a spreadsheet or a warehouse: each cell with its amount, as the viewer may be shown it.

Whoever is restricted and not named to the viewer counts in no cell, so that a file comes to what the lists of people
name and no cell tells of anybody besides.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Sum

from outcomes.models import PerformanceFact
from outcomes.performance.beyond import Beyond
from outcomes.performance.figures import providers_of
from outcomes.performance.known import Known
from partners.viewer import Viewer
from programmes.measure import MONEY
from programmes.models import Contract

KEY: Final = ("organisation_id", "payment_group", "area", "cohort_month", "elapsed_month", "code")
HEADER: Final = (
    *("Contract", "Provider", "Payment group", "Area", "Month of referral", "Months after it"),
    *("Counted", "Amount", "Unit"),
)
Key = tuple[UUID | None, str, str, date, int, str]
Row = tuple[str, str, str, str, date, int, str, int, str]


def cells(contract: Contract, viewer: Viewer, *, money: bool) -> Iterator[Row]:
    """A row for each cell that is not nothing, in the order of KEY; pence only where money is asked for. The month of
    referral is its first day.

    Read row by row in a constant number of queries, however many cells there are.
    """
    unseen: Counter[Key] = Counter()
    for part in Beyond.of(contract, Known(viewer)).parts:
        whose = (part.organisation_id, part.payment_group, part.area)
        unseen[(*whose, part.cohort_month, part.elapsed_month, part.code)] += part.amount
    facts = PerformanceFact.objects.filter(contract=contract)
    slugs = {one.pk: one.slug for one in providers_of(contract)}
    found = facts if money else facts.exclude(code__in=MONEY)
    rows = found.order_by(*KEY).values_list(*KEY).annotate(Sum("amount"))
    for whose, group, area, cohort, elapsed, code, total in rows.iterator():
        if amount := total - unseen[whose, group, area, cohort, elapsed, code]:
            unit = "pence" if code in MONEY else "number"
            slug = slugs.get(whose, "") if whose else ""
            yield contract.code, slug, group, area, cohort, elapsed, code, amount, unit
