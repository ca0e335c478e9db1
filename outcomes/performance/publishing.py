"""Publishing the figures of closed months, and restating them when later facts move them.

A month closes some days after its end (disclosure.toml). Each figure of it is written down then with the fingerprint of
its definition, and never changed; every night those that moved since are restated. What moved them can be asked for
(outcomes.performance.moves), since what counts knows when it was added and when it was removed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from outcomes.models import Contribution, FormerContribution, PublishedFigure, Restatement
from outcomes.performance.disclosure import rule_on
from outcomes.performance.figures import Board, Figure, offered
from outcomes.performance.known import Known
from outcomes.performance.periods import Period, Window, month_of, months_between, shift
from outcomes.performance.refresh import refresh
from outcomes.performance.sharing import definition_of
from partners import outbox
from partners.models import OutboxItem
from partners.viewer import Viewer
from programmes.measure import Clock, Measure
from programmes.models import Contract

Part = PublishedFigure.Part
# Whose a figure is: a part of the contract and, where that is one, its provider.
Whose = tuple[str, UUID | None]


@dataclass(frozen=True)
class Moved:
    """The months in which anything moved since a moment: in which it happened, and of referral."""

    months: frozenset[date]
    cohorts: frozenset[date]

    @classmethod
    def since(cls, contract: Contract, at: datetime) -> "Moved":
        """Read in two queries."""
        added = Contribution.objects.filter(contract=contract, added_at__gt=at)
        removed = FormerContribution.objects.filter(contract=contract, removed_at__gt=at)
        cells = {
            cell
            for rows in (added, removed)
            for cell in rows.order_by().values_list("month", "cohort_month").distinct()
        }
        return cls(frozenset(month for month, _ in cells), frozenset(cohort for _, cohort in cells))

    def touches(self, measure: Measure, month: date) -> bool:
        """Whether a measure of a month may have moved."""
        if measure.clock is Clock.COHORT:
            return month in self.cohorts
        if measure.clock is Clock.TO_DATE:
            return any(moved <= month for moved in self.months)
        return month in self.months


def publish(contract: Contract, system: Viewer) -> int:
    """Write down every figure of the closed months that was not written down yet; returns how many.

    On the cohort's clock a month of referral is published once its time is over.
    """
    last = rule_on(system.today).last_closed(system.today)
    begin = month_of(contract.starts_on)
    done = set(PublishedFigure.objects.filter(contract=contract).values_list("measure", "month").distinct())
    measures, at = offered(contract, money=True), system.now()
    written = 0
    for number in range(months_between(begin, last) + 1):
        month = shift(begin, number)
        fresh = [one for one in measures if (one.code, month) not in done]
        rows = [
            PublishedFigure(
                tenant_id=system.tenant_id,
                contract=contract,
                part=part,
                organisation_id=provider,
                measure=figure.measure.code,
                month=month,
                **values(figure),
                definition=definition_of(figure.measure),
                published_at=at,
            )
            for (part, provider), figure in figures(contract, month, fresh, system)
        ]
        PublishedFigure.objects.bulk_create(rows, batch_size=1000)
        written += len(rows)
    return written


def restate(contract: Contract, system: Viewer) -> int:
    """Restate every published figure that came to something else since it was looked at last; returns how many.

    Looks at the months alone in which anything moved since. What is defined otherwise by now is not held against it.
    """
    published = PublishedFigure.objects.filter(contract=contract)
    since = _looked_at(contract)
    if since is None:
        return 0
    moved, by_code = Moved.since(contract, since), {one.code: one for one in offered(contract, money=True)}
    asked = [
        (month, by_code[code])
        for code, month in published.values_list("measure", "month").distinct().order_by("month")
        if code in by_code and moved.touches(by_code[code], month)
    ]
    rows: list[Restatement] = []
    for month in sorted({month for month, _ in asked}):
        measures = [measure for of, measure in asked if of == month]
        rows += _restated(contract, month, measures, system)
    Restatement.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def figures(
    contract: Contract, month: date, measures: Iterable[Measure], system: Viewer
) -> Iterator[tuple[Whose, Figure]]:
    """The figures of one closed month as they are now: of everybody, of each provider, of nobody yet.

    Below the threshold people whom named people alone see are left out, as on every page."""
    windows = windows_of(contract, month, measures, system.today)
    measures = [one for one in measures if one.code in windows]
    if not measures:
        return
    board = Board.within(contract, measures, windows, Known(system))
    parts: list[tuple[Whose, dict[str, Figure]]] = [((Part.WHOLE, None), board.whole)]
    parts += [((Part.PROVIDER, row.organisation.pk), row.figures) for row in board.rows if row.organisation]
    parts.append(((Part.NOBODY, None), board.nobody))
    yield from ((whose, figure) for whose, of in parts for figure in of.values())


def windows_of(
    contract: Contract, month: date, measures: Iterable[Measure], today: date
) -> dict[str, Window]:
    """The window of each measure in a month that is closed, by its code; none where its time is not over, and none of
    what stands today."""
    closed = shift(rule_on(today).last_closed(today), 1)
    period = Period(f"{month:%Y-%m}", f"{month:%B %Y}", month, month, month_of(contract.starts_on))
    found = {one.code: period.window(one, closed) for one in measures if not one.stands}
    return {code: window for code, window in found.items() if not window.is_empty}


def values(figure: Figure) -> dict[str, int | None]:
    """What is stored of a figure."""
    return {"amount": figure.amount, "base": figure.base, "days": figure.days}


def nothing(measure: Measure) -> Figure:
    """The figure of a provider for whom nothing counts any more."""
    return Figure(measure, 0, base=0 if measure.is_ratio else None)


def standing(contract: Contract, month: date) -> dict[PublishedFigure, Restatement | None]:
    """The published figures of a month, each with its last restatement, in two queries."""
    found = PublishedFigure.objects.filter(contract=contract, month=month).select_related("organisation")
    restated = Restatement.objects.filter(figure__in=found).order_by("restated_at")
    last = {one.figure_id: one for one in restated}
    return {figure: last.get(figure.pk) for figure in found}


def _looked_at(contract: Contract) -> datetime | None:
    published = PublishedFigure.objects.filter(contract=contract).aggregate(at=Max("published_at"))["at"]
    restated = Restatement.objects.filter(contract=contract).aggregate(at=Max("restated_at"))["at"]
    return max((at for at in (published, restated) if at), default=None)


def _restated(
    contract: Contract, month: date, measures: list[Measure], system: Viewer
) -> Iterator[Restatement]:
    now = {
        (figure.measure.code, *whose): figure for whose, figure in figures(contract, month, measures, system)
    }
    kept, at = standing(contract, month), system.now()
    by_code = {one.code: one for one in measures}
    for published, last in [*kept.items(), *((one, None) for one in _newcomers(now, list(kept)))]:
        measure = by_code.get(published.measure)
        if measure is None or definition_of(measure) != published.definition:
            continue
        figure = now.get((measure.code, published.part, published.organisation_id))
        was, found = last or published, values(figure or nothing(measure))
        if any(getattr(was, name) != value for name, value in found.items()):
            yield Restatement(
                tenant_id=system.tenant_id,
                contract=contract,
                organisation_id=published.organisation_id,
                figure=published,
                **found,
                was_amount=was.amount,
                was_base=was.base,
                was_days=was.days,
                restated_at=at,
            )


def _newcomers(
    now: Mapping[tuple[str, str, UUID | None], Figure], kept: list[PublishedFigure]
) -> list[PublishedFigure]:
    """Providers for whom nothing counted when the month was published, and something does by now: written down as the
    nothing that was published of them."""
    there = {(one.measure, one.part, one.organisation_id) for one in kept}
    whole = {one.measure: one for one in kept if one.part == Part.WHOLE}
    rows = [
        PublishedFigure(
            tenant_id=whole[code].tenant_id,
            contract_id=whole[code].contract_id,
            part=part,
            organisation_id=provider,
            measure=code,
            month=whole[code].month,
            **values(nothing(figure.measure)),
            definition=whole[code].definition,
            published_at=whole[code].published_at,
        )
        for (code, part, provider), figure in now.items()
        if (code, part, provider) not in there and code in whole
    ]
    return PublishedFigure.objects.bulk_create(rows)


def _publish_item(item: OutboxItem, system: Viewer) -> None:
    """Ask for each contract on its own; the facts are brought in line first, which also lets nobody else write them."""
    contracts = Contract.objects.select_related("programme").order_by("pk")
    if item.subject_id is None:
        for contract in contracts:
            outbox.enqueue("publish", system, subject_id=contract.pk)
        return
    while refresh(system):
        pass
    restate(contracts.get(pk=item.subject_id), system)
    publish(contracts.get(pk=item.subject_id), system)
    outbox.enqueue("packs_of_the_month", system, subject_id=item.subject_id)


def connect() -> None:
    """Offer the work, and have it done once a day; called when the apps are ready."""
    outbox.consume("publish", _publish_item)
    outbox.every_day("publish what has closed", "publish")
