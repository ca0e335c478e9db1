"""What each participant adds to the facts at present: the one definition, for some people or for everybody.

Three kinds of row count: a referral, once; a milestone in force, once; a journal on the providers' side, with its
pence. In SQL, so that recomputing one person and recomputing two million are the same statement.
"""

from typing import Final

from programmes.measures import ILLUSTRATIVE
from referrals.models import Referral

# Where an amount counts. Facts are unique by it.
KEY: Final = "contract_id, organisation_id, payment_group, cohort_month, elapsed_month, code"
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
    return f"(extract(year from {day}) * 12 + extract(month from {day}))"


def _elapsed_months(since: str, day: str) -> str:
    """The difference of calendar months; what happened before the referral counts in its month."""
    return f"greatest(0, {_months(day)} - {_months(since)})::integer"


_COUNTED: Final = ", ".join(f"'{status}'" for status in COUNTED)
# A referral that starts nothing new, since the person is on the contract already, is not counted a second time; nor is
# one that never got its answer because the person was referred anew, or of somebody found not eligible after the start.
_REFERRALS: Final = f"""
select r.participant_id, r.contract_id, first.organisation_id, r.payment_group,
       {_first_of_month("r.received_on")}, 0, 'referral', 1::bigint, r.received_on, r.id
  from referrals_referral r
  left join lateral (
    select a.organisation_id
      from referrals_allocation l join referrals_acceptance a on a.allocation_id = l.id
     where l.referral_id = r.id order by a.accepted_at, a.id limit 1
  ) first on true
 where r.status in ({_COUNTED}) and r.participant_id is not null
   and not exists (select from referrals_match m where m.referral_id = r.id and m.on_this_contract)
   and not (r.status = '{Referral.Status.NEED_TO_KNOW}' and exists (
     select from referrals_referral o
      where o.participant_id = r.participant_id and o.contract_id = r.contract_id and o.id > r.id
        and o.status in ({_COUNTED})))
   and not exists (
     select from outcomes_ineligibility i join participants_enrolment e on e.id = i.enrolment_id
      where i.participant_id = r.participant_id and i.contract_id = r.contract_id
        and i.withdrawn_at is null and e.referred_on = r.received_on) {{of_r}}
"""
_MILESTONES: Final = f"""
select m.participant_id, m.contract_id, m.organisation_id, m.payment_group, {_first_of_month("e.referred_on")},
       {_elapsed_months("e.referred_on", "m.reached_on")}, m.code, 1, m.reached_on, m.id
  from outcomes_milestone m
  join participants_enrolment e on e.id = m.enrolment_id
 where m.reversed_at is null {{of_m}}
"""
# A reversal stands in its own month, as on the statement, so that a closed month is not rewritten.
_EARNED: Final = f"""
select j.participant_id, j.contract_id, j.organisation_id, m.payment_group, {_first_of_month("e.referred_on")},
       {_elapsed_months("e.referred_on", "j.claimable_from")},
       case when j.illustrative then '{ILLUSTRATIVE}' else 'earned' end, j.pence, j.claimable_from, j.id
  from outcomes_journal j
  join outcomes_milestone m on m.id = j.milestone_id
  join participants_enrolment e on e.id = m.enrolment_id
 where j.side = 'provider' {{of_j}}
"""
_ALL: Final = f"{_REFERRALS} union all {_MILESTONES} union all {_EARNED}"

OF_EVERYBODY: Final = _ALL.format(of_r="", of_m="", of_j="")


def of_each_person(rows: str) -> str:
    """The rows of every pair of contract and participant in a table expression called people.

    Behind a wall PostgreSQL guesses far too few rows, and would join a thousand people with everybody's milestones.
    offset 0 keeps it to looking each of them up.
    """
    return f"select each.* from people p cross join lateral ({rows} offset 0) each"


def _is_theirs(row: str) -> str:
    return f"and {row}.contract_id = p.contract_id and {row}.participant_id = p.participant_id"


OF_PEOPLE: Final = of_each_person(_ALL.format(**{f"of_{row}": _is_theirs(row) for row in "rmj"}))
STORED_OF_PEOPLE: Final = of_each_person(
    f"select c.id, {COLUMNS} from outcomes_contribution c where true {_is_theirs('c')}"
)
