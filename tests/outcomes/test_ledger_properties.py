"""Laws of the ledger on the real database, whatever becomes of a person's facts, and in whatever order.

Hypothesis draws what is told, corrected and withdrawn, and makes a failing story as short as it can; each example is
rolled back. The laws of the engines alone, on many more examples, are in test_milestones_properties.py,
test_milestone_laws.py and test_pricing_engine.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outcomes.models import (
    BenefitSpell,
    Earning,
    Entry,
    Evidence,
    Ineligibility,
    Job,
    Journal,
    Milestone,
    Statement,
)
from outcomes.replay import replay
from participants.models import Enrolment
from programmes.models import Price, Programme
from tests.cast import MILESTONES, Cast, looking_as
from tests.outcomes import benefiting, finding
from tests.outcomes.benefiting import OFF_BENEFIT, claim_benefit
from tests.outcomes.evidencing import accept, pay, prove, take_back
from tests.outcomes.working import correct, started_person, work

STARTED = 230  # days ago
EARNINGS = {"code": "pay", "rule": "earnings", "label": "Pay", "pence": 100_000, "within_days": STARTED}
STEPS = {"cv": "A CV is written", "school": "School attendance is agreed", "debt": "Debts are listed"}
PROGRESS = {
    "code": "progress",
    "rule": "progress_measure",
    "label": "Progress",
    "max": 2,
    "definitions": STEPS,
}
SUSTAINED = {**OFF_BENEFIT, "max": 6}
# What a fact that is added may take back: weeks of a run are counted from the first day in work, so that another job
# may move them onto a day on benefit. Whoever is found not eligible loses everything.
TAKES = {
    "work": {"sustainment"},
    "claim": {"sustainment"},
    "pay": set[str](),
    "step": set[str](),
}
some = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Net = dict[tuple[object, ...], int]
Reached = list[tuple[Any, ...]]
# A job, or days on benefit, from and until so many days ago; to this day where the last is none. A payment: days ago,
# and pence. A step: days ago, and which.
Spell = tuple[int, int | None]
Payment = tuple[int, int]
Step = tuple[int, str]
spells = st.integers(0, STARTED - 1).flatmap(
    lambda since: st.tuples(st.just(since), st.none() | st.integers(0, since))
)
# Often long enough for an outcome, which a short one would seldom be.
long_spells = st.tuples(st.integers(100, STARTED - 1), st.none() | st.integers(0, 20))
jobs = spells | long_spells
payments = st.tuples(st.integers(0, STARTED - 1), st.sampled_from([40_000, 60_000, 110_000]))
steps = st.tuples(st.integers(0, STARTED - 1), st.sampled_from(sorted(STEPS)))
# Short enough that weeks are left which count. A benefit cannot begin twice on a day: each has a length of its own.
BENEFITS = {3 * number: benefit for number, benefit in enumerate(BenefitSpell.Benefit.values)}
days_on_benefit = st.tuples(st.integers(max(BENEFITS), STARTED - 1), st.sampled_from(sorted(BENEFITS))).map(
    lambda drawn: (drawn[0], drawn[0] - drawn[1])
)
which = st.integers(0, 9)
additions = st.one_of(
    st.tuples(st.just("work"), jobs),
    st.tuples(st.just("pay"), payments),
    st.tuples(st.just("claim"), days_on_benefit),
    st.tuples(st.just("step"), steps),
)
changes = st.one_of(
    additions,
    st.tuples(st.just("correct"), which, jobs),
    st.tuples(st.just("withdraw"), which),
    st.just(("find",)),
    st.just(("acquit",)),
)
# Something is earned before anything is taken back.
stories = st.tuples(
    st.tuples(st.just("work"), long_spells),
    st.tuples(st.just("pay"), payments),
    additions,
    changes,
    changes,
).flatmap(lambda told: st.lists(changes, max_size=1).map(lambda more: [*told, *more]))
# One that is always tried: every rule earns, and each kind of fact is withdrawn again, also while nothing is earned.
TURNS: list[Any] = [
    ("work", (200, None)),
    ("claim", (160, 157)),
    ("pay", (20, 110_000)),
    ("step", (9, "cv")),
    ("find",),
    ("withdraw", 0),
    ("acquit",),
    ("withdraw", 0),
    ("withdraw", 0),
    ("find",),
    ("correct", 0, (190, 100)),
    ("acquit",),
]
ADDED = ("work", "pay", "claim", "step", "find")


@dataclass
class Story:
    """Somebody who started, and what is known of them: each fact as it was told last, with what was recorded for it."""

    cast: Cast
    enrolment: Enrolment = field(init=False)
    jobs: list[tuple[Job, Spell]] = field(default_factory=list)
    others: list[tuple[Earning | BenefitSpell | Evidence, Sequence[Any]]] = field(default_factory=list)
    found: Ineligibility | None = None
    number: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        _, self.enrolment = started_person(self.cast, days=STARTED)

    def tell(self, change: Sequence[Any]) -> None:
        """Record, correct or withdraw: a correction of nothing is none, and nothing is told twice."""
        match change:
            case ["work", spell]:
                since, until = spell
                job = work(self.cast, self.enrolment, since=since, until=until, employer=self._employer())
                self.jobs.append((job, spell))
            case ["correct", number, (since, until) as spell] if self.jobs:
                job, _ = self.jobs.pop(number % len(self.jobs))
                self.jobs.append((correct(self.cast, job, since=since, until=until), spell))
            case ["withdraw", number] if self.others:
                fact, _ = self.others.pop(number % len(self.others))
                self._withdraw(fact)
            case ["find"] if self.found is None:
                self.found = finding.find(self.cast, self.enrolment)
            case ["acquit"] if self.found is not None:
                finding.withdraw(self.cast, self.found)
                self.found = None
            case ["pay", payment]:
                self.others.append((self._paid(*payment), change))
            case ["claim" | "step", what] if change not in [told for _, told in self.others]:
                record = self._claimed if change[0] == "claim" else self._taken
                self.others.append((record(*what), change))

    def known(self) -> list[Sequence[Any]]:
        """What is true in the end, each told once."""
        found = [("find",)] if self.found else []
        return [*(("work", spell) for _, spell in self.jobs), *(told for _, told in self.others), *found]

    def _paid(self, days: int, pence: int) -> Earning:
        return pay(self.cast, self.enrolment, days=days, pence=pence, employer=self._employer())

    def _claimed(self, since: int, until: int) -> BenefitSpell:
        benefit = BENEFITS[since - until]
        return claim_benefit(self.cast, self.enrolment, since=since, until=until, benefit=benefit)

    def _taken(self, days: int, definition: str) -> Evidence:
        step = prove(self.cast, self.enrolment, days=days, kind="progress_measure", definition=definition)
        return accept(self.cast, step)

    def _withdraw(self, fact: Earning | BenefitSpell | Evidence) -> None:
        if isinstance(fact, BenefitSpell):
            benefiting.withdraw(self.cast, fact)
        else:
            take_back(self.cast, fact)

    def _employer(self) -> str:
        return f"Employer {next(self.number)}"


def said(cast: Cast, enrolment: Enrolment) -> dict[tuple[Any, ...], str]:
    """Why each milestone that an enrolment no longer has was taken back, by its code, number and day."""
    with looking_as(cast.system()):
        gone = Milestone.objects.filter(enrolment=enrolment).exclude(reversed_at=None)
        rows = gone.values_list("code", "ordinal", "reached_on", "reversed_why")
        return {(code, ordinal, reached_on): why for code, ordinal, reached_on, why in rows}


def told(cast: Cast, facts: Sequence[Sequence[Any]]) -> Story:
    story = Story(cast)
    for fact in facts:
        story.tell(fact)
    return story


@pytest.fixture
def terms(cast: Cast) -> Cast:
    """Time in work, weeks without benefit, pay and steps that are evidenced: each earns."""
    more: list[dict[str, Any]] = [EARNINGS, PROGRESS, SUSTAINED]
    with looking_as(cast.system()):
        Programme.objects.update(milestones=[*MILESTONES, *more])
        for code in (rule["code"] for rule in more):
            for side, pence in (("provider", 40_000), ("commissioner", 50_001)):
                Price(
                    tenant=cast.serco,
                    contract=cast.contract,
                    side=side,
                    milestone=code,
                    ordinal_to=10,
                    pence=pence,
                    illustrative=True,
                    source="test",
                ).save(force_insert=True)
    return cast


@contextmanager
def rolled_back() -> Iterator[None]:
    """One example: nothing of it is there for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def net(cast: Cast, enrolment: Enrolment) -> tuple[Net, Reached]:
    """What an enrolment earned once all reversals are taken off, by side and milestone; and what it has reached."""
    with looking_as(cast.system()):
        journals = Journal.objects.filter(milestone__enrolment=enrolment)
        sums: Counter[tuple[object, ...]] = Counter()
        for side, code, ordinal, pence in journals.values_list(
            "side", "milestone__code", "milestone__ordinal", "pence"
        ):
            sums[side, code, ordinal] += pence
        in_force = Milestone.objects.filter(enrolment=enrolment, reversed_at=None)
        reached: Reached = sorted(in_force.values_list("code", "ordinal", "reached_on", "claimable_from"))
        return {key: pence for key, pence in sums.items() if pence}, reached


@given(facts=stories)
@example(facts=TURNS)
@some
def test_reversals_and_what_was_earned_again_come_to_what_one_computes_from_scratch(
    terms: Cast, facts: list[Any]
) -> None:
    with rolled_back():
        story = told(terms, facts)
        fresh = told(terms, story.known())
        assert net(terms, story.enrolment) == net(terms, fresh.enrolment)


@given(facts=stories, data=st.data())
@some
def test_the_order_in_which_facts_are_told_does_not_matter(
    terms: Cast, facts: list[Any], data: st.DataObject
) -> None:
    added = [fact for fact in facts if fact[0] in ADDED]
    shuffled = data.draw(st.permutations(added))
    with rolled_back():
        one, other = told(terms, added), told(terms, shuffled)
        assert net(terms, one.enrolment) == net(terms, other.enrolment)


@given(
    spells=st.lists(jobs, min_size=1, max_size=2),
    after=st.integers(0, 120),
    benefits=st.lists(days_on_benefit, max_size=2),
)
@some
def test_a_job_told_as_two_that_adjoin_earns_the_same(
    terms: Cast, spells: list[Spell], after: int, benefits: list[Spell]
) -> None:
    besides = [("claim", spell) for spell in benefits]
    split: list[Spell] = []
    for since, until in spells:
        cut = since - after
        parts = [(since, cut), (cut - 1, until)] if cut - 1 >= (until or 0) else [(since, until)]
        split.extend(parts)
    with rolled_back():
        whole = told(terms, [*besides, *(("work", spell) for spell in spells)])
        parted = told(terms, [*besides, *(("work", spell) for spell in split)])
        assert net(terms, whole.enrolment) == net(terms, parted.enrolment)


@given(facts=stories)
@example(facts=TURNS)
@some
def test_what_is_added_takes_nothing_back_and_what_is_taken_back_says_why(
    terms: Cast, facts: list[Any]
) -> None:
    """Every prefix of the facts reaches a prefix of the milestones, except by an explained reversal."""
    with rolled_back():
        story = Story(terms)
        for fact in facts:
            before = net(terms, story.enrolment)[1]
            story.tell(fact)
            after = net(terms, story.enrolment)[1]
            lost = {code for code, _ in {one[:2] for one in before} - {one[:2] for one in after}}
            assert lost <= TAKES.get(fact[0], lost), fact
            why = said(terms, story.enrolment)
            assert all(why.get(one[:3]) for one in set(before) - set(after))


@given(facts=stories)
@example(facts=TURNS)
@some
def test_the_books_balance_and_are_what_the_facts_say(terms: Cast, facts: list[Any]) -> None:
    """The ledger sums to nothing, statements to their lines, no money is from nothing, and a replay finds the same."""
    with rolled_back():
        story = told(terms, facts)
        with looking_as(terms.system()) as system:
            assert Entry.objects.aggregate(sum=Sum("pence"))["sum"] == 0
            assert not Journal.objects.annotate(sum=Sum("entries__pence")).exclude(sum=0).exists()
            provider = Journal.objects.filter(side="provider")
            by_statement = Statement.objects.annotate(sum=Sum("lines__pence")).values_list("sum", flat=True)
            assert sum(filter(None, by_statement)) == sum(provider.values_list("pence", flat=True))
            payable = Entry.objects.filter(account="provider_payable").aggregate(sum=Sum("pence"))["sum"]
            assert -payable == sum(provider.values_list("pence", flat=True))
            check_sources()
            page = replay(system)
        assert (page.compared, page.findings) == (1, [])
        reached = {(code, ordinal) for code, ordinal, _, _ in net(terms, story.enrolment)[1]}
        earned = {(code, ordinal) for _, code, ordinal in net(terms, story.enrolment)[0]}
        assert earned <= reached


def check_sources() -> None:
    """Every journal is for a milestone, and every reversal takes one back in full and says why."""
    assert not Journal.objects.filter(milestone=None).exists()
    accruals, reversals = (Journal.objects.filter(kind=kind) for kind in ("accrual", "reversal"))
    assert not accruals.exclude(pence__gt=0, milestone__isnull=False).exists()
    in_full = reversals.filter(pence=-F("reverses__pence")).exclude(why="")
    assert in_full.exclude(milestone__reversed_why="").count() == reversals.count()


def test_what_is_drawn_earns_by_every_rule(terms: Cast) -> None:
    """Weeks off benefit come again after days on it, a finding takes all, and what is withdrawn gives it back."""
    facts: list[Any] = [
        ("work", (200, None)),
        ("claim", (150, 150)),
        ("pay", (20, 110_000)),
        ("step", (9, "cv")),
    ]
    with rolled_back():
        story = told(terms, facts)
        earned = net(terms, story.enrolment)
        assert {code for _, code, _ in earned[0]} >= {
            "start",
            "short_job_outcome",
            "sustainment",
            "pay",
            "progress",
        }
        story.tell(("find",))
        assert net(terms, story.enrolment) == ({}, [])
        story.tell(("acquit",))
        assert net(terms, story.enrolment) == earned


def test_without_facts_there_is_the_start_and_nothing_else(terms: Cast) -> None:
    assert {code for _, code, _ in net(terms, Story(terms).enrolment)[0]} == {"start"}
