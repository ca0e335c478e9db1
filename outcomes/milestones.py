"""Milestones: what a person reached and on which day, worked out from the facts and never typed in.

`rule_from` makes a rule from data, `reached` says what was reached by a day, and `outlook` what comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from outcomes.milestone_rules import Case, Known, Rule, days, last_day_of, rule_from, rules_from, spoken
from outcomes.spells import DAY, Spell
from programmes.working_days import Calendar

__all__ = [
    "Case",
    "Outlook",
    "Reached",
    "Rule",
    "Spell",
    "last_day_of",
    "outlook",
    "reached",
    "rule_from",
    "rules_from",
    "spoken",
]

AHEAD = timedelta(weeks=260)  # how far the outlook looks: longer than any programme


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone on the day it was reached, the first day it may be claimed, and why in words."""

    code: str
    ordinal: int
    reached_on: date
    claimable_from: date
    why: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next milestone of one kind: the day it falls on if the job lasts, or None and what is lacking."""

    code: str
    ordinal: int
    on: date | None
    days_to_go: int | None
    sentence: str


def reached(case: Case, rules: Sequence[Rule], at: date, calendar: Calendar) -> tuple[Reached, ...]:
    """Every milestone of `rules` that `case` has reached by `at`, in the order of the days.

    A later `at` only appends. Raises ValueError when a rule follows a milestone that is not among `rules`.
    """
    known = Known.of(case, rules, at)
    found = [
        Reached(rule.code, ordinal, on, calendar.add_working_days(on, rule.claim_after_working_days), why)
        for rule in rules
        for ordinal, (on, why) in enumerate(rule.reach(known), start=1)
    ]
    return tuple(sorted(found, key=lambda milestone: milestone.reached_on))


def outlook(case: Case, rules: Sequence[Rule], at: date, calendar: Calendar) -> tuple[Outlook, ...]:
    """The next milestone of each rule, as things stand at `at` and if the open job lasts.

    Dates to come count as they are known: a job with an end date ends, a job agreed for next week begins.
    A rule whose milestones are all reached is left out.
    """
    done = [milestone.code for milestone in reached(case, rules, at, calendar)]
    now = Known.of(case, rules, at)
    ahead = Known.of(case, rules, at + AHEAD)
    at_best = Known.of(_in_work_from_tomorrow(case, at), rules, at + AHEAD)
    nexts = [(rule, done.count(rule.code) + 1) for rule in rules]
    return tuple(_next(rule, n, now, ahead, at_best) for rule, n in nexts if n <= rule.most)


def _next(rule: Rule, ordinal: int, now: Known, ahead: Known, at_best: Known) -> Outlook:
    goal = rule.goal(ordinal)
    on = ahead.day_of(rule.code, ordinal)
    if on is not None:
        to_go = (on - now.at).days
        lasting = " if the job lasts" if rule.needs_a_job and _works_after(now.case, now.at) else ""
        sentence = f"{goal} on {spoken(on)}{lasting}; {days(to_go)} to go"
        return Outlook(rule.code, ordinal, on, to_go, sentence)
    if at_best.day_of(rule.code, ordinal) is None:
        return Outlook(rule.code, ordinal, None, None, f"{goal} can no longer be reached")
    job = "what is known so far does not reach it" if _works_after(now.case, now.at) else "no job is open"
    return Outlook(rule.code, ordinal, None, None, f"{rule.progress(now, ordinal)}; {job}")


def _works_after(case: Case, at: date) -> bool:
    return any(spell.last is None or spell.last > at for spell in case.spells)


def _in_work_from_tomorrow(case: Case, at: date) -> Case:
    """The best that can still happen: started, in work every day from tomorrow, and off benefit."""
    job = Spell(max(at + DAY, case.started_on))
    past_benefit = (
        replace(spell, last=min(spell.last or at, at)) for spell in case.benefit_days if spell.first <= at
    )
    return replace(case, spells=(*case.spells, job), benefit_days=tuple(past_benefit))
