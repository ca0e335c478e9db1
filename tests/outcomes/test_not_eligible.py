"""Somebody found not eligible after the start: what was earned goes back by itself, and comes again if it was wrong."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from outcomes.actions import ineligibility as findings
from outcomes.milestones import Case, Rule, outlook, reached
from outcomes.models import Entry, Ineligibility, Journal
from outcomes.performance.nightly import Corrected
from outcomes.replay import replay
from participants.actions.enrolment import end as leave
from participants.models import Enrolment
from partners import outbox
from partners.models import DomainEvent
from partners.viewer import acting_as
from programmes.models import Price
from referrals.actions import referral, start
from tests.cast import Cast, looking_as
from tests.outcomes import working
from tests.outcomes.claiming import WORTH, again, claim, milestone_of, settle, with_outcome
from tests.outcomes.finding import find, withdraw
from tests.outcomes.performing import Counted, by_hand, facts, person_with_a_past, rebuilt, refer_back
from tests.outcomes.test_forecasting import coming
from tests.outcomes.test_milestones_properties import WEEKDAYS_ONLY, cases_and_days, often, rule_sets
from tests.outcomes.working import end, lines, started_person, work
from tests.participants.people import ago, hold
from tests.participants.people import start as start_again
from tests.referrals.people import ELIGIBLE, accept, refer

AREA = "Does not live in one of the five boroughs."


def differs(cast: Cast) -> list[str]:
    """What the nightly replay finds wrong, once everybody is in line."""
    system = cast.system()
    with looking_as(system), acting_as(system):
        page = replay(system)
        assert page.waiting == 0
        return [one.words for one in page.findings]


def other_prices(cast: Cast) -> None:
    """From now on an outcome is worth ten pence on either side."""
    with looking_as(cast.system()) as system:
        Price.objects.filter(milestone="short_job_outcome").update(withdrawn_at=system.now())
        for side in ("commissioner", "provider"):
            Price.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                side=side,
                milestone="short_job_outcome",
                pence=10,
                source="new terms",
            )


def outcomes_of(cast: Cast, enrolment: Enrolment, side: str) -> list[tuple[str, int]]:
    """The lines of the outcome, in order."""
    return [
        (kind, pence) for code, kind, pence in lines(cast, enrolment, side) if code == "short_job_outcome"
    ]


def counts(found: Counted) -> Counted:
    """What is no money: a reversal stands in its own month."""
    return {key: amount for key, amount in found.items() if not key[-1].startswith("earned")}


class TestFinding:
    def test_what_was_earned_goes_back_at_the_price_that_was_paid_and_says_why(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast)
        paid = claim(cast, milestone)
        settle(cast, paid, "paid", pence=WORTH)
        other_prices(cast)
        found = find(cast, enrolment)
        assert (found.says, found.recorded_by_id) == (AREA, cast.frank.user_id)
        assert working.reached(cast, enrolment) == {}
        assert outcomes_of(cast, enrolment, "provider") == [("accrual", 90_000), ("reversal", -90_000)]
        assert outcomes_of(cast, enrolment, "commissioner") == [("accrual", WORTH), ("reversal", -WORTH)]
        with looking_as(cast.system()):
            reversals = Journal.objects.filter(kind="reversal")
            whys = set(reversals.values_list("why", flat=True))
            assert sum(Entry.objects.values_list("pence", flat=True)) == 0
            assert sum(Journal.objects.values_list("pence", flat=True)) == 0
        assert whys
        assert all(
            "Found not eligible on" in why and AREA in why and "no longer reached" in why for why in whys
        )
        back = again(cast, paid)
        assert (back.state, back.clawback_on) == ("clawback", ago(0))
        assert "Found not eligible on" in back.clawback_why

    def test_the_sum_stands_on_the_provider_s_open_statement(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        find(cast, enrolment)
        with looking_as(cast.mona):
            back = Journal.objects.get(milestone__code="short_job_outcome", kind="reversal")
            assert back.statement is not None
            assert (back.pence, back.statement.month) == (-90_000, ago(0).replace(day=1))

    def test_the_books_are_what_the_facts_say_before_during_and_after(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        assert differs(cast) == []
        found = find(cast, enrolment)
        assert differs(cast) == []
        withdraw(cast, found)
        assert differs(cast) == []

    def test_taken_back_what_is_earned_is_earned_anew(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        before = working.reached(cast, enrolment)
        withdrawn = withdraw(cast, find(cast, enrolment))
        assert (withdrawn.withdrawn_by_id, withdrawn.withdrawn_why) == (
            cast.cleo.user_id,
            "It was a neighbour's",
        )
        assert working.reached(cast, enrolment) == before
        assert milestone_of(cast, enrolment).generation == 1
        assert sum(pence for _, pence in outcomes_of(cast, enrolment, "provider")) == 90_000

    def test_found_again_it_goes_back_again(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        withdraw(cast, find(cast, enrolment))
        find(cast, enrolment, criterion="out_of_work")
        assert working.reached(cast, enrolment) == {}
        assert sum(pence for _, pence in outcomes_of(cast, enrolment, "commissioner")) == 0

    def test_what_is_recorded_after_it_earns_nothing_until_it_is_taken_back(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        found = find(cast, enrolment)
        work(cast, enrolment, since=120)
        outbox.work_off()
        with looking_as(cast.system()) as system:
            outbox.enqueue("accrue", system)
        outbox.work_off()
        assert working.reached(cast, enrolment) == {}
        withdraw(cast, found)
        assert "short_job_outcome" in working.reached(cast, enrolment)

    def test_only_this_start_is_touched(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        other, _ = with_outcome(cast)
        before = working.reached(cast, other)
        find(cast, enrolment)
        assert working.reached(cast, other) == before

    def test_it_is_one_event_without_words(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        withdraw(cast, find(cast, enrolment, on=ago(3)))
        with looking_as(cast.system()):
            told = DomainEvent.objects.filter(kind__startswith="ineligibility.").order_by("at", "id")
            assert [(one.kind, one.on) for one in told] == [
                ("ineligibility.found", ago(3)),
                ("ineligibility.withdrawn", ago(0)),
            ]
            for one in told:
                assert set(one.facts) == {"enrolment", "contract", "criterion", "found_on"}


class TestRefused:
    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"criterion": "shoe_size"}, findings.NoSuchRule),
            ({"on": ago(-2)}, findings.FoundInFuture),
            ({"on": ago(201)}, findings.FoundBeforeStart),
        ],
    )
    def test_what_makes_no_sense(self, cast: Cast, wrong: dict[str, Any], error: type[Exception]) -> None:
        enrolment, _ = with_outcome(cast)
        with pytest.raises(error):
            find(cast, enrolment, **wrong)
        assert working.reached(cast, enrolment)

    def test_twice(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        found = find(cast, enrolment)
        with pytest.raises(findings.AlreadyFound):
            find(cast, enrolment, by="cleo")
        withdraw(cast, found)
        with pytest.raises(findings.AlreadyWithdrawn):
            withdraw(cast, found)

    def test_the_day_of_the_start_and_a_rule_of_no_rule_set_will_do(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        assert find(cast, enrolment, criterion="other", on=ago(200)).says == findings.ANOTHER


class TestWhoSees:
    @pytest.mark.parametrize(
        ("name", "sees"), [("ada", True), ("frank", True), ("ivo", False), ("dee", False), ("sam", False)]
    )
    def test_the_provider_of_the_case_and_the_prime(self, cast: Cast, name: str, sees: bool) -> None:
        enrolment, _ = with_outcome(cast)
        find(cast, enrolment)
        with looking_as(getattr(cast, name)):
            assert Ineligibility.objects.exists() is sees


class TestWhatElseReadsStarts:
    def test_nothing_is_forecast_for_them(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        found = find(cast, enrolment)
        assert coming(cast, "short_job_outcome") == []
        withdraw(cast, found)
        assert len(coming(cast, "short_job_outcome")) == 1

    def test_out_of_work_they_are_not_expected_to_do_as_those_before(self, cast: Cast) -> None:
        for _ in range(2):
            end(cast, work(cast, started_person(cast, days=300)[1], since=200), days=80)
        _, enrolment = started_person(cast, days=100)
        assert coming(cast, "short_job_outcome")
        find(cast, enrolment)
        assert coming(cast, "short_job_outcome") == []

    def test_they_say_nothing_of_those_after_them(self, cast: Cast) -> None:
        past = [started_person(cast, days=300)[1] for _ in range(3)]
        for one in past[:2]:
            end(cast, work(cast, one, since=200), days=80)
        started_person(cast, days=100)
        with_all = sum(number for number, *_ in coming(cast, "short_job_outcome"))
        find(cast, past[2])
        assert sum(number for number, *_ in coming(cast, "short_job_outcome")) > with_all

    def test_they_count_in_no_figure_until_it_is_taken_back(self, cast: Cast) -> None:
        _, enrolment = person_with_a_past(cast, days=300, in_work_for=120)
        outbox.work_off()
        before = facts(cast)
        found = find(cast, enrolment)
        outbox.work_off()
        assert facts(cast) == by_hand(cast)
        assert not {code for *_, code in facts(cast)} & {"referral", "start", "short_job_outcome"}
        assert rebuilt(cast) == Corrected()
        withdraw(cast, found)
        outbox.work_off()
        assert counts(facts(cast)) == counts(before)
        assert facts(cast) == by_hand(cast)

    def test_the_referral_that_somebody_else_joined_leaves_with_the_start_of_the_other(
        self, cast: Cast
    ) -> None:
        """The one that joined was started first, so that the enrolment is dated by it."""
        first = accept(cast, refer(cast, at=cast.hana.now() - timedelta(days=3)))
        joined = accept(cast, refer(cast, "jon"))
        with looking_as(cast.ada) as ada:
            enrolment = start.start(referral=joined, started_on=ada.today, by=ada, at=ada.now())
        assert enrolment.referred_on != first.received_on
        self.goes_and_comes_back(cast, enrolment)

    @pytest.mark.parametrize("is_started", [True, False])
    def test_so_does_one_that_was_answered_late(self, cast: Cast, is_started: bool) -> None:
        """It joined somebody who was known by then, though nobody was on the contract when it came."""
        late = refer(cast, at=cast.hana.now() - timedelta(days=3), circumstances={})
        one = accept(cast, refer(cast, "jon"))
        with looking_as(cast.ada) as ada:
            enrolment = start.start(referral=one, started_on=ada.today, by=ada, at=ada.now())
        with looking_as(cast.hana) as hana:
            referral.answer(referral=late, circumstances=ELIGIBLE, by=hana, at=hana.now())
        late = accept(cast, late)
        if is_started:
            with looking_as(cast.ada) as ada:
                start.start(referral=late, started_on=ada.today, by=ada, at=ada.now())
        self.goes_and_comes_back(cast, enrolment)

    def test_one_that_came_to_nothing_before_stays(self, cast: Cast) -> None:
        person, enrolment = person_with_a_past(cast, days=300)
        refer_back(cast, person, days=300, provider=None, status="did_not_start")
        self.goes_and_comes_back(cast, enrolment, besides=1)

    @pytest.mark.parametrize("of_first", [True, False])
    def test_of_two_times_there_one_is_found(self, cast: Cast, of_first: bool) -> None:
        person, first = person_with_a_past(cast, days=300)
        with looking_as(cast.ada) as ada:
            leave(enrolment=first, ended_on=ago(200), reason="left", by=ada, at=ada.now())
        with looking_as(cast.system()):
            person.assignments.update(ends_on=ago(151))
        hold(cast, person, since=150)
        refer_back(cast, person, days=150)
        second = start_again(cast, person, days=100, referred=150)
        self.goes_and_comes_back(cast, first if of_first else second, besides=1)

    def goes_and_comes_back(self, cast: Cast, enrolment: Enrolment, besides: int = 0) -> None:
        """A finding takes the one referral that it is about out of the figures; besides: how many others there are."""
        outbox.work_off()
        before = counts(facts(cast))
        assert self.referrals(cast) == besides + 1
        found = find(cast, enrolment)
        outbox.work_off()
        assert self.referrals(cast) == besides
        assert facts(cast) == by_hand(cast)
        assert rebuilt(cast) == Corrected()
        withdraw(cast, found)
        outbox.work_off()
        assert counts(facts(cast)) == before
        assert facts(cast) == by_hand(cast)
        assert rebuilt(cast) == Corrected()

    def referrals(self, cast: Cast) -> int:
        return sum(amount for (*_, code), amount in facts(cast).items() if code == "referral")


@often
@given(cases_and_days(), rule_sets)
def test_whatever_the_facts_nothing_is_reached_and_nothing_comes(
    known: tuple[Case, date], rules: tuple[Rule, ...]
) -> None:
    case, at = known
    found = replace(case, not_eligible=AREA)
    assert reached(found, rules, at, WEEKDAYS_ONLY) == ()
    nexts = outlook(found, rules, at)
    assert len(nexts) == len(rules)
    assert all(
        one.on is None and "found not eligible" in one.sentence and AREA in one.sentence for one in nexts
    )
