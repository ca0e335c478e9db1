"""Days on benefit: noted, corrected and withdrawn, and what that does to four weeks in work."""

import re
from typing import Any

import pytest

from outcomes.actions import benefit as benefits
from outcomes.models import BenefitSpell, Milestone
from participants.models import Enrolment
from partners.models import DomainEvent
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.benefiting import ask_for_weeks_off_benefit, claim_benefit, correct, withdraw
from tests.outcomes.claiming import again, claim, milestone_of, settle
from tests.outcomes.test_import_second_start import leave, started_twice
from tests.outcomes.test_not_eligible import differs
from tests.outcomes.working import lines, reached, started_person, work
from tests.participants.people import ago, start

WORTH = 21_500


def in_work(cast: Cast, days: int, *on_benefit: tuple[int, int]) -> Enrolment:
    """Somebody in work for so many days on a contract that pays for weeks off benefit; what is known before the job."""
    ask_for_weeks_off_benefit(cast)
    pay_for_sustainment(cast)
    _, enrolment = started_person(cast)
    for since, until in on_benefit:
        claim_benefit(cast, enrolment, since=since, until=until)
    work(cast, enrolment, since=days)
    return enrolment


def pay_for_sustainment(cast: Cast) -> None:
    with looking_as(cast.system()):
        for side in ("commissioner", "provider"):
            terms = {"contract": cast.contract, "side": side, "source": "test"}
            Price.objects.create(tenant=cast.serco, milestone="sustainment", pence=WORTH, **terms)


def why(cast: Cast, enrolment: Enrolment) -> str:
    with looking_as(cast.system()):
        return Milestone.objects.get(enrolment=enrolment, code="sustainment", reversed_at=None).why


def spoken(days: int) -> str:
    day = ago(days)
    return f"{day.day} {day:%B %Y}"


class TestFourWeeks:
    """In work since day 0; week one begins the day after."""

    def test_a_day_in_the_third_week_puts_it_off_until_the_run_is_whole(self, cast: Cast) -> None:
        enrolment = in_work(cast, 34)
        assert reached(cast, enrolment)["sustainment"] == ago(6)
        noted = claim_benefit(cast, enrolment, since=17, until=17)
        assert "sustainment" not in reached(cast, enrolment)
        withdraw(cast, noted)
        assert reached(cast, enrolment)["sustainment"] == ago(6)
        assert differs(cast) == []

    def test_the_run_is_whole_four_weeks_after_and_says_which_day_was_in_the_way(self, cast: Cast) -> None:
        enrolment = in_work(cast, 60)
        claim_benefit(cast, enrolment, since=42, until=42)
        assert reached(cast, enrolment)["sustainment"] == ago(11)
        assert f"had a day on benefit ({spoken(42)}), so a new run began on {spoken(38)}." in why(
            cast, enrolment
        )

    def test_several_days_are_named_from_first_to_last(self, cast: Cast) -> None:
        enrolment = in_work(cast, 60, (45, 44), (41, 41))
        assert f"a day on benefit ({spoken(45)} to {spoken(44)} and {spoken(41)})" in why(cast, enrolment)

    def test_while_the_benefit_is_received_there_is_none(self, cast: Cast) -> None:
        enrolment = in_work(cast, 100)
        noted = claim_benefit(cast, enrolment, since=95)
        assert "sustainment" not in reached(cast, enrolment)
        correct(cast, noted, since=95, until=94)
        assert reached(cast, enrolment)["sustainment"] == ago(92 - 27)

    def test_days_before_the_job_take_nothing_away(self, cast: Cast) -> None:
        enrolment = in_work(cast, 34)
        claim_benefit(cast, enrolment, since=300, until=34)
        assert reached(cast, enrolment)["sustainment"] == ago(6)

    def test_a_contract_that_does_not_ask_is_not_moved(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        work(cast, enrolment, since=120)
        before = reached(cast, enrolment)
        claim_benefit(cast, enrolment, since=100)
        assert reached(cast, enrolment) == before

    def test_noted_under_a_paid_claim_it_claws_back_and_earns_anew_what_is_earned(self, cast: Cast) -> None:
        enrolment = in_work(cast, 60)
        paid = claim(cast, milestone_of(cast, enrolment, "sustainment"))
        settle(cast, paid, "paid", pence=WORTH)
        noted = claim_benefit(cast, enrolment, since=42, until=42)
        stored = again(cast, paid)
        assert (stored.state, stored.clawback_on) == ("clawback", ago(0))
        assert re.match(rf"Days on benefit from {spoken(42)} were noted", stored.clawback_why)
        assert sorted(self.sustained(cast, enrolment)) == [
            ("accrual", WORTH),
            ("accrual", WORTH),
            ("reversal", -WORTH),
        ]
        assert reached(cast, enrolment)["sustainment"] == ago(11)
        withdraw(cast, noted)
        # The second line goes back, and the first is earned anew, as a line of its own.
        assert sum(pence for _, pence in self.sustained(cast, enrolment)) == WORTH
        assert reached(cast, enrolment)["sustainment"] == ago(32)
        assert differs(cast) == []

    def sustained(self, cast: Cast, enrolment: Enrolment) -> list[tuple[str, int]]:
        return [(kind, pence) for code, kind, pence in lines(cast, enrolment) if code == "sustainment"]


class TestTwoStarts:
    """The days are the person's: each of the starts on the contract counts its weeks with them."""

    def both_in_work(self, cast: Cast) -> tuple[Enrolment, Enrolment]:
        """In work since 290 days ago in the first start, which ended 200 days ago, and since 60 in the second."""
        ask_for_weeks_off_benefit(cast)
        pay_for_sustainment(cast)
        _, first, second = started_twice(cast)
        work(cast, first, since=290, until=205)
        work(cast, second, since=60)
        return first, second

    def sustained(self, cast: Cast, *starts: Enrolment) -> list[Any]:
        return [reached(cast, one).get("sustainment") for one in starts]

    def test_both_see_the_days_and_a_change_moves_both_and_their_money(self, cast: Cast) -> None:
        starts = self.both_in_work(cast)
        assert self.sustained(cast, *starts) == [ago(262), ago(32)]
        noted = claim_benefit(cast, starts[1], since=270, until=50)
        # In the first no four weeks are left before the job ended; in the second they are whole later.
        assert self.sustained(cast, *starts) == [None, ago(18)]
        shorter = correct(cast, noted, since=270, until=261)
        assert self.sustained(cast, *starts) == [ago(227), ago(32)]
        withdraw(cast, shorter)
        assert self.sustained(cast, *starts) == [ago(262), ago(32)]
        for one in starts:
            paid = [pence for code, _, pence in lines(cast, one) if code == "sustainment"]
            assert (sum(paid), len(paid)) == (WORTH, 5)
        assert differs(cast) == []

    def test_days_noted_before_the_second_start_count_for_it_from_its_first_day(self, cast: Cast) -> None:
        ask_for_weeks_off_benefit(cast)
        person, first = started_person(cast, days=300)
        claim_benefit(cast, first, since=250)
        leave(cast, first, ago(200))
        second = start(cast, person, days=100)
        work(cast, second, since=60)
        assert self.sustained(cast, second) == [None]

    def test_the_same_days_are_noted_once_for_whichever_start(self, cast: Cast) -> None:
        _, first, second = started_twice(cast)
        claim_benefit(cast, first, since=250)
        with pytest.raises(benefits.AlreadyNoted):
            claim_benefit(cast, second, since=250)


class TestRows:
    def test_a_correction_is_a_new_row_and_each_step_one_event_that_names_no_benefit(
        self, cast: Cast
    ) -> None:
        _, enrolment = started_person(cast)
        old = claim_benefit(cast, enrolment, since=30, until=20)
        new = correct(cast, old, since=31, until=20)
        withdraw(cast, new, "not_paid")
        with looking_as(cast.system()):
            rows = list(BenefitSpell.objects.order_by("noted_at", "pk"))
            told = list(DomainEvent.objects.filter(kind__startswith="benefit.").order_by("at", "id"))
        assert [(row.void_reason, row.replaces_id) for row in rows] == [
            ("corrected", None),
            ("not_paid", old.pk),
        ]
        assert [one.kind for one in told] == ["benefit.noted", "benefit.corrected", "benefit.withdrawn"]
        for one in told:
            assert set(one.facts) == {"enrolment", "contract", "starts_on", "ends_on", "replaces"}

    @pytest.mark.parametrize(
        ("since", "until", "error"),
        [
            (-1, None, benefits.StartInFuture),
            (5, -1, benefits.EndInFuture),
            (5, 6, benefits.EndBeforeStart),
            (40_000, None, benefits.StartBeforeBirth),
        ],
    )
    def test_days_that_cannot_be(
        self, cast: Cast, since: int, until: int | None, error: type[Exception]
    ) -> None:
        _, enrolment = started_person(cast)
        with pytest.raises(error):
            claim_benefit(cast, enrolment, since=since, until=until)

    def test_the_same_twice_and_a_change_of_what_was_changed(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        old = claim_benefit(cast, enrolment, since=30)
        with pytest.raises(benefits.AlreadyNoted):
            claim_benefit(cast, enrolment, since=30, until=10)
        claim_benefit(cast, enrolment, since=30, benefit="income_support")
        correct(cast, old, since=30, until=20)
        with pytest.raises(benefits.AlreadyChanged):
            withdraw(cast, old)

    def test_only_the_provider_that_holds_the_person(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        with pytest.raises(Exception, match="does not work with this person"):
            claim_benefit(cast, enrolment, since=30, by="ivo")
