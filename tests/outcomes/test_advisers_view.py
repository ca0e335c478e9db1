"""What each adviser holds and reaches, as it was theirs on the day, for those who run them and for nobody else."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Assignment, Participant
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, refreshed
from tests.outcomes.test_performance_view import head, page
from tests.outcomes.test_without_contact_view import addresses, line
from tests.participants.people import ago, log
from tests.participants.restricting import restrict

PAGE = "/serco/performance/advisers/?contract=inspiring-families&period=all"
CSV = PAGE.replace("advisers/?", "advisers.csv?")


def give(cast: Cast, person: Participant, name: str | None) -> None:
    """The person's adviser, from the beginning of the assignment on."""
    with looking_as(cast.system()):
        held = Assignment.objects.filter(participant=person)
        held.update(adviser=cast.users[name] if name else None)


def held(cast: Cast, name: str | None, *, days: int = 200, reached: int | None = None) -> Participant:
    """Somebody of Renaisi whom this adviser has held for so many days, reached last so many days ago."""
    person, _ = person_with_a_past(cast, days=days)
    give(cast, person, name)
    if reached is not None:
        log(cast, person, cast.ada, days=reached)
    return person


def handed_over(cast: Cast, person: Participant, name: str, *, days: int) -> None:
    """Another adviser of the same provider took the person on so many days ago."""
    with looking_as(cast.system()):
        before = Assignment.objects.get(participant=person, ends_on=None)
        Assignment.objects.filter(pk=before.pk).update(ends_on=ago(days))
        before.pk, before.starts_on, before.adviser = None, ago(days), cast.users[name]
        before.save(force_insert=True)


def test_every_adviser_has_a_line_and_whoever_has_none_too(cast: Cast) -> None:
    held(cast, "ada", reached=3)
    held(cast, "ada", reached=40)
    held(cast, "col", reached=13)
    held(cast, None)
    refreshed(cast)
    text = page(cast.client("mona"), PAGE)
    assert "Caseload per adviser: 2.0" in text
    assert "4 held by 2 advisers" in text
    assert line(text, "Ada") == ["2", "50.0% 1 of 2, too few to judge", "40", "–", "2", "0", "0"]
    assert line(text, "Col") == ["1", "100.0% 1 of 1, too few to judge", "13", "–", "1", "0", "0"]
    assert line(text, "No adviser yet")[:3] == ["1", "0.0% 0 of 1, too few to judge", "200"]


def test_what_happened_is_of_whoever_was_the_adviser_that_day(cast: Cast) -> None:
    person, _ = person_with_a_past(cast, days=200, in_work_for=30)
    give(cast, person, "ada")
    for days in (100, 90, 10):
        log(cast, person, cast.ada, days=days, channel="in_person", result="did_not_attend")
    handed_over(cast, person, "col", days=50)
    refreshed(cast)
    text = page(cast.client("mona"), PAGE)
    assert line(text, "Ada") == ["0", "–", "–", "100.0% 2 of 2, too few to judge", "1", "0", "0"]
    assert line(text, "Col")[0] == "1"
    assert line(text, "Col")[3:] == ["100.0% 1 of 1, too few to judge", "0", "1", "0"]
    behind = [page(cast.client("mona"), one) for one in addresses(text, "Ada")]
    assert [head(one).rpartition(": ")[2] for one in behind] == ["2", "1"]


def test_on_the_day_of_the_handover_it_is_the_new_advisers_and_counts_once(cast: Cast) -> None:
    person = held(cast, "ada")
    handed_over(cast, person, "col", days=50)
    log(cast, person, cast.ada, days=50, channel="video", result="did_not_attend")
    refreshed(cast)
    text = page(cast.client("mona"), PAGE)
    assert line(text, "Col")[3] == "100.0% 1 of 1, too few to judge"
    assert line(text, "Ada")[3] == "–"
    missed = addresses(text, "Col")[-1]
    assert head(page(cast.client("mona"), missed)).endswith(": 1")
    assert head(
        page(cast.client("mona"), missed.replace(str(cast.users["col"].pk), str(cast.users["ada"].pk)))
    ).endswith(": 0")


def test_behind_every_number_are_as_many_people(cast: Cast) -> None:
    for days in (1, 20, 30):
        held(cast, "ada", reached=days)
    held(cast, "col", reached=2)
    held(cast, None, reached=5)
    refreshed(cast)
    client = cast.client("mona")
    text = page(client, PAGE)
    behind = [page(client, one) for one in addresses(text, "Ada")]
    assert [head(one).rpartition(": ")[2] for one in behind] == ["3", "1", "3", "3"]
    assert all("Ada. " in one for one in behind)
    assert head(page(client, addresses(text, "No adviser yet")[0])) == "Caseload: 1"
    # The list of one adviser is no figure of its own that could be queried.
    assert "This figure is wrong" not in behind[0]


def test_the_prime_chooses_a_provider_and_sees_that_one_alone(cast: Cast) -> None:
    held(cast, "ada")
    other, _ = person_with_a_past(cast, days=100, provider="i2i")
    give(cast, other, "ivo")
    refreshed(cast)
    client = cast.client("priya")
    assert "Choose a provider" in page(client, PAGE)
    text = page(client, f"{PAGE}&provider=i2i")
    assert line(text, "Ivo")[0] == "1"
    assert ">Ada<" not in text
    assert head(page(client, addresses(text, "Ivo")[0])) == "Caseload: 1"


def test_a_provider_never_sees_anothers_advisers(cast: Cast) -> None:
    other, _ = person_with_a_past(cast, days=100, provider="i2i")
    give(cast, other, "ivo")
    held(cast, "ada")
    refreshed(cast)
    client = cast.client("mona")
    assert ">Ivo<" not in page(client, f"{PAGE}&provider=i2i")
    behind = f"{PAGE.replace('advisers/', 'people/')}&measure=caseload&adviser="
    assert client.get(f"{behind}{cast.users['ivo'].pk}").status_code == 404
    assert client.get(f"{behind}{cast.users['ada'].pk}").status_code == 200
    assert client.get(f"{behind}ada").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("priya", 200), ("mona", 200), ("ada", 403), ("sara", 403), ("frank", 403), ("hana", 404), ("dee", 404)],
)
def test_it_is_for_those_who_run_advisers(cast: Cast, who: str, status: int) -> None:
    held(cast, "ada")
    refreshed(cast)
    assert cast.client(who).get(PAGE).status_code == status
    assert cast.client(who).get(CSV).status_code == status
    if who in ("sara", "frank"):
        behind = f"{PAGE.replace('advisers/', 'people/')}&measure=caseload&adviser={cast.users['ada'].pk}"
        assert cast.client(who).get(behind).status_code == 404


@pytest.mark.parametrize("others", [1, 6])
def test_whom_the_viewer_may_not_see_counts_in_no_line(cast: Cast, others: int) -> None:
    """Few or many: what it would add to an adviser's line is the same as what it would add to the list behind it."""
    hidden = held(cast, "ada", reached=1)
    for _ in range(others):
        held(cast, "ada", reached=20)
    alone = held(cast, "col", reached=150)
    refreshed(cast)
    restrict(cast, hidden)
    restrict(cast, alone)
    for name in ("mona", "priya"):
        text = page(cast.client(name), f"{PAGE}&provider=renaisi")
        assert line(text, "Ada")[0] == str(others)
        assert line(text, "Ada")[2] == "20"
        assert ">Col<" not in text
        assert f"Caseload per adviser: {others}.0" in text


def test_it_sorts_and_whoever_has_no_adviser_comes_last(cast: Cast) -> None:
    for days in (1, 30):
        held(cast, "ada", reached=days)
    held(cast, "col", reached=2)
    held(cast, None)
    refreshed(cast)
    client = cast.client("mona")

    def names(sort: str) -> list[str]:
        text = page(client, f"{PAGE}&sort={sort}")
        return sorted(("Ada", "Col", "No adviser yet"), key=lambda name: text.index(f">{name}</th>"))

    assert names("caseload") == ["Col", "Ada", "No adviser yet"]
    assert names("-caseload") == ["Ada", "Col", "No adviser yet"]
    assert names("longest")[0] == "Col"
    assert names("contacted_lately")[0] == "Ada"
    assert names("-adviser") == ["Col", "Ada", "No adviser yet"]
    assert names("nonsense") == ["Ada", "Col", "No adviser yet"]


def test_the_file_has_the_same_numbers(cast: Cast) -> None:
    person = held(cast, "ada", reached=3)
    log(cast, person, cast.ada, days=5, channel="video", result="did_not_attend")
    refreshed(cast)
    rows = list(csv.DictReader(io.StringIO(page(cast.client("mona"), CSV).lstrip("\ufeff"))))
    assert [row["Adviser"] for row in rows] == ["Ada"]
    assert (rows[0]["Caseload today"], rows[0]["Longest without contact (days)"]) == ("1", "3")
    assert (rows[0]["Missed"], rows[0]["Starts"]) == ("1", "1")


def test_a_period_counts_its_months_and_the_caseload_is_of_today(cast: Cast) -> None:
    held(cast, "ada", days=200)
    refreshed(cast)
    client = cast.client("mona")
    for days, starts in ((200, "1"), (40, "0")):
        text = page(client, PAGE.replace("=all", f"={ago(days):%Y-%m}"))
        assert (line(text, "Ada")[0], line(text, "Ada")[4]) == ("1", starts)


def test_it_costs_the_same_however_many_there_are(cast: Cast) -> None:
    client = cast.client("mona")

    def statements() -> int:
        page(client, PAGE)
        with CaptureQueriesContext(connection) as queries:
            page(client, PAGE)
        return len(queries)

    held(cast, "ada")
    refreshed(cast)
    few = statements()
    for name in ("col", "ada", None):
        held(cast, name, reached=3)
    refreshed(cast)
    assert statements() == few


def test_the_overview_says_how_many_people_each_adviser_holds(cast: Cast) -> None:
    for name in ("ada", "ada", "col", None):
        held(cast, name)
    person, _ = person_with_a_past(cast, days=100, provider="i2i")
    give(cast, person, "ivo")
    refreshed(cast)
    overview = "/serco/performance/?contract=inspiring-families"
    assert "1.7 for each of 3 advisers" in page(cast.client("priya"), overview)
    assert "2.0 for each of 2 advisers" in page(cast.client("priya"), f"{overview}&provider=renaisi")
    assert "2.0 for each of 2 advisers" in page(cast.client("mona"), overview)
    assert "1.0 for the one adviser" in page(cast.client("priya"), f"{overview}&provider=i2i")
    assert "for the one adviser" not in page(cast.client("priya"), f"{overview}&provider=serco-delivery")
