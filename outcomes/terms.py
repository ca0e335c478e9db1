"""The terms of contracts as the engines take them: milestone rules, prices, and which milestones lack a price."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from outcomes import milestones, pricing
from outcomes.facts import Facts
from outcomes.milestones import Hours, Pay, Rate, Rule, Spell, Step, last_day_of, rules_from
from outcomes.models import Journal, Milestone
from participants.models import Enrolment
from partners.viewer import Viewer, acting_as
from programmes.milestones import Rows, own_rules
from programmes.models import Contract, HourlyRate, PaymentGroup, Price


@dataclass
class Terms:
    """The terms of some contracts, as the viewer sees them: four queries, however many contracts."""

    contracts: dict[UUID, Contract]
    group_rules: dict[tuple[UUID, str], Rows]
    rows: dict[UUID, list[Price]]
    rates: dict[UUID, dict[str, list[Rate]]]
    _rules: dict[tuple[UUID, str], tuple[Rule, ...]] = field(default_factory=dict)
    _prices: dict[tuple[UUID, str, str], list[pricing.Price]] = field(default_factory=dict)

    @classmethod
    def of(cls, contract_ids: Iterable[UUID]) -> "Terms":
        """The terms in force of these contracts."""
        contracts = Contract.objects.select_related("programme").in_bulk(set(contract_ids))
        groups = PaymentGroup.objects.filter(contract__in=contracts).exclude(milestones=[])
        group_rules = {(group.contract_id, group.code): group.milestones for group in groups}
        rows: dict[UUID, list[Price]] = {contract_id: [] for contract_id in contracts}
        for row in Price.objects.filter(contract__in=contracts, withdrawn_at=None).order_by("pk"):
            rows[row.contract_id].append(row)
        rates: dict[UUID, dict[str, list[Rate]]] = {contract_id: {} for contract_id in contracts}
        for one in HourlyRate.objects.filter(contract__in=contracts):
            held = rates[one.contract_id].setdefault(one.name, [])
            held.append(Rate(one.effective_from, one.effective_to, one.pence_per_hour))
        return cls(contracts, group_rules, rows, rates)

    def rules(self, contract_id: UUID, group: str) -> tuple[Rule, ...]:
        """The programme's milestone rules, with those that the payment group has of its own in their places, and the
        hourly rates of the contract that they need."""
        key = (contract_id, group)
        if key not in self._rules:
            programme = self.contracts[contract_id].programme
            rows = own_rules(programme.milestones, self.group_rules.get(key, []))
            self._rules[key] = rules_from(rows, self.rates[contract_id])
        return self._rules[key]

    def label(self, contract_id: UUID, group: str, code: str, ordinal: int) -> str:
        """What the milestone is called; numbered where it can be reached more than once."""
        rule = next((rule for rule in self.rules(contract_id, group) if rule.code == code), None)
        if rule is None:
            return code.replace("_", " ").capitalize()
        return f"{rule.label} {ordinal}" if rule.most > 1 else rule.label

    def case(self, enrolment: Enrolment, facts: Facts) -> milestones.Case:
        """An enrolment with these facts, and the last day of its allotted time by the contract's clock."""
        contract = self.contracts[enrolment.contract_id]
        from_referral = contract.clock == Contract.Clock.REFERRAL
        first = enrolment.referred_on if from_referral else enrolment.started_on
        return milestones.Case(
            started_on=enrolment.started_on,
            referred_on=enrolment.referred_on,
            spells=tuple(Spell(job.starts_on, job.ends_on) for job in facts.jobs),
            allotted_until=last_day_of(first, contract.allotted_days),
            benefit_days=tuple(Spell(one.starts_on, one.ends_on) for one in facts.benefits),
            hours=tuple(Hours(job.starts_on, job.ends_on, job.hours_per_week) for job in facts.jobs),
            pay=tuple(Pay(one.paid_on, one.gross_pence) for one in facts.earnings if one.qualifying),
            self_employed=tuple(Spell(job.starts_on, job.ends_on) for job in facts.self_employed),
            steps=tuple(Step(one.kind, one.definition, one.happened_on) for one in facts.accepted),
            not_eligible=facts.not_eligible.says if facts.not_eligible else "",
        )

    def price(
        self, enrolment: Enrolment, side: pricing.Side, organisation_id: UUID, code: str, ordinal: int
    ) -> pricing.Priced | pricing.PriceMissing:
        """What a milestone earns on one side. Two prices that claim it alike are as good as none."""
        group = enrolment.payment_group
        try:
            return pricing.price_of(
                self._prices_of(enrolment.contract_id, group, code),
                side=side,
                provider=str(organisation_id),
                payment_group=group,
                milestone=code,
                ordinal=ordinal,
                started_on=enrolment.started_on,
            )
        except pricing.AmbiguousPrice as problem:
            return pricing.PriceMissing(f"more than one price: {problem}")

    def _prices_of(self, contract_id: UUID, group: str, code: str) -> list[pricing.Price]:
        key = (contract_id, group, code)
        if key not in self._prices:
            self._prices[key] = [
                priced_row(row, group)
                for row in self.rows[contract_id]
                if row.milestone == code and row.payment_group in ("", group)
            ]
        return self._prices[key]


def priced_row(row: Price, group: str) -> pricing.Price:
    """The engine's row; a price for every group is one for this group."""
    return pricing.Price(
        id=str(row.pk),
        side=row.side,  # type: ignore[arg-type]
        payment_group=group,
        milestone=row.milestone,
        ordinal_from=row.ordinal_from,
        ordinal_to=row.ordinal_to,
        starts_from=row.starts_from,
        starts_to=row.starts_to,
        pence=row.pence,
        share_basis_points=row.share_basis_points,
        provider=str(row.organisation_id) if row.organisation_id else None,
        rounding=row.rounding,  # type: ignore[arg-type]
        illustrative=row.illustrative,
    )


# Which milestones have a price that shares can be taken of, where nothing is a share.
NO_SHARES: Final = Q(pk__in=[])


def nothing_earned(side: str, reached: QuerySet[Milestone], wholes: Q = NO_SHARES) -> QuerySet[Any]:
    """Those in force that earned nothing on this side, each with `is_paid_for`, `has_price` and `price_pence`.

    A milestone that the terms pay for (`is_paid_for`) without a price for this group, number and day of start
    (`has_price`) lacks a price, and so does one whose price has no amount, or is a share of one that has none. Where
    the contract has no price at all, everything does. wholes: what wholes_known says, for the providers' side.
    """
    prices = Price.objects.filter(contract=OuterRef("contract"), side=side, withdrawn_at=None)
    applies = prices.exclude(pence=None, share_basis_points=None).filter(
        Q(payment_group="") | Q(payment_group=OuterRef("payment_group")),
        Q(organisation=None) | Q(organisation=OuterRef("organisation")),
        Q(starts_from=None) | Q(starts_from__lte=OuterRef("enrolment__started_on")),
        Q(starts_to=None) | Q(starts_to__gte=OuterRef("enrolment__started_on")),
        milestone=OuterRef("code"),
        ordinal_from__lte=OuterRef("ordinal"),
        ordinal_to__gte=OuterRef("ordinal"),
    )
    earned = Journal.objects.filter(milestone=OuterRef("pk"), side=side, kind=Journal.Kind.ACCRUAL)
    paid_for = Exists(prices.filter(milestone=OuterRef("code"))) | ~Exists(prices)
    amount = Subquery(applies.order_by(F("organisation").asc(nulls_last=True)).values("pence")[:1])
    silent = reached.filter(~Exists(earned), reversed_at=None).annotate(price_pence=amount)
    says_how_much = Q(Exists(applies)) & (Q(price_pence__isnull=False) | wholes)
    return silent.annotate(is_paid_for=_whether(Q(paid_for)), has_price=_whether(says_how_much))


def lacking_a_price(side: str, wholes: Q = NO_SHARES) -> QuerySet[Any]:
    """Milestones in force that the terms pay for, but for which they hold no price on this side."""
    return nothing_earned(side, Milestone.objects.all(), wholes).filter(is_paid_for=True, has_price=False)


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=False, output_field=BooleanField())


def wholes_known(viewer: Viewer) -> Q:
    """Which milestones have a commissioner's price that a provider's share can be taken of, in one query. Whether there
    is one is no secret, and how much it is stays behind its wall."""
    found = NO_SHARES
    with acting_as(viewer.as_system("whether prices are known of which providers are paid a share")):
        shares = Price.objects.filter(share_basis_points__isnull=False, withdrawn_at=None)
        wholes = Price.objects.filter(side="commissioner", pence__isnull=False, withdrawn_at=None)
        rows = list(wholes.filter(contract__in=shares.values("contract")))
    for row in rows:
        terms: dict[str, Any] = {
            "contract": row.contract_id,
            "code": row.milestone,
            "ordinal__gte": row.ordinal_from,
            "ordinal__lte": row.ordinal_to,
            "payment_group": row.payment_group or None,
            "enrolment__started_on__gte": row.starts_from,
            "enrolment__started_on__lte": row.starts_to,
        }
        found |= Q(**{name: value for name, value in terms.items() if value is not None})
    return found
