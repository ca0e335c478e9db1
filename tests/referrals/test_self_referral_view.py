"""The public page on which people refer themselves."""

from typing import Any

import pytest
from django.test import Client

from partners.models import Organisation
from referrals.models import Referral
from referrals.views import self_referral
from tests.cast import Cast, looking_as
from tests.referrals.people import refer

PAGE = "/serco/refer/inspiring-families/"
FILLED: dict[str, Any] = {
    "given_name": "Zola",
    "family_name": "Okafor",
    "born_on": "1990-05-17",
    "phone": "07700 900123",
    "postcode": "E8 1EA",
    "employment_status": "unemployed",
    "concerns": ["school_attendance"],
    "safe_contact": "Text first",
}


def referrals(cast: Cast) -> list[Referral]:
    with looking_as(cast.system()):
        return list(Referral.objects.select_related("organisation").order_by("received_at"))


def test_anyone_may_ask_for_support(cast: Cast) -> None:
    visitor = Client()
    assert visitor.get(PAGE).status_code == 200
    page = visitor.post(PAGE, FILLED, follow=True)
    (made,) = referrals(cast)
    assert (made.channel, made.organisation.slug, made.status) == ("self", "self-referral", "allocated")
    text = page.content.decode()
    assert made.reference in text
    assert "You can take part." in text
    assert "Okafor" not in text


def test_only_what_the_rules_need_is_asked_and_how_to_reach_the_person(cast: Cast) -> None:
    form = Client().get(PAGE).context["form"]
    assert set(form.fields) == {
        "given_name",
        "family_name",
        "born_on",
        "number",
        "phone",
        "email",
        "postcode",
        "safe_contact",
        "local_authority",
        "employment_status",
        "concerns",
    }


def test_there_is_a_quick_way_out_on_both_pages(cast: Cast) -> None:
    visitor = Client()
    for page in (visitor.get(PAGE), visitor.post(PAGE, FILLED, follow=True)):
        text = page.content.decode()
        assert "Leave this page now" in text
        assert 'rel="nofollow noreferrer"' in text


def test_a_known_person_reads_the_same(cast: Cast) -> None:
    refer(cast, number="")
    pages = []
    for typed in (FILLED, {**FILLED, "given_name": "Ayo", "family_name": "Diallo"}):
        page = Client().post(PAGE, typed, follow=True)
        text = page.content.decode()
        reference = referrals(cast)[-1].reference
        pages.append(text[text.index("<main") : text.index("</main>")].replace(reference, "RF"))
    assert pages[0] == pages[1]


def test_what_was_typed_is_kept_and_a_way_to_reach_the_person_is_asked_for(cast: Cast) -> None:
    page = Client().post(PAGE, {**FILLED, "phone": "", "email": ""})
    assert page.status_code == 422
    assert 'value="Okafor"' in page.content.decode()
    assert set(page.context["form"].errors) == {"phone"}
    for changes in ({"born_on": "1899-01-01"}, {"given_name": "a\x00"}, {"postcode": "x"}):
        assert Client().post(PAGE, {**FILLED, **changes}).status_code == 422
    assert not referrals(cast)


def test_what_is_missing_is_asked_in_the_same_browser(cast: Cast) -> None:
    visitor = Client()
    page = visitor.post(PAGE, {**FILLED, "concerns": []}, follow=True)
    assert "Is any of this going on in your family?" in page.content.decode()
    assert (
        "You can take part."
        in visitor.post(f"{PAGE}sent/", {"concerns": ["own_health"]}, follow=True).content.decode()
    )
    assert [referral.status for referral in referrals(cast)] == ["allocated"]


def test_nobody_else_reads_what_was_sent(cast: Cast) -> None:
    Client().post(PAGE, FILLED)
    assert Client().get(f"{PAGE}sent/").status_code == 404


def test_programs_that_fill_in_everything_are_refused(cast: Cast) -> None:
    assert Client().post(PAGE, {**FILLED, "website": "https://example.org"}).status_code == 422
    assert not referrals(cast)


def test_one_address_cannot_send_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_referral, "MOST_FROM_ONE_ADDRESS", 2)
    answers = [Client().post(PAGE, {**FILLED, "given_name": f"P{n}"}).status_code for n in range(3)]
    assert answers == [302, 302, 422]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(PAGE, {**FILLED, "given_name": "Ayo"})
    assert elsewhere.status_code == 302


def test_a_workspace_or_contract_without_it_has_no_such_page(cast: Cast) -> None:
    for address in (
        "/serco/refer/nothing/",
        "/meridian/refer/inspiring-families/",
        "/refer/inspiring-families/",
        "/nowhere/refer/inspiring-families/",
    ):
        assert Client().get(address).status_code == 404, address
    assert Client().delete(PAGE).status_code == 405
    with looking_as(cast.system()):
        assert Organisation.objects.filter(slug="self-referral").exists()


def test_signed_in_people_may_use_it_too(cast: Cast) -> None:
    assert cast.client("ada").post(PAGE, FILLED).status_code == 302
    assert referrals(cast)[0].organisation.slug == "self-referral"
