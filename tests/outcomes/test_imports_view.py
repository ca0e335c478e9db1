"""The pages of an import, for whom they are, and who never sees a file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from outcomes.imports.limits import LIMITS
from outcomes.models import Earning, ImportRun
from partners.models import AuditEntry
from partners.outbox import work_off
from tests.cast import Cast, looking_as
from tests.outcomes.importing import EARNINGS, as_csv, checked, imported
from tests.outcomes.working import started_person
from tests.participants.people import ago

CHOSEN = dict(zip(("participant", "employer", "paid_on", "gross_pence"), EARNINGS, strict=True))


def send(client: Client, content: bytes, kind: str = "earnings") -> Any:
    upload = SimpleUploadedFile("feed.csv", content, "text/csv")
    return client.post(
        "/serco/imports/new/", {"kind": kind, "contract": "inspiring-families", "file": upload}
    )


def newest(cast: Cast) -> ImportRun:
    with looking_as(cast.system()):
        return ImportRun.objects.latest("sent_at")


def test_a_file_is_sent_mapped_checked_and_imported(cast: Cast) -> None:
    person, _ = started_person(cast)
    mona = cast.client("mona")
    content = as_csv(
        EARNINGS, [person.reference, "Tesco", ago(9), "£10"], ["PT-2222-22", "Tesco", ago(9), "£10"]
    )
    columns = send(mona, content)["Location"]
    page = mona.get(columns).content.decode()
    assert '<option value="Pay date" selected>Pay date</option>' in page
    address = mona.post(columns, CHOSEN)["Location"]
    page = mona.get(address).content.decode()
    assert "Checking the rows" in page
    # A page that asks again by itself keeps nobody signed in.
    assert '"X-Polling": "1"' in page
    assert "Checking the rows" in mona.get(address, headers={"HX-Request": "true"}).content.decode()
    work_off()
    assert mona.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = mona.get(address).content.decode()
    assert "1 of 2 rows would be written. 1 has an error and would be left out." in page
    assert "All or nothing" not in page
    assert mona.post(address, {"mode": "whole"}).status_code == 422
    assert mona.post(address, {"mode": "good"}).status_code == 302
    work_off()
    assert "1 row was imported; 1 with an error was left out." in mona.get(address).content.decode()
    with looking_as(cast.system()):
        assert Earning.objects.get().gross_pence == 1_000


def test_the_columns_are_remembered_for_the_organisation(cast: Cast) -> None:
    person, _ = started_person(cast)
    header = ("Who", "Firm", "When", "How much")
    mona = cast.client("mona")
    address = send(mona, as_csv(header, [person.reference, "Tesco", ago(9), "1"]))["Location"]
    mona.post(address, dict(zip(CHOSEN, header, strict=True)))
    work_off()
    address = send(mona, as_csv(header, [person.reference, "Tesco", ago(8), "1"]))["Location"]
    page = mona.get(address).content.decode()
    assert '<option value="How much" selected>How much</option>' in page
    assert "chosen the last time" in page


def test_two_fields_cannot_have_one_column(cast: Cast) -> None:
    mona = cast.client("mona")
    address = send(mona, as_csv(EARNINGS, ["PT-2222-22", "Tesco", ago(9), "1"]))["Location"]
    answer = mona.post(address, {**CHOSEN, "employer": "Pay date"})
    assert answer.status_code == 422
    assert "is chosen for something else already" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty"),
        (b"only a heading", "headings and no rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a CSV file nor an Excel workbook"),
        (b"x" * (LIMITS.most_bytes + 1), "It can be 10 MB at most"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(cast: Cast, content: bytes, sentence: str) -> None:
    answer = send(cast.client("mona"), content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("mona", {"jobs", "earnings", "benefits"}),
        ("priya", {"jobs", "earnings", "benefits", "referrals"}),
        ("frank", {"results", "payments"}),
        ("cleo", {"results", "payments", "referrals"}),
    ],
)
def test_everybody_imports_what_they_work_with(cast: Cast, name: str, kinds: set[str]) -> None:
    client = cast.client(name)
    page = client.get("/serco/imports/new/").content.decode()
    assert {kind for kind in ImportRun.Kind.values if f'value="{kind}"' in page} == kinds
    for kind in set(ImportRun.Kind.values) - kinds:
        assert send(client, as_csv(("a",), ["b"]), kind).status_code == 422


@pytest.mark.parametrize("name", ["ines", "priya", "frank", "ada", "sara", "hana", "dee", "sam"])
def test_a_file_is_for_whoever_sent_it_alone(cast: Cast, name: str) -> None:
    run = checked(cast, "earnings", as_csv(EARNINGS, ["PT-2222-22", "Tesco", ago(9), "1"]))
    client = cast.client(name)
    for part in ("", "columns/", "report.csv", "rows-left.csv"):
        assert client.get(f"/serco/imports/{run.pk}/{part}").status_code in {403, 404}
    assert client.post(f"/serco/imports/{run.pk}/discard/").status_code in {403, 404}
    assert str(run.pk) not in client.get("/serco/imports/").content.decode()


def test_a_colleague_who_may_import_does_not_see_it_either(cast: Cast) -> None:
    run = checked(cast, "results", as_csv(("Claim", "Result", "Date"), ["C1", "matched", ago(1)]), by="frank")
    assert cast.client("cleo").get(f"/serco/imports/{run.pk}/").status_code == 404
    assert cast.client("frank").get(f"/serco/imports/{run.pk}/").status_code == 200


def test_the_rows_with_errors_come_back_as_they_were_with_what_to_do(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(
        EARNINGS, [person.reference, "Tesco", ago(9), "10"], [person.reference, "=1+1", ago(8), "10"]
    )
    run = imported(cast, "earnings", content)
    mona = cast.client("mona")
    lines = mona.get(f"/serco/imports/{run.pk}/rows-left.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("Line in the file that was sent,What to do")
    assert lines[1].endswith("3,Employer looks like a formula. Take the first sign away.")
    assert "'=1+1" in lines[1]
    report = mona.get(f"/serco/imports/{run.pk}/report.csv").content.decode("utf-8-sig").splitlines()
    assert report[1:] == ["2,New,", "3,Error,Employer looks like a formula. Take the first sign away."]
    with looking_as(cast.system()):
        taken = AuditEntry.objects.filter(act="export", subject_id=run.pk)
        assert {one.kind: one.facts["count"] for one in taken} == {"import.rows_left": 1, "import.report": 2}


def test_a_file_is_discarded_at_once_and_what_was_imported_stays(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = imported(cast, "earnings", as_csv(EARNINGS, [person.reference, "Tesco", ago(9), "10"]))
    mona = cast.client("mona")
    assert mona.post(f"/serco/imports/{run.pk}/discard/").status_code == 302
    assert "are gone" in mona.get(f"/serco/imports/{run.pk}/").content.decode()
    assert mona.get(f"/serco/imports/{run.pk}/rows-left.csv").status_code == 404
    with looking_as(cast.system()):
        assert Earning.objects.count() == 1
        assert ImportRun.objects.get().stored_as == ""
