"""Of a concern about the family everybody who is not cleared reads one bit: that it is met."""

import re
from typing import Any

import pytest
from django.urls import reverse

from participants import slots
from partners.models import DomainEvent
from referrals.models import Referral
from tests.cast import PEOPLE, Cast, looking_as
from tests.journey import held_by
from tests.partners.partner import Partner
from tests.referrals.people import accept

CONCERNS = ["domestic_abuse", "crime_or_asb", "child_protection"]
TOLD = re.compile(
    r"domestic|abuse|\bcrime|criminal|anti-social|child protection|child_protection|asb\b", re.IGNORECASE
)


@pytest.fixture
def referral(cast: Cast, settings: Any) -> Referral:
    """Somebody at Renaisi whose family has every kind of grave concern; nothing restricts them."""
    settings.ALLOW_INVENTED_NUMBERS = True
    facts = {"employment_status": "unemployed", "concerns": CONCERNS}
    found = held_by(cast, "renaisi", given_name="Zola", family_name="Quillfeather", circumstances=facts)
    accepted = accept(cast, found)
    with looking_as(cast.system()):
        return Referral.objects.select_related("participant").get(pk=accepted.pk)


def pages(cast: Cast, referral: Referral) -> list[str]:
    """Everything that is about the person."""
    assert referral.participant is not None
    person = referral.participant.reference
    tabs = {slot.url_name for slot in slots._slots}
    about = [reverse(name, args=[person]) for name in sorted({"participant", "log_contact", *tabs})]
    of_referral = [
        reverse(name, args=[referral.reference]) for name in ("referral", "start_referral", "did_not_start")
    ]
    lists = ["/caseload/", "/caseload.csv", "/referrals/", "/referrals.csv"]
    return [f"/serco{page}" for page in (*about, *of_referral, *lists)]


@pytest.mark.parametrize("name", [name for name, (_, _, cleared) in PEOPLE.items() if not cleared])
def test_nobody_who_is_not_cleared_reads_which(cast: Cast, referral: Referral, name: str) -> None:
    client, shown = cast.client(name), 0
    for address in pages(cast, referral):
        response = client.get(address)
        text = response.content.decode()
        told = TOLD.search(text)
        assert told is None, (address, told)
        shown += response.status_code == 200
    assert shown or name in ("frank", "dee")


def test_the_cleared_read_which(cast: Cast, referral: Referral) -> None:
    assert referral.participant is not None
    page = cast.client("sara").get(f"/serco/participants/{referral.participant.reference}/").content.decode()
    assert "Domestic abuse" in page


def test_the_referrers_answer_says_that_it_is_met_and_no_more(cast: Cast, referral: Referral) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    for address in ("/serco/api/v1/referrals", f"/serco/api/v1/referrals/{referral.reference}"):
        text = partner.get(address).content.decode()
        assert "A family concern is met." in text
        assert TOLD.search(text) is None


def test_no_event_tells_which(cast: Cast, referral: Referral) -> None:
    with looking_as(cast.system()):
        told = " ".join(str(event.facts) for event in DomainEvent.objects.all())
    assert TOLD.search(told) is None


def test_a_concern_restricts_nobody(cast: Cast, referral: Referral) -> None:
    assert referral.participant is not None
    address = f"/serco/participants/{referral.participant.reference}/"
    for name in ("ada", "col", "mona", "priya"):
        page = cast.client(name).get(address)
        assert page.status_code == 200, name
        assert "Shown only to named people" not in page.content.decode()
