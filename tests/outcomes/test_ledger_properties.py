"""Laws of the ledger on the real database, whatever becomes of a person's facts, and in whatever order.

Hypothesis draws what is told, corrected and withdrawn, and makes a failing story as short as it can; each example is
rolled back. The laws of the engines alone, on many more examples, are in test_milestones_properties.py,
test_milestone_laws.py and test_pricing_engine.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.models import Earning, Entry, Job, Journal, Milestone, Statement
from outcomes.replay import replay
from participants.models import Enrolment
from programmes.models import Price, Programme
from tests.cast import MILESTONES, Cast, looking_as
from tests.outcomes.evidencing import pay, take_back
from tests.outcomes.working import correct, started_person, work

STARTED = 230  # days ago
EARNINGS = {"code": "pay", "rule": "earnings", "label": "Pay", "pence": 100_000, "within_days": STARTED}
some = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Net = dict[tuple[object, ...], int]
Reached = list[tuple[Any, ...]]
# A job from and until so many days ago; it is still held where the last is none. A payment: days ago, and pence.
Spell = tuple[int, int | None]
Payment = tuple[int, int]
spells = st.integers(0, STARTED - 1).flatmap(
    lambda since: st.tuples(st.just(since), st.none() | st.integers(0, since))
)
# Often long enough for an outcome, which a short one would seldom be.
long_spells = st.tuples(st.integers(100, STARTED - 1), st.none() | st.integers(0, 20))
jobs = spells | long_spells
payments = st.tuples(st.integers(0, STARTED - 1), st.sampled_from([40_000, 60_000, 110_000]))
which = st.integers(0, 9)
changes = st.one_of(
    st.tuples(st.just("correct"), which, jobs),
    st.tuples(st.just("withdraw"), which),
    st.tuples(st.just("work"), jobs),
    st.tuples(st.just("pay"), payments),
)
# Something is earned before anything is taken back.
stories = st.tuples(
    st.tuples(st.just("work"), long_spells), st.tuples(st.just("pay"), payments), changes, changes
).flatmap(lambda told: st.lists(changes, max_size=2).map(lambda more: [*told, *more]))


@dataclass
class Story:
    """Somebody who started, and what is known of their work and pay."""

    cast: Cast
    enrolment: Enrolment = field(init=False)
    jobs: list[tuple[Job, Spell]] = field(default_factory=list)
    pay: list[tuple[Earning, Payment]] = field(default_factory=list)

    def __post_init__(self) -> None:
        _, self.enrolment = started_person(self.cast, days=STARTED)

    def tell(self, change: Sequence[Any]) -> None:
        """Record, correct or withdraw: a correction of nothing is none."""
        match change:
            case ["work", (since, until) as spell]:
                employer = f"Employer {len(self.jobs)}"
                job = work(self.cast, self.enrolment, since=since, until=until, employer=employer)
                self.jobs.append((job, spell))
            case ["pay", (days, pence) as payment]:
                employer = f"Employer {len(self.pay)}"
                earning = pay(self.cast, self.enrolment, days=days, pence=pence, employer=employer)
                self.pay.append((earning, payment))
            case ["correct", number, (since, until) as spell] if self.jobs:
                job, _ = self.jobs.pop(number % len(self.jobs))
                self.jobs.append((correct(self.cast, job, since=since, until=until), spell))
            case ["withdraw", number] if self.pay:
                earning, _ = self.pay.pop(number % len(self.pay))
                take_back(self.cast, earning)

    def known(self) -> list[tuple[str, Any]]:
        """What is true in the end, each told once."""
        return [*(("work", spell) for _, spell in self.jobs), *(("pay", one) for _, one in self.pay)]


def told(cast: Cast, facts: Sequence[Sequence[Any]]) -> Story:
    story = Story(cast)
    for fact in facts:
        story.tell(fact)
    return story


@pytest.fixture
def terms(cast: Cast) -> Cast:
    """Time in work and pay both earn."""
    with looking_as(cast.system()):
        Programme.objects.update(milestones=[*MILESTONES, EARNINGS])
        for side, pence in (("provider", 40_000), ("commissioner", 50_001)):
            Price(
                tenant=cast.serco,
                contract=cast.contract,
                side=side,
                milestone="pay",
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
    additions = [fact for fact in facts if fact[0] in ("work", "pay")]
    shuffled = data.draw(st.permutations(additions))
    with rolled_back():
        one, other = told(terms, additions), told(terms, shuffled)
        assert net(terms, one.enrolment) == net(terms, other.enrolment)


@given(spells=st.lists(jobs, min_size=1, max_size=2), after=st.integers(0, 120))
@some
def test_a_job_told_as_two_that_adjoin_earns_the_same(terms: Cast, spells: list[Spell], after: int) -> None:
    split: list[Spell] = []
    for since, until in spells:
        cut = since - after
        parts = [(since, cut), (cut - 1, until)] if cut - 1 >= (until or 0) else [(since, until)]
        split.extend(parts)
    with rolled_back():
        whole = told(terms, [("work", spell) for spell in spells])
        parted = told(terms, [("work", spell) for spell in split])
        assert net(terms, whole.enrolment) == net(terms, parted.enrolment)


@given(facts=stories)
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
            if fact[0] in ("work", "pay"):
                assert {one[:2] for one in before} <= {one[:2] for one in after}
            with looking_as(terms.system()):
                gone = Milestone.objects.filter(enrolment=story.enrolment).exclude(reversed_at=None)
                why = dict(gone.values_list("reached_on", "reversed_why"))
            assert all(why[reached_on] for _, _, reached_on, _ in set(before) - set(after))


@given(facts=stories)
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


def test_without_facts_there_is_the_start_and_nothing_else(terms: Cast) -> None:
    assert {code for _, code, _ in net(terms, Story(terms).enrolment)[0]} == {"start"}
