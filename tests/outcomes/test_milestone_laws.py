"""Every rule against one that looks at every single day or week, and the laws that all of them keep.

The slow rules are written from the definitions and share nothing with the engine but the facts.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.milestones import (
    Case,
    Course,
    Hours,
    Pay,
    Rate,
    Rates,
    Reached,
    Rule,
    Spell,
    Step,
    course,
    outlook,
    reached,
    rule_from,
)
from programmes.working_days import Calendar

DAY = timedelta(days=1)
AHEAD = timedelta(weeks=260)
WEEKDAYS_ONLY = Calendar()
STARTED = date(2025, 4, 9)  # a Wednesday
RATES: Rates = {
    "wage": [
        Rate(date(2025, 1, 1), date(2025, 7, 31), 100),
        Rate(date(2025, 8, 11), date(2025, 11, 30), 150),
        Rate(date(2025, 12, 1), None, 200),
    ]
}
TITLES = {code: code.upper() for code in "abc"}

often = settings(max_examples=150, deadline=None)
some_days = st.integers(-20, 300)
spells = st.builds(
    lambda first, length: Spell(_day(first), None if length is None else _day(first + length - 1)),
    some_days,
    st.none() | st.integers(1, 100),
)
hours = st.builds(
    lambda spell, per_week: Hours(spell.first, spell.last, per_week),
    spells,
    st.decimals("0.5", "40", places=2),
)
pays = st.builds(lambda on, pence: Pay(_day(on), pence), some_days, st.integers(-3000, 40000))
steps = st.builds(
    lambda kind, definition, on: Step(kind, definition, _day(on)),
    st.sampled_from(["progress_measure", "qualification", "education_or_training", "wellbeing_gain"]),
    st.sampled_from("abcd"),
    some_days,
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    jobs = draw(st.lists(hours, max_size=6))
    self_employed = draw(st.lists(spells, max_size=4))
    return Case(
        draw(st.sampled_from([STARTED, date(2025, 4, 7), date(2025, 8, 3)])),
        date(2025, 3, 1),
        (*(Spell(job.first, job.last) for job in jobs), *self_employed),
        draw(st.none() | some_days.map(_day)),
        tuple(draw(st.lists(spells, max_size=2))),
        tuple(jobs),
        tuple(draw(st.lists(pays, max_size=8))),
        tuple(self_employed),
        tuple(draw(st.lists(steps, max_size=8))),
    )


def _day(number: int) -> date:
    return STARTED + number * DAY


def rule(kind: str, **data: Any) -> Rule:
    return rule_from({"rule": kind, "code": kind, "label": "It", **data}, RATES)


earnings = st.builds(
    lambda hours, rate_on, within: rule(
        "earnings", hours=hours, weeks=10, rate="wage", rate_on=rate_on, within_days=within
    ),
    st.integers(5, 60),
    st.sampled_from(["start", "pay"]),
    st.integers(1, 330),
) | st.builds(
    lambda pence, within: rule("earnings", pence=pence, within_days=within),
    st.integers(1, 90000),
    st.integers(1, 330),
)
self_employments = st.builds(
    lambda days, more: rule("self_employed_days", days=days, within_days=days + more),
    st.integers(1, 90),
    st.integers(0, 200),
)
hours_weeks = st.builds(
    lambda hours, weeks, more: rule("hours_weeks", hours=hours, weeks=weeks, within_weeks=weeks + more),
    st.integers(1, 30),
    st.integers(1, 8),
    st.integers(0, 5),
)
measures = st.builds(
    lambda most, named: rule("progress_measure", max=most, **({"definitions": TITLES} if named else {})),
    st.integers(1, 3),
    st.booleans(),
)
evidenced = st.sampled_from(["qualification", "education_or_training", "wellbeing_gain"]).map(rule)
rule_sets = st.tuples(
    *(st.just(rule(kind)) for kind in ("start", "job_start", "qualification", "wellbeing_gain")),
    st.just(rule("education_or_training")),
    st.just(rule("weeks_in_work", weeks=4)),
    st.just(rule("weeks_in_window", weeks=3, within_weeks=6)),
    st.just(rule("sustainment", max=3, follows="weeks_in_work", off_benefit=True, least_days=3)),
    *(earnings, self_employments, hours_weeks, measures),
)
ats = st.integers(-3, 330).map(_day)


def days_reached(case: Case, asked: Rule, at: date) -> list[date]:
    return [one.reached_on for one in reached(case, [asked], at, WEEKDAYS_ONLY)]


def all_days(case: Case, at: date) -> list[date]:
    return [case.started_on + number * DAY for number in range((at - case.started_on).days + 1)]


def covers(spell: Spell | Hours, on: date) -> bool:
    return spell.first <= on and (spell.last is None or on <= spell.last)


# The slow rules.


def slow_threshold(case: Case, asked: Any, on: date) -> int | None:
    if asked.pence is not None:
        return int(asked.pence)
    day = case.started_on if asked.rate_on == "start" else on
    known = [one for one in RATES["wage"] if one.effective_from <= day <= (one.effective_to or date.max)]
    return asked.hours * asked.weeks * known[0].pence_per_hour if known else None


def slow_earnings(case: Case, asked: Any, at: date) -> list[date]:
    total = 0
    for on in all_days(case, at)[: asked.within_days]:
        today = [pay.pence for pay in case.pay if pay.paid_on == on]
        total += sum(today)
        threshold = slow_threshold(case, asked, on)
        if today and threshold is None:
            return []
        if today and threshold is not None and total >= threshold:
            return [on]
    return []


def slow_self_employed(case: Case, asked: Any, at: date) -> list[date]:
    worked = [on for on in all_days(case, at) if any(covers(spell, on) for spell in case.self_employed)]
    full = worked[asked.days - 1 : asked.days]
    return [on for on in full if (on - case.started_on).days < asked.within_days]


def slow_hours_weeks(case: Case, asked: Any, at: date) -> list[date]:
    mondays = [on for on in all_days(case, at)[1:] if on.weekday() == 0 and on + 6 * DAY <= at]
    good = []
    for monday in mondays:
        week = [monday + number * DAY for number in range(7)]
        held = sum(Fraction(job.per_week) / 7 for job in case.hours for on in week if covers(job, on))
        good.append(held >= asked.hours)
        if sum(good[-asked.within_weeks :]) >= asked.weeks:
            return [week[-1]]
    return []


def slow_steps(case: Case, asked: Any, at: date) -> list[date]:
    found: list[date] = []
    seen: set[str] = set()
    for on in all_days(case, at):
        for step in sorted(case.steps, key=lambda step: step.definition):
            if step.kind != asked.kind or step.happened_on != on or step.definition in seen:
                continue
            if getattr(asked, "definitions", None) and step.definition not in asked.definitions:
                continue
            seen.add(step.definition)
            found.append(on)
    return found[: asked.most]


@given(case=cases(), asked=earnings, at=ats)
@often
def test_earnings_agree_with_the_slow_rule(case: Case, asked: Rule, at: date) -> None:
    assert days_reached(case, asked, at) == slow_earnings(case, asked, at)


@given(case=cases(), asked=self_employments, at=ats)
@often
def test_self_employed_days_agree_with_the_slow_rule(case: Case, asked: Rule, at: date) -> None:
    assert days_reached(case, asked, at) == slow_self_employed(case, asked, at)


@given(case=cases(), asked=hours_weeks, at=ats)
@often
def test_hours_weeks_agree_with_the_slow_rule(case: Case, asked: Rule, at: date) -> None:
    assert days_reached(case, asked, at) == slow_hours_weeks(case, asked, at)


@given(case=cases(), asked=measures | evidenced, at=ats)
@often
def test_steps_agree_with_the_slow_rule(case: Case, asked: Rule, at: date) -> None:
    assert days_reached(case, asked, at) == slow_steps(case, asked, at)


# The laws.


def all_reached(case: Case, rules: tuple[Rule, ...], at: date) -> tuple[Reached, ...]:
    return reached(case, rules, at, WEEKDAYS_ONLY)


@given(case=cases(), rules=rule_sets, at=ats, data=st.data())
def test_the_order_of_the_facts_does_not_matter(
    case: Case, rules: tuple[Rule, ...], at: date, data: st.DataObject
) -> None:
    names = ("spells", "benefit_days", "hours", "pay", "self_employed", "steps")
    shuffled: dict[str, Any] = {
        name: tuple(data.draw(st.permutations(getattr(case, name)))) for name in names
    }
    assert all_reached(case, rules, at) == all_reached(replace(case, **shuffled), rules, at)


def split(spell: Any, after: int) -> tuple[Any, ...]:
    """The spell told as two that adjoin, where it is long enough."""
    cut = spell.first + after * DAY
    if spell.last is not None and cut > spell.last:
        return (spell,)
    return replace(spell, last=cut - DAY), replace(spell, first=cut)


@given(case=cases(), rules=rule_sets, at=ats, after=st.integers(1, 60))
def test_jobs_told_as_two_that_adjoin_change_nothing(
    case: Case, rules: tuple[Rule, ...], at: date, after: int
) -> None:
    """But for a job from before the start: its second half is a job that begins after the start."""
    told: dict[str, Any] = {
        name: tuple(part for spell in getattr(case, name) for part in split(spell, after))
        for name in ("spells", "hours", "self_employed")
    }
    if any(spell.first < case.started_on for spell in case.spells):
        rules = tuple(one for one in rules if one.code != "job_start")
    assert all_reached(case, rules, at) == all_reached(replace(case, **told), rules, at)


@given(case=cases(), rules=rule_sets, at=ats, later=st.integers(0, 200))
def test_time_only_appends(case: Case, rules: tuple[Rule, ...], at: date, later: int) -> None:
    before = all_reached(case, rules, at)
    assert all_reached(case, rules, at + later * DAY)[: len(before)] == before


# The same rules, some of which stand in for one another.
rivals = st.lists(st.sampled_from(["", "outcome", "step"]), min_size=12, max_size=12)


def rivalling(rules: tuple[Rule, ...], kinds: list[str]) -> tuple[Rule, ...]:
    """But for what follows another: it cannot stand in its place."""
    return tuple(
        one if one.after else replace(one, one_of=kind) for one, kind in zip(rules, kinds, strict=True)
    )


def course_of(case: Case, rules: tuple[Rule, ...], at: date) -> Course:
    return course(case, rules, at, WEEKDAYS_ONLY)


@given(case=cases(), rules=rule_sets, kinds=rivals, at=ats)
@often
def test_what_is_worked_out_as_of_a_day_far_ahead_is_word_for_word_what_is_reached_today(
    case: Case, rules: tuple[Rule, ...], kinds: list[str], at: date
) -> None:
    """Days, first days to claim, and explanations: so it need not be worked out again before something is to come."""
    rules = rivalling(rules, kinds)
    assert course_of(case, rules, at).reached == all_reached(case, rules, at)


@given(case=cases(), rules=rule_sets, kinds=rivals, at=ats, later=st.integers(0, 400))
@often
def test_nothing_changes_before_the_day_to_look_again_and_something_does_on_it(
    case: Case, rules: tuple[Rule, ...], kinds: list[str], at: date, later: int
) -> None:
    rules = rivalling(rules, kinds)
    now = course_of(case, rules, at)
    last = min(at + later * DAY, now.again_on - DAY)
    assert all_reached(case, rules, last) == now.reached
    if now.again_on < at + AHEAD:
        assert course_of(case, rules, last).again_on == now.again_on
        assert len(all_reached(case, rules, now.again_on)) > len(now.reached)


@given(case=cases(), rules=rule_sets, at=ats, data=st.data())
def test_facts_that_come_later_reach_more_or_the_same_day_sooner_and_take_nothing_back(
    case: Case, rules: tuple[Rule, ...], at: date, data: st.DataObject
) -> None:
    """Without benefit days and payments taken back, every prefix of the facts reaches a part of the milestones.

    Where a milestone is reached sooner the ledger reverses it and says so; none is lost.
    """
    rules = tuple(one for one in rules if one.code not in ("sustainment", "earnings"))
    known = {
        name: getattr(case, name)[: data.draw(st.integers(0, len(getattr(case, name))))]
        for name in ("spells", "hours", "self_employed", "steps")
    }
    whole = {(one.code, one.ordinal): one.reached_on for one in all_reached(case, rules, at)}
    for one in all_reached(replace(case, **known), rules, at):
        assert whole[one.code, one.ordinal] <= one.reached_on


@given(rules=rule_sets, at=ats)
def test_without_facts_there_is_nothing_but_the_start(rules: tuple[Rule, ...], at: date) -> None:
    found = all_reached(Case(STARTED, STARTED), rules, at)
    assert [one.code for one in found] == (["start"] if at >= STARTED else [])


@given(case=cases(), rules=rule_sets, at=ats, which=st.integers(0, 11))
def test_a_further_rule_does_not_change_the_others(
    case: Case, rules: tuple[Rule, ...], at: date, which: int
) -> None:
    """But for the one that others follow, which they cannot be without."""
    left_out = rules[which].code
    if left_out == "weeks_in_work":
        return
    fewer = tuple(one for one in rules if one.code != left_out)
    expected = tuple(one for one in all_reached(case, rules, at) if one.code != left_out)
    assert all_reached(case, fewer, at) == expected


@given(case=cases(), rules=rule_sets, at=ats)
def test_the_outlook_comes_true_on_its_day_and_not_before(
    case: Case, rules: tuple[Rule, ...], at: date
) -> None:
    for ahead in outlook(case, rules, at):
        if ahead.on is None:
            continue
        assert ahead.days_to_go == (ahead.on - at).days > 0
        mark = (ahead.code, ahead.ordinal)
        assert mark in [(one.code, one.ordinal) for one in all_reached(case, rules, ahead.on)]
        assert mark not in [(one.code, one.ordinal) for one in all_reached(case, rules, ahead.on - DAY)]


@given(case=cases(), rules=rule_sets, at=ats, data=st.data())
def test_what_can_no_longer_be_reached_is_not_reached_by_anything_to_come(
    case: Case, rules: tuple[Rule, ...], at: date, data: st.DataObject
) -> None:
    gone = {(one.code, one.ordinal) for one in outlook(case, rules, at) if "no longer" in one.sentence}
    jobs = [job for job in data.draw(st.lists(hours, max_size=4)) if job.first > at]
    luckier = replace(
        case,
        spells=(*case.spells, *(Spell(job.first, job.last) for job in jobs)),
        hours=(*case.hours, *jobs),
        self_employed=(*case.self_employed, *(Spell(job.first, job.last) for job in jobs)),
        pay=(*case.pay, *(pay for pay in data.draw(st.lists(pays, max_size=4)) if pay.paid_on > at)),
        steps=(*case.steps, *(one for one in data.draw(st.lists(steps, max_size=4)) if one.happened_on > at)),
        benefit_days=tuple(
            replace(one, last=min(one.last or at, at)) for one in case.benefit_days if one.first <= at
        ),
    )
    assert not gone & {(one.code, one.ordinal) for one in all_reached(luckier, rules, at + 400 * DAY)}


@given(case=cases(), rules=rule_sets, at=ats)
def test_every_outlook_is_a_sentence_that_says_why(case: Case, rules: tuple[Rule, ...], at: date) -> None:
    for ahead in outlook(case, rules, at):
        assert ahead.sentence
        assert (ahead.on is None) is (ahead.days_to_go is None)


def test_a_rate_of_pay_is_exact_to_the_last_digit() -> None:
    """Three jobs of a third of seven hours each, over weeks of seven days, make exactly seven."""
    third = Decimal("2.33"), Decimal("2.33"), Decimal("2.34")
    jobs = tuple(Hours(date(2025, 4, 14), None, part) for part in third)
    asked = rule("hours_weeks", hours=7, weeks=1, within_weeks=1)
    assert days_reached(Case(STARTED, STARTED, hours=jobs), asked, date(2025, 5, 1)) == [date(2025, 4, 20)]
