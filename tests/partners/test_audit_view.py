"""The audit's page, its file, and the tab of who looked at a person."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners import audit, audit_chain, audit_lists
from partners.models import AuditDay, AuditEntry
from partners.views import audit as views
from tests.cast import Cast, looking_as
from tests.participants.people import hold, log, new_person


def page(cast: Cast, query: str = "", name: str = "priya") -> str:
    """The page, without what it says of itself."""
    response = cast.client(name).get(f"/serco/audit/{query}")
    assert response.status_code == 200
    return response.content.decode()


def looks(cast: Cast, count: int, kind: str = "test.page") -> None:
    """So many looks of Ada's."""
    with looking_as(cast.ada) as ada:
        for _ in range(count):
            audit.look(ada, kind)


def test_a_row_says_when_what_whom_who_and_what_for(cast: Cast) -> None:
    person = new_person(cast)
    cast.client("ada").get(f"/serco/participants/{person.reference}/")
    text = page(cast)
    for words in ("Looked at the timeline", person.reference, "Ada", "Renaisi", "delivery"):
        assert words in text
    assert "Okafor" not in text


def test_the_audit_is_for_those_of_the_prime_who_may(cast: Cast) -> None:
    statuses = {
        name: cast.client(name).get("/serco/audit/").status_code
        for name in ("priya", "sara", "frank", "mona", "ada", "hana", "dee", "sam")
    }
    assert statuses == {"priya": 200, "sara": 200, "frank": 403} | dict.fromkeys(
        ("mona", "ada", "hana", "dee", "sam"), 404
    )


def test_an_empty_audit_and_filters_that_nothing_passes_say_so(cast: Cast) -> None:
    assert "Nothing was done yet" in page(cast)
    assert "No row matches these filters" in page(cast, "?act=unmask")


def test_every_filter_narrows(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.ada) as ada:
        audit.unmasked(ada, participant_id=person.pk, reason="")
    with looking_as(cast.ivo) as ivo:
        audit.exported(ivo, "caseload.list", count=7)
    unmasked, downloaded = "Read the National Insurance number in full", "Downloaded the caseload: 7"
    today = cast.priya.today.isoformat()
    for query in (
        "?act=unmask",
        "?kind=participant.number",
        "?organisation=renaisi",
        f"?person={cast.users['ada'].pk}",
        f"?participant={person.reference.lower()}",
    ):
        text = page(cast, query)
        assert unmasked in text, query
        assert downloaded not in text, query
    assert unmasked in page(cast, f"?since={today}&until={today}")
    assert unmasked not in page(cast, f"?until={cast.priya.today.replace(year=2020)}")
    assert unmasked not in page(cast, "?participant=PT-0000-00")


@pytest.mark.parametrize(
    "query",
    [
        "?act=x",
        "?since=x",
        "?person=x",
        "?before=x",
        "?after=",
        "?before=00000000-0000-4000-8000-000000000000",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_newest(cast: Cast, query: str) -> None:
    looks(cast, 1)
    assert "Looked at test page" in page(cast, query)


def test_the_pages_hang_together_in_both_directions(cast: Cast) -> None:
    looks(cast, 120)
    with looking_as(cast.priya):
        rows = AuditEntry.objects.all()
        expected = list(rows.order_by("-at", "-id").values_list("pk", flat=True))
        first = audit_lists.page(rows)
        second = audit_lists.page(rows, before=str(first.older))
        third = audit_lists.page(rows, before=str(second.older))
        assert [entry.pk for one in (first, second, third) for entry in one.entries] == expected
        assert (first.newer, third.older) == (None, None)
        back = audit_lists.page(rows, after=str(third.newer))
        assert back.entries == second.entries
        top = audit_lists.page(rows, after=str(back.newer))
        assert top.entries == first.entries
        assert top.newer is None


def test_a_long_audit_costs_the_queries_of_a_short_one(cast: Cast) -> None:
    person = new_person(cast)
    counts = []
    for more in (3, 60):
        for _ in range(more):
            log(cast, person, cast.ada)
        with CaptureQueriesContext(connection) as asked:
            page(cast)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_file_has_every_row_and_is_itself_in_the_audit(cast: Cast) -> None:
    looks(cast, 60)
    audit_chain.link(cast.serco.pk, timezone.now())
    response = cast.client("priya").get("/serco/audit.csv?act=look")
    header, *lines = csv.reader(StringIO(response.content.decode().removeprefix("\ufeff")))
    assert header[:3] == ["At", "Act", "What"]
    assert len(lines) == 60
    assert {line[1] for line in lines} == {"look"}
    assert len({line[-1] for line in lines}) == 60
    assert "Downloaded the audit: 60" in page(cast, "?act=export")


def test_a_file_that_is_cut_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_LINES", 10)
    monkeypatch.setattr(views, "PIECE", 4)
    looks(cast, 10)
    whole = cast.client("priya").get("/serco/audit.csv?act=look").content.decode()
    assert "Choose dates" not in whole
    looks(cast, 1)
    cut = cast.client("priya").get("/serco/audit.csv?act=look").content.decode()
    assert cut.count("Looked at") == 10
    assert "These are the newest 10 rows. Choose dates to read older ones." in cut


def test_the_page_says_how_the_chain_stands(cast: Cast) -> None:
    looks(cast, 2)
    assert "Not verified yet" in page(cast)
    assert "rows not linked yet" in page(cast)
    audit_chain.link(cast.serco.pk, timezone.now())
    with looking_as(cast.system()):
        AuditDay.objects.update(checked_at=timezone.now())
    assert "Verified up to" in page(cast)
    with looking_as(cast.system()):
        AuditDay.objects.update(broken=2)
    assert "The record was changed" in page(cast)


def tab(cast: Cast, name: str, reference: str) -> str:
    """Who looked at a person, as somebody reads it."""
    address = f"/serco/participants/{reference}/looks/"
    return cast.client(name).get(address, headers={"HX-Request": "true"}).content.decode()


def test_who_looked_at_this_person(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    hold(cast, person, since=19)
    for name in ("ada", "priya", "ivo"):
        assert cast.client(name).get(f"/serco/participants/{person.reference}/").status_code == 200
    prime, provider = tab(cast, "priya", person.reference), tab(cast, "mona", person.reference)
    for words in (
        "Ada",
        "Renaisi",
        "Priya",
        "Serco",
        "Ivo",
        "i2i",
        "Looked at the timeline",
        "contract management",
    ):
        assert words in prime, words
    for words in ("Ada", "Renaisi", "Serco", "Looked at the timeline"):
        assert words in provider, words
    for words in ("Priya", "Ivo", "i2i"):
        assert words not in provider, words


def test_who_looked_is_for_managers(cast: Cast) -> None:
    person = new_person(cast)
    address = f"/serco/participants/{person.reference}/looks/"
    statuses = {name: cast.client(name).get(address).status_code for name in ("mona", "ada", "ines", "frank")}
    assert statuses == {"mona": 200, "ada": 403, "ines": 404, "frank": 403}
    assert (
        "Who looked"
        not in cast.client("ada").get(f"/serco/participants/{person.reference}/").content.decode()
    )
