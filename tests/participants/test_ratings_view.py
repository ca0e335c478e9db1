"""What participants say of contacts: means of five and more, by adviser and by channel, for those who run them."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Participant
from tests.cast import Cast
from tests.participants.own_pages import made, rated
from tests.participants.people import log, new_person

PAGE = "/serco/caseload/ratings/"


def words(answer: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def with_rating(cast: Cast, score: int, *, channel: str = "phone", said: str = "") -> Participant:
    person = new_person(cast)
    log(cast, person, cast.ada, channel=channel)
    rated(cast, made(cast, person).page, score, said)
    return person


def test_means_by_adviser_and_by_how_they_spoke(cast: Cast) -> None:
    for score in (5, 5, 4, 4, 4):
        with_rating(cast, score)
    with_rating(cast, 1, channel="in_person", said="Nobody was there")
    shown = words(cast.client("mona").get(PAGE))
    assert "Ada 3.8 (6) Too few (1) 4.4 (5)" in shown
    assert "Nobody was there" in shown


def test_the_prime_reads_them_by_provider(cast: Cast) -> None:
    for score in (5, 5, 5, 5, 1):
        with_rating(cast, score)
    assert "Renaisi 4.2 (5)" in words(cast.client("priya").get(PAGE))


def test_before_anybody_rated_it_says_how(cast: Cast) -> None:
    assert "Nobody has rated a contact yet" in words(cast.client("mona").get(PAGE))


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("hana", 404), ("dee", 404)])
def test_others_do_not_read_them(cast: Cast, name: str, status: int) -> None:
    assert cast.client(name).get(PAGE).status_code == status


def test_another_provider_sees_its_own_alone(cast: Cast) -> None:
    with_rating(cast, 1, said="Nobody was there")
    assert "Nobody was there" not in words(cast.client("ivo").get(PAGE))


def test_more_ratings_ask_no_more(cast: Cast) -> None:
    mona = cast.client("mona")
    with_rating(cast, 1)
    mona.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        mona.get(PAGE)
    for score in (1, 2, 3):
        with_rating(cast, score)
    with CaptureQueriesContext(connection) as many:
        mona.get(PAGE)
    assert len(many) == len(few)
