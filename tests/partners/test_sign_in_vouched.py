"""What an identity service says of somebody's second factor, and how far that counts."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from partners.models import User
from tests.cast import Cast
from tests.partners.identity_service import IdentityService, running
from tests.partners.signing_in import ADA, agree, come_through, is_signed_in

TWO_FACTORS: list[Any] = [["mfa"], ["pwd", "otp"], ["hwk", "pin"], ["fpt", "swk"]]
# Two of one kind, one alone, what proves nothing, and what is no list of words.
NO_TWO_FACTORS: list[Any] = [["pwd", "pin"], ["otp", "sms"], ["hwk", "user"], [], "mfa", [["mfa"], {}], None]


@pytest.fixture(scope="module")
def running_service() -> Iterator[IdentityService]:
    with running() as service:
        yield service


@pytest.fixture
def service(running_service: IdentityService) -> IdentityService:
    """Ada of Renaisi is who comes."""
    running_service.claims = dict(ADA)
    return running_service


def test_who_has_a_second_factor_gives_it_whatever_the_service_vouches_for(
    cast: Cast, service: IdentityService
) -> None:
    agree(cast, service, enforces_second_factor=True)
    service.claims |= {"auth_time": int(time.time()), "amr": ["mfa"]}
    code = cast.code("ada")
    ada = Client()
    assert come_through(cast, ada)["Location"] == "/account/code/"
    assert not is_signed_in(ada)
    ada.post("/account/code/", {"code": code})
    assert ada.get("/serco/caseload/").status_code == 200


def test_whose_second_factor_was_reset_is_vouched_for_by_nobody(cast: Cast, service: IdentityService) -> None:
    agree(cast, service, enforces_second_factor=True)
    User.objects.filter(email="ada@example.org").update(reset_at=cast.sara.now())
    ada = Client()
    come_through(cast, ada)
    assert ada.get("/serco/caseload/")["Location"] == "/serco/account/second-factor/"
    assert ada.get("/account/second-factor/app/").status_code == 403


@pytest.mark.parametrize(
    ("amr", "is_enough"), [(amr, True) for amr in TWO_FACTORS] + [(amr, False) for amr in NO_TWO_FACTORS]
)
def test_a_token_that_says_how_somebody_proved_themself_must_name_two_factors(
    cast: Cast, service: IdentityService, amr: Any, is_enough: bool
) -> None:
    agree(cast, service, enforces_second_factor=True)
    service.claims["amr"] = amr
    ada = Client()
    come_through(cast, ada)
    assert (ada.get("/serco/caseload/").status_code == 200) == is_enough
