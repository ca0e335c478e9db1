"""A provider asks about a line or a statement; the prime answers; nothing is sealed before."""

import pytest

from outcomes.actions import line_query as actions
from outcomes.actions import statement as sealing
from outcomes.models import Journal, LineQuery, Statement
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, pay, propose, seal, sealed


def ask(cast: Cast, statement: Statement, journal: Journal | None = None, by: str = "mona") -> LineQuery:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.ask(
            statement=statement, journal=journal, words="Why so little?", by=viewer, at=viewer.now()
        )


def answer(cast: Cast, query: LineQuery, outcome: str = "explained", by: str = "frank") -> LineQuery:
    with looking_as(getattr(cast, by)) as viewer:
        return actions.answer(query=query, outcome=outcome, words="By the price", by=viewer, at=viewer.now())


def line_of(cast: Cast, statement: Statement) -> Journal:
    with looking_as(cast.mona):
        return Journal.objects.get(statement=statement)


def test_a_question_names_its_line_and_whom_it_is_about(cast: Cast) -> None:
    statement = ended(cast)
    line = line_of(cast, statement)
    query = ask(cast, statement, line)
    assert (query.journal, query.participant_id) == (line, line.participant_id)
    assert (query.organisation_id, query.asked_by_id) == (
        cast.organisation("renaisi"),
        cast.users["mona"].pk,
    )
    whole = ask(cast, statement)
    assert (whole.journal, whole.participant_id) == (None, None)


def test_a_statement_with_an_open_question_is_not_sealed(cast: Cast) -> None:
    statement = ended(cast)
    propose(cast, statement)
    query = ask(cast, statement, line_of(cast, statement))
    with pytest.raises(sealing.QueryOpen, match="nobody has answered"):
        seal(cast, statement)
    answer(cast, query)
    assert seal(cast, statement).status == "sealed"


def test_a_sealed_statement_may_be_asked_about_and_a_paid_one_not(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    ask(cast, statement)
    pay(cast, statement)
    with pytest.raises(actions.PaidAlready):
        ask(cast, statement)


def test_one_question_about_a_line_at_a_time(cast: Cast) -> None:
    statement = ended(cast)
    first = ask(cast, statement, line_of(cast, statement))
    with pytest.raises(actions.AskedAlready):
        ask(cast, statement, line_of(cast, statement))
    answer(cast, first, "upheld")
    assert ask(cast, statement, line_of(cast, statement)).pk != first.pk


def test_a_line_of_another_statement_is_refused(cast: Cast) -> None:
    here, there = ended(cast, days=200), ended(cast, days=100)
    with pytest.raises(actions.NotOnIt):
        ask(cast, here, line_of(cast, there))


def test_a_question_is_answered_once(cast: Cast) -> None:
    query = ask(cast, ended(cast))
    answered = answer(cast, query, "upheld")
    assert (answered.outcome, answered.answer) == ("upheld", "By the price")
    with pytest.raises(actions.Answered):
        answer(cast, query)


def test_both_sides_read_it_and_no_other_provider(cast: Cast) -> None:
    query = ask(cast, ended(cast))
    answer(cast, query)
    for name, sees in (("frank", True), ("mona", True), ("ines", False), ("hana", False), ("dee", False)):
        with looking_as(getattr(cast, name)):
            assert LineQuery.objects.exists() is sees, name
            told = DomainEvent.objects.filter(kind__in=["line.queried", "line.answered"])
            assert told.count() == (2 if sees else 0), name
