"""The referrer's pages: send a referral, follow it, answer what it lacks, take it back."""

from typing import Any

import pytest
from django.test import Client

from participants.models import Participant
from programmes.models import Contract, PaymentGroup
from referrals.models import EligibilityDecision, Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, refer

NEW = "/serco/referrals/new/"
FILLED: dict[str, Any] = {
    "given_name": "Zola",
    "family_name": "Okafor",
    "born_on": "1990-05-17",
    "number": "QQ 12 34 56 C",
    "phone": "07700 900123",
    "postcode": "e8 1ea",
    "employment_status": "unemployed",
    "concerns": ["school_attendance"],
    "external_reference": "HCS-1",
}


def referrals(cast: Cast) -> list[Referral]:
    with looking_as(cast.system()):
        return list(Referral.objects.order_by("received_at"))


def test_a_referral_is_sent_and_answered_at_once(cast: Cast) -> None:
    hana = cast.client("hana")
    page = hana.post(NEW, FILLED, follow=True)
    (made,) = referrals(cast)
    assert page.redirect_chain == [(f"/serco/referrals/{made.reference}/", 302)]
    text = page.content.decode()
    assert f"Referral {made.reference} sent." in text
    assert "Offered to a provider" in text
    assert "Out of work." in text
    assert made.channel == "form"
    assert made.external_reference == "HCS-1"


def test_the_person_is_not_shown_to_the_referrer_again(cast: Cast) -> None:
    hana = cast.client("hana")
    page = hana.post(NEW, FILLED, follow=True).content.decode()
    listed = hana.get("/serco/referrals/").content.decode()
    export = hana.get("/serco/referrals.csv").content.decode()
    with looking_as(cast.system()):
        person = Participant.objects.get()
    for secret in ("Zola", "Okafor", "QQ", "900123", person.reference, str(person.pk), "Renaisi"):
        assert secret not in page
        assert secret not in listed
        assert secret not in export
    assert "HCS-1" in listed
    assert "HCS-1" in export


def test_what_was_typed_is_kept_when_something_is_wrong(cast: Cast) -> None:
    typed = {**FILLED, "born_on": "1899-01-01", "number": "GB123456A", "postcode": "nowhere", "phone": "12"}
    page = cast.client("hana").post(NEW, typed)
    assert page.status_code == 422
    text = page.content.decode()
    for kept in ("Zola", "Okafor", "GB123456A", "nowhere", "HCS-1", "1899-01-01"):
        assert f'value="{kept}"' in text
    assert set(page.context["form"].errors) == {"born_on", "number", "postcode", "phone"}
    assert not referrals(cast)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given_name": ""}, "given_name"),
        ({"given_name": "Zo\x00la"}, "given_name"),
        ({"family_name": "x" * 81}, "family_name"),
        ({"born_on": "yesterday"}, "born_on"),
        ({"born_on": "2999-01-01"}, "born_on"),
        ({"concerns": ["none", "own_health"]}, "concerns"),
        ({"concerns": ["luck"]}, "concerns"),
        ({"employment_status": "rich"}, "employment_status"),
        ({"local_authority": "Atlantis"}, "local_authority"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_form_says_beside_which_field_it_is_wrong(cast: Cast, changes: dict[str, Any], field: str) -> None:
    page = cast.client("hana").post(NEW, {**FILLED, **changes})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert not referrals(cast)


def test_an_empty_form_is_refused(cast: Cast) -> None:
    page = cast.client("hana").post(NEW, {})
    assert page.status_code == 422
    assert {"given_name", "family_name", "born_on"} == set(page.context["form"].errors)


def test_none_of_these_is_an_answer_and_nothing_ticked_is_not(cast: Cast) -> None:
    hana = cast.client("hana")
    hana.post(NEW, {**FILLED, "concerns": ["none"]})
    hana.post(NEW, {**FILLED, "concerns": []})
    assert [referral.status for referral in referrals(cast)] == ["not_eligible", "need_to_know"]


def test_what_is_missing_is_asked_for_on_the_page_and_answered_there(cast: Cast) -> None:
    hana = cast.client("hana")
    page = hana.post(NEW, {**FILLED, "concerns": []}, follow=True)
    assert "Which of the listed concerns does the family have?" in page.content.decode()
    (made,) = referrals(cast)
    where = f"/serco/referrals/{made.reference}/answers/"
    assert hana.get(where).status_code == 200
    assert hana.post(where, {"concerns": []}).status_code == 422
    done = hana.post(where, {"concerns": ["child_protection"]}, follow=True)
    assert "Offered to a provider" in done.content.decode()
    assert "child" not in str(done.context["decision"].reasons)
    again = hana.post(where, {"concerns": ["own_health"]})
    assert again.status_code == 302 or again.status_code == 422
    with looking_as(cast.system()):
        assert EligibilityDecision.objects.count() == 2


def test_a_contract_is_chosen_where_there_are_several(cast: Cast) -> None:
    with looking_as(cast.system()):
        first = cast.contract
        second = Contract(
            tenant=cast.serco,
            programme=first.programme,
            commissioner=first.commissioner,
            code="second",
            name="Second contract",
            starts_on=first.starts_on,
            ends_on=first.ends_on,
            allotted_days=100,
            clock="referral",
        )
        second.save(force_insert=True)
        for code in ("1", "2"):
            PaymentGroup.objects.create(tenant=cast.serco, contract=second, code=code, name=f"Group {code}")
        rules = first.rule_sets.get()
        rules.pk, rules.contract = None, second
        type(rules).objects.create(
            tenant=cast.serco, contract=second, version=1, rules=rules.rules, made_at=rules.made_at
        )
    hana = cast.client("hana")
    assert "Second contract" in hana.get(NEW).content.decode()
    page = hana.get(NEW, {"contract": "second"})
    assert "payment_group" in page.context["form"].fields
    assert "payment_group" not in hana.get(NEW, {"contract": "inspiring-families"}).context["form"].fields
    assert hana.get(NEW, {"contract": "nothing"}).status_code == 404
    assert hana.post(f"{NEW}?contract=second", {**FILLED, "payment_group": "2"}).status_code == 302
    assert referrals(cast)[0].payment_group == "2"


def test_a_referral_is_withdrawn_once(cast: Cast) -> None:
    made = refer(cast)
    hana = cast.client("hana")
    where = f"/serco/referrals/{made.reference}/withdraw/"
    assert hana.get(where).status_code == 405
    assert "was withdrawn" in hana.post(where, follow=True).content.decode()
    assert "can no longer be withdrawn" in hana.post(where, follow=True).content.decode()
    assert referrals(cast)[0].status == "withdrawn"


def test_only_referrers_send_and_only_their_own_is_theirs(cast: Cast) -> None:
    made = refer(cast, "jon")
    where = f"/serco/referrals/{made.reference}/"
    for name in ("priya", "ada", "dee", "sam"):
        for address in (NEW, f"{where}answers/", f"{where}withdraw/"):
            assert cast.client(name).post(address, FILLED).status_code == 404, (name, address)
    hana = cast.client("hana")
    for address in (where, f"{where}answers/"):
        assert hana.get(address).status_code == 404
    for address in (f"{where}answers/", f"{where}withdraw/"):
        assert hana.post(address, {}).status_code == 404
    assert cast.client("jon").get(where).status_code == 200
    assert Client().get(NEW).status_code == 302


def test_a_known_person_gives_the_same_page(cast: Cast) -> None:
    refer(cast, "jon")
    accept(cast, referrals(cast)[0])
    hana = cast.client("hana")
    pages = []
    for typed in (FILLED, {**FILLED, "given_name": "Ayo", "family_name": "Diallo", "number": ""}):
        page = hana.post(NEW, typed, follow=True).content.decode()
        reference = referrals(cast)[-1].reference
        start, end = page.index("<main"), page.index("</main>")
        pages.append(page[start:end].replace(reference, "RF"))
    import re

    tokens = re.compile(r"value=\"[A-Za-z0-9]{64}\"|\d+:\d+:\d+(\.\d+)?|\d+\.\d+[ap]m|\d+[ap]m")
    assert tokens.sub("", pages[0]) == tokens.sub("", pages[1])
