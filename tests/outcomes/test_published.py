"""A closed month is written down once; what moves it later is a restatement, and any past moment can be asked for."""

import csv
import io
import random
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from outcomes.models import Contribution, FormerContribution, PublishedFigure, Restatement
from outcomes.performance.figures import Board, offered
from outcomes.performance.known import Known
from outcomes.performance.periods import month_of, shift
from outcomes.performance.publishing import publish, restate, values, windows_of
from participants.models import Enrolment
from partners import outbox
from partners.models import Organisation, OutboxItem
from programmes.measure import ILLUSTRATIVE
from programmes.models import Contract
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt, refreshed
from tests.outcomes.test_performance_view import page, tile
from tests.outcomes.test_sharing import a_month_passes
from tests.outcomes.working import work
from tests.participants.people import ago
from tests.participants.restricting import restrict

LAST_MONTH = shift(month_of(date.today()), -1)
PAGE = f"/serco/performance/published/?contract=inspiring-families&month={LAST_MONTH:%Y-%m}"


class Published(NamedTuple):
    """Six people of Renaisi and one of i2i who started in one month, which closed since and was published."""

    cast: Cast
    month: date
    started: list[Enrolment]


def night(cast: Cast) -> tuple[int, int]:
    """Do what the night does: how many figures were restated, and how many published."""
    refreshed(cast)
    with looking_as(cast.system()) as system:
        contract = Contract.objects.select_related("programme").get()
        return restate(contract, system), publish(contract, system)


@pytest.fixture
def published(cast: Cast) -> Published:
    with looking_as(cast.system()):
        Contract.objects.update(starts_on=month_of(ago(40)))
    days = (date.today() - LAST_MONTH).days - 3
    started = [person_with_a_past(cast, days=days)[1] for _ in range(6)]
    started.append(person_with_a_past(cast, days=days, provider="i2i")[1])
    refreshed(cast)
    a_month_passes(cast)
    night(cast)
    return Published(cast, month_of(ago(days)), started)


def late(cast: Cast, published: Published, provider: str = "renaisi") -> Enrolment:
    """Somebody whose start in that month is recorded now."""
    enrolment = published.started[0]
    return person_with_a_past(cast, days=(date.today() - enrolment.started_on).days, provider=provider)[1]


def row(text: str, label: str) -> list[str]:
    """The cells of a figure: as published, now, moved by."""
    cells = text.split(f'data-label="Figure">{label}</th>', 1)[1].split("</tr>", 1)[0].split("<td")[1:4]
    return [one.split(">", 1)[1].split("</td>")[0].split("</a>")[0].split(">")[-1].strip() for one in cells]


def test_a_month_is_published_once_it_has_closed_and_never_again(published: Published) -> None:
    cast = published.cast
    with looking_as(cast.system()):
        starts = PublishedFigure.objects.filter(measure="starts", month=published.month)
        found = {(one.part, one.organisation_id): one.amount for one in starts}
    assert found["whole", None] == 7
    assert found["provider", cast.organisation("renaisi")] == 6
    assert found["nobody", None] == 0
    assert night(cast) == (0, 0)


def test_nobody_changes_what_was_published(published: Published) -> None:
    for change in ({"amount": 9}, {"definition": "x"}):
        with looking_as(published.cast.system()), pytest.raises(ProgrammingError), transaction.atomic():
            PublishedFigure.objects.update(**change)


def test_a_late_fact_restates_the_figure_and_is_named(published: Published) -> None:
    cast = published.cast
    enrolment = late(cast, published)
    assert night(cast)[0] > 0
    with looking_as(cast.system()):
        whole = Restatement.objects.get(figure__measure="starts", figure__part="whole")
    assert (whole.was_amount, whole.amount) == (7, 8)
    text = page(cast.client("priya"), PAGE)
    assert row(text, "Starts") == ["7", "8", "+1"]
    assert row(text, "Referrals") == ["7", "8", "+1"]
    address = (
        text.split('aria-label="Starts: what moved it by +1"', 1)[0].rsplit('href="', 1)[1].split('"')[0]
    )
    moved = page(cast.client("priya"), address)
    with looking_as(cast.system()):
        reference = enrolment.participant.reference
    assert moved.count('data-label="Why"') == 1
    assert f"/serco/participants/{reference}/" in moved
    assert night(cast) == (0, 0)


def test_what_is_taken_back_moves_it_too_and_says_why(published: Published) -> None:
    cast = published.cast
    for _ in range(2):
        late(cast, published)
    night(cast)
    with looking_as(cast.system()):
        referral = Referral.objects.filter(participant=published.started[0].participant_id).get()
        Referral.objects.filter(pk=referral.pk).update(status="withdrawn")
    rebuilt(cast)
    night(cast)
    with looking_as(cast.system()):
        moves = Restatement.objects.filter(figure__measure="referrals", figure__part="whole")
        assert list(moves.order_by("restated_at").values_list("was_amount", "amount")) == [(7, 9), (9, 8)]
        gone = FormerContribution.objects.get(code="referral")
        assert gone.source_id == referral.pk
    assert row(page(cast.client("priya"), PAGE), "Referrals") == ["7", "8", "+1"]


def test_the_overview_can_be_asked_as_it_was_known_on_a_day(published: Published) -> None:
    cast = published.cast
    with looking_as(cast.system()) as system:
        today = system.today
    late(cast, published)
    refreshed(cast)
    month = f"period={published.month:%Y-%m}"
    overview = f"/serco/performance/?contract=inspiring-families&{month}"
    assert tile(page(cast.client("priya"), overview), "Starts") == "8"
    then = page(cast.client("priya"), f"{overview}&known_on={today - timedelta(days=1)}")
    assert tile(then, "Starts") == "7"
    assert "as they were known at the end of" in then
    assert "/performance/moves/" in then
    nothing = page(cast.client("priya"), f"{overview}&known_on={ago(1)}")
    assert tile(nothing, "Starts") == "0"
    for odd in (today.isoformat(), "2026-02-31", "soon", "0001-01-01"):
        assert tile(page(cast.client("priya"), f"{overview}&known_on={odd}"), "Starts") == "8"


@pytest.mark.parametrize("seed", range(3))
def test_as_of_its_publication_every_figure_is_what_was_written_down(published: Published, seed: int) -> None:
    cast, chance = published.cast, random.Random(seed)
    for _ in range(6):
        enrolment = chance.choice(published.started)
        match chance.randrange(4):
            case 0:
                published.started.append(late(cast, published, chance.choice(["renaisi", "i2i"])))
            case 1:
                with looking_as(cast.system()):
                    Referral.objects.filter(participant=enrolment.participant_id).update(
                        status=chance.choice(["withdrawn", "started", "accepted"])
                    )
                rebuilt(cast)
            case 2:
                work(cast, published.started[0], since=10, employer=f"Shop {chance.random()}")
            case _:
                refreshed(cast)
        if chance.random() < 0.5:
            night(cast)
    refreshed(cast)
    with looking_as(cast.system()) as system:
        contract = Contract.objects.select_related("programme").get()
        kept = list(PublishedFigure.objects.filter(part="whole"))
        assert {one.measure for one in kept} >= {"starts", "referrals", "earned", "start_wait"}
        for one in kept:
            measures = [measure for measure in offered(contract, money=True) if measure.code == one.measure]
            windows = windows_of(contract, one.month, measures, system.today)
            board = Board.within(contract, measures, windows, Known(system, one.published_at))
            stored = {"amount": one.amount, "base": one.base, "days": one.days}
            assert values(board.whole[one.measure]) == stored, (one.measure, one.month)


def test_a_person_whom_named_people_see_moves_nothing_that_can_be_seen(published: Published) -> None:
    cast = published.cast
    enrolment = late(cast, published, "i2i")
    refreshed(cast)
    with looking_as(cast.system()):
        person = enrolment.participant
    restrict(cast, person)
    night(cast)
    text = page(cast.client("ines"), PAGE)
    assert row(text, "Starts") == ["1", "1", "–"]
    assert "No figure of this month that you see was restated" in text
    assert person.reference not in text


def test_money_of_a_person_whom_named_people_see_is_no_restatement(published: Published) -> None:
    cast = published.cast
    enrolment = late(cast, published, "i2i")
    refreshed(cast)
    with looking_as(cast.system()):
        person = enrolment.participant
    restrict(cast, person)
    night(cast)
    with looking_as(cast.system()):
        assert Contribution.objects.filter(participant=person, code=ILLUSTRATIVE).exists()
        assert not Restatement.objects.filter(figure__measure="earned").exists()
    text = page(cast.client("frank"), f"{PAGE}&provider=i2i")
    assert row(text, "Earned by providers") == ["£600.00", "£600.00", "–"]
    assert "No figure of this month that you see was restated" in text


def test_a_provider_that_was_not_there_yet_is_restated_from_nothing(published: Published) -> None:
    cast = published.cast
    with looking_as(cast.system()):
        cast.organisations["larkmoor"] = Organisation.objects.create(
            tenant=cast.serco, kind="provider", slug="larkmoor", name="Larkmoor Skills"
        )
    late(cast, published, "larkmoor")
    night(cast)
    with looking_as(cast.system()):
        mine = Restatement.objects.filter(organisation=cast.organisations["larkmoor"])
        starts = mine.get(figure__measure="starts")
    assert (starts.was_amount, starts.amount) == (0, 1)
    assert row(page(cast.client("priya"), f"{PAGE}&provider=larkmoor"), "Starts") == ["0", "1", "+1"]
    assert night(cast) == (0, 0)


def test_a_figure_that_meant_something_else_is_not_held_against_what_it_means_now(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        Contract.objects.update(starts_on=month_of(ago(40)))
        PublishedFigure.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            part="whole",
            measure="starts",
            month=LAST_MONTH,
            amount=50,
            definition="older",
            published_at=system.now(),
        )
    person_with_a_past(cast, days=(date.today() - LAST_MONTH).days - 3)
    refreshed(cast)
    a_month_passes(cast)
    night(cast)
    text = page(cast.client("priya"), PAGE)
    assert row(text, "Starts") == ["0", "1", "–"]
    assert "Defined otherwise then" in text
    with looking_as(cast.system()):
        assert not Restatement.objects.filter(figure__measure="starts").exists()


def test_a_provider_sees_its_own_months(published: Published) -> None:
    cast = published.cast
    assert row(page(cast.client("mona"), PAGE), "Starts")[0] == "6"
    assert row(page(cast.client("priya"), f"{PAGE}&provider=i2i"), "Starts")[0] == "1"


def test_it_comes_as_a_file(published: Published) -> None:
    late(published.cast, published)
    night(published.cast)
    text = page(published.cast.client("priya"), PAGE.replace("published/", "published.csv")).lstrip("\ufeff")
    rows = {one["Figure"]: one for one in csv.DictReader(io.StringIO(text))}
    assert (rows["Starts"]["As published"], rows["Starts"]["Now"]) == ("7", "8")


def test_before_a_month_has_closed_it_says_so(cast: Cast) -> None:
    assert "No month is published yet" in page(cast.client("priya"), PAGE)


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("mona", 200), ("ada", 403), ("hana", 404), ("sam", 404)]
)
def test_it_is_for_those_who_manage_the_contract(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(PAGE).status_code == status


@pytest.mark.parametrize("since", ["", "yesterday", "2026-05-01T00:00:00", "2026-05-01"])
def test_a_moment_that_no_page_links_to_is_none(cast: Cast, since: str) -> None:
    address = "/serco/performance/moves/?contract=inspiring-families&measure=starts"
    assert cast.client("priya").get(f"{address}&since={since}").status_code == 404


def test_it_is_done_every_night(published: Published) -> None:
    cast = published.cast
    late(cast, published)
    with looking_as(cast.system()) as system:
        outbox.enqueue("publish", system)
    outbox.work_off()
    with looking_as(cast.system()):
        assert not OutboxItem.objects.filter(consumer="publish", done_at=None).exists()
        assert Restatement.objects.filter(figure__measure="starts", figure__part="whole").count() == 1


def test_it_costs_the_same_however_much_moved(published: Published) -> None:
    cast, client = published.cast, published.cast.client("priya")

    def statements() -> int:
        refreshed(cast)
        page(client, PAGE)
        with CaptureQueriesContext(connection) as queries:
            page(client, PAGE)
        return len(queries)

    late(cast, published)
    few = statements()
    for _ in range(3):
        late(cast, published)
    assert statements() == few
