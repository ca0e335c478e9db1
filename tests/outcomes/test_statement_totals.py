"""Every statement comes to the sum of its lines, to the penny, whatever is told, charged, adjusted, hidden or sealed.

Hypothesis draws what becomes of two people's facts over some months, and seals some statements on the way; after every
step each statement is added up as it stands on the screen, in the list, in the spreadsheet and in the books.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outcomes.actions import adjustment
from outcomes.actions.statement import expected
from outcomes.charging import of_statement
from outcomes.models import Charge, Entry, Journal, Paper, Statement, StatementLine
from outcomes.statements import sheet
from outcomes.statements.chain import verify
from outcomes.statements.lines import whole
from outcomes.statements.reading import with_totals
from tests.cast import Cast, looking_as
from tests.outcomes.settling import agree, pay, sealed
from tests.outcomes.test_charging import charge_the_commissioner, term
from tests.outcomes.test_ledger_properties import (
    Story,
    changes,
    rolled_back,
    some,
    terms,
)
from tests.participants.people import ago
from tests.participants.restricting import restrict

__all__ = ["terms"]  # the fixture of the ledger's laws: what milestones earn

# Two thirds of what the commissioner pays, in months among which neither sum divides.
WHOLE, MONTHS = 1_000_000_01, 71
pence = st.integers(-90_000, 90_000).filter(bool)
which = st.integers(0, 9)
steps = st.one_of(
    st.tuples(st.just("tell"), st.integers(0, 1), changes),
    st.just(("seal",)),
    st.just(("pay",)),
    st.just(("hide",)),
    st.tuples(st.just("adjust"), which, pence),
)
# Something is earned and sealed before anything else comes.
histories = st.lists(steps, min_size=3, max_size=7).map(lambda drawn: [*BEGUN, *drawn])
BEGUN: list[Any] = [("tell", 0, ("work", (200, None))), ("seal",)]
# One that is always tried: a month sealed, then facts that take back what it paid, and a charge freed afterwards.
TURNS: list[Any] = [
    *BEGUN,
    ("adjust", 0, -12_345),
    ("seal",),
    ("tell", 0, ("find",)),
    ("pay",),
    ("hide",),
    ("seal",),
    ("tell", 1, ("work", (150, 20))),
    ("seal",),
    ("adjust", 0, 1),
    ("tell", 0, ("acquit",)),
]
Frozen = tuple[Any, ...]
few = settings(some, max_examples=6)  # each adds up every statement after every step


@dataclass
class Books:
    """The statements of one provider, with what was sealed as it was then."""

    cast: Cast
    people: list[Story] = field(init=False)
    sealed: dict[Any, Frozen] = field(default_factory=dict)
    hidden: bool = False

    def __post_init__(self) -> None:
        self.people = [Story(self.cast), Story(self.cast)]

    def take(self, step: Sequence[Any]) -> None:
        """One step; one for which there is nothing to do does nothing."""
        match step:
            case ["tell", number, change]:
                self.people[number].tell(change)
            case ["seal"] if (found := self._next()) is not None:
                self._seal(found)
            case ["pay"]:
                with looking_as(self.cast.system()):
                    owed = Statement.objects.filter(status="sealed").order_by("month").first()
                if owed:
                    pay(self.cast, owed)
            case ["hide"] if not self.hidden:
                restrict(self.cast, self.people[1].enrolment.participant)
                self.hidden = True
            case ["adjust", number, amount]:
                self._adjust(number, amount)

    def _next(self) -> Statement | None:
        """The one whose turn it is: of months that have ended, the earliest that is open and has anything on it."""
        with looking_as(self.cast.system()):
            open_ones = Statement.objects.filter(status="open", month__lt=ago(0).replace(day=1))
            return next((one for one in open_ones.order_by("month") if expected(one).count), None)

    def _seal(self, found: Statement) -> None:
        with looking_as(self.cast.system()):
            before = expected(found)
        done = sealed(self.cast, found)
        assert (done.line_count, done.total_pence) == (before.count, before.pence)
        with looking_as(self.cast.system()):
            self.sealed[found.pk] = frozen(done)

    def _adjust(self, number: int, amount: int) -> None:
        with looking_as(self.cast.system()):
            there = list(Statement.objects.order_by("month"))
        about = there[number % len(there)]
        words: dict[str, Any] = {"pence": amount, "reason": "agreed", "words": "A test."}
        with looking_as(self.cast.frank) as frank:
            asked = adjustment.ask(statement=about, **words, by=frank, at=frank.now())
        with looking_as(self.cast.cleo) as cleo:
            adjustment.approve(adjustment=asked, by=cleo, at=cleo.now())


def frozen(statement: Statement) -> Frozen:
    """Everything that sealing fixes."""
    head = (statement.number, statement.line_count, statement.total_pence, statement.digest)
    lines = StatementLine.objects.filter(statement=statement).order_by("position")
    paper = Paper.objects.filter(statement=statement)
    return head, list(lines.values_list()), list(paper.values_list("number", "net_pence", "vat_pence"))


def check(cast: Cast, books: Books) -> None:
    """What must hold after every step."""
    with looking_as(cast.system()):
        assert Entry.objects.aggregate(sum=Sum("pence"))["sum"] == 0
        assert not Journal.objects.annotate(sum=Sum("entries__pence")).exclude(sum=0).exists()
        booked = Counter(dict(Statement.objects.annotate(sum=Sum("lines__pence")).values_list("pk", "sum")))
        listed = {one.pk: one.total for one in with_totals(Statement.objects.all())}
        statements = list(Statement.objects.select_related("contract", "organisation"))
        assert {one.pk for one in statements if one.is_sealed} == set(books.sealed)
        assert list(verify()) == []
        for one in statements:
            assert listed[one.pk] == booked[one.pk]
            if one.is_sealed:
                assert one.total_pence == booked[one.pk]
                assert frozen(one) == books.sealed[one.pk]
            else:
                due = sum(charge.pence for charge in of_statement(one))
                assert expected(one).pence == booked[one.pk] + due
    with looking_as(cast.frank) as frank:
        for one in statements:
            read = whole(one, frank)
            assert read.pence == booked[one.pk]
            assert sum(part.pence for part in read.subtotals) + read.withheld.pence == booked[one.pk]
            column = sheet.HEADER.index("Amount in pence")
            assert sum(row[column] for row in sheet.rows(read, shows_names=False)) == booked[one.pk]


@pytest.fixture
def charged(terms: Cast) -> Cast:
    """A delivery fee by the month, a management fee, a retention that comes free, a cap; VAT and self-billing."""
    agree(terms)
    term(terms, side="commissioner", kind="delivery_fee", pence=WHOLE, months=MONTHS)
    term(terms, side="provider", kind="delivery_fee", share_basis_points=6_667, months=MONTHS)
    term(terms, side="provider", kind="management_fee", share_basis_points=1_003)
    term(terms, side="provider", kind="retention", share_basis_points=507, months=1)
    term(terms, side="provider", kind="cap", pence=2_500_00, per="contract")
    charge_the_commissioner(terms)
    return terms


@given(history=histories)
@example(history=TURNS)
@few
def test_a_statement_comes_to_the_sum_of_its_lines(charged: Cast, history: list[Any]) -> None:
    with rolled_back():
        books = Books(charged)
        for step in history:
            books.take(step)
            check(charged, books)


def test_what_is_drawn_charges_seals_takes_back_and_hides(charged: Cast) -> None:
    """The history that is always tried has every kind of line, on statements that are sealed, paid and open."""
    with rolled_back():
        books = Books(charged)
        for step in TURNS:
            books.take(step)
        with looking_as(charged.system()):
            kinds = set(Charge.objects.filter(side="provider").values_list("kind", flat=True))
            assert kinds == {
                *("delivery_fee", "management_fee", "retention", "retention_release", "cap", "adjustment")
            }
            assert set(Statement.objects.values_list("status", flat=True)) == {"open", "sealed", "paid"}
            assert Journal.objects.filter(kind="reversal").exists()
            assert len(books.sealed) == 4
        with looking_as(charged.frank) as frank:
            assert any(whole(one, frank).withheld.count for one in Statement.objects.all())
