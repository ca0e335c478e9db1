"""Sharing a contract's figures: closed months, once each, for its commissioner and its providers, already suppressed.

A month is closed some days after its end (disclosure.toml). What it comes to is written down then, and never changed:
what becomes known later is part of the next month to close, so that the sums stay right. Everything that was ever
shared of a count is one table, in which what is new is decided; so no two publications give anything away together.
A rate is shared in whole per cent, without its parts, and of everybody together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db.models import QuerySet, Sum

from outcomes.models import ClosedCount, PerformanceFact, SharedMeasure
from outcomes.performance.closing import Key, Table
from outcomes.performance.disclosure import Rule, rule_on
from outcomes.performance.figures import milestone_codes, providers_of
from outcomes.performance.periods import Window, month_of, shift
from outcomes.performance.refresh import refresh
from outcomes.suppression import ratio_is_publishable, withheld
from partners import outbox
from partners.models import OutboxItem
from partners.viewer import Viewer
from programmes.measure import COUNTS, Measure
from programmes.measures import measures_of
from programmes.models import Contract

Audience, Span, Part = SharedMeasure.Audience, SharedMeasure.Span, SharedMeasure.Part
YEAR: Final = 12


def definition_of(measure: Measure) -> str:
    """The fingerprint of what a measure means: another sentence, other counts or another clock make another."""
    said = (measure.definition, measure.codes, measure.denominator, measure.clock, measure.months_after)
    return sha256(repr(said).encode()).hexdigest()[:16]


def share(system: Viewer) -> int:
    """Share every closed month that was not shared yet, of all contracts, in the running transaction.

    Returns how many figures were written. The facts are brought in line first, which also lets nobody else share.
    """
    while refresh(system):
        pass
    return sum(share_contract(contract, system) for contract in _contracts())


def share_contract(contract: Contract, system: Viewer) -> int:
    """Share the closed months of one contract."""
    rule = rule_on(system.today)
    last = rule.last_closed(system.today)
    facts = Facts.of(contract)
    shared: list[SharedMeasure] = []
    for measure in measures_of(milestone_codes(contract), money=False):
        if not measure.shared:
            continue
        if measure.is_ratio:
            figures = [*rates(measure, facts, last, rule), *peers(measure, facts, last, rule)]
        else:
            figures = counts(measure, facts, last, rule, system)
        for figure in figures:
            figure.tenant_id, figure.contract = system.tenant_id, contract
            figure.measure, figure.definition = measure.code, definition_of(measure)
            figure.published_at = system.now()
        SharedMeasure.objects.bulk_create(figures)
        shared += figures
    return len(shared)


@dataclass
class Facts:
    """The facts of a contract: by provider, code, month of referral and elapsed months."""

    contract: Contract
    cells: Counter[tuple[UUID | None, str, date, int]] = field(default_factory=Counter)

    @classmethod
    def of(cls, contract: Contract) -> "Facts":
        """Read in one query."""
        rows = PerformanceFact.objects.filter(contract=contract).values_list(
            "organisation_id", "code", "cohort_month", "elapsed_month"
        )
        found = cls(contract)
        for provider, code, cohort, elapsed, amount in rows.annotate(total=Sum("amount")):
            found.cells[provider, code, cohort, elapsed] = amount
        return found

    def by_month(self, codes: Iterable[str]) -> Counter[tuple[UUID | None, date]]:
        """How much there is by provider and the month in which it happened."""
        found: Counter[tuple[UUID | None, date]] = Counter()
        for (provider, code, cohort, elapsed), amount in self.cells.items():
            if code in codes:
                found[provider, shift(cohort, elapsed)] += amount
        return found

    def of_cohorts(self, measure: Measure) -> dict[UUID | None, dict[date, tuple[int, int]]]:
        """Numerator and denominator of a rate by provider and month of referral."""
        found: dict[UUID | None, dict[date, tuple[int, int]]] = defaultdict(dict)
        for (provider, code, cohort, elapsed), amount in self.cells.items():
            if elapsed <= measure.months_after:
                above, below = found[provider].get(cohort, (0, 0))
                above += amount * (code in measure.codes)
                below += amount * (code in COUNTS[measure.denominator])
                found[provider][cohort] = above, below
        return found


def counts(measure: Measure, facts: Facts, last: date, rule: Rule, system: Viewer) -> list[SharedMeasure]:
    """The closed months of a count that were not shared yet, with what there is to date."""
    table = Table.of(measure, facts.contract)
    first = shift(table.ends[-1], 1) if table.ends else month_of(facts.contract.starts_on)
    if last < first:
        return []
    found = facts.by_month(measure.codes)
    seen = {provider for provider, _ in [*found, *table.singles]}
    known = {one.pk for one in providers_of(facts.contract, seen - {None})}
    new = table.close(first, last, found, {None, *known})
    ClosedCount.objects.bulk_create(
        ClosedCount(
            tenant_id=system.tenant_id,
            contract=facts.contract,
            organisation_id=provider,
            measure=measure.code,
            month=month,
            amount=amount,
        )
        for (provider, month), amount in new.items()
    )
    figures = list(table.figures())
    hidden = withheld(figures, rule.threshold)
    return [
        _shared(one.key, None if one.key in hidden else one.amount) for one in figures if one.shown is None
    ]


def rates(measure: Measure, facts: Facts, last: date, rule: Rule) -> list[SharedMeasure]:
    """The rate of everybody for each month of referral whose time is over, where both its parts may be shown."""
    mine = SharedMeasure.objects.filter(
        contract=facts.contract, audience=Audience.COMMISSIONER, span=Span.MONTH
    )
    done = set(mine.filter(measure=measure.code).values_list("month", flat=True))
    of_shown = mine.filter(measure=measure.denominator, part=Part.WHOLE).exclude(value=None)
    may_be_shown = set(of_shown.values_list("month", flat=True))
    whole: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for cohorts in facts.of_cohorts(measure).values():
        for month, (above, below) in cohorts.items():
            whole[month] += Counter(above=above, below=below)
    figures = []
    for month, rate in sorted(whole.items()):
        if rate["below"] and month not in done and month <= shift(last, -measure.months_after):
            publishable = ratio_is_publishable(rate["above"], rate["below"], rule.threshold)
            value = per_cent(rate["above"], rate["below"]) if publishable and month in may_be_shown else None
            figures.append(
                SharedMeasure(
                    audience=Audience.COMMISSIONER, span=Span.MONTH, month=month, part=Part.WHOLE, value=value
                )
            )
    return figures


def peers(measure: Measure, facts: Facts, last: date, rule: Rule) -> list[SharedMeasure]:
    """The providers' rates over the last twelve months whose time is over, lowest first, without a name.

    A mark that followed a provider from month to month would give it away; so there is none. Who has too few people
    is left out, and nothing is shared of fewer providers than the rule asks for.
    """
    until = shift(last, -measure.months_after)
    shared = SharedMeasure.objects.filter(contract=facts.contract, audience=Audience.PEERS)
    if shared.filter(measure=measure.code, month__gte=until).exists():
        return []
    window, found = year_of(measure, until), []
    for provider, cohorts in facts.of_cohorts(measure).items():
        inside = [rate for month, rate in cohorts.items() if window.holds(month, 0)]
        above, below = sum(rate[0] for rate in inside), sum(rate[1] for rate in inside)
        if (
            provider
            and below >= measure.minimum_sample
            and ratio_is_publishable(above, below, rule.threshold)
        ):
            found.append(per_cent(above, below))
    if len(found) < rule.least_peers:
        return []
    return [
        SharedMeasure(
            audience=Audience.PEERS, span=Span.YEAR, month=until, part=Part.PEER, place=place, value=value
        )
        for place, value in enumerate(sorted(found))
    ]


def year_of(measure: Measure, until: date) -> Window:
    """The twelve months of referral that end with this one, and what counts of them."""
    return Window(shift(until, 1 - YEAR), until, by=measure.months_after)


def per_cent(above: int, below: int) -> int:
    """A rate in whole per cent, halves up."""
    return int(Fraction(100 * above, below) + Fraction(1, 2))


def _shared(key: Key, value: int | None) -> SharedMeasure:
    span, month, (part, provider) = key
    return SharedMeasure(
        audience=Audience.COMMISSIONER,
        span=span,
        month=month,
        part=part,
        organisation_id=provider,
        value=value,
    )


def _contracts() -> QuerySet[Contract]:
    return Contract.objects.select_related("programme").order_by("pk")


def _share_item(item: OutboxItem, system: Viewer) -> None:
    """Ask for each contract on its own, so that nobody waits for the facts while all of them are worked out."""
    if item.subject_id is None:
        for contract in _contracts():
            outbox.enqueue("share", system, subject_id=contract.pk)
        return
    while refresh(system):
        pass
    share_contract(_contracts().get(pk=item.subject_id), system)


def connect() -> None:
    """Offer the work, and have it done once a day; called when the apps are ready."""
    outbox.consume("share", _share_item)
    outbox.every_day("share what has closed", "share")
