"""What each participant adds to the facts at present: the one definition, for some people or for everybody.

These rows count: a referral, once; the first contact after it, once; a meeting, and once more if it was missed; a
milestone in force, once, and a first step of progress once more for its person; a journal on the providers' side, with
its pence, and once more while the commissioner may be asked for the milestone and is not; a claim that was answered,
once, and once more if it was rejected; and whoever started and has not left, once, by the day on which they were
reached last. In SQL, so that recomputing one person and recomputing two million are the same statement. Among the rows
of one source each code stands once.
"""

from collections.abc import Iterable
from typing import Final

from outcomes.claims.due import TURNED_DOWN
from participants.models import Assignment, Contact
from programmes.measure import (
    ANSWERED,
    COUNTS,
    DAY_ZERO,
    FIRST_CONTACT,
    HELD,
    ILLUSTRATIVE,
    MEETING,
    MISSED,
    PLAN,
    PROGRESSED,
    REJECTED,
    UNCLAIMED,
    UNCLAIMED_ILLUSTRATIVE,
)
from programmes.models import EvidenceRule
from programmes.working_days import england_and_wales
from referrals.actions.allocation import LIVE
from referrals.models import Referral

# Where an amount counts. Facts are unique by it.
KEY: Final = "contract_id, organisation_id, payment_group, area, cohort_month, elapsed_month, code, days"
# A whole contribution, in the order of the definition below.
COLUMNS: Final = f"participant_id, {KEY}, amount, happened_on, source_id"
# Neither found not eligible nor withdrawn: a referral that waits for an answer counts from the day it came.
COUNTED: Final = (
    Referral.Status.NEED_TO_KNOW,
    Referral.Status.ELIGIBLE,
    Referral.Status.ALLOCATED,
    Referral.Status.ACCEPTED,
    Referral.Status.STARTED,
    Referral.Status.DID_NOT_START,
)


def _first_of_month(day: str) -> str:
    return f"date_trunc('month', {day}::timestamp)::date"


def _months(day: str) -> str:
    return f"(date_part('year', {day}) * 12 + date_part('month', {day}))::integer"


def _elapsed_months(of: str, day: str) -> str:
    """The difference of calendar months to the referral; what happened before it counts in its month."""
    return f"greatest(0, {_months(day)} - {of}.month_number)"


def _weekdays_up_to(day: str) -> str:
    # From the first day of the calendar, a Monday, on.
    days = f"({day} - date '0001-01-01' + 1)"
    return f"({days} / 7 * 5 + least(mod({days}, 7), 5))"


def _working_days(since: str, day: str) -> str:
    """As programmes.working_days counts them: after the first day, up to and including the last."""
    weekdays = f"{_weekdays_up_to(day)} - {_weekdays_up_to(since)}"
    holidays = f"width_bucket({day}, {_HOLIDAYS}) - width_bucket({since}, {_HOLIDAYS})"
    return f"greatest(0, {weekdays} - ({holidays}))::smallint"


def _listed(statuses: Iterable[str]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


_ON_WEEKDAYS: Final = sorted(day for day in england_and_wales().holidays if day.weekday() < 5)
_HOLIDAYS: Final = "array[" + ", ".join(f"'{day}'" for day in _ON_WEEKDAYS) + "]::date[]"
_COUNTED: Final = _listed(COUNTED)
# Where nobody has gathered statistics yet, offset 0 keeps PostgreSQL from comparing everybody's rows with everybody's.
# A referral that starts nothing new is not counted a second time: the person was on the contract already when it came,
# or the provider held them by an earlier one when it was offered. Nor is one that never got its answer because the
# person was referred anew, or one by which somebody started who was found not eligible since. All referrals of a person
# that started belong to the same time on the contract, whichever of them it is dated by: the first not over by then.
_IS_COUNTED: Final = f"""
       not r.is_here
   and not (r.status = '{Referral.Status.NEED_TO_KNOW}' and exists (
     select from referrals_referral o
      where o.participant_id = r.participant_id and o.contract_id = r.contract_id and o.id > r.id
        and o.status in ({_COUNTED})))
   and not (r.many > 1 and exists (
     select from referrals_allocation l
       join referrals_allocation before on before.assignment_id = l.assignment_id and before.id < l.id
       join referrals_referral o on o.id = before.referral_id
      where l.referral_id = r.id and o.id <> r.id and o.status in ({_listed((*LIVE, Referral.Status.STARTED))})
     offset 0))
   and not (r.status = '{Referral.Status.STARTED}' and exists (
     select from outcomes_ineligibility i
      where i.participant_id = r.participant_id and i.contract_id = r.contract_id and i.withdrawn_at is null
        and i.enrolment_id = (
          select e.id from participants_enrolment e
           where e.participant_id = r.participant_id and e.contract_id = r.contract_id
             and coalesce(e.ended_on >= r.received_on, true)
           order by e.started_on limit 1)))
"""
# Of the referral by which a time on the contract is dated, so that a rate's two numbers are of the same area.
_AREA: Final = f"""coalesce((
    select a.area from referrals_referral a
     where a.participant_id = e.participant_id and a.contract_id = e.contract_id and a.received_on = e.referred_on
     order by a.status <> '{Referral.Status.STARTED}', a.id limit 1), '')"""
# What everything below is dated by: the referrals, each with the days of the next one and of the next that started
# something new, and the times on a contract.
_BASES: Final = f"""
with referral as materialized (
  select r.*, ({_IS_COUNTED}) as is_counted
    from (
      select r.id, r.participant_id, r.contract_id, r.payment_group, r.area, r.status, r.received_on, r.is_here,
             {_first_of_month("r.received_on")} as cohort_month, {_months("r.received_on")} as month_number,
             lead(r.received_on) over (
               partition by r.participant_id, r.contract_id order by r.received_on, r.id) as next_on,
             min(r.received_on) filter (where not r.is_here) over (
               partition by r.participant_id, r.contract_id order by r.received_on
               range between interval '1 day' following and unbounded following) as anew_on,
             count(*) over (partition by r.participant_id, r.contract_id) as many
        from (
          select r.*, exists (
                   select from referrals_match m where m.referral_id = r.id and m.on_this_contract offset 0) as is_here
            from referrals_referral r
           where r.status in ({_COUNTED}) and r.participant_id is not null {{of_r}}) r) r
   where true {{lane_r}}
), enrolled as materialized (
  select e.id, e.participant_id, e.contract_id, e.payment_group, {_AREA} as area, e.referred_on, e.started_on,
         e.ended_on, {_first_of_month("e.referred_on")} as cohort_month, {_months("e.referred_on")} as month_number
    from participants_enrolment e
   where true {{of_e}} {{lane_e}}
)
"""
_REFERRALS: Final = """
(select distinct on (r.id) r.participant_id, r.contract_id, a.organisation_id, r.payment_group, r.area,
        r.cohort_month, 0, 'referral', null::smallint, 1::bigint, r.received_on, r.id
   from referral r
   left join referrals_allocation l on l.referral_id = r.id
   left join referrals_acceptance a on a.allocation_id = l.id
  where r.is_counted
  order by r.id, a.accepted_at, a.id)
"""


def _first_after(code: str, table: str, row: str, day: str, *, order: str, condition: str) -> str:
    """The first such row after a referral, by its provider. Where there was none before the person was referred anew,
    there never was one after the earlier referral.
    """
    return f"""
select r.participant_id, r.contract_id, first.organisation_id, r.payment_group, r.area, r.cohort_month,
       {_elapsed_months("r", "first.made_on")}, '{code}', {_working_days("r.received_on", "first.made_on")}, 1,
       first.made_on, r.id
  from referral r
 cross join lateral (
    select {row}.organisation_id, {row}.{day} as made_on
      from {table} {row}
     where {row}.participant_id = r.participant_id and {row}.contract_id = r.contract_id and {condition}
       and {row}.{day} >= r.received_on and coalesce({row}.{day} < r.anew_on, true) {{of_{row}}}
     order by {row}.{day}, {row}.{order} limit 1
  ) first
 where r.is_counted
"""


# Another attempt is no contact.
_FIRST_CONTACTS: Final = _first_after(
    FIRST_CONTACT,
    "participants_contact",
    "k",
    "contacted_on",
    order="id",
    condition=f"k.result = '{Contact.Result.ATTENDED}'",
)
_PLANS: Final = _first_after(PLAN, "participants_plan", "v", "agreed_on", order="number", condition="true")
_MILESTONES: Final = f"""
select m.participant_id, m.contract_id, m.organisation_id, m.payment_group, e.area, e.cohort_month,
       {_elapsed_months("e", "m.reached_on")}, m.code,
       case when m.code = 'start' then {_working_days("e.referred_on", "m.reached_on")} end, 1, m.reached_on, m.id
  from outcomes_milestone m
  join enrolled e on e.id = m.enrolment_id
 where m.reversed_at is null {{of_m}}
"""
# A reversal stands in its own month, as on the statement, so that a closed month is not rewritten.
_EARNED: Final = f"""
select j.participant_id, j.contract_id, j.organisation_id, m.payment_group, e.area, e.cohort_month,
       {_elapsed_months("e", "j.claimable_from")},
       case when j.illustrative then '{ILLUSTRATIVE}' else 'earned' end, null, j.pence, j.claimable_from, j.id
  from outcomes_journal j
  join outcomes_milestone m on m.id = j.milestone_id
  join enrolled e on e.id = m.enrolment_id
 where j.side = 'provider' {{of_j}}
"""
_PROGRESSED: Final = f"""
select m.participant_id, m.contract_id, m.organisation_id, m.payment_group, e.area, e.cohort_month,
       {_elapsed_months("e", "m.reached_on")}, '{PROGRESSED}', null, 1, m.reached_on, m.id
  from outcomes_milestone m
  join enrolled e on e.id = m.enrolment_id
 where m.reversed_at is null and m.code in ({_listed(COUNTS["progress_measures"])}) and m.ordinal = 1 {{of_m}}
"""
# By the day of the first answer, so that of the claims of a month every answer is counted in one month.
_CLAIMS: Final = f"""
select c.participant_id, c.contract_id, c.organisation_id, m.payment_group, e.area, e.cohort_month,
       {_elapsed_months("e", "answer.given_on")}, answer.code, null, 1, answer.given_on, c.id
  from outcomes_claim c
  join outcomes_milestone m on m.id = c.milestone_id
  join enrolled e on e.id = m.enrolment_id
 cross join lateral (
    select code, least(c.validated_on, c.paid_on, c.rejected_on) as given_on
      from (values ('{ANSWERED}', true), ('{REJECTED}', c.rejected_on is not null)) each (code, is_so)
     where is_so
  ) answer
 where answer.given_on is not null {{of_c}}
"""
# Of the referral by which the person was there that day.
_MEETINGS: Final = f"""
select k.participant_id, k.contract_id, k.organisation_id, r.payment_group, r.area, r.cohort_month,
       {_elapsed_months("r", "k.contacted_on")}, meeting.code, null, 1, k.contacted_on, k.id
  from participants_contact k
  join referral r on r.participant_id = k.participant_id and r.contract_id = k.contract_id
                 and r.received_on <= k.contacted_on and coalesce(k.contacted_on < r.next_on, true)
 cross join lateral (
    select code
      from (values ('{MEETING}', true), ('{MISSED}', k.result = '{Contact.Result.DID_NOT_ATTEND}')) each (code, is_so)
     where is_so
  ) meeting
 where k.channel in ({_listed((Contact.Channel.IN_PERSON, Contact.Channel.VIDEO))})
   and k.result in ({_listed((Contact.Result.ATTENDED, Contact.Result.DID_NOT_ATTEND))}) {{of_k}}
"""
# What does not follow from facts alone, such as how long ago that is, is left to the reader: a fact has no clock.
_HELD: Final = f"""
select e.participant_id, e.contract_id, lead.organisation_id, e.payment_group, e.area, e.cohort_month, 0,
       '{HELD}', (reached.last_on - date '{DAY_ZERO}')::smallint, 1, reached.last_on, e.id
  from enrolled e
 cross join lateral (
    select a.organisation_id
      from participants_assignment a
     where a.participant_id = e.participant_id and a.contract_id = e.contract_id
       and a.role = '{Assignment.Role.LEAD}' and a.ends_on is null and a.voided_at is null
    offset 0
  ) lead
 cross join lateral (
    select greatest(e.started_on, max(k.contacted_on)) as last_on
      from participants_contact k
     where k.participant_id = e.participant_id and k.contract_id = e.contract_id
       and k.result = '{Contact.Result.ATTENDED}'
  ) reached
 where e.ended_on is null
"""
# As outcomes.terms.lacking_a_price has it of what earned nothing on the commissioner's side.
_PRICES: Final = """
     programmes_price p where p.contract_id = m.contract_id and p.side = 'commissioner' and p.withdrawn_at is null"""
_LACKS_A_PRICE: Final = f"""(
       (exists (select from {_PRICES} and p.milestone = m.code) or not exists (select from {_PRICES}))
       and (
         select p.pence from {_PRICES} and p.milestone = m.code and m.ordinal between p.ordinal_from and p.ordinal_to
            and p.payment_group in ('', m.payment_group) and coalesce(p.organisation_id = m.organisation_id, true)
            and coalesce(p.starts_from <= e.started_on, true) and coalesce(p.starts_to >= e.started_on, true)
            and (p.pence is not null or p.share_basis_points is not null)
          order by p.organisation_id nulls last limit 1) is null)"""
# As outcomes.claims.due has it. By the day from which it may be claimed, which may be still to come.
_UNCLAIMED: Final = f"""
select j.participant_id, j.contract_id, j.organisation_id, m.payment_group, e.area, e.cohort_month, 0,
       case when j.illustrative then '{UNCLAIMED_ILLUSTRATIVE}' else '{UNCLAIMED}' end,
       (m.claimable_from - date '{DAY_ZERO}')::smallint, j.pence, m.claimable_from, j.id
  from outcomes_journal j
  join outcomes_milestone m on m.id = j.milestone_id
  join enrolled e on e.id = m.enrolment_id
 where j.side = 'provider' and j.kind = 'accrual' and m.reversed_at is null
   and not exists (
     select from outcomes_claim c where c.milestone_id = m.id and c.state not in ({_listed(TURNED_DOWN)}) offset 0)
   and coalesce((
     select v.claimed from programmes_evidencerule v
      where v.contract_id = m.contract_id and v.milestone = m.code and v.payment_group in ('', m.payment_group)
      order by v.payment_group desc limit 1), '{EvidenceRule.Claimed.BY_CLAIM}') = '{EvidenceRule.Claimed.BY_CLAIM}'
   and (
     exists (
       select from outcomes_journal o
        where o.milestone_id = m.id and o.side = 'commissioner' and o.kind = 'accrual' offset 0)
     or {_LACKS_A_PRICE})
   {{of_j}}
"""
_ALL: Final = _BASES + " union all ".join(
    (
        _REFERRALS,
        _FIRST_CONTACTS,
        _PLANS,
        _MEETINGS,
        _MILESTONES,
        _PROGRESSED,
        _EARNED,
        _CLAIMS,
        _HELD,
        _UNCLAIMED,
    )
)
_ROWS: Final = "rkvmjce"

# Everybody's work can be halved between two connections: by the month of referral, so that no cell is in both halves.
LANES: Final = (0, 1)


def in_lane(lane: int | None, day: str) -> str:
    """The condition that a day, or its month, belongs to a lane; none where there is but one.

    By what it is not: of "equals" PostgreSQL guesses that hardly anything does, and would look everybody up one by one.
    """
    return "" if lane is None else f"and mod(date_part('month', {day})::integer, 2) <> {1 - lane}"


def of_everybody(lane: int | None = None) -> str:
    """What everybody adds in the months of a lane, or in all."""
    lanes = {"lane_r": in_lane(lane, "r.received_on"), "lane_e": in_lane(lane, "e.referred_on")}
    return _ALL.format(**{f"of_{row}": "" for row in _ROWS}, **lanes)


OF_EVERYBODY: Final = of_everybody()


def of_each_person(rows: str) -> str:
    """The rows of every pair of contract and participant in a table expression called people.

    Behind a wall PostgreSQL guesses far too few rows, and would join a thousand people with everybody's milestones.
    offset 0 keeps it to looking each of them up.
    """
    return f"select each.* from people p cross join lateral ({rows} offset 0) each"


def _is_theirs(row: str) -> str:
    return f"and {row}.contract_id = p.contract_id and {row}.participant_id = p.participant_id"


OF_PEOPLE: Final = of_each_person(
    _ALL.format(**{f"of_{row}": _is_theirs(row) for row in _ROWS}, lane_r="", lane_e="")
)
STORED_OF_PEOPLE: Final = of_each_person(
    f"select c.id, {COLUMNS} from outcomes_contribution c where true {_is_theirs('c')}"
)
