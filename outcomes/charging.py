"""What the terms charge a month, worked out from the books: a provider's statement, or the contract's own month.

Nothing is charged twice and nothing is charged anew: see outcomes.charges. Runs as the system, past everybody's walls,
so that the sum is the same whoever asks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from outcomes import charges as engine
from outcomes.charges import Due, Month
from outcomes.models import Charge, Journal, Statement
from outcomes.pricing import Rounding, Side, share
from programmes.models import Contract, Fee
from programmes.months import shifted

# A line counts in the month in which it could be claimed, and what reverses it in the same: so that a year's volume is
# right, however late a correction comes.
CLAIMABLE = TruncMonth(Coalesce("reverses__claimable_from", "claimable_from"))


@dataclass(frozen=True)
class ChargeDue:
    """What one term charges one month: pence, below zero taken away, and how that was worked out."""

    fee: Fee
    kind: Charge.Kind
    organisation_id: UUID | None
    month: date
    pence: int
    why: str


@dataclass(frozen=True)
class Account:
    """One side of a contract, of one provider or of nobody: its terms, what it was charged, and what people earned.

    months are those in which lines can be claimed, a reversal's being that of the line it reverses; statements are
    those on which the lines stand. held is what releases: terms by which something of this provider's was held back.
    """

    contract: Contract
    fees: list[Fee]
    charged: list[Charge]
    months: list[Month]
    statements: list[Month] = field(default_factory=list)
    held: list[Fee] = field(default_factory=list)
    organisation_id: UUID | None = None

    def due(self, month: date) -> list[ChargeDue]:
        """What the terms charge the month, which nothing charged before; what comes to nothing is left out."""
        terms = [(fee, rule) for fee in self.fees for rule in rules_of(fee, self.contract)]
        of_month = [
            self._found(fee, rule, month, rule.due(self.statements, month))
            for fee, rule in terms
            if rule.by_month
        ]
        rest = [(fee, rule) for fee, rule in terms if not rule.by_month]
        kinds = dict.fromkeys(rule.kind for _, rule in rest)
        so_far = [self._so_far([one for one in rest if one[1].kind == kind], month) for kind in kinds]
        freed = [self._freed(fee, month) for fee in self.held]
        return [due for due in (*so_far, *of_month, *freed) if due.pence]

    def _so_far(self, terms: list[tuple[Fee, engine.Fee]], month: date) -> ChargeDue:
        """By all terms of one kind together, which hold from the beginning, whatever stood before them."""
        fee, first = terms[0]
        parts = [rule.due(self.months, month) for _, rule in terms]
        due = Due(sum(part.pence for part in parts), "; ".join(part.why for part in parts))
        before = sum(one.pence for one in self.charged if one.kind == first.kind and one.month <= month)
        return self._found(fee, first, month, engine.less(due, before))

    def _freed(self, fee: Fee, month: date) -> ChargeDue:
        """What a term held back so long ago that it comes free, less what came free before."""
        mine = [one for one in self.charged if one.fee_id == fee.pk and one.month <= month]
        held = [Month(one.month, one.pence) for one in mine if one.kind == Charge.Kind.RETENTION]
        before = sum(one.pence for one in mine if one.kind == Charge.Kind.RETENTION_RELEASE)
        rule = engine.RetentionRelease(starts_on=self.contract.starts_on, months=cast("int", fee.months))
        return self._found(fee, rule, month, engine.less(rule.due(held, month), before))

    def _found(self, fee: Fee, rule: engine.Fee, month: date, due: Due) -> ChargeDue:
        return ChargeDue(fee, Charge.Kind(rule.kind), self.organisation_id, month, due.pence, due.why)


def of_statement(statement: Statement) -> list[ChargeDue]:
    """What the terms charge the month of a provider's statement; nothing where they have.

    Months before it whose statement is still open are taken as charged what they will be.
    """
    whose = {"contract": statement.contract_id, "organisation": statement.organisation_id}
    charged = list(Charge.objects.filter(**whose, side=Journal.Side.PROVIDER))
    if any(one.month == statement.month and one.fee_id for one in charged):
        return []
    lines = Journal.objects.filter(**whose, side=Journal.Side.PROVIDER, statement__month__lte=statement.month)
    account = Account(
        contract=Contract.objects.get(pk=statement.contract_id),
        fees=_own_first(fees_on(statement.contract_id, "provider"), statement.organisation_id),
        charged=charged,
        months=list(_months(lines, CLAIMABLE)),
        statements=list(_months(lines, F("statement__month"))),
        held=list(Fee.objects.filter(pk__in={c.fee_id for c in charged if c.kind == Charge.Kind.RETENTION})),
        organisation_id=statement.organisation_id,
    )
    open_ones = Statement.objects.filter(**whose, month__lt=statement.month, sealed_at=None)
    for month in open_ones.order_by("month").values_list("month", flat=True):
        charged += [_as_charged(one) for one in account.due(month)]
    return account.due(statement.month)


def of_contract(contract: Contract, up_to: date) -> list[ChargeDue]:
    """What the commissioner is charged by the terms for each month up to one (a first day) after the last charged."""
    charged = list(
        Charge.objects.filter(contract=contract, side=Journal.Side.COMMISSIONER, fee__isnull=False)
    )
    fees = fees_on(contract.pk, "commissioner")
    lines = Journal.objects.filter(contract=contract, side=Journal.Side.COMMISSIONER)
    account = Account(contract, fees, charged, list(_months(lines, CLAIMABLE)) if fees else [])
    due: list[ChargeDue] = []
    month = max((shifted(one.month, 1) for one in charged), default=contract.starts_on.replace(day=1))
    while fees and month <= up_to:
        found = account.due(month)
        due += found
        charged += [_as_charged(one) for one in found]
        month = shifted(month, 1)
    return due


def without_statement(contract: Contract, month: date) -> list[Statement]:
    """The statements, not yet written, of providers that have no line in a month but are charged something in it."""
    there = Statement.objects.filter(contract=contract)
    providers = there.order_by("organisation").values_list("organisation", flat=True).distinct()
    has_one = set(there.filter(month=month).values_list("organisation", flat=True))
    wanted = [
        Statement(tenant_id=contract.tenant_id, contract=contract, organisation_id=pk, month=month)
        for pk in providers
        if pk not in has_one
    ]
    return [one for one in wanted if of_statement(one)]


def fees_on(contract_id: UUID, side: Side) -> list[Fee]:
    """The terms of one side that are in force."""
    return list(Fee.objects.filter(contract=contract_id, side=side, withdrawn_at=None).order_by("kind", "pk"))


def rules_of(fee: Fee, contract: Contract) -> Iterator[engine.Fee]:
    """The engine's rule for one term; none where its amount is not known."""
    said: dict[str, Any] = {"starts_on": contract.starts_on, "rounding": fee.rounding}
    match fee.kind:
        case Fee.Kind.DELIVERY_FEE if (whole := _whole(fee)) is not None:
            yield engine.DeliveryFee(pence=whole, months=cast("int", fee.months), **said)
        case Fee.Kind.MANAGEMENT_FEE:
            yield engine.ManagementFee(basis_points=cast("int", fee.share_basis_points), **said)
        case Fee.Kind.RETENTION:
            yield engine.Retention(basis_points=cast("int", fee.share_basis_points), **said)
        case Fee.Kind.CAP if fee.pence is not None:
            yield engine.Cap(pence=fee.pence, per=cast("engine.Period", fee.per), **said)
        case Fee.Kind.VOLUME_BAND if fee.pence is not None:
            yield engine.VolumeBand(
                milestone=fee.milestone,
                above=cast("int", fee.above),
                last=fee.up_to,
                pence=fee.pence,
                per=cast("engine.Period", fee.per),
                **said,
            )


def lacking_an_amount(contract_id: UUID) -> list[Fee]:
    """Terms in force by which something is paid, of an amount that nobody knows: nothing is charged by them."""
    fees = Fee.objects.filter(contract=contract_id, withdrawn_at=None, pence=None)
    unknown = fees.filter(kind__in=[Fee.Kind.DELIVERY_FEE, Fee.Kind.CAP, Fee.Kind.VOLUME_BAND])
    return [
        fee for fee in unknown.order_by("kind") if fee.kind != Fee.Kind.DELIVERY_FEE or _whole(fee) is None
    ]


def _whole(fee: Fee) -> int | None:
    """The whole of a delivery fee; a provider's part is taken of what the commissioner pays."""
    if fee.share_basis_points is None:
        return fee.pence
    paid = Fee.objects.filter(
        contract=fee.contract_id, side="commissioner", kind=Fee.Kind.DELIVERY_FEE, withdrawn_at=None
    ).first()
    if paid is None or paid.pence is None:
        return None
    return share(paid.pence, fee.share_basis_points, cast("Rounding", fee.rounding))


def _own_first(fees: list[Fee], organisation_id: UUID | None) -> list[Fee]:
    """The provider's own terms, and of each kind that it has none of, those for every provider."""
    own = [fee for fee in fees if fee.organisation_id == organisation_id and organisation_id]
    kinds = {fee.kind for fee in own if fee.withdrawn_at is None}
    return own + [fee for fee in fees if fee.organisation_id is None and fee.kind not in kinds]


def _months(lines: QuerySet[Journal], month: Any) -> Iterator[Month]:
    """What people's lines come to by month: those earned less those reversed, and less what was recovered of them."""
    is_of_people = ~Q(kind=Journal.Kind.CHARGE) | Q(charge__kind=Charge.Kind.RECOVERY)
    people = lines.filter(is_of_people).annotate(in_month=month).order_by()
    pence: Counter[date] = Counter()
    counts: defaultdict[date, Counter[str]] = defaultdict(Counter)
    rows = people.values_list("in_month", "milestone__code", "kind")
    for first, code, kind, total, number in rows.annotate(total=Sum("pence"), number=Count("pk")):
        pence[first] += total
        if kind != Journal.Kind.CHARGE:
            counts[first][code] += number if kind == Journal.Kind.ACCRUAL else -number
    return (Month(first, total, counts[first]) for first, total in pence.items())


def _as_charged(due: ChargeDue) -> Charge:
    return Charge(fee=due.fee, kind=due.kind, month=due.month, pence=due.pence)
