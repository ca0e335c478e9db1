"""An earnings feed from the file to the facts, in Chromium: on a desk and on a phone, without bars."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from outcomes.models import Earning
from partners.outbox import work_off
from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast, looking_as
from tests.outcomes.importing import EARNINGS, as_csv
from tests.outcomes.working import started_person
from tests.participants.people import ago


@pytest.mark.django_db(transaction=True)
def test_a_feed_comes_in(cast: Cast, page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    person, _ = started_person(cast)
    feed = tmp_path / "feed.csv"
    rows: list[list[Any]] = [[person.reference, "Tesco", ago(day), "£412.50"] for day in range(40, 10, -7)]
    feed.write_bytes(as_csv(EARNINGS, *rows, [person.reference, "Tesco", ago(3), "lots"]))
    sign_in(cast, page, live_server, "mona")
    page.set_viewport_size({"width": 1280, "height": 900})
    leave_by(page.get_by_role("link", name="Imports"))
    assert bars(page) == []
    page.get_by_role("button", name="Import a file").click()
    page.get_by_label("Earnings").check()
    page.set_input_files("[name=file]", feed)
    assert bars(page) == []
    page.get_by_role("button", name="Send and choose columns").click()
    expect(page.get_by_label("Pay date")).to_have_value("Pay date")
    assert bars(page) == []
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Checking the rows")).to_be_visible()
    assert bars(page) == []
    work_off()
    expect(page.get_by_text("5 of 6 rows would be written.")).to_be_visible()
    assert bars(page) == []
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Importing the rows")).to_be_visible()
    work_off()
    expect(page.get_by_text("5 rows were imported; 1 with an error was left out.")).to_be_visible()
    assert bars(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rows with errors (CSV)").click()
    assert "lots" in Path(download.value.path()).read_text()
    page.get_by_role("link", name="Imports").first.click()
    expect(page.get_by_role("cell", name="Imported")).to_be_visible()
    assert bars(page) == []
    with looking_as(cast.system()):
        assert Earning.objects.filter(voided_at=None).count() == 5
