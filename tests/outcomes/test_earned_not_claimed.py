"""Earned, not claimed: what providers earned that the commissioner may be asked for today and is not."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.db.models import Sum

from outcomes.actions import claim as claims
from outcomes.claims.due import due
from outcomes.models import Journal
from outcomes.performance.nightly import Corrected
from outcomes.performance.why import MOVED_ON
from partners import events
from partners.models import DomainEvent, Tenant
from partners.templatetags.baton import on
from programmes.measure import BY_ILLUSTRATIVE_PRICES, COUNTS
from programmes.models import Price, Programme
from tests.cast import MILESTONES, Cast, looking_as
from tests.outcomes.claiming import claim, milestone_of, needs, settle, with_outcome
from tests.outcomes.performing import (
    by_hand,
    facts,
    person_with_a_past,
    rebuilt,
    refreshed,
    waits,
    waits_by_hand,
)
from tests.outcomes.test_performance_view import head, page, tile
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, log
from tests.participants.restricting import restrict
from tests.participants.test_enrolment_action import end

PAGE = "/serco/performance/?contract=inspiring-families&period=all"
BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all&measure=earned_unclaimed"
MOVES = "/serco/performance/moves/?contract=inspiring-families&period=all&measure="
LABEL = "Earned, not claimed"
START, OUTCOME = 60_000, 90_000  # what providers earn in the cast's contract


def unclaimed(cast: Cast, name: str = "priya") -> str:
    """The figure as somebody is shown it, after the worker was there."""
    refreshed(cast)
    return tile(page(cast.client(name), PAGE), LABEL).split()[0]


def moved(cast: Cast, measure: str, since: datetime) -> str:
    refreshed(cast)
    return page(cast.client("priya"), f"{MOVES}{measure}&since={quote(since.isoformat())}")


def test_what_is_claimed_goes_and_what_is_turned_down_comes_back(cast: Cast) -> None:
    _, milestone = with_outcome(cast)
    assert unclaimed(cast) == "£1,500.00"
    made = claim(cast, milestone)
    assert unclaimed(cast) == "£600.00"
    settle(cast, made, "rejected", reason="no_evidence")
    assert unclaimed(cast) == "£1,500.00"
    anew = claim(cast, milestone)
    assert unclaimed(cast) == "£600.00"
    with looking_as(cast.frank) as frank:
        claims.withdraw(claim=anew, why="Too early.", by=frank, at=frank.now())
    assert unclaimed(cast) == "£1,500.00"
    settle(cast, claim(cast, milestone), "paid", pence=112_500)
    assert unclaimed(cast) == "£600.00"
    assert facts(cast) == by_hand(cast)
    assert waits(cast) == waits_by_hand(cast)
    assert rebuilt(cast) == Corrected()


def test_a_loaded_file_that_says_otherwise_who_claims_moves_it_before_the_night(cast: Cast) -> None:
    with_outcome(cast)
    assert unclaimed(cast) == "£1,500.00"
    needs(cast, "short_job_outcome", claimed="automatic")
    with looking_as(cast.system()) as system:
        events.record(
            "programme.loaded",
            cast.contract,
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            contract=cast.contract.pk,
        )
    assert unclaimed(cast) == "£600.00"
    assert rebuilt(cast) == Corrected()


def test_it_is_what_is_due_at_the_providers_prices(cast: Cast) -> None:
    """By the list of what is due itself, at each of its states."""
    needs(cast, "sustained_job_outcome", claimed="automatic")
    for since in (120, 200, 500):
        _, enrolment = started_person(cast)
        work(cast, enrolment, since=since)
    claim(cast, milestone_of(cast, enrolment))
    refreshed(cast)
    with looking_as(cast.system()) as system:
        rows = Journal.objects.filter(milestone__in=due(system.today), side="provider", kind="accrual")
        worth = rows.aggregate(worth=Sum("pence"))["worth"]
    assert unclaimed(cast) == f"£{worth / 100:,.2f}"
    assert worth > 0


@pytest.mark.parametrize("terms", ["an automatic payment", "a price that is missing", "no price of the kind"])
def test_the_terms_decide_as_they_do_for_the_list_of_what_is_due(cast: Cast, terms: str) -> None:
    outcome = {"side": "commissioner", "milestone": "short_job_outcome"}
    with looking_as(cast.system()):
        if terms == "an automatic payment":
            needs(cast, "short_job_outcome", claimed="automatic")
        elif terms == "a price that is missing":
            Price.objects.filter(**outcome).update(withdrawn_at=datetime.fromisoformat("2020-01-01T00:00Z"))
            Price.objects.create(
                tenant=cast.serco, contract=cast.contract, **outcome, pence=None, source="test"
            )
        else:
            Price.objects.filter(**outcome).update(withdrawn_at=datetime.fromisoformat("2020-01-01T00:00Z"))
    with_outcome(cast)
    counts = terms == "a price that is missing"
    assert unclaimed(cast) == ("£1,500.00" if counts else "£600.00")
    with looking_as(cast.system()) as system:
        assert due(system.today).filter(code="short_job_outcome").exists() == counts
    assert facts(cast) == by_hand(cast)


def test_what_may_be_claimed_later_counts_later_without_a_night(cast: Cast) -> None:
    with looking_as(cast.system()):
        rules = [{**one, "claim_after_working_days": 30} for one in MILESTONES if one["code"] != "start"]
        Programme.objects.filter(pk=cast.contract.programme_id).update(milestones=[MILESTONES[0], *rules])
    with_outcome(cast)
    assert unclaimed(cast) == "£600.00"
    assert head(page(cast.client("priya"), BEHIND)) == f"{LABEL}: £600.00"
    Tenant.objects.filter(pk=cast.serco.pk).update(clock_offset=cast.serco.clock_offset + timedelta(days=21))
    assert tile(page(cast.client("priya"), PAGE), LABEL).split()[0] == "£1,500.00"
    assert rebuilt(cast) == Corrected()


def test_the_list_behind_it_says_why_and_marks_prices_that_nobody_published(cast: Cast) -> None:
    _, milestone = with_outcome(cast)
    refreshed(cast)
    for name in ("priya", "mona"):
        behind = page(cast.client(name), BEHIND)
        assert head(behind) == f"{LABEL}: £1,500.00"
        assert behind.count("No claim stands.") == 2
        assert "As it stands: claimable on" in behind
        assert milestone.why in behind
        assert "llustrative" in behind
    assert cast.client("priya").get(f"{BEHIND}&reached=0-13").status_code == 404


def test_a_provider_sees_its_own(cast: Cast) -> None:
    with_outcome(cast)
    with_outcome(cast, provider="i2i", by="ivo")
    assert unclaimed(cast) == "£3,000.00"
    assert unclaimed(cast, "mona") == "£1,500.00"


def test_below_the_threshold_figure_and_list_leave_out_whom_the_viewer_may_not_see(cast: Cast) -> None:
    hidden, _ = started_person(cast)
    started_person(cast)
    restrict(cast, hidden)
    assert unclaimed(cast) == "£600.00"
    assert head(page(cast.client("priya"), BEHIND)) == f"{LABEL}: £600.00"


@pytest.mark.parametrize("codes", [COUNTS["earned"], COUNTS["unclaimed"]])
def test_of_every_money_one_code_is_by_prices_that_nobody_published(codes: tuple[str, ...]) -> None:
    assert len(BY_ILLUSTRATIVE_PRICES.intersection(codes)) == 1


class TestMoves:
    """What moved a figure says why in the words of the list behind it."""

    def test_a_claim_takes_it_away(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        refreshed(cast)
        since = cast.system().now()
        claim(cast, milestone)
        assert "Claimed, or paid without a claim." in moved(cast, "earned_unclaimed", since)

    def test_an_answered_claim_says_what_the_commissioner_said(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        refreshed(cast)
        since = cast.system().now()
        settle(cast, made, "rejected", reason="wrong_dates")
        assert "The dates do not match" in moved(cast, "claims_rejected", since)

    def test_meetings_and_the_caseload_have_words(self, cast: Cast) -> None:
        person, enrolment = person_with_a_past(cast, days=100)
        refreshed(cast)
        since = cast.system().now()
        log(cast, person, cast.ada, days=3, channel="in_person", result="did_not_attend")
        assert "Did not attend." in moved(cast, "did_not_attend", since)
        log(cast, person, cast.ada, days=1, channel="in_person", result="attended")
        again = moved(cast, "caseload", since)
        assert "Reached last on this day." in again
        assert MOVED_ON in again
        end(cast, enrolment, days=0)
        assert f"Left on {on(ago(0))}." in moved(cast, "caseload", since)

    def test_a_first_contact_is_one_and_may_be_another(self, cast: Cast) -> None:
        person, _ = person_with_a_past(cast, days=100)
        log(cast, person, cast.ada, days=50)
        refreshed(cast)
        since = cast.system().now()
        log(cast, person, cast.ada, days=60)
        text = moved(cast, "first_contact_wait", since)
        assert "A first contact." in text
        assert "Another is the first." in text
