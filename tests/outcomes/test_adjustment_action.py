"""Money put right by hand takes two people, and stands on the earliest open statement."""

import pytest
from django.db import IntegrityError

from outcomes.actions import adjustment as actions
from outcomes.models import Adjustment, Charge, Entry, Journal, Statement
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, now, sealed


def ask(cast: Cast, statement: Statement, pence: int = -12_345, by: str = "frank") -> Adjustment:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.ask(
            statement=statement,
            pence=pence,
            reason="wrong_price",
            words="The price of May was used",
            by=viewer,
            at=viewer.now(),
        )


def approve(cast: Cast, adjustment: Adjustment, by: str = "cleo") -> Adjustment:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.approve(adjustment=adjustment, by=viewer, at=viewer.now())


def refuse(cast: Cast, adjustment: Adjustment, by: str = "cleo") -> Adjustment:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.refuse(adjustment=adjustment, because="The price is right", by=viewer, at=viewer.now())


@pytest.mark.parametrize("pence", [-12_345, 12_345])
def test_approved_it_is_a_balanced_line_of_its_month(cast: Cast, pence: int) -> None:
    statement = ended(cast)
    found = approve(cast, ask(cast, statement, pence))
    assert (found.decision, found.decided_by_id) == ("approved", cast.users["cleo"].pk)
    with looking_as(cast.mona):
        line = Journal.objects.get(kind="charge")
        assert (line.statement, line.pence) == (statement, pence)
        assert line.why == (f"A price was wrong, for {statement.month:%B %Y}: The price of May was used")
        assert sum(Entry.objects.filter(journal=line).values_list("pence", flat=True)) == 0
        assert Charge.objects.get().kind == "adjustment"


def test_of_a_sealed_month_it_stands_on_the_next_one(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    approve(cast, ask(cast, statement))
    with looking_as(cast.system()):
        line = Journal.objects.get(kind="charge")
        assert line.statement is not None
        assert line.statement.month > statement.month
    assert now(cast, statement).total_pence == 60_000


def test_it_takes_two(cast: Cast) -> None:
    adjustment = ask(cast, ended(cast))
    for decide in (approve, refuse):
        with pytest.raises(actions.AskedByYou):
            decide(cast, adjustment, by="frank")
    with pytest.raises(IntegrityError, match="decided_by_another"), looking_as(cast.system()) as system:
        Adjustment.objects.update(decision="refused", decided_by=cast.users["frank"], decided_at=system.now())


def test_refused_it_changes_nothing_and_says_why(cast: Cast) -> None:
    adjustment = refuse(cast, ask(cast, ended(cast)))
    assert (adjustment.decision, adjustment.refused_because) == ("refused", "The price is right")
    with looking_as(cast.system()):
        assert not Charge.objects.exists()
    with pytest.raises(actions.Decided):
        approve(cast, adjustment)


def test_it_is_decided_once(cast: Cast) -> None:
    adjustment = approve(cast, ask(cast, ended(cast)))
    with pytest.raises(actions.Decided):
        approve(cast, adjustment)


def test_nothing_is_no_adjustment(cast: Cast) -> None:
    with pytest.raises(actions.Nothing):
        ask(cast, ended(cast), 0)


def test_the_provider_reads_the_line_and_not_the_question(cast: Cast) -> None:
    ask(cast, ended(cast, days=100))
    approve(cast, ask(cast, ended(cast, days=40), 5))
    with looking_as(cast.mona):
        assert not Adjustment.objects.exists()
        assert Journal.objects.filter(kind="charge").count() == 1
    with looking_as(cast.priya):
        assert Adjustment.objects.count() == 2
