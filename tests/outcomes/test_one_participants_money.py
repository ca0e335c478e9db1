"""The page that walks one participant's money day by day says what the engines say of the shipped file."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from outcomes.milestones import Case, Reached, Spell, last_day_of, outlook, reached, rules_from, spoken
from outcomes.pricing import Price, Priced, price_of
from outcomes.subscriptions import BECAUSE
from programmes.milestones import own_rules
from programmes.working_days import england_and_wales

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "one-participants-money.md").read_text()
FILE: dict[str, Any] = tomllib.loads(
    (ROOT / "programmes" / "files" / "work-programme-west-midlands.toml").read_text()
)
GROUP = next(group for group in FILE["payment_groups"] if group["code"] == "2")
RULES = rules_from(own_rules(FILE["milestones"], GROUP.get("milestones", [])))
LABELS = {rule.code: rule.label for rule in RULES}
REFERRED, STARTED = date(2012, 3, 26), date(2012, 4, 2)
SEASONAL, SECOND = Spell(date(2012, 5, 1), date(2012, 6, 29)), Spell(date(2012, 7, 16))
CORRECTED, THIRD = Spell(SECOND.first, date(2012, 11, 2)), Spell(date(2013, 3, 4))


def case(*jobs: Spell) -> Case:
    return Case(STARTED, REFERRED, jobs, last_day_of(STARTED, FILE["contract"]["allotted_days"]))


def earned(milestone: Reached) -> int:
    """What the commissioner pays for a milestone of hers, in pence; nothing where the file has no price."""
    rows = [
        Price(id=str(number), side="commissioner", payment_group="2", **said)
        for number, row in enumerate(FILE["prices"])
        if row["side"] == "commissioner" and "2" in row.get("payment_groups", ["2"])
        for said in [
            {k: v for k, v in row.items() if k not in {"side", "payment_groups", "source", "confidence"}}
        ]
    ]
    price = price_of(
        rows,
        side="commissioner",
        provider=None,
        payment_group="2",
        milestone=milestone.code,
        ordinal=milestone.ordinal,
        started_on=STARTED,
    )
    return price.pence if isinstance(price, Priced) else 0


def paid(*jobs: Spell, at: date, on_benefit: tuple[Spell, ...] = ()) -> list[tuple[str, str, int, str, str]]:
    """Every line of the table: reached on, milestone, pence, claimable from, why."""
    return [
        (
            spoken(one.reached_on),
            f"{LABELS[one.code]} {one.ordinal}" if one.code == "sustainment" else LABELS[one.code],
            pence,
            spoken(one.claimable_from),
            one.why,
        )
        for one in reached(replace(case(*jobs), benefit_days=on_benefit), RULES, at, england_and_wales())
        if (pence := earned(one))
    ]


def table(heading: str) -> Iterator[list[str]]:
    """The cells of the first table below a heading of the page."""
    lines = PAGE.partition(f"## {heading}\n")[2].splitlines()
    begun = False
    for line in lines:
        if line.startswith("|"):
            begun = True
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.startswith("|---"):
                yield cells
        elif begun:
            return


def in_pence(pounds: str) -> int:
    return int(pounds.replace(",", "").replace(".", "").replace("−", "-"))


def told(heading: str) -> list[tuple[str, str, int, str, str]]:
    """The rows of a table of lines, as the page has them."""
    return [
        (on, label, in_pence(pounds), claimable, why)
        for on, label, pounds, claimable, why in list(table(heading))[1:]
    ]


def test_the_page_tells_what_was_earned_and_why() -> None:
    lines = paid(SEASONAL, SECOND, at=date(2013, 2, 28))
    assert told("What was earned, and on which day") == lines
    assert len(lines) == 5
    assert sum(pence for _, _, pence, _, _ in lines) == 2_145_00
    assert "£2,145.00" in PAGE


def test_the_allotted_time_ends_on_the_day_that_the_page_names() -> None:
    until = case().allotted_until
    assert until is not None
    assert f"run to {spoken(until)}" in PAGE


def test_the_page_quotes_what_her_page_says_nine_days_before() -> None:
    [outcome] = [
        one for one in outlook(case(SEASONAL, SECOND), RULES, date(2012, 11, 5)) if one.code == "job_outcome"
    ]
    assert f'"{outcome.sentence}"' in PAGE


def test_the_letter_takes_back_what_no_longer_follows_from_the_facts() -> None:
    before = paid(SEASONAL, SECOND, at=date(2013, 3, 4))
    after = paid(SEASONAL, CORRECTED, at=date(2013, 3, 4))
    gone = [(label, -pence) for _, label, pence, _, _ in before if label not in {line[1] for line in after}]
    assert [
        (label, in_pence(pounds)) for label, pounds, _ in list(table("A letter changes the past"))[1:]
    ] == gone
    assert sum(pence for _, _, pence, _, _ in after) == 300_00


def test_the_third_job_earns_the_outcome_again() -> None:
    lines = paid(SEASONAL, CORRECTED, THIRD, at=date(2013, 3, 15))
    assert told("And earns again what is earned") == [line for line in lines if line[1] == "Job outcome"]
    assert sum(pence for _, _, pence, _, _ in lines) == 1_500_00


def test_two_days_on_benefit_put_two_sustainments_off() -> None:
    claimed = Spell(date(2012, 12, 20), date(2012, 12, 21))
    lines = paid(SEASONAL, SECOND, at=date(2013, 2, 28), on_benefit=(claimed,))
    assert lines[:3] == paid(SEASONAL, SECOND, at=date(2013, 2, 28))[:3]
    assert told("Had she been on benefit for two days") == lines[3:]
    assert BECAUSE["benefit.noted"].format(starts_on=spoken(claimed.first)) in " ".join(PAGE.split())


def test_the_facts_on_the_page_are_those_of_this_test() -> None:
    days = [row[0] for row in list(table("The facts as they were known"))[1:]]
    assert days == [spoken(day) for day in (REFERRED, STARTED, SEASONAL.first, SECOND.first)]
