"""What comes next: the day of each next milestone as things stand, or what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outcomes.milestones.facts import Case
from outcomes.milestones.rule import Known, Rule
from outcomes.milestones.words import days, spoken

AHEAD = timedelta(weeks=260)  # how far the outlook looks: longer than any programme


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next milestone of one kind: the day it falls on as things stand, or None and what is missing.

    held_up: which days keep it from coming sooner, as a clause that goes on from the sentence; empty where none do.
    """

    code: str
    ordinal: int
    on: date | None
    days_to_go: int | None
    sentence: str
    held_up: str = ""


def outlook(case: Case, rules: Sequence[Rule], at: date) -> tuple[Outlook, ...]:
    """The next milestone of each rule, as things stand at `at` and if the open job lasts.

    Dates to come count as they are known: a job with an end date ends, a job agreed for next week begins.
    A rule whose milestones are all reached, or in whose place another was reached, is left out.
    """
    now = Known.of(case, rules, at)
    ahead = Known.of(case, rules, at + AHEAD)
    at_best = _at_best(case, rules, at)
    nexts = [(rule, len(now.marks(rule.code)) + 1) for rule in rules if not now.is_settled(rule.code)]
    return tuple(_next(rule, n, now, ahead, at_best) for rule, n in nexts if n <= rule.most)


def at_most(case: Case, rules: Sequence[Rule], at: date) -> dict[str, int]:
    """How often each milestone can be reached in all, by its code, with the best that can still happen after `at`."""
    at_best = _at_best(case, rules, at)
    return {rule.code: len(at_best.marks_alone(rule.code)) for rule in rules}


def _at_best(case: Case, rules: Sequence[Rule], at: date) -> Known:
    for rule in rules:
        case = rule.at_best(case, at)
    return Known.of(case, rules, at + AHEAD)


def _next(rule: Rule, ordinal: int, now: Known, ahead: Known, at_best: Known) -> Outlook:
    on = _nth(ahead, rule, ordinal)
    if on is not None:
        to_go = (on - now.at).days
        sentence = f"{rule.goal(ordinal)} on {spoken(on)}{rule.provided(now)}; {days(to_go)} to go"
        return Outlook(rule.code, ordinal, on, to_go, sentence, rule.held_up(ahead, now.at))
    unjudged = _unjudged(rule, now)
    if unjudged:
        return Outlook(rule.code, ordinal, None, None, unjudged)
    is_over = _nth(at_best, rule, ordinal) is None
    sentence = f"{rule.goal(ordinal)} can no longer be reached" if is_over else rule.missing(now, ordinal)
    return Outlook(rule.code, ordinal, None, None, sentence, rule.held_up(ahead, now.at))


def _nth(known: Known, rule: Rule, ordinal: int) -> date | None:
    """The day on which it falls, whichever of its kind comes first."""
    return next((on for on, _ in known.marks_alone(rule.code)[ordinal - 1 :]), None)


def _unjudged(rule: Rule, now: Known) -> str:
    """Why it is not reached or nobody can tell, of the milestone itself or of the one that it follows."""
    if now.case.not_eligible:
        return f"cannot be reached, found not eligible: {now.case.not_eligible}"
    followed = now.rules.get(rule.after)
    if followed is not None and not now.marks(followed.code):
        return followed.unjudged(now)
    return rule.unjudged(now)
