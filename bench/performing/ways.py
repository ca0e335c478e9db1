"""Other ways to the same facts: SQL tuned by hand over the whole, the same in DuckDB on columns of its own, and a loop.

None of them keeps what each person adds, so that none can be kept current at the cost of a change.
"""

import csv
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

import duckdb

from outcomes.models import Contribution, Milestone
from participants.models import Assignment, Contact, Enrolment, Participant
from performing.workspace import Workspace, clocked, superuser
from programmes.measure import DAY_ZERO
from programmes.working_days import is_working_day
from referrals.models import Referral

KEY: Final = ("organisation_id", "payment_group", "area", "cohort_month", "elapsed_month", "code", "days")
Facts = set[tuple[Any, ...]]

COUNTED = "'need_to_know', 'eligible', 'allocated', 'accepted', 'started', 'did_not_start'"


def _month(day: str) -> str:
    return f"date_trunc('month', {day}::timestamp)::date"


def _elapsed(since: str, on: str) -> str:
    of = "(extract(year from {0}) * 12 + extract(month from {0}))"
    return f"greatest(0, {of.format(on)} - {of.format(since)})::integer"


# In words that both understand. calendar says how many working days there were up to each day.
FACTS = f"""
with counted as (
  select r.id, r.participant_id, r.payment_group, r.area, r.received_on,
         lead(r.received_on) over (partition by r.participant_id order by r.received_on, r.id) as anew_on
    from referrals_referral r left join referrals_match m on m.referral_id = r.id and m.on_this_contract
   where r.status in ({COUNTED}) and r.participant_id is not null and m.referral_id is null
), accepted as (
  select distinct on (l.referral_id) l.referral_id, a.organisation_id
    from referrals_allocation l join referrals_acceptance a on a.allocation_id = l.id
   order by l.referral_id, a.accepted_at, a.id
), reached as (
  select distinct on (r.id) r.*, k.organisation_id, k.contacted_on
    from counted r join participants_contact k on k.participant_id = r.participant_id
   where k.result = 'attended' and k.contacted_on >= r.received_on
     and (r.anew_on is null or k.contacted_on < r.anew_on)
   order by r.id, k.contacted_on, k.id
), meeting as (
  select k.organisation_id, r.payment_group, r.area, r.received_on, k.contacted_on, k.result
    from participants_contact k
    join counted r on r.participant_id = k.participant_id and r.received_on <= k.contacted_on
                  and (r.anew_on is null or k.contacted_on < r.anew_on)
   where k.channel in ('in_person', 'video') and k.result in ('attended', 'did_not_attend')
), attended as (
  select participant_id, max(contacted_on) as last_on
    from participants_contact where result = 'attended' group by participant_id
), stay as (
  select distinct on (e.id) e.id, e.participant_id, e.payment_group, e.referred_on, e.started_on, e.ended_on, r.area
    from participants_enrolment e
    left join referrals_referral r on r.participant_id = e.participant_id and r.received_on = e.referred_on
   order by e.id, r.status <> 'started', r.id
), milestone as (
  select m.organisation_id, m.payment_group, e.area, e.referred_on, m.reached_on, m.code
    from outcomes_milestone m join stay e on e.id = m.enrolment_id
   where m.reversed_at is null
), each as (
  select a.organisation_id, r.payment_group, r.area, {_month("r.received_on")} as cohort_month, 0 as elapsed_month,
         'referral' as code, null::integer as days
    from counted r left join accepted a on a.referral_id = r.id
  union all
  select r.organisation_id, r.payment_group, r.area, {_month("r.received_on")},
         {_elapsed("r.received_on", "r.contacted_on")}, 'first_contact', greatest(0, till.number - since.number)
    from reached r join calendar since on since.day = r.received_on join calendar till on till.day = r.contacted_on
  union all
  select m.organisation_id, m.payment_group, m.area, {_month("m.referred_on")},
         {_elapsed("m.referred_on", "m.reached_on")}, m.code,
         case when m.code = 'start' then greatest(0, till.number - since.number) end
    from milestone m join calendar since on since.day = m.referred_on join calendar till on till.day = m.reached_on
  union all
  select organisation_id, payment_group, area, {_month("received_on")}, {_elapsed("received_on", "contacted_on")},
         'meeting', null from meeting
  union all
  select organisation_id, payment_group, area, {_month("received_on")}, {_elapsed("received_on", "contacted_on")},
         'meeting_missed', null from meeting where result = 'did_not_attend'
  union all
  select s.organisation_id, e.payment_group, e.area, {_month("e.referred_on")}, 0, 'caseload',
         greatest(e.started_on, coalesce(a.last_on, e.started_on)) - date '{DAY_ZERO}'
    from stay e
    join participants_assignment s on s.participant_id = e.participant_id and s.role = 'lead'
                                  and s.ends_on is null and s.voided_at is null
    left join attended a on a.participant_id = e.participant_id
   where e.ended_on is null
)
select {", ".join(KEY)}, count(*) from each group by {", ".join(KEY)}
"""
# What the statement reads, for a database that keeps its own copy.
COLUMNS: Final = {
    "referrals_referral": "id uuid, participant_id uuid, payment_group text, area text, received_on date, status text",
    "referrals_match": "referral_id uuid, on_this_contract boolean",
    "referrals_allocation": "id uuid, referral_id uuid",
    "referrals_acceptance": "id uuid, allocation_id uuid, organisation_id uuid, accepted_at timestamptz",
    "participants_contact": "id uuid, participant_id uuid, organisation_id uuid, channel text, result text,"
    " contacted_on date",
    "participants_enrolment": "id uuid, participant_id uuid, payment_group text, referred_on date,"
    " started_on date, ended_on date",
    "participants_assignment": "participant_id uuid, organisation_id uuid, role text, ends_on date,"
    " voided_at timestamptz",
    "outcomes_milestone": "enrolment_id uuid, organisation_id uuid, payment_group text, code text,"
    " reached_on date, reversed_at timestamptz",
    "calendar": "day date, number integer",
}


def calendar() -> list[tuple[date, int]]:
    """Every day that anything may have happened on, and how many working days there were up to it."""
    days, number = [], 0
    for back in range(1_200, -1, -1):
        day = date.today() - timedelta(days=back)  # noqa: DTZ011
        number += is_working_day(day)
        days.append((day, number))
    return days


def tuned(space: Workspace) -> tuple[float, Facts]:
    """In PostgreSQL, as a superuser with as much memory as the rebuild takes: milliseconds until the facts are in a
    table, and the facts.
    """
    with superuser() as cursor:
        cursor.execute("set work_mem = '256MB'")
        cursor.execute("create temporary table calendar (day date primary key, number integer)")
        cursor.executemany("insert into calendar values (%s, %s)", calendar())
        cursor.execute("analyze calendar")
        took, _ = clocked(lambda: cursor.execute(f"create temporary table facts as {FACTS}"))
        cursor.execute("select * from facts")
        return took, set(cursor.fetchall())


class Columns:
    """The same rows in DuckDB, in columns and in memory, which is not timed."""

    def __init__(self, space: Workspace) -> None:
        self.duck = duckdb.connect(config={"threads": 2})
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.csv"
            for table, columns in COLUMNS.items():
                names = ", ".join(column.split()[0] for column in columns.split(", "))
                if table == "calendar":
                    with file.open("w") as rows:
                        csv.writer(rows).writerows(calendar())
                else:
                    with file.open("w") as rows, superuser() as cursor:
                        cursor.copy_expert(f"copy (select {names} from {table}) to stdout with csv", rows)
                self.duck.execute(f"create table {table} ({columns})")
                self.duck.execute(
                    f"copy {table} from '{file}' (header false, auto_detect false, delimiter ',')"
                )

    def facts(self) -> tuple[float, Facts]:
        """By both processors: milliseconds until the facts are in a table, and the facts."""
        took, _ = clocked(lambda: self.duck.execute(f"create or replace table facts as {FACTS}"))
        return took, set(self.duck.execute("select * from facts").fetchall())


def people(many: int) -> list[Any]:
    """Some people, the same each time."""
    return list(Participant.objects.order_by("pk").values_list("pk", flat=True)[:many])


def contributed(space: Workspace, many: int) -> Counter[tuple[Any, ...]]:
    """What Baton keeps that they add."""
    with space.acting():
        found = Contribution.objects.filter(participant__in=people(many)).values_list(*KEY)
        return Counter(found)


def loop(space: Workspace, many: int) -> Counter[tuple[Any, ...]]:
    """Everybody by the ORM, in chunks whose rows are read together, and counted in Python."""
    working = dict(calendar())
    found: Counter[tuple[Any, ...]] = Counter()
    with space.acting():
        ids = people(many)
        for first in range(0, len(ids), 500):
            some = ids[first : first + 500]
            referrals = _by_person(Referral.objects.prefetch_related("allocations__acceptances"), some)
            contacts = _by_person(Contact.objects.order_by("contacted_on", "pk"), some)
            reached = Milestone.objects.filter(reversed_at=None).select_related("enrolment")
            milestones = _by_person(reached, some)
            times = _by_person(Enrolment.objects.filter(ended_on=None), some)
            leads = Assignment.objects.filter(role="lead", ends_on=None, voided_at=None)
            holders = _by_person(leads, some)
            for pk in some:
                for referral in referrals[pk]:
                    found.update(_referred(referral, contacts[pk], working))
                areas = {one.received_on: one.area for one in referrals[pk]}
                found.update(_reached(milestones[pk], areas, working))
                found.update(_held(times[pk], areas, holders[pk], contacts[pk]))
    return found


def _by_person(rows: Any, ids: list[Any]) -> defaultdict[Any, list[Any]]:
    found = defaultdict(list)
    for row in rows.filter(participant__in=ids):
        found[row.participant_id].append(row)
    return found


def _cell(
    whose: Any, where: tuple[str, str], since: date, on: date, code: str, days: int | None = None
) -> tuple[Any, ...]:
    elapsed = max(0, (on.year - since.year) * 12 + on.month - since.month)
    return whose, *where, since.replace(day=1), elapsed, code, days


def _referred(referral: Any, contacts: list[Any], working: dict[date, int]) -> Iterator[tuple[Any, ...]]:
    since, where = referral.received_on, (referral.payment_group, referral.area)
    accepted = [one for offer in referral.allocations.all() for one in offer.acceptances.all()]
    first = min(accepted, key=lambda one: one.accepted_at, default=None)
    yield _cell(first and first.organisation_id, where, since, since, "referral")
    later = [one for one in contacts if one.contacted_on >= since]
    met = next((one for one in later if one.result == "attended"), None)
    if met:
        waited = working[met.contacted_on] - working[since]
        yield _cell(met.organisation_id, where, since, met.contacted_on, "first_contact", waited)
    for one in later:
        if one.channel in ("in_person", "video") and one.result in ("attended", "did_not_attend"):
            yield _cell(one.organisation_id, where, since, one.contacted_on, "meeting")
            if one.result == "did_not_attend":
                yield _cell(one.organisation_id, where, since, one.contacted_on, "meeting_missed")


def _reached(
    milestones: list[Any], areas: dict[date, str], working: dict[date, int]
) -> Iterator[tuple[Any, ...]]:
    for one in milestones:
        since = one.enrolment.referred_on
        waited = working[one.reached_on] - working[since] if one.code == "start" else None
        where = (one.payment_group, areas[since])
        yield _cell(one.organisation_id, where, since, one.reached_on, one.code, waited)


def _held(
    times: list[Any], areas: dict[date, str], holders: list[Any], contacts: list[Any]
) -> Iterator[tuple[Any, ...]]:
    attended = [one.contacted_on for one in contacts if one.result == "attended"]
    for one, holder in product(times, holders):
        last = (max([one.started_on, *attended]) - DAY_ZERO).days
        where = (one.payment_group, areas[one.referred_on])
        yield _cell(holder.organisation_id, where, one.referred_on, one.referred_on, "caseload", last)
