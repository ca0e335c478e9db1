"""What the terms charge a month, worked out from the books: a provider's statement, or the contract's own month.

Nothing is charged twice and nothing is charged anew: see outcomes.charges. Runs as the system, past everybody's walls,
so that the sum is the same whoever asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from outcomes import charges as engine
from outcomes.charges import Due, Month
from outcomes.models import Charge, Entry, Journal, Milestone, Statement
from outcomes.pricing import Rounding, Side, share
from partners.models import DomainEvent
from partners.viewer import Viewer, acting_as
from programmes.models import Contract, Fee, SupplyAgreement
from programmes.months import shifted

# Terms that are in force now, and every line.
NOW, EVERY = Q(withdrawn_at=None), Q()
# A line counts in the month in which it could be claimed, and what reverses it in the same: so that a year's sum is
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
class Then:
    """As of when something is worked out: the terms in force, and the days from which months count, of the contract and
    of the provider's agreement; now, where they are not said. left_on is the agreement's last day where it had one.

    written is the id of a row that was written then: what was known has a lower one, since ids sort by the time at
    which their rows were written.
    """

    in_force: Q = NOW
    written: UUID | None = None
    starts_on: date | None = None
    joined_on: date | None = None
    left_on: date | None = None

    @property
    def is_now(self) -> bool:
        """Whether the agreement is the one that stands now."""
        return self.written is None


@dataclass(frozen=True)
class Account:
    """One side of a contract, of one provider or of nobody: its terms, what it was charged, and what people earned.

    months are those in which lines can be claimed, a reversal's being that of the line it reverses, with the number of
    each milestone in force that can be claimed, whether it has a price or not; statements are those on which the lines
    stand. held is what releases: terms by which something of this provider's was held back.
    joined_on is the first day of the provider's agreement, left_on its last one.
    """

    contract: Contract
    fees: list[Fee]
    charged: list[Charge]
    months: list[Month]
    statements: list[Month] = field(default_factory=list)
    held: list[Fee] = field(default_factory=list)
    organisation_id: UUID | None = None
    joined_on: date | None = None
    left_on: date | None = None
    then: Then = Then()

    def due(self, month: date) -> list[ChargeDue]:
        """What the terms charge the month, which nothing charged before; what comes to nothing is left out."""
        terms = [(fee, rule) for fee in self.fees for rule in self._rules_of(fee)]
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

    def _rules_of(self, fee: Fee) -> Iterator[engine.Fee]:
        """The engine's rule for one term; none where its amount is not known.

        The months of a provider's delivery fee count from the first day of its agreement; where they are those of the
        whole contract, the ones before that day are not paid. Nor are those after the month of the agreement's end.
        """
        starts_on = self.then.starts_on or self.contract.starts_on
        said: dict[str, Any] = {"starts_on": starts_on, "rounding": fee.rounding}
        match fee.kind:
            case Fee.Kind.DELIVERY_FEE if (whole := _whole(fee, self.then.in_force)) is not None:
                joins_on = max(self.joined_on or starts_on, starts_on)
                said["starts_on"] = starts_on if fee.per == Fee.Period.CONTRACT else joins_on
                said |= {"joins_on": joins_on, "leaves_on": self.left_on}
                yield engine.DeliveryFee(pence=whole, months=cast("int", fee.months), **said)
            case Fee.Kind.MANAGEMENT_FEE:
                yield engine.ManagementFee(basis_points=cast("int", fee.share_basis_points), **said)
            case Fee.Kind.RETENTION:
                yield engine.Retention(basis_points=cast("int", fee.share_basis_points), **said)
            case Fee.Kind.CAP if fee.pence is not None:
                yield engine.Cap(pence=fee.pence, per=cast("engine.Period", fee.per), **said)
            case Fee.Kind.VOLUME_BAND if fee.pence is not None and fee.above is not None:
                yield engine.VolumeBand(
                    milestone=fee.milestone,
                    alike=_alike(fee.milestone, self.contract),
                    above=fee.above,
                    last=fee.up_to,
                    pence=fee.pence,
                    per=cast("engine.Period", fee.per),
                    **said,
                )

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
    charged = charged_to_provider(statement.contract_id, statement.organisation_id)
    if any(_is_of(statement, one) for one in charged):
        return []
    return _of_statement(statement, charged, Then())


def of_sealed(statement: Statement, then: Then) -> list[ChargeDue]:
    """What the terms of that time charge the month of a sealed statement, worked out anew."""
    before = [
        one
        for one in charged_to_provider(statement.contract_id, statement.organisation_id)
        if not _is_of(statement, one)
    ]
    return _of_statement(statement, before, then)


def of_contract(contract: Contract, up_to: date) -> list[ChargeDue]:
    """What the commissioner is charged by the terms for each month up to one (a first day) after the last charged."""
    return of_contract_known(contract, up_to, charged_to_commissioner(contract), Then())


def of_contract_known(
    contract: Contract, up_to: date, before: Iterable[Charge], then: Then
) -> list[ChargeDue]:
    """The same worked out anew: after what was charged before, from what was known then, by the terms of then."""
    charged = list(before)
    account = commissioners_account(contract, charged, then)
    due: list[ChargeDue] = []
    month = first_uncharged(then.starts_on or contract.starts_on, charged)
    while account.fees and month <= up_to:
        found = account.due(month)
        due += found
        charged += [as_charged(one) for one in found]
        month = shifted(month, 1)
    return due


def charged_to_commissioner(contract: Contract) -> QuerySet[Charge]:
    """What the terms charged the commissioner so far."""
    return Charge.objects.filter(contract=contract, side=Journal.Side.COMMISSIONER, fee__isnull=False)


def in_force_at(at: datetime, written: UUID) -> Q:
    """The terms that were in force at a moment of the workspace's clock, when a row with this id was written.

    Ids sort by the time at which their rows were written, whatever the workspace's clock says.
    """
    return Q(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), pk__lt=written)


def charged_to_provider(contract_id: UUID, organisation_id: UUID) -> list[Charge]:
    """Everything that a provider was charged on a contract."""
    return list(
        Charge.objects.filter(contract=contract_id, organisation=organisation_id, side=Journal.Side.PROVIDER)
    )


def _is_of(statement: Statement, charge: Charge) -> bool:
    return charge.month == statement.month and charge.fee_id is not None


def _of_statement(statement: Statement, charged: list[Charge], then: Then) -> list[ChargeDue]:
    contract = Contract.objects.get(pk=statement.contract_id)
    lines = Q(statement__month__lte=statement.month)
    account = account_of(contract, statement.organisation_id, charged, lines, then)
    for month in unsealed(contract, statement.organisation_id, before=statement.month):
        charged += [as_charged(one) for one in account.due(month)]
    return account.due(statement.month)


def unsealed(contract: Contract, organisation_id: UUID, before: date) -> list[date]:
    """The months before one whose statement of a provider is not sealed, the earliest first."""
    there = Statement.objects.filter(contract=contract, organisation=organisation_id, sealed_at=None)
    return list(there.filter(month__lt=before).order_by("month").values_list("month", flat=True))


def account_of(
    contract: Contract,
    organisation_id: UUID,
    charged: list[Charge],
    lines: Q = EVERY,
    then: Then = Then(),
) -> Account:
    """A provider's account on a contract, of these of its lines, and what it was charged."""
    own = Journal.objects.filter(
        lines, contract=contract, organisation=organisation_id, side=Journal.Side.PROVIDER
    )
    fees = _own_first(fees_on(contract.pk, "provider", then.in_force), organisation_id)
    reached = _reached(contract, then).filter(organisation=organisation_id)
    return Account(
        contract=contract,
        fees=fees,
        charged=charged,
        months=_months(own, CLAIMABLE, _counts(fees, reached)),
        statements=_months(own, F("statement__month")),
        held=list(Fee.objects.filter(pk__in={c.fee_id for c in charged if c.kind == Charge.Kind.RETENTION})),
        organisation_id=organisation_id,
        joined_on=then.joined_on or joined_on(contract.pk, organisation_id),
        left_on=left_on(contract.pk, organisation_id) if then.is_now else then.left_on,
        then=then,
    )


def commissioners_account(contract: Contract, charged: list[Charge], then: Then = Then()) -> Account:
    """The account of the contract itself with the commissioner."""
    fees = fees_on(contract.pk, "commissioner", then.in_force)
    lines = (
        Q(Exists(Entry.objects.filter(journal=OuterRef("pk"), pk__lt=then.written)))
        if then.written
        else EVERY
    )
    own = Journal.objects.filter(lines, contract=contract, side=Journal.Side.COMMISSIONER)
    months = _months(own, CLAIMABLE, _counts(fees, _reached(contract, then))) if fees else []
    return Account(contract, fees, charged, months, then=then)


def first_uncharged(starts_on: date, charged: list[Charge]) -> date:
    """The month after the last one that the commissioner was charged; at first that of the contract's first day."""
    return max((shifted(one.month, 1) for one in charged), default=starts_on.replace(day=1))


def without_statement(contract: Contract, month: date) -> list[Statement]:
    """The statements, not yet written, of providers that have no line in a month but are charged something in it."""
    there = Statement.objects.filter(contract=contract)
    known = there.order_by().values_list("organisation")
    # Whoever has reached something has a part in the volume, though nobody knows its price.
    reached = _reached(contract, Then()).order_by().values_list("organisation")
    providers = sorted(pk for (pk,) in known.union(reached))
    has_one = set(there.filter(month=month).values_list("organisation", flat=True))
    wanted = [
        Statement(tenant_id=contract.tenant_id, contract=contract, organisation_id=pk, month=month)
        for pk in providers
        if pk not in has_one
    ]
    return [one for one in wanted if of_statement(one)]


def fees_on(contract_id: UUID, side: Side, in_force: Q = NOW) -> list[Fee]:
    """The terms of one side that are in force, now unless it is said."""
    return list(Fee.objects.filter(in_force, contract=contract_id, side=side).order_by("kind", "pk"))


def joined_on(contract_id: UUID, organisation_id: UUID) -> date | None:
    """The first day of a provider's agreement on a contract."""
    agreement = SupplyAgreement.objects.filter(contract=contract_id, organisation=organisation_id).first()
    return agreement.starts_on if agreement else None


def left_on(contract_id: UUID, organisation_id: UUID) -> date | None:
    """The last day of a provider's agreement on a contract; none while it goes on."""
    agreement = SupplyAgreement.objects.filter(contract=contract_id, organisation=organisation_id).first()
    return agreement.ends_on if agreement else None


def lacking_an_amount(contract_id: UUID) -> list[Fee]:
    """Terms in force by which something is paid, of an amount that nobody knows: nothing is charged by them."""
    fees = Fee.objects.filter(NOW, contract=contract_id).order_by("kind", "pk")
    return [
        fee for fee in fees if fee.is_unknown or (fee.kind == Fee.Kind.DELIVERY_FEE and _whole(fee) is None)
    ]


def unknown_charges(
    viewer: Viewer, contract_id: UUID, side: str, organisation_id: UUID | None = None
) -> list[str]:
    """What is paid by the month on one side and nobody knows how much, in words; of one provider, or of all.

    Read past the walls: a provider's part of a sum that it does not see is known.
    """
    with acting_as(viewer.as_system("charges without an amount")):
        fees = [fee for fee in lacking_an_amount(contract_id) if fee.side == side]
        if organisation_id:
            lacking, terms = fees, fees_on(contract_id, cast("Side", side))
            fees = [fee for fee in _own_first(terms, organisation_id) if fee in lacking]
    return [fee.get_kind_display().lower() for fee in fees]


def _whole(fee: Fee, in_force: Q = NOW) -> int | None:
    """The whole of a delivery fee; a provider's part is taken of what the commissioner pays."""
    if fee.share_basis_points is None:
        return fee.pence
    paid = Fee.objects.filter(
        in_force, contract=fee.contract_id, side="commissioner", kind=Fee.Kind.DELIVERY_FEE
    ).first()
    if paid is None or paid.pence is None:
        return None
    return share(paid.pence, fee.share_basis_points, cast("Rounding", fee.rounding))


def _alike(milestone: str, contract: Contract) -> tuple[str, ...]:
    """The other milestones of the programme that are one outcome with it, reached in another way."""
    outcome_of = {row["code"]: row.get("one_of", "") for row in contract.programme.milestones}
    outcome = outcome_of.get(milestone, "")
    return tuple(code for code, one in outcome_of.items() if outcome and one == outcome and code != milestone)


def _own_first(fees: list[Fee], organisation_id: UUID | None) -> list[Fee]:
    """The provider's own terms, and of each kind that it has none of, those for every provider."""
    own = [fee for fee in fees if fee.organisation_id == organisation_id and organisation_id]
    kinds = {fee.kind for fee in own}
    return own + [fee for fee in fees if fee.organisation_id is None and fee.kind not in kinds]


def _reached(contract: Contract, then: Then) -> QuerySet[Milestone]:
    """The contract's milestones that were in force then, whoever reached them and whether they have a price or not."""
    milestones = Milestone.objects.filter(contract=contract)
    if then.written is None:
        return milestones.filter(reversed_at=None)
    since = DomainEvent.objects.filter(
        kind="milestone.reversed", contract_id=contract.pk, pk__gte=then.written
    ).values("subject_id")
    return milestones.filter(Q(reversed_at=None) | Q(pk__in=since), pk__lt=then.written)


def _counts(fees: Iterable[Fee], reached: QuerySet[Milestone]) -> dict[date, dict[str, int]]:
    """By month in which they can be claimed, how many of each milestone; none where no term asks for them."""
    if all(fee.kind != Fee.Kind.VOLUME_BAND for fee in fees):
        return {}
    counts: defaultdict[date, dict[str, int]] = defaultdict(dict)
    rows = reached.annotate(in_month=TruncMonth("claimable_from")).order_by().values_list("in_month", "code")
    for first, code, number in rows.annotate(number=Count("pk")):
        counts[first][code] = number
    return counts


def _months(
    lines: QuerySet[Journal], month: Any, counts: Mapping[date, Mapping[str, int]] = MappingProxyType({})
) -> list[Month]:
    """What people's lines come to by month: those earned less those reversed, and less what was recovered of them;
    with how many of each milestone there are."""
    is_of_people = ~Q(kind=Journal.Kind.CHARGE) | Q(charge__kind=Charge.Kind.RECOVERY)
    rows = lines.filter(is_of_people).annotate(in_month=month).order_by().values_list("in_month")
    pence = dict(rows.annotate(total=Sum("pence")))
    months = {**dict.fromkeys(counts, 0), **pence}
    return [Month(first, total, counts.get(first, {})) for first, total in months.items()]


def as_charged(due: ChargeDue) -> Charge:
    """What is due, as if it had been charged."""
    return Charge(fee=due.fee, kind=due.kind, month=due.month, pence=due.pence)
