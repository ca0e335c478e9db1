"""What a change writes, read from PostgreSQL itself: every version of every row, and whose row it is."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from outcomes.models import Claim, Milestone
from participants.models import Enrolment
from partners import outbox
from tests.cast import Cast
from tests.conftest import CLONE, TABLES, Superuser
from tests.outcomes.benefiting import ask_for_weeks_off_benefit, claim_benefit
from tests.outcomes.claiming import WORTH, again, claim, settle, with_outcome
from tests.outcomes.evidencing import accept, pay, prove
from tests.outcomes.finding import find
from tests.outcomes.performing import refer_back
from tests.outcomes.test_replay import tampered
from tests.outcomes.working import correct, started_person, work

pytestmark = pytest.mark.django_db(transaction=True)

# What several people share, and so changes with each of them: sums of the dashboards, marks of work to do, and the
# letters that tell the rest of the world.
SHARED = {"outcomes_performancefact", "outcomes_refresh", "outcomes_statement", "partners_outboxitem"}


class Version(NamedTuple):
    """A row as it stands: the transaction that wrote it, and what it says."""

    written_by: str
    row: Mapping[str, Any]


Database = dict[tuple[str, str], Version]


def everything() -> Database:
    """Every row of every table, past all walls."""
    server = Superuser(CLONE)
    found: Database = {}
    for table in server.run(TABLES):
        with server.connection.cursor() as cursor:
            cursor.execute(f"SELECT t.xmin::text, to_jsonb(t) FROM {table} t")
            for written_by, row in cursor.fetchall():
                found[table, str(row.get("id", row))] = Version(written_by, row)
    server.connection.close()
    return found


def owners(rows: Database) -> Mapping[tuple[str, str], set[str]]:
    """Whose each row is: it names a participant, or a row that is somebody's, as an entry names its journal."""
    whose: defaultdict[str, set[str]] = defaultdict(set)
    for (table, pk), (_, row) in rows.items():
        if person := pk if table == "participants_participant" else row.get("participant_id"):
            whose[pk].add(str(person))
    for (_, pk), (_, row) in rows.items():
        if not whose[pk]:
            named = (whose.get(str(value), set()) for name, value in row.items() if name.endswith("_id"))
            whose[pk] = set().union(*named)
    return {key: whose[key[1]] for key in rows}


def touched(before: Database, after: Database) -> dict[str | None, set[str]]:
    """By participant, the tables in which a row of theirs was written, changed or deleted; by None what is nobody's."""
    whose = {**owners(before), **owners(after)}
    found: defaultdict[str | None, set[str]] = defaultdict(set)
    for key in {*before, *after}:
        was, now = before.get(key), after.get(key)
        if was is None or now is None or was.written_by != now.written_by:
            for person in whose[key] or [None]:
                found[person].add(key[0])
    return found


def paid(cast: Cast) -> tuple[Enrolment, Milestone, Claim]:
    """Somebody whose outcome was claimed and paid, with pay, a step and days on benefit besides."""
    enrolment, milestone = with_outcome(cast)
    refer_back(cast, enrolment.participant, days=200)
    claim_benefit(cast, enrolment, since=90, until=85)
    pay(cast, enrolment, days=40)
    accept(cast, prove(cast, enrolment, kind="progress_measure", definition="cv"))
    return enrolment, milestone, settle(cast, claim(cast, milestone), "paid", pence=WORTH)


def test_a_change_to_one_person_touches_that_person_only(cast: Cast) -> None:
    """Not a row of anybody else is written: neither what they reached and earned, nor what they add to a figure."""
    ask_for_weeks_off_benefit(cast)
    others = [paid(cast)[0], started_person(cast)[1]]
    work(cast, others[1], since=150)
    enrolment = started_person(cast)[1]
    refer_back(cast, enrolment.participant, days=200)
    job = work(cast, enrolment, since=120)
    outbox.work_off()
    before = everything()
    correct(cast, job, since=118, until=5)
    outbox.work_off()
    found = touched(before, everything())
    assert not {str(one.participant_id) for one in others} & set(found)
    mine = found.pop(str(enrolment.participant_id))
    assert mine >= {"outcomes_milestone", "outcomes_journal", "outcomes_entry", "outcomes_contribution"}
    assert {person: tables - SHARED for person, tables in found.items()} == {None: set()}


def test_a_paid_claim_that_goes_back_touches_that_person_only(cast: Cast) -> None:
    other, _, others_claim = paid(cast)
    enrolment, _, paid_claim = paid(cast)
    outbox.work_off()
    before = everything()
    find(cast, enrolment)
    outbox.work_off()
    after = everything()
    found = touched(before, after)
    assert (again(cast, paid_claim).state, again(cast, others_claim).state) == ("clawback", "paid")
    assert str(other.participant_id) not in found
    assert found[str(enrolment.participant_id)] >= {"outcomes_claim", "outcomes_journal", "outcomes_entry"}


def test_a_row_that_is_written_again_as_it_was_is_seen(cast: Cast) -> None:
    """The control: without it the other two would hold of a look that sees nothing."""
    one, other = paid(cast)[0], paid(cast)[0]
    outbox.work_off()
    before = everything()
    tampered(
        "UPDATE outcomes_entry SET pence = outcomes_entry.pence FROM outcomes_journal j"
        f" WHERE j.id = journal_id AND j.participant_id = '{other.participant_id}'"
    )
    found = touched(before, everything())
    assert found == {str(other.participant_id): {"outcomes_entry"}}
    assert one.participant_id != other.participant_id
