"""Milestone rules as data: what is wrong is named by its field, and nothing wrong becomes a rule."""

from typing import Any

import pytest

from outcomes.milestones import rule_from, rules_from

WEEKS = {"rule": "weeks_in_work", "code": "job_outcome", "label": "Job outcome", "weeks": 26}
WINDOW = {"rule": "weeks_in_window", "code": "short", "label": "Short", "weeks": 13, "within_weeks": 26}
SUSTAINMENT = {
    "rule": "sustainment",
    "code": "sustainment",
    "label": "Sustainment",
    "max": 13,
    "follows": "job_outcome",
    "least_days": 1,
}
AFTER_SUSTAINMENT = SUSTAINMENT | {"follows": "sustainment"}


@pytest.mark.parametrize("data", [WEEKS, WINDOW, SUSTAINMENT, WEEKS | {"until": "allotted"}])
def test_a_sound_rule_is_made(data: dict[str, Any]) -> None:
    assert rule_from(data).code == data["code"]


def test_a_sustainment_is_claimed_after_fifteen_working_days_unless_the_data_says_otherwise() -> None:
    assert rule_from(SUSTAINMENT).claim_after_working_days == 15
    assert rule_from(WEEKS).claim_after_working_days == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "rule"),
        ("start", "rule"),
        ({"rule": "weeks_in_the_sun"}, "rule"),
        ({"rule": "start", "label": "Start"}, "code"),
        ({"rule": "start", "code": "start"}, "label"),
        ({"rule": "start", "code": "", "label": "Start"}, "code"),
        ({"rule": "start", "code": 7, "label": "Start"}, "code"),
        (WEEKS | {"week": 26}, "week"),
        (WEEKS | {"weeks": 0}, "weeks"),
        (WEEKS | {"weeks": "26"}, "weeks"),
        (WEEKS | {"weeks": True}, "weeks"),
        (WEEKS | {"weeks": 10**9}, "weeks"),
        (WEEKS | {"until": 0}, "until"),
        (WEEKS | {"until": "the end"}, "until"),
        (WEEKS | {"claim_after_working_days": -1}, "claim_after_working_days"),
        (WINDOW | {"within_weeks": 12}, "within_weeks"),
        ({**WINDOW, "within_weeks": None}, "within_weeks"),
        (SUSTAINMENT | {"max": 0}, "max"),
        (SUSTAINMENT | {"follows": ""}, "follows"),
        (SUSTAINMENT | {"off_benefit": "yes"}, "off_benefit"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(data: Any, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        rule_from(data)


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([WEEKS, WINDOW | {"weeks": 0}], r"milestones\[1\].weeks"),
        ([WEEKS, WINDOW | {"code": "job_outcome"}], r"milestones\[1\].code"),
        ([SUSTAINMENT, WEEKS], r"milestones\[0\].follows"),
        (
            [WEEKS, SUSTAINMENT, SUSTAINMENT | {"code": "more", "follows": "sustainment"}],
            r"milestones\[2\].follows",
        ),
        ([SUSTAINMENT | {"follows": "sustainment"}], r"milestones\[0\].follows"),
    ],
)
def test_rules_that_do_not_fit_together_are_named_by_their_place(
    rows: list[dict[str, Any]], place: str
) -> None:
    with pytest.raises(ValueError, match=f"^{place}: "):
        rules_from(rows)


def test_rules_that_fit_keep_their_order() -> None:
    assert [rule.code for rule in rules_from([WEEKS, WINDOW, SUSTAINMENT])] == [
        "job_outcome",
        "short",
        "sustainment",
    ]


def test_a_sustainment_cannot_stand_in_place_of_the_outcome_that_it_follows() -> None:
    with pytest.raises(ValueError, match="one_of"):
        rules_from([WEEKS | {"one_of": "outcome"}, SUSTAINMENT | {"one_of": "outcome"}])
    assert len(rules_from([WEEKS | {"one_of": "outcome"}, SUSTAINMENT | {"one_of": "kept"}])) == 2
