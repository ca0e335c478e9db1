"""What changed in the last days, and why: added, and taken back with its reason."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import Milestone
from participants.models import Assignment
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, refreshed
from tests.outcomes.test_performance_view import page
from tests.outcomes.working import end, work
from tests.participants.people import ago
from tests.participants.restricting import restrict

PAGE = "/serco/performance/changes/?contract=inspiring-families"


@pytest.fixture
def ended(cast: Cast) -> Cast:
    """A job outcome that was found today is taken back today, since the job ended long ago; another's start stays."""
    _, enrolment = person_with_a_past(cast, days=300)
    job = work(cast, enrolment, since=120)
    end(cast, job, days=100)
    person_with_a_past(cast, days=20, provider="i2i")
    refreshed(cast)
    return cast


def lately(text: str) -> str:
    """The sentence on the overview, without its link."""
    return " ".join(re.sub(r"<[^>]*>", " ", text.split('id="changed">', 1)[1].split("<a", 1)[0]).split())


def test_the_overview_says_what_the_week_brought(ended: Cast) -> None:
    assert lately(page(ended.client("priya"))) == (
        "In the last 7 days: +2 starts; +1 job start; 0 job outcomes (1 added, 1 taken back)."
    )


def test_what_was_taken_back_says_whose_it_was_and_why(ended: Cast) -> None:
    text = page(ended.client("priya"), PAGE)
    with looking_as(ended.system()):
        gone = Milestone.objects.exclude(reversed_at=None).select_related("participant").get()
    assert gone.reversed_why
    assert gone.reversed_why in text
    assert f"/serco/participants/{gone.participant.reference}/" in text
    assert text.count('data-label="Why"') == 1


def test_a_provider_sees_its_own_changes(ended: Cast) -> None:
    assert lately(page(ended.client("ines"))) == "In the last 7 days: +1 start."
    assert "Nothing was taken back" in page(ended.client("ines"), PAGE)
    assert "Nothing was taken back" in page(ended.client("priya"), f"{PAGE}&provider=i2i")
    assert 'data-label="Why"' in page(ended.client("mona"), PAGE)


def test_what_an_earlier_provider_reached_is_no_change_of_the_next(ended: Cast) -> None:
    with looking_as(ended.system()):
        gone = Milestone.objects.exclude(reversed_at=None).get()
        Assignment.objects.filter(participant=gone.participant_id).update(ends_on=ago(2))
        Assignment.objects.create(
            tenant=ended.serco,
            participant_id=gone.participant_id,
            contract=ended.contract,
            organisation=ended.organisations["i2i"],
            starts_on=ago(1),
        )
    assert lately(page(ended.client("ines"))) == "In the last 7 days: +1 start."
    assert "Nothing was taken back" in page(ended.client("ines"), PAGE)


def test_what_is_older_is_no_change_of_the_week(ended: Cast) -> None:
    with connection.cursor() as cursor, looking_as(ended.system()):
        cursor.execute(
            "update outcomes_milestone set reversed_at = reversed_at - interval '10 days' where reversed_at is not null"
        )
    assert "Nothing was taken back" in page(ended.client("priya"), PAGE)
    assert 'data-label="Why"' in page(ended.client("priya"), f"{PAGE}&days=14")


def test_a_person_whom_named_people_see_is_in_no_change(ended: Cast) -> None:
    with looking_as(ended.system()):
        gone = Milestone.objects.exclude(reversed_at=None).get()
        person = gone.participant
    restrict(ended, person)
    text = page(ended.client("priya"), PAGE)
    assert "Nothing was taken back" in text
    assert lately(page(ended.client("priya"))) == "In the last 7 days: +1 start."


def test_it_comes_as_a_file(ended: Cast) -> None:
    text = page(ended.client("priya"), PAGE.replace("changes/", "changes.csv")).lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Provider"], row["What"]) == ("Renaisi", "Job outcomes")


def test_nothing_changed(cast: Cast) -> None:
    assert lately(page(cast.client("priya"))) == "In the last 7 days: nothing changed."
    assert "No count changed" in page(cast.client("priya"), f"{PAGE}&days=x")


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("mona", 200), ("ada", 403), ("hana", 404), ("sam", 404)]
)
def test_it_is_for_those_who_manage_the_contract(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(PAGE).status_code == status


def test_it_costs_the_same_however_much_was_taken_back(ended: Cast) -> None:
    client = ended.client("priya")
    page(client, PAGE)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, PAGE)
        return len(queries)

    few = statements()
    for _ in range(3):
        _, enrolment = person_with_a_past(ended, days=300)
        end(ended, work(ended, enrolment, since=120), days=100)
    assert statements() == few
