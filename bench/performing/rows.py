"""The figures of the performance page from the rows, as one would write them without facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from outcomes.performance.contributions import COUNTED
from outcomes.performance.curves import EVENT
from outcomes.performance.periods import Window, shift
from programmes.models import Contract

ELAPSED = """((extract(year from m.reached_on) - extract(year from e.referred_on)) * 12
              + extract(month from m.reached_on) - extract(month from e.referred_on))::integer"""
REACHED = """outcomes_milestone m join participants_enrolment e on e.id = m.enrolment_id
             where m.contract_id = %(contract)s and m.reversed_at is null"""
ELIGIBLE = """r.contract_id = %(contract)s and r.status in %(counted)s and not exists (
             select from referrals_match x where x.referral_id = r.id and x.on_this_contract)"""
FIRST_ACCEPTED = """(select distinct on (l.referral_id) l.referral_id, a.organisation_id
                       from referrals_allocation l join referrals_acceptance a on a.allocation_id = l.id
                      order by l.referral_id, a.accepted_at)"""
MET = """participants_contact k join participants_enrolment e using (participant_id, contract_id)
             where k.contract_id = %(contract)s and k.channel in ('in_person', 'video')
               and k.result in ('attended', 'did_not_attend')"""
HELD = """select a.organisation_id, greatest(e.started_on, max(k.contacted_on)) as last_on
            from participants_enrolment e
            join participants_assignment a using (participant_id, contract_id)
            left join participants_contact k on k.participant_id = e.participant_id and k.contract_id = e.contract_id
                                            and k.result = 'attended'
           where e.contract_id = %(contract)s and e.ended_on is null and a.ends_on is null and a.voided_at is null
             and a.role = 'lead' group by a.id, e.id"""
CURVE_REFERRALS = f"""select date_trunc('month', r.received_on::timestamp)::date, 0, 'referral', count(*)
                        from referrals_referral r where {ELIGIBLE} group by 1"""
CURVE_OUTCOMES = f"""select date_trunc('month', e.referred_on::timestamp)::date, {ELAPSED}, m.code, count(*)
                       from {REACHED} and m.code in %(outcomes)s group by 1, 2, 3"""


def values_of(contract: Contract, windows: Sequence[Window]) -> dict[str, Any]:
    """What the statements of these windows ask for."""
    return {
        "contract": contract.pk,
        "counted": tuple(map(str, COUNTED)),
        "outcomes": EVENT.codes,
        **{f"first_{n}": window.first for n, window in enumerate(windows)},
        **{f"after_{n}": shift(window.last, 1) for n, window in enumerate(windows)},
        **{f"by_{n}": window.by for n, window in enumerate(windows)},
        **{f"since_{n}": window.since or date.max for n, window in enumerate(windows)},
    }


def statements(windows: Sequence[Window]) -> list[str]:
    """Statements that give provider, code and how many there are in each window."""
    counts, in_any = _inside(windows, "r.received_on", "r.received_on", "0")
    referrals = f"""select first.organisation_id, 'referral', {counts}
                      from referrals_referral r left join {FIRST_ACCEPTED} first on first.referral_id = r.id
                     where {ELIGIBLE} and ({in_any}) group by 1"""
    counts, in_any = _inside(windows, "m.reached_on", "e.referred_on", ELAPSED)
    milestones = f"select m.organisation_id, m.code, {counts} from {REACHED} and ({in_any}) group by 1, 2"
    elapsed = ELAPSED.replace("m.reached_on", "k.contacted_on")
    counts, in_any = _inside(windows, "k.contacted_on", "e.referred_on", elapsed)
    meetings = f"select k.organisation_id, 'meeting', {counts} from {MET} and ({in_any}) group by 1"
    missed = meetings.replace("'meeting'", "'meeting_missed'").replace("('attended', 'did_", "('did_")
    stands = (f"count(*) filter (where last_on >= %(since_{n})s)" for n in range(len(windows)))
    held = f"select organisation_id, 'caseload', {', '.join(stands)} from ({HELD}) held group by 1"
    return [referrals, milestones, meetings, missed, held]


def _inside(windows: Sequence[Window], on: str, referred_on: str, elapsed: str) -> tuple[str, str]:
    """The columns that count each window, and the condition that a row is in any."""
    event = f"{on} >= %(first_{{n}})s and {on} < %(after_{{n}})s"
    cohort = event.replace(on, referred_on) + f" and {elapsed} <= %(by_{{n}})s"
    conditions = [(event if window.by is None else cohort).format(n=n) for n, window in enumerate(windows)]
    counts = ", ".join(f"count(*) filter (where {condition})" for condition in conditions)
    return counts, " or ".join(f"({condition})" for condition in conditions)
