"""Pages of money cost the same queries, and the same words in each, however much there is to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.models import Organisation
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import with_outcome
from tests.outcomes.sampling import claimed_before, draw
from tests.outcomes.settling import agree


def asked(client: Client, address: str) -> list[str]:
    """What the page asks the database."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("name", ["priya", "mona"])
def test_the_list_of_samples(cast: Cast, name: str) -> None:
    claimed_before(cast, 2)
    client = cast.client(name)
    draw(cast, 1)
    few = asked(client, "/serco/claims/samples/")
    for seed in "abc":
        draw(cast, 2, seed=seed)
    assert len(asked(client, "/serco/claims/samples/")) == len(few)


def test_billing(cast: Cast) -> None:
    agree(cast)
    client = cast.client("frank")
    few = asked(client, "/serco/billing/")
    with looking_as(cast.system()):
        for number in range(4):
            slug = f"provider-{number}"
            cast.organisations[slug] = Organisation.objects.create(
                tenant=cast.serco, kind="provider", slug=slug, name=slug.title()
            )
    for number in range(4):
        agree(cast, f"provider-{number}")
    assert len(asked(client, "/serco/billing/")) == len(few)
    words = client.get("/serco/billing/").content.decode()
    assert words.count("Registered, GB123456789") == 5


def test_what_is_due_names_no_list_of_milestones(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # A page of one, so that nothing that is shown grows.
    monkeypatch.setattr("outcomes.views.claims.PAGE", 1)
    for _ in range(2):
        with_outcome(cast)
    client = cast.client("frank")
    few = asked(client, "/serco/claims/")
    for _ in range(3):
        with_outcome(cast)
    many = asked(client, "/serco/claims/")
    assert len(many) == len(few)
    assert max(map(len, many)) <= max(map(len, few)) + 10
