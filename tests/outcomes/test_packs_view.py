"""The page of performance packs: the list, asking for one, the files, and who sees which."""

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import Pack
from partners import files
from partners.models import AuditEntry, OutboxItem
from tests.cast import Cast, looking_as
from tests.outcomes.packing import LAST_MONTH, asked, made, some_started

LIST = "/serco/performance/packs/"
ASK = f"{LIST}ask/"
MONTH = LAST_MONTH.isoformat()
OWNERS = {"all": None, "renaisi": "renaisi", "i2i": "i2i"}
OF_ALL = {"contract": "inspiring-families", "month": MONTH, "provider": "all"}


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def started(cast: Cast) -> Cast:
    return some_started(cast)


@pytest.fixture
def packs(started: Cast) -> dict[str, Pack]:
    """One of everybody, one of Renaisi and one of i2i, each made."""
    return {name: made(started, asked(started, whose)) for name, whose in OWNERS.items()}


def test_priya_asks_for_one_and_takes_both_files_away(started: Cast) -> None:
    priya = started.client("priya")
    assert "No pack was made yet" in words(priya.get(LIST))
    assert priya.post(ASK, OF_ALL).status_code == 302
    page = words(priya.get(LIST))
    assert "Being made" in page
    assert "hx-trigger" in page
    with looking_as(started.system()):
        pack = Pack.objects.get()
    assert priya.get(f"{LIST}{pack.pk}/pack.pdf").status_code == 404
    made(started, pack)
    page = words(priya.get(LIST))
    assert "for Priya" in page
    assert "hx-trigger" not in page
    paper = priya.get(f"{LIST}{pack.pk}/pack.pdf")
    assert paper.content.startswith(b"%PDF")
    name = f'filename="performance-inspiring-families-all-{LAST_MONTH:%Y-%m}.pdf"'
    assert name in paper["Content-Disposition"]
    assert paper["Cache-Control"] == "no-store"
    assert priya.get(f"{LIST}{pack.pk}/pack.xlsx").content.startswith(b"PK")
    with looking_as(started.system()):
        kinds = set(AuditEntry.objects.filter(subject_id=pack.pk, act="export").values_list("act", "kind"))
    assert kinds == {("export", "pack.pdf"), ("export", "pack.xlsx")}


def test_while_one_is_being_made_the_list_alone_is_sent(started: Cast) -> None:
    asked(started)
    part = words(started.client("priya").get(LIST, headers={"HX-Request": "true"}))
    assert "Being made" in part
    assert "<html" not in part


def test_a_provider_sees_its_own_and_no_other(started: Cast, packs: dict[str, Pack]) -> None:
    mona = started.client("mona")
    page = words(mona.get(LIST))
    for name, pack in packs.items():
        assert (f"{pack.pk}" in page) is (name == "renaisi")
        for file in ("pack.pdf", "pack.xlsx"):
            assert mona.get(f"{LIST}{pack.pk}/{file}").status_code == (200 if name == "renaisi" else 404)
        status = mona.post(f"{LIST}{pack.pk}/again/").status_code
        assert status == (302 if name == "renaisi" else 404)


def test_a_provider_asks_for_its_own_alone(started: Cast) -> None:
    mona = started.client("mona")
    assert "All providers together" not in words(mona.get(ASK))
    assert mona.post(ASK, {**OF_ALL, "provider": "i2i"}).status_code == 302
    with looking_as(started.system()):
        assert Pack.objects.get().organisation == started.organisations["renaisi"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"month": "2026-13-01"}, "Select a valid choice"),
        ({"month": ""}, "govuk-error-message"),
        ({"contract": "nowhere"}, "Select a valid choice"),
        ({"provider": "hackney-childrens-services"}, "Select a valid choice"),
    ],
)
def test_what_is_asked_wrongly_is_refused_beside_its_field(
    started: Cast,
    wrong: dict[str, str],
    said: str,
) -> None:
    answer = started.client("priya").post(ASK, {**OF_ALL, **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    with looking_as(started.system()):
        assert not Pack.objects.exists()


def test_asked_while_it_is_being_made_it_says_so(started: Cast) -> None:
    priya = started.client("priya")
    priya.post(ASK, OF_ALL)
    answer = priya.post(ASK, OF_ALL)
    assert answer.status_code == 422
    assert "This pack is being made already." in words(answer)


def test_what_a_worker_gave_up_can_be_tried_again(started: Cast) -> None:
    priya, pack = started.client("priya"), asked(started)
    assert "already" in words(priya.post(f"{LIST}{pack.pk}/again/", follow=True))
    with looking_as(started.system()) as system:
        OutboxItem.objects.filter(subject_id=pack.pk).update(dead_at=system.now())
    page = words(priya.get(LIST))
    assert "Could not be made" in page
    assert "hx-trigger" not in page
    assert priya.post(f"{LIST}{pack.pk}/again/").status_code == 302
    assert "Being made" in words(priya.get(LIST))
    assert priya.get(f"{LIST}{pack.pk}/again/").status_code == 405


def test_the_filters_leave_what_was_asked_for(started: Cast, packs: dict[str, Pack]) -> None:
    priya = started.client("priya")
    for query, left in (
        ("?provider=i2i", {"i2i"}),
        ("?provider=all", {"all"}),
        (f"?contract=inspiring-families&month={MONTH}", set(OWNERS)),
        ("?month=nonsense", set(OWNERS)),
    ):
        page = words(priya.get(LIST + query))
        assert {name for name, pack in packs.items() if str(pack.pk) in page} == left, query


def test_a_file_that_is_gone_is_not_found(started: Cast, packs: dict[str, Pack]) -> None:
    with looking_as(started.system()):
        files._path(packs["all"].pdf_as).unlink()
    assert started.client("priya").get(f"{LIST}{packs['all'].pk}/pack.pdf").status_code == 404


def test_whoever_may_not_see_performance_sees_no_pack(started: Cast, packs: dict[str, Pack]) -> None:
    pack = packs["renaisi"]
    for name, status in (("dee", 404), ("rita", 403)):
        for page in (LIST, ASK, f"{LIST}{pack.pk}/pack.pdf", f"{LIST}{pack.pk}/pack.xlsx"):
            assert started.client(name).get(page).status_code == status, (name, page)


def test_a_long_list_costs_the_queries_of_a_short_one(started: Cast, packs: dict[str, Pack]) -> None:
    priya = started.client("priya")
    priya.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as short:
        priya.get(LIST)
    for _ in range(3):
        made(started, asked(started, "renaisi"))
    with CaptureQueriesContext(connection) as long:
        priya.get(LIST)
    assert len(long) == len(short)
