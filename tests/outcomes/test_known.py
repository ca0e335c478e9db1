"""What was known when a row was written: the replay finds what was not so then, and nothing where terms moved on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from outcomes.actions.job import correct as correct_job
from outcomes.models import Journal, Milestone
from outcomes.replay import replay
from partners import events
from partners.models import DomainEvent
from partners.viewer import acting_as
from programmes.models import Contract, Price, Programme
from tests.cast import MILESTONES, Cast, looking_as
from tests.outcomes.test_accrual import accrue
from tests.outcomes.test_replay import tampered
from tests.outcomes.working import lines, started_person, work
from tests.participants.people import ago, hold

pytestmark = pytest.mark.django_db(transaction=True)

EVERYWHERE = ("outcomes_milestone", "outcomes_journal")
I2I = "(select id from partners_organisation where slug = 'i2i')"
LONG_AGO = UUID(int=0x7 << 76 | 0b10 << 62 | 7)
# What a price says besides that it would be the journal's own.
ELSEWHERE: dict[str, dict[str, Any]] = {
    "another milestone": {"milestone": "job_start"},
    "another number": {"ordinal_from": 2, "ordinal_to": 3},
    "another group": {"payment_group": "other"},
    "the other side": {"side": "commissioner"},
    "later starts": {"starts_from": ago(0)},
    "earlier starts": {"starts_to": ago(300)},
}


def differs(cast: Cast) -> list[str]:
    """What the replay finds wrong."""
    system = cast.system()
    with looking_as(system), acting_as(system):
        return [one.words for one in replay(system).findings]


def another_price(cast: Cast, **different: Any) -> Price:
    """What the cast pays Renaisi for a start, but for what is different."""
    says = {"side": "provider", "milestone": "start", "pence": 60_000, "source": "test", "illustrative": True}
    with looking_as(cast.system()):
        return Price.objects.create(tenant=cast.serco, contract=cast.contract, **{**says, **different})


def named(price: Price) -> None:
    """Have the provider's lines name this price, behind the ledger's back."""
    tampered(f"update outcomes_journal set price_id = '{price.pk}' where side = 'provider'")


def withdrawn(cast: Cast, price: Price, ago: timedelta = timedelta()) -> None:
    with looking_as(cast.system()) as system:
        Price.objects.filter(pk=price.pk).update(withdrawn_at=system.now() - ago)


def price_of_starts(cast: Cast) -> Price:
    with looking_as(cast.system()):
        return Price.objects.get(side="provider", milestone="start", withdrawn_at=None)


def loaded(cast: Cast, milestones: list[dict[str, Any]]) -> None:
    """The programme's rules change, as a file tells that changes them."""
    with looking_as(cast.system()) as system:
        Programme.objects.update(milestones=milestones)
        events.record(
            "programme.loaded",
            Contract.objects.get(pk=cast.contract.pk),
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            contract=cast.contract.pk,
            programme_changed=1,
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (f"organisation_id = {I2I}", "not of the provider that led"),
        ("claimable_from = claimable_from + 1", "cannot be claimed from"),
        ("participant_id = gen_random_uuid()", "of somebody else"),
    ],
)
def test_a_milestone_whose_books_agree_on_what_was_not_so_is_found(
    cast: Cast, change: str, words: str
) -> None:
    started_person(cast, days=60)
    tampered("; ".join(f"update {table} set {change}" for table in EVERYWHERE))
    assert any(words in found for found in differs(cast))


def test_one_that_was_taken_back_is_looked_at_as_well(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=100)
    with looking_as(cast.ada) as ada:
        correct_job(job=job, starts_on=ago(90), ends_on=None, by=ada, at=ada.now())
    assert differs(cast) == []
    tampered(f"update outcomes_milestone set organisation_id = {I2I} where reversed_at is not null")
    assert any("not of the provider that led" in words for words in differs(cast))


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_price_that_is_for_something_else_is_found(cast: Cast, where: str) -> None:
    started_person(cast, days=60)
    named(another_price(cast, **ELSEWHERE[where]))
    [found] = differs(cast)
    assert "journal" in found


def test_a_price_that_was_withdrawn_before_is_found(cast: Cast) -> None:
    started_person(cast, days=60)
    old = another_price(cast)
    withdrawn(cast, old, timedelta(hours=2))
    named(old)
    assert len(differs(cast)) == 1


def test_a_price_that_was_not_there_yet_is_found(cast: Cast) -> None:
    started_person(cast, days=60)
    first = price_of_starts(cast)
    later = another_price(cast)
    withdrawn(cast, first)
    named(later)
    assert len(differs(cast)) == 1


def test_the_price_for_everybody_where_the_provider_had_its_own_is_found(cast: Cast) -> None:
    started_person(cast, days=60)
    assert differs(cast) == []
    # As if it had been agreed on long before.
    another_price(cast, id=LONG_AGO, organisation=cast.organisations["renaisi"], pence=50_000)
    assert len(differs(cast)) == 1


def test_prices_that_are_replaced_leave_what_they_priced(cast: Cast) -> None:
    _, before = started_person(cast, days=60)
    withdrawn(cast, price_of_starts(cast))
    another_price(cast, pence=50_000)
    _, after = started_person(cast, days=60)
    assert (lines(cast, before)[0][2], lines(cast, after)[0][2]) == (60_000, 50_000)
    assert differs(cast) == []


def test_a_share_that_is_agreed_on_late_is_one_of_the_price_that_holds_by_then(cast: Cast) -> None:
    """The commissioner's line keeps the old price, of which the provider's share is none."""
    withdrawn(cast, price_of_starts(cast))
    _, enrolment = started_person(cast, days=60)
    with looking_as(cast.system()) as system:
        prices = Price.objects.filter(side="commissioner", milestone="start")
        prices.update(withdrawn_at=system.now() - timedelta(hours=2))
    tampered("update outcomes_journal set recorded_at = recorded_at - interval '3 hours'")
    another_price(cast, side="commissioner", pence=100_000)
    another_price(cast, pence=None, share_basis_points=8_000)
    assert accrue(cast, enrolment) == 1
    assert lines(cast, enrolment) == [("start", "accrual", 80_000)]
    assert differs(cast) == []


def test_a_person_who_goes_on_to_another_provider_stays_with_the_first_for_what_was_reached(
    cast: Cast,
) -> None:
    person, enrolment = started_person(cast, days=60)
    tampered(f"update participants_assignment set ends_on = '{ago(61)}'")
    hold(cast, person, provider="i2i", adviser=None, since=60)
    assert accrue(cast, enrolment) == 0
    with looking_as(cast.system()):
        assert Milestone.objects.get().organisation_id == cast.organisation("renaisi")
        assert Journal.objects.filter(organisation=cast.organisation("i2i")).count() == 0
    assert differs(cast) == []


def test_rules_that_let_claim_later_leave_what_was_reached_before(cast: Cast) -> None:
    started_person(cast, days=60)
    later = [{**rule, "claim_after_working_days": 5} for rule in MILESTONES]
    loaded(cast, later)
    assert differs(cast) == []
