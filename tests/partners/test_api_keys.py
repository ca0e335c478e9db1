"""Keys: who is let in, as whom, and to what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from partners.api.keys import digest_of
from partners.models import ApiKey
from partners.viewer import current
from tests.cast import Cast, looking_as
from tests.partners.partner import REFERRALS, Partner, numbers, problem


def another_key(cast: Cast, slug: str, **changes: Any) -> Partner:
    """A partner with a key of its own, which differs from the usual one."""
    secret = f"another-{slug}-{len(changes)}-{next(numbers)}"
    plain: dict[str, Any] = {
        "scopes": ["referrals:read", "referrals:write"],
        "expires_at": datetime.now(UTC) + timedelta(days=1),
    }
    with looking_as(cast.system()):
        ApiKey.objects.create(
            tenant=cast.serco,
            organisation=cast.organisations[slug],
            name="Another key",
            prefix=secret[:12],
            digest=digest_of(secret),
            created_at=datetime.now(UTC),
            **{**plain, **changes},
        )
    return Partner(secret)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic dXNlcjpwYXNz", "Bearer \xe9\xe9", "btn_test"]
)
def test_without_a_valid_key_nobody_is_let_in(cast: Cast, header: str) -> None:
    for response in (
        Client().get(REFERRALS, headers={"Authorization": header}),
        Client().post(REFERRALS, "{}", content_type="application/json", headers={"Authorization": header}),
    ):
        status, _ = problem(response)
        assert status == 401
        assert response["WWW-Authenticate"] == "Bearer"


def test_signing_in_does_not_open_the_api(cast: Cast) -> None:
    assert cast.client("hana").get(REFERRALS).status_code == 401


def test_a_key_opens_its_own_tenant_alone(cast: Cast) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    assert partner.get().status_code == 200
    for elsewhere in ("/meridian/api/v1/referrals", "/api/v1/referrals", "/nowhere/api/v1/referrals"):
        assert problem(partner.get(elsewhere)) == (404, "not_found")


def test_an_expired_or_revoked_key_is_no_key(cast: Cast) -> None:
    now = datetime.now(UTC)
    assert another_key(cast, "jobcentre-plus-hackney").get().status_code == 200
    for changes in ({"expires_at": now - timedelta(seconds=1)}, {"revoked_at": now}):
        assert problem(another_key(cast, "jobcentre-plus-hackney", **changes).get())[0] == 401


def test_a_key_does_what_its_scopes_say(cast: Cast) -> None:
    partner = another_key(cast, "hackney-childrens-services", scopes=["referrals:read"])
    assert partner.get().status_code == 200
    assert problem(partner.post()) == (403, "permission_denied")


def test_a_providers_key_finds_nothing_here(cast: Cast) -> None:
    partner = Partner(cast.keys["renaisi"])
    assert problem(partner.get()) == (404, "not_found")
    assert problem(partner.post()) == (404, "not_found")


def test_the_day_of_the_last_use_is_kept(cast: Cast) -> None:
    assert Partner(cast.keys["hackney-childrens-services"]).get().status_code == 200
    with looking_as(cast.system()):
        key = ApiKey.objects.get(organisation=cast.organisations["hackney-childrens-services"])
        assert key.last_used_on == cast.hana.today


def test_nobody_stays_the_viewer_after_the_answer(cast: Cast) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    for response in (partner.get(), partner.post("{"), partner.get("/serco/api/v1/referrals/RF-0000-00")):
        assert response.status_code in (200, 400, 404)
        assert current() is None


def test_answers_are_not_stored_on_the_way(cast: Cast) -> None:
    assert Partner(cast.keys["hackney-childrens-services"]).get()["Cache-Control"] == "no-store"
