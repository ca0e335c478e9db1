"""What the caseload is made of, counted each night without people: the part of the facts that rates are compared by.

Whether somebody has a health condition and for how many months they are out of work is known from the facts of the
newest decision on the referral, and stands on no row of a person here. Whoever is restricted is left out, so that
nothing that is worked out from these counts tells of them. See case_mix.toml for the bands.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, Sum

from outcomes.models import CaseMixFact
from outcomes.performance.comparison import Rate, merged
from outcomes.performance.contributions import KEY
from outcomes.performance.periods import Window
from partners.viewer import Viewer
from programmes.measure import COUNTS, HELD, Measure
from programmes.measures import MEASURES
from programmes.models import Contract
from referrals.models import Referral

FILE: Final = Path(__file__).with_name("case_mix.toml")
# The columns of a stratum, the payment group first, and what each is called.
DIMENSIONS: Final = {
    "payment_group": "payment group",
    "health": "health condition",
    "months": "months out of work",
    "area": "area",
}
# What is compared, and the caseload.
CODES: Final = sorted(
    {HELD}.union(*({*one.codes, *COUNTS[one.denominator]} for one in MEASURES if one.is_comparable))
)
# Where nobody has gathered statistics yet, PostgreSQL would compare everybody's rows with everybody's.
IN_BULK: Final = "set local enable_nestloop = off"
AS_USUAL: Final = "set local enable_nestloop to default"
GONE: Final = "delete from outcomes_casemixfact"
# Of several referrals in a month the one by which the person started, as contributions take the area from.
COUNT: Final = f"""
with came as (
  select distinct on (participant_id, contract_id, cohort_month) id, participant_id, contract_id, cohort_month
    from (select *, date_trunc('month', received_on::timestamp)::date as cohort_month
            from referrals_referral where participant_id is not null) each
   order by participant_id, contract_id, cohort_month, status <> '{Referral.Status.STARTED}', id
), decided as (
  select distinct on (d.referral_id) d.referral_id, f.facts
    from referrals_eligibilitydecision d join referrals_decisionfacts f on f.decision_id = d.id
   order by d.referral_id, d.decided_at desc, f.id desc
), said as (
  select came.participant_id, came.contract_id, came.cohort_month,
         case when facts -> 'concerns' ? 'own_health'
                or facts -> 'benefit' ? 'employment_and_support_allowance' then '{CaseMixFact.Health.YES}'
              when jsonb_typeof(facts -> 'concerns') = 'array' then '{CaseMixFact.Health.NO}' end as health,
         case when jsonb_typeof(facts -> 'months_on_benefit') = 'number' then
           (%(bands)s::text[])[1 + width_bucket((facts ->> 'months_on_benefit')::numeric, %(bounds)s::numeric[])]
         end as months
    from came join decided on decided.referral_id = came.id
)
insert into outcomes_casemixfact (id, tenant_id, {KEY}, health, months, amount, counted_at)
select gen_random_uuid(), (select wall.tenant()), {KEY}, coalesce(health, ''), coalesce(months, ''), sum(amount), %(at)s
  from outcomes_contribution left join said using (participant_id, contract_id, cohort_month)
 where code = any(%(codes)s) and organisation_id is not null
   and participant_id not in (select b from wall.beyond(2) b)
 group by {KEY}, coalesce(health, ''), coalesce(months, '')
"""


class Rule(NamedTuple):
    """What holds from a day on: with how many months each band after the first begins, and how few people are no
    stratum."""

    since: date
    months: tuple[int, ...]
    least: int

    @property
    def bands(self) -> list[str]:
        """The codes of the bands: 0-11, 12-23, 24-."""
        lasts = [str(bound - 1) for bound in self.months]
        return [f"{first}-{last}" for first, last in zip((0, *self.months), (*lasts, ""), strict=True)]


@cache
def _rules() -> tuple[Rule, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return tuple(sorted(Rule(row["from"], tuple(row["months"]), row["least"]) for row in rows))


def rule_on(day: date) -> Rule:
    """The rule in force on a day; before the first of them, the first."""
    rules = _rules()
    return next((rule for rule in reversed(rules) if rule.since <= day), rules[0])


def count(system: Viewer) -> None:
    """Count everybody anew, in the running transaction."""
    rule = rule_on(system.today)
    asked: dict[str, Any] = {
        "bands": rule.bands,
        "bounds": list(rule.months),
        "codes": CODES,
        "at": system.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(GONE)
        cursor.execute(IN_BULK)
        cursor.execute(COUNT, asked)
        cursor.execute(AS_USUAL)


Stratum = tuple[str, ...]


@dataclass(frozen=True)
class Strata:
    """The rates by provider and stratum, as last night counted them: by what the strata differ, and when it was.

    Of payment groups alone counted_at is none: they are as they stand.
    """

    rates: Mapping[UUID | None, Mapping[Stratum, Rate]]
    by: tuple[str, ...]
    counted_at: datetime | None = None

    @classmethod
    def of(cls, contract: Contract, measure: Measure, window: Window, least: int) -> Self | None:
        """Read in one query. None where nothing is known of enough people besides their payment groups."""
        if window.is_empty:
            return None
        above = Q(code__in=measure.codes) & window.cells()
        below = Q(code__in=COUNTS[measure.denominator]) & window.base.cells()
        found: defaultdict[UUID | None, dict[Stratum, Rate]] = defaultdict(dict)
        moments: set[datetime] = set()
        rows = CaseMixFact.objects.filter(above | below, contract=contract)
        for whose, at, counted, of, *stratum in (
            rows.values_list("organisation_id")
            .annotate(
                at=Max("counted_at"),
                counted=Sum("amount", filter=above, default=0),
                of=Sum("amount", filter=below, default=0),
            )
            .values_list("organisation_id", "at", "counted", "of", *DIMENSIONS)
        ):
            moments.add(at)
            if of:
                found[whose][tuple(stratum)] = Rate(min(counted, of), of)
        rates = merged(found, least)
        by = differing({stratum for mine in rates.values() for stratum in mine})
        return cls(rates, by, max(moments)) if set(by) - {DIMENSIONS["payment_group"]} else None

    @property
    def number(self) -> int:
        return len({stratum for rates in self.rates.values() for stratum in rates})

    @property
    def said(self) -> str:
        """By what they differ: payment group, health condition and area."""
        *others, last = self.by
        return f"{', '.join(others)} and {last}" if others else last


def differing(strata: Collection[Stratum]) -> tuple[str, ...]:
    """By what they differ, in words; of strata that were put together the last parts are gone."""
    names = []
    for place, name in enumerate(DIMENSIONS.values()):
        values = {stratum[place] if len(stratum) > place else None for stratum in strata}
        if len(values) > 1 and any(values):
            names.append(name)
    return tuple(names)
