"""A figure that is queried: asked by the provider, marked, answered by the prime, closed or reopened."""

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import FigureQuery, FigureRemark
from participants.models import Participant
from partners.models import AuditEntry, DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.questions import queried_figures
from tests.participants.people import log
from tests.referrals.people import refer

LIST = "/serco/performance/queries/"
FIGURE = "?contract=inspiring-families&measure=referrals&period=all"
ASK = f"{LIST}ask/{FIGURE}"
PEOPLE = f"/serco/performance/people/{FIGURE}"
BOARD = "/serco/performance/?period=all"
WORDS = {"words": "Two of PT-7K3M-92 are missing."}


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def asked(cast: Cast) -> str:
    """The address of what Mona asked about the referrals of Renaisi, of whom there are two."""
    for days in (300, 200):
        person_with_a_past(cast, days=days)
    person_with_a_past(cast, days=100, provider="i2i")
    rebuilt(cast)
    assert cast.client("mona").post(ASK, WORDS).status_code == 302
    with looking_as(cast.system()):
        return f"{LIST}{FigureQuery.objects.get().pk}/"


def test_it_is_asked_and_bears_a_mark_until_it_is_answered(cast: Cast, asked: str) -> None:
    mona, priya = cast.client("mona"), cast.client("priya")
    for client, page in ((mona, PEOPLE), (mona, BOARD), (priya, BOARD), (priya, PEOPLE), (priya, LIST)):
        assert f'href="{asked}"' in words(client.get(page)), page
    assert f'href="{asked}"' not in words(priya.get(PEOPLE + "&provider=i2i"))
    assert f'href="{asked}"' not in words(priya.get(PEOPLE.replace("referrals", "starts")))
    assert "Two of PT-7K3M-92" in words(priya.get(asked))
    assert priya.post(f"{asked}answer/", {"words": "Recorded today."}).status_code == 302
    assert "Recorded today." in words(mona.get(asked))
    assert f'href="{asked}"' not in words(mona.get(PEOPLE))


def test_the_figure_of_then_stands_beside_that_of_now(cast: Cast, asked: str) -> None:
    page = words(cast.client("priya").get(asked))
    assert "2 (unchanged)" in page
    refer(cast)
    person_with_a_past(cast, days=40)
    rebuilt(cast)
    figure = cast.client("priya").get(asked).context["figure"]
    assert (figure.was, figure.is_now) == ("2", "3 (+1)")
    for href in (figure.people, figure.moves):
        assert cast.client("priya").get(href).status_code == 200
    figure = cast.client("mona").get(asked).context["figure"]
    assert (figure.was, figure.is_now) == ("2", "3 (+1)")
    for href in (figure.people, figure.moves):
        assert cast.client("mona").get(href).status_code == 200


def test_what_stands_today_is_asked_about_as_it_stood(cast: Cast, asked: str) -> None:
    ask = ASK.replace("measure=referrals", "measure=contacted_lately")
    assert cast.client("mona").post(ask, WORDS).status_code == 302
    with looking_as(cast.system()):
        query = FigureQuery.objects.get(measure="contacted_lately")
        first = Participant.objects.order_by("made_at", "pk")[0]
    log(cast, first, cast.ada)
    rebuilt(cast)
    answer = cast.client("priya").get(f"{LIST}{query.pk}/")
    assert (answer.context["figure"].was, answer.context["figure"].is_now) == ("0.0%", "50.0% (+50.0 points)")
    assert "As it stands" in words(answer)


def test_it_is_closed_and_reopened_by_who_asked_and_never_out_of_turn(cast: Cast, asked: str) -> None:
    mona, priya = cast.client("mona"), cast.client("priya")
    assert mona.post(f"{asked}reopen/", {"words": "Still."}).status_code == 422
    assert priya.post(f"{asked}close/", {}).status_code == 404
    assert mona.post(f"{asked}answer/", {"words": "Mine."}).status_code == 404
    assert priya.post(f"{asked}answer/", {"words": ""}).status_code == 422
    assert priya.post(f"{asked}answer/", {"words": "It is right."}).status_code == 302
    assert priya.post(f"{asked}answer/", {"words": "Again."}).status_code == 422
    assert mona.post(f"{asked}reopen/", {"words": "It is not."}).status_code == 302
    assert mona.post(f"{asked}close/", {}).status_code == 302
    assert mona.post(f"{asked}close/", {}).status_code == 422
    with looking_as(cast.system()):
        steps = list(FigureRemark.objects.order_by("said_at").values_list("step", flat=True))
        told = list(DomainEvent.objects.filter(kind__startswith="figure.").order_by("at"))
    assert steps == ["asked", "answered", "reopened", "closed"]
    assert [one.kind for one in told] == [
        "figure.queried",
        "figure.answered",
        "figure.reopened",
        "figure.closed",
    ]
    assert "PT-7K3M-92" not in str([one.facts for one in told])


def test_one_question_about_a_figure_at_a_time(cast: Cast, asked: str) -> None:
    mona = cast.client("mona")
    assert "has been queried" in words(mona.post(ASK, WORDS))
    assert mona.post(f"{asked}close/", {}).status_code == 302
    assert mona.post(ASK, WORDS).status_code == 302
    assert "queried anew" in words(mona.post(f"{asked}reopen/", {"words": "Both?"}))
    assert mona.post(ASK.replace("all", "12"), WORDS).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("It is QQ 12 34 56 C.", "a National Insurance number"),
        ("See qq123456c", "a National Insurance number"),
        ("Ask amina@example.org", "an e-mail address"),
        ("Ring 07700 900 123", "a telephone number"),
        ("+44 (20) 7946-0123", "a telephone number"),
    ],
)
def test_nobody_is_named(cast: Cast, typed: str, said: str) -> None:
    answer = cast.client("mona").post(ASK, {"words": f"Wrong. {typed}"})
    assert answer.status_code == 422
    assert f"This looks like {said}" in words(answer)
    with looking_as(cast.system()):
        assert not FigureQuery.objects.exists()


@pytest.mark.parametrize(
    "typed", ["Since 01/04/2026, 12 of 14.", "PT-7K3M-92 began 2026-04-01", "£1,234,567.00"]
)
def test_dates_sums_and_references_may_be_written(cast: Cast, typed: str) -> None:
    assert cast.client("mona").post(ASK, {"words": typed}).status_code == 302


def test_another_provider_sees_nothing_of_it(cast: Cast, asked: str) -> None:
    ines = cast.client("ines")
    for address in (asked, f"{asked}close/", f"{asked}reopen/"):
        assert ines.get(address).status_code == 404
    assert "Renaisi" not in words(ines.get(LIST))


def test_the_list_filters_sorts_and_exports(cast: Cast, asked: str) -> None:
    queried_figures(cast.contract, cast.organisation("i2i"), cast.users["ivo"])
    priya = cast.client("priya")

    def shown(query: str) -> list[str]:
        return [one.organisation.slug for one, *_ in priya.get(LIST + query).context["lines"]]

    assert shown("") == ["renaisi", "i2i"]
    assert shown("?sort=-asked") == ["i2i", "renaisi"]
    assert shown("?state=any") == ["renaisi", "i2i", "i2i"]
    assert shown("?provider=i2i&state=closed") == ["i2i"]
    assert shown("?state=answered") == []
    assert shown("?contract=inspiring-families&sort=-provider") == ["i2i", "renaisi"]
    rows = b"".join(priya.get("/serco/performance/queries.csv?provider=renaisi")).decode().splitlines()
    assert len(rows) == 2
    assert "Referrals" in rows[1]
    with looking_as(cast.system()):
        assert AuditEntry.objects.filter(act="export", kind="figure.queries").exists()


def test_the_list_costs_the_same_for_many(cast: Cast) -> None:
    priya = cast.client("priya")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            priya.get(LIST + "?state=any")
        return len(asked)

    queried_figures(cast.contract, cast.organisation("i2i"), cast.users["ivo"])
    cost()
    few = cost()
    queried_figures(cast.contract, cast.organisation("renaisi"), cast.users["col"])
    assert cost() == few
