"""The page that walks one participant's money day by day says what the engines say of the shipped files, both sides."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from outcomes.milestones import Case, Reached, Spell, last_day_of, outlook, reached, rules_from, spoken
from outcomes.pricing import Price, Priced, Side, price_of
from outcomes.subscriptions import BECAUSE
from programmes.milestones import own_rules
from programmes.working_days import england_and_wales

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "one-participants-money.md").read_text()
FILE: dict[str, Any] = tomllib.loads(
    (ROOT / "programmes" / "files" / "work-programme-west-midlands.toml").read_text()
)
COMPANION: dict[str, Any] = tomllib.loads(
    (ROOT / "programmes" / "files" / "work-programme.illustrative.toml").read_text()
)
GROUP = next(group for group in FILE["payment_groups"] if group["code"] == "2")
RULES = rules_from(own_rules(FILE["milestones"], GROUP.get("milestones", [])))
LABELS = {rule.code: rule.label for rule in RULES}
REFERRED, STARTED = date(2012, 3, 26), date(2012, 4, 2)
SEASONAL, SECOND = Spell(date(2012, 5, 1), date(2012, 6, 29)), Spell(date(2012, 7, 16))
CORRECTED, THIRD = Spell(SECOND.first, date(2012, 11, 2)), Spell(date(2013, 3, 4))
# reached on, milestone, pence of the prime and of the provider, claimable from, why
Line = tuple[str, str, int, int, str, str]
PRICES = [
    Price(
        id=str(number),
        payment_group="2",
        **{key: row[key] for key in row.keys() - {"payment_groups", "source", "confidence"}},
    )
    for number, row in enumerate([*FILE["prices"], *COMPANION["prices"]])
    if "2" in row.get("payment_groups", ["2"])
]


def case(*jobs: Spell) -> Case:
    return Case(STARTED, REFERRED, jobs, last_day_of(STARTED, FILE["contract"]["allotted_days"]))


def earned(milestone: Reached, side: Side) -> int:
    """What is paid for a milestone of hers on one side, in pence; nothing where the files have no price."""
    price = price_of(
        PRICES,
        side=side,
        provider="tansy-bridge",
        payment_group="2",
        milestone=milestone.code,
        ordinal=milestone.ordinal,
        started_on=STARTED,
    )
    return price.pence if isinstance(price, Priced) else 0


def paid(*jobs: Spell, at: date, on_benefit: tuple[Spell, ...] = ()) -> list[Line]:
    """Every line of the table: reached on, milestone, pence of the prime and of the provider, claimable from, why."""
    return [
        (
            spoken(one.reached_on),
            f"{LABELS[one.code]} {one.ordinal}" if one.code == "sustainment" else LABELS[one.code],
            pence,
            earned(one, "provider"),
            spoken(one.claimable_from),
            one.why,
        )
        for one in reached(replace(case(*jobs), benefit_days=on_benefit), RULES, at, england_and_wales())
        if (pence := earned(one, "commissioner"))
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


def pounds(pence: int) -> str:
    return f"{'−' * (pence < 0)}{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def told(heading: str) -> list[Line]:
    """The rows of a table of lines, as the page has them."""
    return [
        (on, label, in_pence(prime), in_pence(provider), claimable, why)
        for on, label, prime, provider, claimable, why in list(table(heading))[1:]
    ]


def sums(lines: Iterable[Line]) -> tuple[int, int]:
    """What lines come to, for the prime and for the provider."""
    found = [(prime, provider) for _, _, prime, provider, _, _ in lines]
    return sum(prime for prime, _ in found), sum(provider for _, provider in found)


def test_the_page_tells_what_was_earned_and_why() -> None:
    lines = paid(SEASONAL, SECOND, at=date(2013, 2, 28))
    assert told("What was earned, and on which day") == lines
    assert len(lines) == 5
    assert sums(lines) == (2_145_00, 1_686_00)
    assert "£2,145.00 for the prime, and £1,686.00 for her provider" in PAGE


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
    kept = {line[1] for line in after}
    gone = [(label, -prime, -provider) for _, label, prime, provider, *_ in before if label not in kept]
    assert [
        (label, in_pence(prime), in_pence(provider))
        for label, prime, provider, _ in list(table("A letter changes the past"))[1:]
    ] == gone
    assert sums(after) == (300_00, 210_00)
    assert "Remaining: £300.00, and £210.00 of the" in PAGE


def test_the_third_job_earns_the_outcome_again() -> None:
    lines = paid(SEASONAL, CORRECTED, THIRD, at=date(2013, 3, 15))
    assert told("And earns again what is earned") == [line for line in lines if line[1] == "Job outcome"]
    assert sums(lines) == (1_500_00, 1_170_00)
    assert "£1,500.00, and £1,170.00 of the provider's" in PAGE


def test_two_days_on_benefit_put_two_sustainments_off() -> None:
    claimed = Spell(date(2012, 12, 20), date(2012, 12, 21))
    lines = paid(SEASONAL, SECOND, at=date(2013, 2, 28), on_benefit=(claimed,))
    assert lines[:3] == paid(SEASONAL, SECOND, at=date(2013, 2, 28))[:3]
    assert told("Had she been on benefit for two days") == lines[3:]
    assert BECAUSE["benefit.noted"].format(starts_on=spoken(claimed.first)) in " ".join(PAGE.split())


def test_the_providers_statements_have_each_line_in_its_month_and_what_comes_back_in_the_next() -> None:
    before, after = (paid(SEASONAL, job, at=date(2013, 3, 4)) for job in (SECOND, CORRECTED))
    again = paid(SEASONAL, CORRECTED, THIRD, at=date(2013, 3, 15))
    months: dict[str, list[tuple[str, int]]] = {}
    for _, label, _, provider, claimable, _ in before:
        months.setdefault(claimable.partition(" ")[2], []).append((label, provider))
    kept = {line[1] for line in after}
    back = [(f"{label} reversed", -provider) for _, label, _, provider, *_ in before if label not in kept]
    anew = [(label, provider) for _, label, _, provider, *_ in again if label not in kept]
    months["March 2013"] = [*back, *anew]
    assert list(table("The other side"))[1:] == [
        [month, ", ".join(label for label, _ in lines), pounds(sum(pence for _, pence in lines))]
        for month, lines in months.items()
    ]
    prime, provider = sums(again)
    assert sum(pence for lines in months.values() for _, pence in lines) == provider
    assert f"the prime's margin: £{pounds(prime - provider)}" in PAGE


def test_the_facts_on_the_page_are_those_of_this_test() -> None:
    days = [row[0] for row in list(table("The facts as they were known"))[1:]]
    assert days == [spoken(day) for day in (REFERRED, STARTED, SEASONAL.first, SECOND.first)]
