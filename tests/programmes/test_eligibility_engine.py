"""The eligibility engine: three-valued, explained, and never flipped by learning more."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.eligibility import FACTS, Decision, Missing, Reason, check_fact, check_rules, decide, refusals

Tree = dict[str, Any]
Facts = dict[str, Any]


def says(subject: str) -> dict[str, str]:
    return {"met": f"{subject}: yes.", "not_met": f"{subject}: no.", "missing": f"{subject}: not known yet."}


LIVES_HERE: Tree = {
    "fact": "lives_in",
    "is_one_of": ["E09000012", "E09000030"],
    "code": "area",
    "says": says("Lives in the area"),
}
OUT_OF_WORK: Tree = {
    "fact": "employment_status",
    "is_one_of": ["unemployed", "inactive"],
    "code": "out_of_work",
    "says": says("Out of work"),
}
FAMILY_CONCERN: Tree = {
    "any": [
        {"fact": "concerns", "includes_any": ["own_health", "partner_health", "child_health"]},
        {"fact": "concerns", "includes_any": ["domestic_abuse"]},
    ],
    "code": "family_concern",
    "private": True,
    "says": says("A family concern"),
}
FAMILIES: Tree = {"all": [LIVES_HERE, OUT_OF_WORK, FAMILY_CONCERN]}
AGE: Tree = {"fact": "age", "at_least": 18, "code": "age", "says": says("Aged 18 or over")}
IN_WORK: Tree = {
    "fact": "employment_status",
    "is": "employed",
    "code": "not_employed",
    "says": says("Not in a job"),
}
EVERYTHING: Facts = {"lives_in": "E09000012", "employment_status": "inactive", "concerns": ["domestic_abuse"]}


def results(decision: Decision) -> dict[str, str]:
    return {reason.code: reason.result for reason in decision.reasons}


class TestDecisions:
    def test_a_person_who_meets_every_criterion_is_eligible(self) -> None:
        assert decide(FAMILIES, EVERYTHING) == Decision(
            "eligible",
            (
                Reason("area", "met", "Lives in the area: yes."),
                Reason("out_of_work", "met", "Out of work: yes."),
                Reason("family_concern", "met", "A family concern: yes."),
            ),
            (),
        )

    def test_one_failed_criterion_decides_and_the_others_are_still_explained(self) -> None:
        decision = decide(FAMILIES, {"employment_status": "employed"})
        assert decision.outcome == "not_eligible"
        assert results(decision) == {"area": "missing", "out_of_work": "not_met", "family_concern": "missing"}
        assert decision.missing == ()

    def test_one_missing_fact_is_asked_for(self) -> None:
        decision = decide(FAMILIES, EVERYTHING | {"concerns": None})
        assert decision.outcome == "need_to_know"
        assert decision.missing == (Missing("concerns", FACTS["concerns"].question),)

    def test_nothing_known_asks_for_every_fact_once_in_the_order_of_the_rules(self) -> None:
        asked = [missing.fact for missing in decide(FAMILIES, {}).missing]
        assert asked == ["lives_in", "employment_status", "concerns"]

    def test_an_answer_that_can_no_longer_matter_is_not_asked_for(self) -> None:
        young_or_local = {"all": [OUT_OF_WORK, {"any": [AGE, LIVES_HERE]}]}
        decision = decide(young_or_local, {"age": 30})
        assert [missing.fact for missing in decision.missing] == ["employment_status"]

    def test_an_empty_list_is_an_answer(self) -> None:
        assert decide(FAMILIES, EVERYTHING | {"concerns": []}).outcome == "not_eligible"

    def test_which_concern_a_family_has_is_never_told(self) -> None:
        either = [EVERYTHING | {"concerns": [concern]} for concern in ("own_health", "domestic_abuse")]
        assert len({decide(FAMILIES, facts) for facts in either}) == 1

    @pytest.mark.parametrize(
        ("status", "result", "outcome"),
        [
            ("employed", "not_met", "not_eligible"),
            ("inactive", "met", "eligible"),
            (None, "missing", "need_to_know"),
        ],
    )
    def test_inside_none_a_criterion_is_met_when_its_test_fails(
        self, status: str | None, result: str, outcome: str
    ) -> None:
        decision = decide({"none": [IN_WORK]}, {"employment_status": status})
        assert results(decision) == {"not_employed": result}
        assert decision.outcome == outcome

    def test_a_none_inside_a_none_speaks_for_the_person_again(self) -> None:
        assert results(decide({"none": [{"none": [AGE]}]}, {"age": 18})) == {"age": "met"}

    @pytest.mark.parametrize(
        ("criterion", "value", "outcome"),
        [
            ({"fact": "age", "at_least": 18}, 18, "eligible"),
            ({"fact": "age", "at_least": 18}, 17, "not_eligible"),
            ({"fact": "months_on_benefit", "at_most": 9}, 9, "eligible"),
            ({"fact": "months_on_benefit", "at_most": 9}, 10, "not_eligible"),
            ({"fact": "right_to_work", "is": True}, False, "not_eligible"),
            ({"fact": "adults_working", "is": 0}, 0, "eligible"),
            ({"fact": "payment_group", "is": "2"}, "2", "eligible"),
            ({"fact": "benefit", "includes_any": ["income_support"]}, ["carers_allowance"], "not_eligible"),
        ],
    )
    def test_every_operator_has_its_limit(self, criterion: Tree, value: object, outcome: str) -> None:
        tree = criterion | {"code": "it", "says": says("It")}
        assert check_rules(tree) == []
        assert decide(tree, {criterion["fact"]: value}).outcome == outcome

    @pytest.mark.parametrize(
        "facts", [{"age": "18"}, {"age": True}, {"age": -1}, {"concerns": "own_health"}, {"shoe_size": 9}]
    )
    def test_a_fact_of_the_wrong_type_is_an_error_and_not_an_unknown(self, facts: Facts) -> None:
        with pytest.raises(ValueError, match=next(iter(facts))):
            decide(FAMILIES, facts)

    def test_a_form_can_check_one_answer_at_a_time(self) -> None:
        assert check_fact("employment_status", "inactive") is None
        assert check_fact("employment_status", "retired") is not None
        assert check_fact("right_to_work", "yes") == "must be true or false"


class TestCheckRules:
    def test_a_sound_rule_set_survives_json_and_has_no_problems(self) -> None:
        assert check_rules(json.loads(json.dumps(FAMILIES))) == []

    @pytest.mark.parametrize(
        ("tree", "problem"),
        [
            ("lives in Hackney", "eligibility: must be a node"),
            ({}, "eligibility: needs exactly one of all, any, none or fact"),
            ({"all": [AGE], "any": [AGE]}, "eligibility: needs exactly one of"),
            ({"all": []}, "eligibility.all: must be a list with at least one entry"),
            ({"all": [AGE], "every": 1}, "eligibility.every: unknown field"),
            ({"all": [AGE, 7]}, "eligibility.all[1]: must be a node"),
            (AGE | {"fact": "shoe_size"}, "eligibility.fact: 'shoe_size' is not a known fact"),
            (AGE | {"fact": ["age"]}, "eligibility.fact: ['age'] is not a known fact"),
            (AGE | {"at_least": "18"}, "eligibility.at_least: must be a whole number"),
            (AGE | {"at_least": True}, "eligibility.at_least: must be a whole number"),
            (AGE | {"at_most": 30}, "eligibility: needs exactly one operator"),
            ({"fact": "age", "about": 18, "code": "age", "says": says("Age")}, "found about"),
            ({"fact": "age", "code": "age", "says": says("Age")}, "found none"),
            (LIVES_HERE | {"is_one_of": []}, "eligibility.is_one_of: must be a list of codes"),
            (LIVES_HERE | {"is_one_of": "E09000012"}, "eligibility.is_one_of: must be a list of codes"),
            (OUT_OF_WORK | {"is_one_of": ["retired"]}, "'retired' is not one of employed"),
            (
                {
                    "fact": "concerns",
                    "is": "own_health",
                    "private": True,
                    "code": "c",
                    "says": says("C"),
                },
                "eligibility.is: cannot be asked of concerns",
            ),
            (FAMILY_CONCERN | {"private": False}, "concerns is private"),
            (AGE | {"private": "yes"}, "eligibility.private: must be true or false"),
            ({"fact": "age", "at_least": 18}, "eligibility: needs a code and says"),
            (AGE | {"code": ""}, "eligibility.code: must be a short name"),
            (AGE | {"says": "old enough"}, "eligibility.says: must give the sentences"),
            (
                AGE | {"says": {"met": "a", "not_met": " "}},
                "says.not_met: the sentence is missing",
            ),
            (AGE | {"says": says("Age") | {"maybe": "?"}}, "eligibility.says.maybe: unknown field"),
            ({"any": [AGE], "code": "c", "says": says("C")}, "the node above speaks for it"),
            ({"all": [AGE, {"any": [AGE]}]}, "the code 'age' is used more than once"),
        ],
    )
    def test_a_problem_is_named_with_its_place(self, tree: object, problem: str) -> None:
        assert any(problem in found for found in check_rules(tree))

    def test_every_problem_of_a_rule_set_is_found_at_once(self) -> None:
        tree = {"all": [AGE | {"at_least": "18"}, OUT_OF_WORK | {"is_one_of": []}]}
        assert len(check_rules(tree)) == 2

    def test_a_rule_set_nobody_could_read_is_refused(self) -> None:
        tree = AGE
        for _ in range(500):
            tree = {"all": [tree]}
        assert [problem.split(": ")[1] for problem in check_rules(tree)] == ["nested deeper than 12 levels"]


# Random rule sets. Every leaf knows two answers: one that passes its test and one that fails it.

LEAVES: list[tuple[Tree, object, object]] = [
    ({"fact": "lives_in", "is_one_of": ["E09000010", "E09000012"]}, "E09000012", "E09000001"),
    ({"fact": "age", "at_least": 18}, 18, 17),
    ({"fact": "employment_status", "is": "inactive"}, "inactive", "employed"),
    ({"fact": "benefit", "includes_any": ["income_support"]}, ["income_support"], []),
    ({"fact": "concerns", "includes_any": ["own_health"], "private": True}, ["own_health"], ["crime_or_asb"]),
    ({"fact": "months_on_benefit", "at_most": 9}, 9, 10),
    ({"fact": "payment_group", "is": "2"}, "2", "1"),
    ({"fact": "right_to_work", "is": True}, True, False),
    ({"fact": "adults_working", "at_most": 0}, 0, 1),
]
ANSWERS = {leaf["fact"]: (yes, no) for leaf, yes, no in LEAVES}

leaves = st.sampled_from([leaf for leaf, _, _ in LEAVES])
trees = st.recursive(
    leaves,
    lambda below: st.builds(
        lambda kind, children: {kind: children},
        st.sampled_from(["all", "any", "none"]),
        st.lists(below, min_size=1, max_size=4),
    ),
    max_leaves=9,
)
answers = st.fixed_dictionaries(
    {name: st.sampled_from([None, *both]) for name, both in ANSWERS.items()},
)


def with_words(tree: Tree, numbers: Iterator[int]) -> Tree:
    """The same tree with a code and sentences on every leaf."""
    if "fact" in tree:
        code = f"c{next(numbers)}"
        return tree | {"code": code, "says": says(code)}
    return {kind: [with_words(child, numbers) for child in children] for kind, children in tree.items()}


def worded(tree: Tree) -> Tree:
    return with_words(tree, itertools.count())


def degree_of_truth(tree: Tree, facts: Facts) -> float:
    """Kleene's logic written as arithmetic: false 0, unknown a half, true 1."""
    if "fact" in tree:
        value = facts[tree["fact"]]
        return 0.5 if value is None else float(value == ANSWERS[tree["fact"]][0])
    ((kind, children),) = tree.items()
    degrees = [degree_of_truth(child, facts) for child in children]
    return {"all": min(degrees), "any": max(degrees), "none": 1 - max(degrees)}[kind]


def facts_of(tree: Tree) -> list[str]:
    if "fact" in tree:
        return [tree["fact"]]
    return [name for children in tree.values() for child in children for name in facts_of(child)]


def asking_once(tree: Tree, fresh: Iterator[tuple[Tree, object, object]]) -> Tree:
    """The same shape with another fact in every leaf."""
    if "fact" in tree:
        return next(fresh)[0]
    return {kind: [asking_once(child, fresh) for child in children] for kind, children in tree.items()}


def shuffled(tree: Tree, by: random.Random) -> Tree:
    if "fact" in tree:
        return tree
    ((kind, children),) = tree.items()
    return {kind: by.sample([shuffled(child, by) for child in children], len(children))}


@given(tree=trees, facts=answers)
def test_the_outcome_agrees_with_an_evaluator_that_only_knows_arithmetic(tree: Tree, facts: Facts) -> None:
    expected = {0.0: "not_eligible", 0.5: "need_to_know", 1.0: "eligible"}[degree_of_truth(tree, facts)]
    assert decide(worded(tree), facts).outcome == expected


@given(tree=trees, facts=answers)
@settings(max_examples=200)
def test_undecided_means_that_it_could_still_go_either_way(tree: Tree, facts: Facts) -> None:
    """Looked at by trying every answer. It holds where no fact is asked twice, so each leaf gets its own."""
    tree = asking_once(tree, iter(LEAVES))
    unknown = [name for name in facts_of(tree) if facts[name] is None]
    outcomes = {
        decide(worded(tree), facts | dict(zip(unknown, tried, strict=True))).outcome
        for tried in itertools.product(*(ANSWERS[name] for name in unknown))
    }
    outcome = decide(worded(tree), facts).outcome
    assert outcomes == ({"eligible", "not_eligible"} if outcome == "need_to_know" else {outcome})


@given(tree=trees, facts=answers, seed=st.integers(0, 1000))
def test_the_order_of_criteria_does_not_matter(tree: Tree, facts: Facts, seed: int) -> None:
    other_order = shuffled(tree, random.Random(seed))
    assert decide(worded(tree), facts).outcome == decide(worded(other_order), facts).outcome


@given(tree=trees, facts=answers, more=answers)
def test_learning_more_can_decide_but_never_flips(tree: Tree, facts: Facts, more: Facts) -> None:
    before = decide(worded(tree), facts).outcome
    learned = {name: more[name] if value is None else value for name, value in facts.items()}
    after = decide(worded(tree), learned).outcome
    assert before in ("need_to_know", after)


@given(tree=trees, facts=answers)
def test_something_is_missing_exactly_while_it_is_undecided(tree: Tree, facts: Facts) -> None:
    decision = decide(worded(tree), facts)
    assert bool(decision.missing) == (decision.outcome == "need_to_know")
    assert all(facts[missing.fact] is None for missing in decision.missing)


@given(tree=trees, facts=answers)
def test_answering_all_that_is_missing_decides(tree: Tree, facts: Facts) -> None:
    decision = decide(worded(tree), facts)
    answered = facts | {missing.fact: ANSWERS[missing.fact][0] for missing in decision.missing}
    assert decide(worded(tree), answered).outcome != "need_to_know"


@given(tree=trees, facts=answers)
def test_what_every_criterion_says_of_who_does_not_meet_it_is_what_its_reason_would_say(
    tree: Tree, facts: Facts
) -> None:
    reasons = decide(worded(tree), facts).reasons
    assert dict(refusals(worded(tree))) == {one.code: says(one.code)["not_met"] for one in reasons}


@given(tree=trees, facts=answers)
def test_every_criterion_gets_exactly_one_reason_in_its_own_words(tree: Tree, facts: Facts) -> None:
    rules = worded(tree)
    assert check_rules(rules) == []
    reasons = decide(rules, facts).reasons
    assert [reason.code for reason in reasons] == [f"c{number}" for number in range(len(facts_of(tree)))]
    assert all(reason.sentence == says(reason.code)[reason.result] for reason in reasons)
