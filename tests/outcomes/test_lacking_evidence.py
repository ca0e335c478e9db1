"""What cannot be claimed for want of evidence is a reason to act, on the caseload of whoever works with the person."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.claims.lacking import from_evidence
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import claim, needs, settle, with_outcome
from tests.outcomes.evidencing import accept, prove, reject
from tests.participants.people import ago

CODE = "short_job_outcome"


def reasons(cast: Cast, *people: Any, by: str = "ada") -> list[tuple[int, str]]:
    with looking_as(getattr(cast, by)) as viewer:
        found = from_evidence(viewer, [one.participant_id for one in people], viewer.today)
    return [(need.weight, need.sentence) for needs in found.values() for need in needs]


def test_what_is_missing_is_named_with_what_it_is_for(cast: Cast) -> None:
    needs(cast, CODE, any_of=["payslip", "employer_letter"])
    somebody, _ = with_outcome(cast)
    assert reasons(cast, somebody) == [
        (55, "Evidence missing for short job outcome: payslip or employer's letter")
    ]


def test_what_waits_or_is_accepted_is_no_reason_and_what_was_rejected_is_one_again(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"])
    somebody, _ = with_outcome(cast)
    proof = prove(cast, somebody, days=40)
    assert reasons(cast, somebody) == []
    reject(cast, proof)
    assert len(reasons(cast, somebody)) == 1
    accept(cast, prove(cast, somebody, days=40, replaces=proof))
    assert reasons(cast, somebody) == []


@pytest.mark.parametrize(
    ("within", "weight", "until"), [(29, None, None), (30, 78, 0), (44, 78, -14), (45, 55, -15)]
)
def test_the_nearer_the_last_day_the_weightier_and_after_it_nothing(
    cast: Cast, within: int, weight: int | None, until: int | None
) -> None:
    needs(cast, CODE, all_of=["payslip"], claim_within_days=within)
    somebody, _ = with_outcome(cast)
    found = reasons(cast, somebody)
    assert [one for one, _ in found] == ([] if weight is None else [weight])
    if until is not None:
        last = ago(until)
        assert f"to be claimed by {last.day} {last:%B}" in found[0][1]


def test_what_is_claimed_is_no_reason_and_what_is_proved_is_none_however_it_was_answered(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"])
    somebody, milestone = with_outcome(cast)
    accept(cast, prove(cast, somebody, days=40))
    made = claim(cast, milestone)
    assert reasons(cast, somebody) == []
    settle(cast, made, "rejected", reason="no_evidence")
    assert reasons(cast, somebody) == []


def test_nothing_is_asked_for_where_the_commissioner_pays_by_itself(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"], claimed="automatic")
    somebody, _ = with_outcome(cast)
    assert reasons(cast, somebody) == []


def test_nothing_is_asked_for_where_the_terms_ask_for_nothing(cast: Cast) -> None:
    somebody, _ = with_outcome(cast)
    assert reasons(cast, somebody) == []


def test_a_stranger_is_told_nothing(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"])
    somebody, _ = with_outcome(cast)
    assert reasons(cast, somebody, by="ivo") == []


def test_it_stands_on_the_caseload_and_can_be_asked_for(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"])
    with_outcome(cast)
    page = cast.client("ada").get("/serco/caseload/?need=evidence_missing").content.decode()
    assert "Evidence missing for short job outcome: payslip" in page


def test_a_list_costs_the_same_queries_whatever_its_length(cast: Cast) -> None:
    needs(cast, CODE, all_of=["payslip"])
    people = [with_outcome(cast)[0] for _ in range(3)]
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            assert len(reasons(cast, *some)) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
