"""Steps that are evidenced and accepted, outcomes reached in more than one way, and how many days make a week."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

from outcomes.milestones import Case, Pay, Reached, Rule, Spell, Step, outlook, reached, rule_from, rules_from
from tests.outcomes.cases import (
    LATER,
    STARTED,
    TWO_WEEKS,
    WEEKDAYS_ONLY,
    case,
    day,
    in_work,
    job,
    sustainment,
)

TITLES = {"plan": "A family plan is agreed", "work": "Ready for work", "home": "Housing is secured"}
PROGRESS: dict[str, Any] = {
    "rule": "progress_measure",
    "code": "progress",
    "label": "Progress measure",
    "max": 2,
}
MEASURES = rule_from(PROGRESS | {"definitions": TITLES})
QUALIFICATION = rule_from({"rule": "qualification", "code": "qualification", "label": "Qualification"})
TRAINING = rule_from({"rule": "education_or_training", "code": "training", "label": "Training"})
WELLBEING = rule_from({"rule": "wellbeing_gain", "code": "wellbeing", "label": "Wellbeing gain"})


def stepped(*steps: tuple[int, str], kind: str = "progress_measure") -> Case:
    return Case(
        STARTED, STARTED, steps=tuple(Step(kind, definition, day(number)) for number, definition in steps)
    )


def found(person: Case, *rules: Rule, at: date = LATER) -> list[Reached]:
    return list(reached(person, rules, at, WEEKDAYS_ONLY))


class TestProgressMeasures:
    def days(self, person: Case, rule: Rule = MEASURES) -> list[date]:
        return [one.reached_on for one in found(person, rule)]

    def test_each_definition_counts_once_on_its_first_day(self) -> None:
        assert self.days(stepped((40, "plan"), (10, "plan"), (30, "work"))) == [day(10), day(30)]

    def test_there_are_at_most_as_many_as_the_contract_pays(self) -> None:
        assert self.days(stepped((10, "plan"), (20, "work"), (30, "home"))) == [day(10), day(20)]

    def test_a_definition_that_the_programme_does_not_have_counts_nothing(self) -> None:
        assert self.days(stepped((10, "garden"))) == []
        assert self.days(stepped((10, "garden")), rule_from(PROGRESS)) == [day(10)]

    def test_a_step_before_the_start_or_to_come_does_not_count(self) -> None:
        assert self.days(stepped((0, "plan"), (1, "work"))) == [day(1)]
        assert found(stepped((5, "plan")), MEASURES, at=day(4)) == []

    def test_the_reason_gives_the_title(self) -> None:
        assert found(stepped((10, "plan")), MEASURES)[0].why == (
            "Progress measure, A family plan is agreed, of 16 April 2025 is evidenced and accepted."
        )

    def test_the_outlook_names_those_still_open(self) -> None:
        (ahead,) = outlook(stepped((10, "plan")), [MEASURES], day(20))
        assert ahead.sentence == (
            "Progress measure 2 asks for a step by another definition that is evidenced and accepted:"
            " Ready for work, Housing is secured"
        )

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"max": 4, "definitions": TITLES}, "max: there are only 3 definitions"),
            ({"definitions": ["plan"]}, "definitions: must be a table"),
            ({"definitions": {"plan": ""}}, "definitions: must be a table"),
            ({"max": 0}, "max: must be"),
        ],
    )
    def test_a_wrong_rule_is_refused(self, changes: dict[str, Any], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            rule_from(PROGRESS | changes)


@pytest.mark.parametrize("rule", [QUALIFICATION, TRAINING, WELLBEING])
def test_what_is_evidenced_is_reached_once_on_its_first_day(rule: Any) -> None:
    person = stepped((30, "one"), (20, "another"), kind=rule.kind)
    (only,) = found(person, QUALIFICATION, TRAINING, WELLBEING)
    assert (only.code, only.reached_on) == (rule.code, day(20))
    assert only.why.endswith(", another, of 26 April 2025 is evidenced and accepted.")


def test_without_evidence_the_outlook_says_so() -> None:
    (ahead,) = outlook(case(), [QUALIFICATION], day(5))
    assert ahead.sentence == "Qualification is not reached; no evidence of it is accepted yet"


class TestOneOutcomeInTwoWays:
    PAID: ClassVar = {"rule": "earnings", "code": "paid", "label": "Paid", "pence": 1000, "within_days": 100}
    SELF: ClassVar = {
        "rule": "self_employed_days",
        "code": "self",
        "label": "Self",
        "days": 10,
        "within_days": 100,
    }
    RULES = rules_from([PAID | {"one_of": "outcome"}, SELF | {"one_of": "outcome"}])

    def person(self, paid_on: int) -> Case:
        return Case(STARTED, STARTED, pay=(Pay(day(paid_on), 1000),), self_employed=(Spell(day(1)),))

    @pytest.mark.parametrize(("paid_on", "code"), [(9, "paid"), (10, "paid"), (11, "self")])
    def test_only_the_first_reached_stands(self, paid_on: int, code: str) -> None:
        assert [one.code for one in found(self.person(paid_on), *self.RULES)] == [code]

    def test_until_one_is_reached_both_are_ahead_and_then_neither(self) -> None:
        ahead = outlook(self.person(11), self.RULES, day(5))
        assert [(one.code, one.on) for one in ahead] == [("paid", day(11)), ("self", day(10))]
        assert outlook(self.person(11), self.RULES, day(10)) == ()


class TestLeastDays:
    """How many days in work make a week of a sustainment is for the programme to say."""

    def test_it_has_no_default(self) -> None:
        data = {"rule": "sustainment", "code": "s", "label": "S", "max": 1, "follows": "two_weeks"}
        with pytest.raises(ValueError, match=r"^least_days: is missing"):
            rule_from(data)
        for wrong in (0, 8, True, "1"):
            with pytest.raises(ValueError, match=r"^least_days: must be a number of days, 1 to 7"):
                rule_from(data | {"least_days": wrong})

    def test_a_week_with_fewer_days_breaks_the_run(self) -> None:
        person = case(in_work(day(1), 17), job(day(22)))  # three days in the first week after the outcome
        first = {least: found(person, TWO_WEEKS, sustainment(least_days=least, max=1))[1] for least in (3, 4)}
        assert [one.reached_on for one in first.values()] == [day(42), day(49)]
        assert "had 3 days in work or more." in first[3].why
        assert first[4].why.endswith(
            "The week from 21 April 2025 to 27 April 2025 had only 3 days in work, so a new run began on 28 April 2025."
        )


def test_years_on_benefit_are_not_walked_week_by_week() -> None:
    """The weeks between a job and the end of a long claim are the same as if they were looked at one by one."""
    rule = sustainment(off_benefit=True, max=1)
    person = case(job(day(1)), benefit_days=(Spell(day(20), day(1500)),))
    (_, first) = found(person, TWO_WEEKS, rule)
    # Weeks keep their step of seven days from day 15 on: the last spoilt one begins on day 1499.
    assert first.reached_on == day(1505 + 28)
    assert f"The week from {_on(1499)} to {_on(1505)} had a day on benefit" in first.why


def test_after_years_on_benefit_the_last_spoilt_week_decides() -> None:
    """The claim ends with a week, so that the first day off benefit begins the new run, if that is still in time."""
    rule = sustainment(off_benefit=True, max=1)
    person = case(job(day(1)), benefit_days=(Spell(day(20), day(1498)),))
    (_, first) = found(replace(person, allotted_until=day(1499)), TWO_WEEKS, rule)
    assert first.reached_on == day(1498 + 28)
    assert f"The week from {_on(1492)} to {_on(1498)} had a day on benefit" in first.why
    assert [one.code for one in found(replace(person, allotted_until=day(1498)), TWO_WEEKS, rule)] == [
        "two_weeks"
    ]


def _on(number: int) -> str:
    on = day(number)
    return f"{on.day} {on:%B %Y}"
