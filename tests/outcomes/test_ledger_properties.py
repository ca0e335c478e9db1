"""Laws of the ledger on the real database, whatever becomes of a person's facts."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from django.db.models import Sum

from outcomes.models import Entry, Job, Journal, Milestone, Statement
from participants.models import Enrolment
from tests.cast import Cast, looking_as
from tests.outcomes.working import correct, end, started_person, work

SEEDS = range(6)
Net = dict[tuple[object, ...], int]
Reached = list[tuple[Any, ...]]


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


def troubled(cast: Cast, chance: Random) -> tuple[Enrolment, tuple[int, int | None]]:
    """Somebody whose one job is corrected again and again, and perhaps ended; with its days at last."""
    _, enrolment = started_person(cast, days=230)
    since, until = chance.randint(100, 220), None
    job: Job = work(cast, enrolment, since=since)
    for _ in range(3):
        since = chance.randint(60, 220)
        until = chance.choice([None, chance.randint(1, since)])
        job = correct(cast, job, since=since, until=until)
    if until is None and chance.random() < 0.5:
        until = chance.randint(1, since)
        end(cast, job, days=until)
    return enrolment, (since, until)


@pytest.mark.parametrize("seed", SEEDS)
def test_reversals_and_what_was_earned_again_come_to_what_one_computes_from_scratch(
    cast: Cast, seed: int
) -> None:
    enrolment, (since, until) = troubled(cast, Random(seed))
    _, fresh = started_person(cast, days=230)
    work(cast, fresh, since=since, until=until)
    assert net(cast, enrolment) == net(cast, fresh)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_sums_to_nothing_and_statements_to_their_lines(cast: Cast, seed: int) -> None:
    enrolment, _ = troubled(cast, Random(seed))
    with looking_as(cast.system()):
        assert Entry.objects.aggregate(sum=Sum("pence"))["sum"] == 0
        for journal in Journal.objects.annotate(sum=Sum("entries__pence")):
            assert journal.sum == 0
        provider = Journal.objects.filter(side="provider")
        by_statement = Statement.objects.annotate(sum=Sum("lines__pence")).values_list("sum", flat=True)
        assert sum(filter(None, by_statement)) == sum(provider.values_list("pence", flat=True))
        payable = Entry.objects.filter(account="provider_payable").aggregate(sum=Sum("pence"))["sum"]
        assert -payable == sum(
            net(cast, enrolment)[0][key] for key in net(cast, enrolment)[0] if key[0] == "provider"
        )


def test_no_money_comes_from_nothing(cast: Cast) -> None:
    """Without facts there is the start; every journal is for a milestone, and every reversal takes one back in full."""
    _, enrolment = started_person(cast, days=230)
    assert {code for _, code, _ in net(cast, enrolment)[0]} == {"start"}
    troubled(cast, Random(1))
    with looking_as(cast.system()):
        for journal in Journal.objects.select_related("milestone", "reverses"):
            assert journal.milestone is not None
            if journal.kind == "reversal":
                assert journal.reverses is not None
                assert journal.pence == -journal.reverses.pence
                assert journal.why
                assert journal.milestone.reversed_why
            else:
                assert journal.pence > 0
