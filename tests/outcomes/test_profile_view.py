"""The pages of a profile: read by day, taken away, loaded after a look at every row, and changed by hand."""

import csv
import io
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outcomes.models import ProfileVersion
from outcomes.performance.periods import month_of
from outcomes.performance.profiles import Bands, promises
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.promising import as_file, line, load

PAGE = "/serco/performance/profile/"
LOAD = "/serco/performance/profile/load/"
CHANGE = "/serco/performance/profile/change/"
PERFORMANCE = "/serco/performance/"
NAMED = {"name": "Variation 2", "why": "A later start", "amber_below": "100", "red_below": "85"}


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def send(client: Client, content: bytes, name: str = "profile.csv") -> Any:
    return client.post(LOAD, {"file": SimpleUploadedFile(name, content)})


def carried(answer: Any) -> dict[str, str]:
    """What the page sends along when a button is pressed."""
    form = answer.context["form"]
    return {
        name: "" if form[name].value() is None else str(form[name].value())
        for name in form.fields
        if name not in NAMED
    }


def version_of(cast: Cast) -> ProfileVersion | None:
    with looking_as(cast.system()):
        return ProfileVersion.objects.order_by("-number").first()


def test_a_file_is_checked_then_loaded_and_then_shown(cast: Cast) -> None:
    priya, month = cast.client("priya"), month_of(cast.priya.today)
    assert "No profile was in force on this day" in words(priya.get(PAGE))
    answer = send(
        priya, as_file(("", f"{month:%Y-%m}", "Starts", "40"), ("Renaisi", f"{month:%Y-%m}", "Starts", "9"))
    )
    assert answer.status_code == 200
    assert "All 2 rows are good. Nothing is written yet." in words(answer)
    assert version_of(cast) is None
    loaded = priya.post(LOAD, {**carried(answer), **NAMED, "step": "load"})
    assert loaded.status_code == 302
    made = version_of(cast)
    assert made
    assert (made.name, made.red_below, made.loaded_by.name) == ("Variation 2", 85, "Priya")
    shown = words(priya.get(PAGE))
    for said in ("version 1, Variation 2", "A later start", "Whole contract", "Renaisi", ">40<", ">9<"):
        assert said in shown
    # The same again is refused, and nothing is written twice.
    again = priya.post(LOAD, {**carried(answer), **NAMED, "step": "load"})
    assert again.status_code == 422
    assert "This is the profile already" in words(again)


def test_rows_with_errors_stop_the_whole_file(cast: Cast) -> None:
    priya, month = cast.client("priya"), month_of(cast.priya.today)
    answer = send(
        priya, as_file(("", f"{month:%Y-%m}", "Starts", "40"), ("Nobody", f"{month:%Y-%m}", "Starts", "9"))
    )
    assert answer.status_code == 422
    assert "1 of 2 rows are good" in words(answer)
    assert "Provider is not one of this contract" in words(answer)
    assert priya.post(LOAD, {**carried(answer), **NAMED, "step": "load"}).status_code == 422
    assert version_of(cast) is None


def test_columns_of_other_names_are_chosen(cast: Cast) -> None:
    priya, month = cast.client("priya"), month_of(cast.priya.today)
    answer = send(
        priya, as_file((f"{month:%Y-%m}", "Starts", "40"), header=("Month", "Measure", "How many we want"))
    )
    assert answer.status_code == 422
    assert "Choose the column of “Number”." in words(answer)
    chosen = {**carried(answer), "column_amount": "How many we want"}
    answer = priya.post(LOAD, {**chosen, "step": "check"})
    assert "The one row is good." in words(answer)
    assert priya.post(LOAD, {**chosen, **NAMED, "step": "load"}).status_code == 302


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 \x00\x01", b"Provider,Month\n", b"PK\x03\x04 nothing"])
def test_what_is_no_sheet_is_refused(cast: Cast, content: bytes) -> None:
    assert send(cast.client("priya"), content).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"why": ""}, {"effective_from": "soon"}, {"red_below": "101"}, {"amber_below": "0"}],
)
def test_a_version_without_its_words_is_asked_again(cast: Cast, wrong: dict[str, str]) -> None:
    priya, month = cast.client("priya"), month_of(cast.priya.today)
    answer = send(priya, as_file(("", f"{month:%Y-%m}", "Starts", "40")))
    assert priya.post(LOAD, {**carried(answer), **NAMED, **wrong, "step": "load"}).status_code == 422
    assert version_of(cast) is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_away_can_be_loaded_again(cast: Cast, kind: str) -> None:
    lines = {
        line(cast, None, 40),
        line(cast, "i2i", 9, ahead=3),
        line(cast, "i2i", 0, measure="job_outcomes"),
    }
    load(cast, *lines)
    priya = cast.client("priya")
    content = priya.get(f"/serco/performance/profile.{kind}").content
    answer = send(priya, content, f"profile.{kind}")
    assert answer.status_code == 200, words(answer)
    assert "The totals are those of the present profile." in words(answer)
    assert priya.post(LOAD, {**carried(answer), **NAMED, "step": "load"}).status_code == 302
    with looking_as(cast.priya):
        made = version_of(cast)
        assert set(promises(cast.contract, made)) == lines


def test_numbers_are_changed_by_hand_and_the_others_stay(cast: Cast) -> None:
    load(cast, line(cast, None, 40), line(cast, "i2i", 9))
    priya, month = cast.client("priya"), month_of(cast.priya.today)
    address = f"{CHANGE}?provider=i2i&measure=starts"
    answer = priya.get(address)
    assert answer.context["form"][f"in_{month:%Y_%m}"].value() == 9
    typed = {**carried(answer), **NAMED, f"in_{month:%Y_%m}": "12"}
    assert priya.post(address, {**typed, f"in_{month:%Y_%m}": "many"}).status_code == 422
    assert priya.post(address, typed).status_code == 302
    with looking_as(cast.priya):
        made = version_of(cast)
        assert made
        assert made.number == 2
        assert set(promises(cast.contract, made)) == {line(cast, None, 40), line(cast, "i2i", 12)}


def test_what_was_in_force_on_an_earlier_day_is_shown_as_it_was(cast: Cast) -> None:
    load(cast, line(cast, None, 40))
    priya = cast.client("priya")
    yesterday = cast.priya.today - timedelta(days=1)
    assert "No profile was in force on this day" in words(priya.get(f"{PAGE}?on={yesterday}"))
    assert ">40<" in words(priya.get(f"{PAGE}?on=nonsense"))


def test_a_provider_reads_its_own_and_writes_nothing(cast: Cast) -> None:
    load(cast, line(cast, None, 40), line(cast, "renaisi", 7), line(cast, "i2i", 9))
    mona = cast.client("mona")
    shown = words(mona.get(PAGE))
    assert ">7<" in shown
    assert ">40<" not in shown
    assert ">9<" not in shown
    rows = list(
        csv.reader(io.StringIO(mona.get("/serco/performance/profile.csv").content.decode("utf-8-sig")))
    )
    assert [row[0] for row in rows[1:]] == ["Renaisi"]
    for address in (LOAD, CHANGE):
        assert mona.get(address).status_code == 404
        assert mona.post(address, {}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("frank", 403), ("cleo", 403), ("ada", 404), ("dee", 404), ("hana", 404)]
)
def test_nobody_else_changes_a_profile(cast: Cast, name: str, status: int) -> None:
    client = cast.client(name)
    for address in (LOAD, CHANGE):
        assert client.get(address).status_code == status
        assert client.post(address, NAMED).status_code == status


def test_a_contract_that_is_not_there_and_a_wrong_method_are_refused(cast: Cast) -> None:
    priya = cast.client("priya")
    for address in (PAGE, LOAD, CHANGE, "/serco/performance/profile.csv"):
        assert priya.get(f"{address}?contract=other").status_code == 404
    assert priya.post(PAGE).status_code == 405
    assert priya.delete(LOAD).status_code == 405
    assert cast.client("sam").get(PAGE).status_code in (403, 404)


def test_the_overview_judges_by_the_version_and_says_why(cast: Cast) -> None:
    for days in (200, 190, 180):
        person_with_a_past(cast, days=days)
    rebuilt(cast)
    text = words(cast.client("priya").get(PERFORMANCE))
    assert "No profile is in force for this contract" in text
    assert "Load one" in text
    assert "Load one" not in words(cast.client("mona").get(PERFORMANCE))
    load(cast, *(line(cast, "renaisi", 3, ahead=ahead) for ahead in range(-10, 2)), bands=Bands(100, 85))
    text = words(cast.client("priya").get(PERFORMANCE))
    assert "Behind profile" in text
    assert "% of profile; red is below 85%" in text
    assert "At this rate " in text
    assert "Just below: from 85%." in text
    assert "sort=-status" in text or "sort=status" in text
    assert cast.client("priya").get(f"{PERFORMANCE}?sort=status").status_code == 200


def test_the_page_of_figures_costs_no_more_with_many_lines_and_versions(cast: Cast) -> None:
    priya = cast.client("priya")
    load(cast, line(cast, None, 3))
    priya.get(PERFORMANCE)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as few:
        priya.get(PERFORMANCE)
    everybody = [(who, ahead) for ahead in range(-10, 2) for who in (None, "renaisi", "i2i")]
    for amount in (3, 4):
        load(cast, *(line(cast, who, amount, ahead=ahead) for who, ahead in everybody))
    with CaptureQueriesContext(connection) as many:
        priya.get(PERFORMANCE)
    assert len(many) == len(few)
