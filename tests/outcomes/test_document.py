"""The overview is rendered once for a state of its figures, for one person, and never longer than they are right."""

from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.performance.document import Version
from partners.models import Membership
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, refreshed
from tests.outcomes.promising import line, load
from tests.outcomes.test_performance_view import page, tile
from tests.participants.restricting import restrict

PAGE = "/serco/performance/?period=all"


def queries(cast: Cast, who: str = "priya", address: str = PAGE) -> int:
    client = cast.client(who)
    client.get("/serco/performance/measures/")
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def text_of(cast: Cast, who: str = "priya") -> str:
    with looking_as(getattr(cast, who)) as viewer:
        version = Version.of(None, viewer)
    assert version is not None
    return version.text


def test_a_second_look_asks_for_the_version_alone(cast: Cast) -> None:
    person_with_a_past(cast, days=100)
    refreshed(cast)
    first, second = queries(cast), queries(cast)
    with CaptureQueriesContext(connection) as captured:
        page(cast.client("priya"), PAGE)
    of_figures = [one["sql"] for one in captured if "outcomes_" in one["sql"]]
    assert len(of_figures) == 1
    assert second < first / 2


def test_another_question_or_person_is_another_page(cast: Cast) -> None:
    person_with_a_past(cast, days=100)
    person_with_a_past(cast, days=100, provider="i2i")
    refreshed(cast)
    assert tile(page(cast.client("priya"), PAGE), "Starts").startswith("2")
    assert tile(page(cast.client("mona"), PAGE), "Starts").startswith("1")
    assert tile(page(cast.client("priya"), f"{PAGE}&provider=i2i"), "Starts").startswith("1")
    assert tile(page(cast.client("priya"), PAGE), "Starts").startswith("2")


def test_a_change_of_the_figures_is_on_the_page_at_once(cast: Cast) -> None:
    person_with_a_past(cast, days=100)
    refreshed(cast)
    client = cast.client("priya")
    assert tile(page(client, PAGE), "Starts").startswith("1")
    person_with_a_past(cast, days=100)
    refreshed(cast)
    assert tile(page(client, PAGE), "Starts").startswith("2")


def test_a_new_profile_is_another_version(cast: Cast) -> None:
    before = text_of(cast)
    load(cast, line(cast, None, 3))
    assert text_of(cast) != before


def test_what_one_may_see_is_kept_from_another(cast: Cast) -> None:
    person_with_a_past(cast, days=300, in_work_for=200)
    refreshed(cast)
    with looking_as(cast.system()) as system:
        Membership.objects.create(
            tenant=cast.serco,
            user=cast.users["sam"],
            organisation=cast.organisations["serco"],
            role="viewer",
            started_on=system.today,
        )
    assert "Earned by providers" in page(cast.client("priya"), PAGE)
    assert "Earned by providers" not in page(cast.client("sam"), PAGE)


def test_somebody_restricted_since_is_another_version(cast: Cast) -> None:
    person, _ = person_with_a_past(cast, days=100)
    before = text_of(cast)
    restrict(cast, person)
    assert text_of(cast) != before


def test_an_unknown_contract_has_no_version(cast: Cast) -> None:
    with looking_as(cast.priya) as priya:
        assert Version.of("no-such-contract", priya) is None
    caches["pages"].clear()
    assert cast.client("priya").get("/serco/performance/?contract=no-such-contract").status_code == 404
