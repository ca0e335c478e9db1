"""The milestone engine against an oracle that looks at every single day, and the laws it must keep.

The oracle is written from the definitions and shares nothing with the engine but the facts.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.milestones import Case, Rule, Spell, outlook, reached, rule_from
from programmes.working_days import Calendar

DAY = timedelta(days=1)
WEEKDAYS_ONLY = Calendar()
NEVER = date.max

often = settings(max_examples=500, deadline=None)

starts = st.sampled_from([date(2024, 2, 12), date(2025, 4, 7), date(2025, 11, 30)])
lengths = st.one_of(st.none(), st.integers(1, 12), st.integers(1, 90))


@st.composite
def some_spells(draw: st.DrawFn, started_on: date, most: int) -> tuple[Spell, ...]:
    """Spells that overlap, adjoin, begin before the start or stay open, as they fall."""
    spells = []
    for offset, length in draw(st.lists(st.tuples(st.integers(-40, 260), lengths), max_size=most)):
        first = started_on + offset * DAY
        spells.append(Spell(first, None if length is None else first + (length - 1) * DAY))
    return tuple(spells)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    started_on = draw(starts)
    allotted = draw(st.none() | st.integers(1, 260))
    return Case(
        started_on,
        started_on - 10 * DAY,
        draw(some_spells(started_on, 8)),
        None if allotted is None else started_on + (allotted - 1) * DAY,
        draw(some_spells(started_on, 2)),
    )


@st.composite
def cases_and_days(draw: st.DrawFn) -> tuple[Case, date]:
    case = draw(cases())
    return case, case.started_on + draw(st.integers(-3, 330)) * DAY


def rule(kind: str, **data: Any) -> Rule:
    return rule_from({"rule": kind, "code": kind, "label": "It", **data})


untils = st.none() | st.just("allotted") | st.integers(1, 260)
weeks_in_work = st.builds(
    lambda weeks, until: rule("weeks_in_work", weeks=weeks, until=until), st.integers(1, 8), untils
)
weeks_in_window = st.builds(
    lambda weeks, more, until: rule("weeks_in_window", weeks=weeks, within_weeks=weeks + more, until=until),
    st.integers(1, 5),
    st.integers(0, 6),
    untils,
)
sustainments = st.builds(
    lambda most, off_benefit, least: rule(
        "sustainment", max=most, follows="weeks_in_work", off_benefit=off_benefit, least_days=least
    ),
    st.integers(1, 6),
    st.booleans(),
    st.sampled_from([1, 1, 2, 5, 7]),
)
rule_sets = st.tuples(
    st.just(rule("start")), st.just(rule("job_start")), weeks_in_work, weeks_in_window, sustainments
)


# The oracle.


@dataclass
class DayByDay:
    case: Case
    at: date

    def days(self) -> list[date]:
        passed = range((self.at - self.case.started_on).days + 1)
        return [self.case.started_on + number * DAY for number in passed]

    def covered(self, spells: tuple[Spell, ...], on: date) -> bool:
        return any(spell.first <= on and (spell.last is None or on <= spell.last) for spell in spells)

    def works(self, on: date) -> bool:
        return self.case.started_on <= on <= self.at and self.covered(self.case.spells, on)

    def last_day(self, until: object) -> date:
        if isinstance(until, int):
            return self.case.started_on + (until - 1) * DAY
        return self.case.allotted_until or NEVER if until == "allotted" else NEVER

    def start(self) -> list[date]:
        return self.days()[:1]

    def job_start(self) -> list[date]:
        return [on for on in self.days() if any(spell.first == on for spell in self.case.spells)][:1]

    def weeks_in_work(self, weeks: int, until: object) -> list[date]:
        so_far = 0
        for on in self.days():
            so_far += self.works(on)
            if so_far == 7 * weeks:
                return [on] if on <= self.last_day(until) else []
        return []

    def weeks_in_window(self, weeks: int, within_weeks: int, until: object) -> list[date]:
        at_work = {on for on in self.days() if self.works(on)}
        for on in self.days():
            window = {on - back * DAY for back in range(7 * within_weeks)}
            if len(window & at_work) >= 7 * weeks:
                return [on] if on <= self.last_day(until) else []
        return []

    def sustainments(self, outcome: list[date], asked: Any) -> list[date]:
        found: list[date] = []
        week: list[date] = []
        good_weeks, waiting_to_be_back = 0, False
        allotted_until = self.case.allotted_until or NEVER
        for on in self.days():
            if not outcome or on <= outcome[0] or len(found) == asked.max:
                continue
            if waiting_to_be_back and not self.works(on):
                continue
            if waiting_to_be_back and on > allotted_until:
                return found
            waiting_to_be_back = False
            week.append(on)
            if len(week) < 7:
                continue
            on_benefit = asked.off_benefit and any(self.covered(self.case.benefit_days, day) for day in week)
            if sum(self.works(day) for day in week) >= asked.least_days and not on_benefit:
                good_weeks += 1
            elif on > allotted_until:
                return found
            else:
                good_weeks, waiting_to_be_back = 0, True
            if good_weeks == 4:
                found.append(on)
                good_weeks = 0
            week = []
        return found


def milestones(case: Case, rules: tuple[Rule, ...], at: date) -> list[tuple[str, int, date]]:
    return [(it.code, it.ordinal, it.reached_on) for it in reached(case, rules, at, WEEKDAYS_ONLY)]


def days_reached(case: Case, rules: tuple[Rule, ...], at: date, code: str) -> list[date]:
    return [on for found, _, on in milestones(case, rules, at) if found == code]


@given(facts=cases_and_days())
@often
def test_start_agrees_with_the_oracle(facts: tuple[Case, date]) -> None:
    assert days_reached(facts[0], (rule("start"),), facts[1], "start") == DayByDay(*facts).start()


@given(facts=cases_and_days())
@often
def test_job_start_agrees_with_the_oracle(facts: tuple[Case, date]) -> None:
    assert days_reached(facts[0], (rule("job_start"),), facts[1], "job_start") == DayByDay(*facts).job_start()


@given(facts=cases_and_days(), asked=weeks_in_work)
@often
def test_weeks_in_work_agree_with_the_oracle(facts: tuple[Case, date], asked: Any) -> None:
    expected = DayByDay(*facts).weeks_in_work(asked.weeks, asked.until)
    assert days_reached(facts[0], (asked,), facts[1], "weeks_in_work") == expected


@given(facts=cases_and_days(), asked=weeks_in_window)
@often
def test_weeks_in_a_window_agree_with_the_oracle(facts: tuple[Case, date], asked: Any) -> None:
    expected = DayByDay(*facts).weeks_in_window(asked.weeks, asked.within_weeks, asked.until)
    assert days_reached(facts[0], (asked,), facts[1], "weeks_in_window") == expected


@given(facts=cases_and_days(), weeks=st.integers(1, 3), asked=sustainments)
@often
def test_sustainments_agree_with_the_oracle(facts: tuple[Case, date], weeks: int, asked: Any) -> None:
    oracle = DayByDay(*facts)
    outcome = oracle.weeks_in_work(weeks, None)
    expected = oracle.sustainments(outcome, asked)
    rules = (rule("weeks_in_work", weeks=weeks), asked)
    assert days_reached(facts[0], rules, facts[1], "sustainment") == expected


# The laws.


@given(facts=cases_and_days(), rules=rule_sets, data=st.data())
def test_the_order_in_which_jobs_are_known_does_not_matter(
    facts: tuple[Case, date], rules: tuple[Rule, ...], data: st.DataObject
) -> None:
    case, at = facts
    other = replace(case, spells=tuple(data.draw(st.permutations(case.spells))))
    assert reached(case, rules, at, WEEKDAYS_ONLY) == reached(other, rules, at, WEEKDAYS_ONLY)


@given(facts=cases_and_days(), rules=rule_sets, which=st.integers(0, 7), after=st.integers(1, 80))
def test_a_job_told_as_two_that_adjoin_changes_nothing(
    facts: tuple[Case, date], rules: tuple[Rule, ...], which: int, after: int
) -> None:
    """But for a job from before the start: its second half is a job that begins after the start."""
    case, at = facts
    if which >= len(case.spells):
        return
    whole = case.spells[which]
    cut = whole.first + after * DAY
    if whole.last is not None and cut > whole.last:
        return
    others = case.spells[:which] + case.spells[which + 1 :]
    split = replace(case, spells=(*others, Spell(whole.first, cut - DAY), Spell(cut, whole.last)))
    if whole.first < case.started_on:
        rules = tuple(one for one in rules if one.code != "job_start")
    assert reached(case, rules, at, WEEKDAYS_ONLY) == reached(split, rules, at, WEEKDAYS_ONLY)


@given(facts=cases_and_days(), rules=rule_sets, later=st.integers(0, 200))
def test_time_only_appends(facts: tuple[Case, date], rules: tuple[Rule, ...], later: int) -> None:
    case, at = facts
    before = reached(case, rules, at, WEEKDAYS_ONLY)
    assert reached(case, rules, at + later * DAY, WEEKDAYS_ONLY)[: len(before)] == before


@given(facts=cases_and_days(), rules=rule_sets)
def test_nothing_is_reached_before_the_start_or_after_today_and_ordinals_count_up(
    facts: tuple[Case, date], rules: tuple[Rule, ...]
) -> None:
    case, at = facts
    found = reached(case, rules, at, WEEKDAYS_ONLY)
    assert all(case.started_on <= milestone.reached_on <= at for milestone in found)
    for code in {milestone.code for milestone in found}:
        ordinals = [milestone.ordinal for milestone in found if milestone.code == code]
        assert ordinals == list(range(1, len(ordinals) + 1))


@given(facts=cases_and_days(), rules=rule_sets)
def test_the_outlook_comes_true_on_its_day_and_not_before(
    facts: tuple[Case, date], rules: tuple[Rule, ...]
) -> None:
    case, at = facts
    for ahead in outlook(case, rules, at):
        if ahead.on is None:
            continue
        assert ahead.days_to_go == (ahead.on - at).days > 0
        expected = (ahead.code, ahead.ordinal, ahead.on)
        assert expected in milestones(case, rules, ahead.on)
        assert expected[:2] not in [found[:2] for found in milestones(case, rules, ahead.on - DAY)]


@given(facts=cases_and_days(), rules=rule_sets, data=st.data())
def test_what_can_no_longer_be_reached_is_not_reached_by_any_job_to_come(
    facts: tuple[Case, date], rules: tuple[Rule, ...], data: st.DataObject
) -> None:
    case, at = facts
    gone = [ahead for ahead in outlook(case, rules, at) if "no longer" in ahead.sentence]
    jobs_to_come = [spell for spell in data.draw(some_spells(at + 41 * DAY, 5)) if spell.first > at]
    benefit_so_far = [
        replace(spell, last=min(spell.last or at, at)) for spell in case.benefit_days if spell.first <= at
    ]
    luckier = replace(case, spells=(*case.spells, *jobs_to_come), benefit_days=tuple(benefit_so_far))
    found = {found[:2] for found in milestones(luckier, rules, at + 400 * DAY)}
    assert not found & {(ahead.code, ahead.ordinal) for ahead in gone}
