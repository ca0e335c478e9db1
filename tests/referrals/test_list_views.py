"""Lists of referrals: the prime's, the referrer's and the provider's inbox."""

import csv
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import Standard
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, refer

LIST, EXPORT = "/serco/referrals/", "/serco/referrals.csv"


def references(page: Any) -> list[str]:
    return [referral.reference for referral, _ in page.context["rows"]]


def lines(client: Client, **query: str) -> list[list[str]]:
    return list(csv.reader(client.get(EXPORT, query).content.decode("utf-8-sig").splitlines()))


def test_the_prime_sees_all_and_narrows_them(cast: Cast) -> None:
    first = accept(cast, refer(cast))
    second = refer(cast, "jon", given_name="Ayo", number="", local_authority="elsewhere")
    priya = cast.client("priya")
    assert references(priya.get(LIST)) == [second.reference, first.reference]
    month = f"{cast.hana.today:%Y-%m}"
    for query, found in (
        ({"status": "accepted"}, [first]),
        ({"provider": "renaisi"}, [first]),
        ({"provider": "i2i"}, []),
        ({"referrer": "jobcentre-plus-hackney"}, [second]),
        ({"contract": "inspiring-families", "month": month}, [second, first]),
        ({"month": "2001-01"}, []),
        ({"sort": "received"}, [first, second]),
        ({"sort": "-provider"}, [second, first]),
        ({"sort": "nonsense"}, [second, first]),
    ):
        page = priya.get(LIST, query)
        assert references(page) == [one.reference for one in found], query
        assert [line[0] for line in lines(priya, **query)[1:]] == [one.reference for one in found], query


@pytest.mark.parametrize(
    "query", [{"status": "x"}, {"month": "2026-13"}, {"provider": "'"}, {"page": "x\x00"}]
)
def test_a_filter_that_makes_no_sense_is_left_out(cast: Cast, query: dict[str, str]) -> None:
    made = refer(cast)
    page = cast.client("priya").get(LIST, query)
    assert page.status_code == 200
    assert references(page) == [made.reference]


def test_nobody_is_named_in_the_list_of_the_prime(cast: Cast) -> None:
    refer(cast)
    priya = cast.client("priya")
    for page in (priya.get(LIST), priya.get(EXPORT)):
        assert "Okafor" not in page.content.decode()


def test_a_long_list_has_pages_and_the_same_number_of_questions(cast: Cast) -> None:
    refer(cast)
    priya = cast.client("priya")
    priya.get(LIST)
    with CaptureQueriesContext(connection) as few:
        priya.get(LIST)
    for number in range(51):
        refer(cast, given_name=f"Person {number}", number="")
    with CaptureQueriesContext(connection) as many:
        page = priya.get(LIST)
    assert len(many) == len(few)
    assert len(references(page)) == 50
    assert "1 to 50 of 52" in page.content.decode()
    assert len(references(priya.get(LIST, {"page": "2"}))) == 2
    assert len(lines(priya)) == 53
    hana = cast.client("hana")
    assert len(references(hana.get(LIST))) == 50
    ada = cast.client("ada")
    ada.get(LIST)
    with CaptureQueriesContext(connection) as inbox:
        assert len(ada.get(LIST).context["waiting"]) > 20
    assert len(inbox) < 25


def test_an_export_is_no_formula(cast: Cast) -> None:
    refer(cast, external_reference="=1+1")
    assert lines(cast.client("hana"))[1][1] == "'=1+1"


def test_the_inbox_shows_what_waits_and_for_how_long(cast: Cast) -> None:
    with looking_as(cast.system()):
        for code, limit in (("acknowledgement", 2), ("start", 15)):
            Standard.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                code=code,
                sentence=code,
                limit=limit,
                unit="working_days",
                source="test",
            )
    long_ago = cast.hana.now() - timedelta(days=14)
    first = refer(cast, at=long_ago)
    second = refer(cast, "jon")
    accepted = accept(
        cast, refer(cast, given_name="Ayo", number="", born_on=date(1980, 1, 1), at=long_ago), "ivo"
    )
    page = cast.client("ada").get(LIST)
    one, two = page.context["waiting"]
    assert [one.referral, two.referral] == [first, second]
    assert (one.is_join, two.is_join) == (False, True)
    assert (one.clock.limit, one.clock.is_late, two.clock.words) == (2, True, "day 0 of 2")
    text = page.content.decode()
    assert "Zola Okafor" in text
    assert "Already with you" in text
    assert f"/serco/referrals/{second.reference}/hand-back/" not in text
    theirs = cast.client("ivo").get(LIST)
    assert not theirs.context["waiting"]
    assert [waiting.referral for waiting in theirs.context["accepted"]] == [accepted]
    assert "of 15)" in theirs.content.decode()
    assert '<span class="baton-count">2</span>' in text


def test_each_kind_sees_its_own_and_others_nothing(cast: Cast) -> None:
    refer(cast)
    assert cast.client("jon").get(LIST).context["page"].paginator.count == 0
    for name, status in (("dee", 404), ("sam", 404), ("frank", 403), ("sara", 200), ("ola", 200)):
        assert cast.client(name).get(LIST).status_code == status, name
    assert cast.client("ada").get(EXPORT).status_code == 404
    assert cast.client("priya").post(LIST).status_code == 405
    assert Client().get(LIST).status_code == 302
