"""A participant's own page: opened by link and number alone, showing what is theirs, sending what waits for a word."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from participants.actions import own_page as pages
from participants.actions.holding import NotHeld
from participants.models import (
    Appointment,
    Assignment,
    ContactDetails,
    Document,
    Message,
    OwnPage,
    Participant,
    Plan,
    PlanAction,
    Rating,
    Whose,
)
from partners.logs import without_secrets
from partners.models import DomainEvent, Organisation
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.own_pages import NUMBER, let_in, link_of, made, on_their_page, rated, sent
from tests.participants.people import ago, log, new_person
from tests.participants.planning import agreed
from tests.participants.restricting import restrict
from tests.partners.test_uploads import picture

HOME = "/serco/my/"


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast)


def words(answer: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def kinds(cast: Cast) -> list[str]:
    with looking_as(cast.system()):
        return list(DomainEvent.objects.order_by("at", "id").values_list("kind", flat=True))


def test_link_and_number_open_the_page(cast: Cast, amina: Participant) -> None:
    booked(cast, amina, at(ago(-1), "10:30"), place="Mare Street")
    agreed(cast, amina, PlanAction(0, "Ask the bakery", Whose.PARTICIPANT, ago(-7)), goal="Bake for a living")
    shown = words(let_in(cast, amina).get(HOME))
    for expected in (
        "Hello Amina",
        "10.30am",
        "Mare Street",
        "Ada",
        "Bake for a living",
        "Ask the bakery",
        "You, by",
    ):
        assert expected in shown
    assert kinds(cast)[-2:] == ["own_page.made", "own_page.opened"]


def test_what_is_behind_or_off_is_not_shown(cast: Cast, amina: Participant) -> None:
    booked(cast, amina, at(ago(1)), place="Behind")
    assert "Nothing is booked" in words(let_in(cast, amina).get(HOME))


def test_the_page_names_neither_programme_nor_person_nor_product(cast: Cast, amina: Participant) -> None:
    shown = let_in(cast, amina).get(HOME).content.decode()
    for secret in ("Baton", "Families", "Okafor", amina.reference, str(amina.pk)):
        assert secret not in shown


def test_a_wrong_number_opens_nothing_and_five_end_the_link(cast: Cast, amina: Participant) -> None:
    link = link_of(made(cast, amina))
    for _ in range(pages.MOST_WRONG):
        answer = Client().post(link, {"number": "402719"})
        assert answer.status_code == 422
        assert "That is not the number" in words(answer)
    assert Client().post(link, {"number": NUMBER}).status_code == 404
    assert kinds(cast).count("own_page.refused") == pages.MOST_WRONG


def test_a_right_number_forgives_the_wrong_ones_before_it(cast: Cast, amina: Participant) -> None:
    link = link_of(made(cast, amina))
    for number in (*["402719"] * (pages.MOST_WRONG - 1), NUMBER, "402719", NUMBER):
        answer = Client().post(link, {"number": number})
    assert answer.status_code == 302


def test_without_the_link_there_is_nothing(cast: Cast, amina: Participant) -> None:
    link = link_of(made(cast, amina))
    assert Client().get(link[:-2] + "x/").status_code == 404
    assert Client().get(link.replace("/serco/", "/meridian/")).status_code == 404
    closed = Client().get(HOME)
    assert closed.status_code == 200
    assert "Your page is closed" in words(closed)


def test_another_cookie_opens_nothing(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    client.cookies["own-page"] = client.cookies["own-page"].value[:-2] + "xx"
    assert "Your page is closed" in words(client.get(HOME))


@pytest.mark.parametrize(
    "number", ["", "12345", "1234567", "abcdef", "111111", "123456", "654321", "010390", "900301"]
)
def test_a_number_that_others_guess_is_refused(cast: Cast, amina: Participant, number: str) -> None:
    with pytest.raises(pages.WeakNumber):
        made(cast, amina, number=number)


def test_a_new_link_ends_the_one_before(cast: Cast, amina: Participant) -> None:
    old = link_of(made(cast, amina))
    new = link_of(made(cast, amina))
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_a_page_that_is_open_closes_with_its_link(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    made(cast, amina)
    assert "Your page is closed" in words(client.get(HOME))


def test_nobody_restricted_has_one(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    restrict(cast, amina, level=1)
    assert "Your page is closed" in words(client.get(HOME))
    with pytest.raises(pages.SetApart):
        made(cast, amina)


def test_it_closes_when_the_provider_lets_go(cast: Cast) -> None:
    person = new_person(cast)
    client = let_in(cast, person)
    assert "Hello" in words(client.get(HOME))
    with looking_as(cast.system()):
        Assignment.objects.filter(participant=person).update(ends_on=ago(1))
    assert "Your page is closed" in words(client.get(HOME))


def test_the_walls_show_them_what_is_theirs_and_nothing_else(cast: Cast, amina: Participant) -> None:
    other = new_person(cast, given="Bo", family="Lind")
    for person, clock in ((amina, "09:00"), (other, "11:00")):
        booked(cast, person, at(ago(-1), clock))
        agreed(cast, person, PlanAction(0, "Call", Whose.ADVISER, ago(-1)))
    page = made(cast, amina).page
    theirs = made(cast, other).page
    sent(cast, theirs, words="Hello")
    with looking_as(on_their_page(cast, page)):
        for model in (Appointment, Plan):
            assert {one.participant_id for one in model.objects.all()} == {amina.pk}
        assert list(Participant.objects.all()) == [amina]
        assert list(OwnPage.objects.all()) == [page]
        assert [one.slug for one in Organisation.objects.all()] == ["renaisi"]
        for hidden in (Message, ContactDetails, DomainEvent, Document):
            assert not hidden.objects.exists()


def test_a_payslip_becomes_evidence_of_work(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    file = SimpleUploadedFile("payslip.jpg", picture(), "image/jpeg")
    answer = client.post(f"{HOME}payslip/", {"file": file, "words": "Payslip for October"}, follow=True)
    assert "Your adviser has it now" in words(answer)
    assert "Your adviser has not read it yet" in words(answer)
    with looking_as(cast.ada):
        document = Document.objects.get()
        assert (document.kind, document.title, document.added_by) == ("work", "Payslip for October", None)
    shown = words(cast.client("ada").get(f"/serco/participants/{amina.reference}/documents/"))
    assert "Payslip for October" in shown
    assert "The participant" in shown


def test_what_is_no_picture_is_refused_and_nothing_is_kept(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    file = SimpleUploadedFile("payslip.jpg", b"MZ\x00\x01\x02", "image/jpeg")
    assert client.post(f"{HOME}payslip/", {"file": file}).status_code == 422
    assert client.post(f"{HOME}payslip/", {"words": "Payslip"}).status_code == 422
    with looking_as(cast.ada):
        assert not Document.objects.exists()
        assert not Message.objects.exists()


def test_new_contact_details_wait_for_the_adviser(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    answer = client.post(f"{HOME}contact/", {"phone": "07700 900444", "email": ""}, follow=True)
    assert "Your adviser will check this with you" in words(answer)
    with looking_as(cast.ada):
        assert ContactDetails.objects.get().phone == "020 7946 0018"
        message = Message.objects.get()
    tab = f"/serco/participants/{amina.reference}/own-page/"
    assert "07700 900444" in words(cast.client("ada").get(tab))
    cast.client("ada").post(f"/serco/messages/{message.pk}/", {"take": "yes"})
    with looking_as(cast.ada):
        assert ContactDetails.objects.get().phone == "+447700900444"
    assert "Your adviser uses it now" in words(client.get(HOME))


def test_new_contact_details_may_be_turned_down(cast: Cast, amina: Participant) -> None:
    message = sent(cast, made(cast, amina).page, phone="+447700900444")
    cast.client("ada").post(f"/serco/messages/{message.pk}/", {"take": "no"})
    with looking_as(cast.ada):
        assert ContactDetails.objects.get().phone == "020 7946 0018"
        assert Message.objects.get().taken is False


@pytest.mark.parametrize(
    ("path", "said", "expected"),
    [
        ("message", {"words": ""}, "fill in"),
        ("message", {"words": "x" * 2001}, "2000"),
        ("contact", {"phone": "", "email": ""}, "Enter a phone number or an e-mail"),
        ("contact", {"phone": "12", "email": ""}, "telephone number"),
        ("contact", {"phone": "", "email": "nowhere"}, "e-mail"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(
    cast: Cast, amina: Participant, path: str, said: dict[str, str], expected: str
) -> None:
    answer = let_in(cast, amina).post(f"{HOME}{path}/", said)
    assert answer.status_code == 422
    assert expected.lower() in words(answer).lower()
    with looking_as(cast.ada):
        assert not Message.objects.exists()


def test_what_was_sent_stands_on_the_caseload_until_it_is_read(cast: Cast, amina: Participant) -> None:
    message = sent(cast, made(cast, amina).page, words="I cannot come on Monday")
    ada = cast.client("ada")
    assert "Sent you something today" in words(ada.get("/serco/caseload/"))
    assert "I cannot come on Monday" in words(ada.get(f"/serco/participants/{amina.reference}/timeline/"))
    answer = ada.post(f"/serco/messages/{message.pk}/", follow=True)
    assert "Noted as read" in words(answer)
    assert "Sent you something" not in words(ada.get("/serco/caseload/"))
    assert "dealt with this already" in words(ada.post(f"/serco/messages/{message.pk}/", follow=True))


def test_an_adviser_makes_the_link_and_sees_it_once(cast: Cast, amina: Participant) -> None:
    page = f"/serco/participants/{amina.reference}/own-page/"
    ada = cast.client("ada")
    answer = ada.post(f"{page}make/", {"contract": cast.contract.code, "number": NUMBER})
    [link] = re.findall(r'value="https?://[^/"]+(/serco/my/[^"]+)"', answer.content.decode())
    assert "<svg" in answer.content.decode()
    assert Client().post(link, {"number": NUMBER}).status_code == 302
    again = ada.get(page).content.decode()
    assert link not in again
    [pk] = re.findall(r'name="page" value="([^"]+)"', again) or re.findall(r'value="([0-9a-f-]{36})"', again)
    ada.post(f"{page}end/", {"page": pk})
    assert Client().get(link).status_code == 404


def test_a_number_that_is_refused_is_said_beside_the_form(cast: Cast, amina: Participant) -> None:
    page = f"/serco/participants/{amina.reference}/own-page/make/"
    answer = cast.client("ada").post(page, {"contract": cast.contract.code, "number": "111111"})
    assert answer.status_code == 422
    assert "nobody guesses" in words(answer)


@pytest.mark.parametrize("name", ["ivo", "sara", "hana"])
def test_others_make_none(cast: Cast, amina: Participant, name: str) -> None:
    page = f"/serco/participants/{amina.reference}/own-page/make/"
    assert cast.client(name).get(page).status_code == 404


def test_a_stranger_makes_none_by_the_action(cast: Cast, amina: Participant) -> None:
    with pytest.raises(NotHeld):
        made(cast, amina, by="ivo")


def test_neither_number_nor_secret_is_kept_or_logged(cast: Cast, amina: Participant) -> None:
    one = made(cast, amina)
    with looking_as(cast.ada):
        page = OwnPage.objects.get()
    assert one.secret not in str(page.__dict__)
    assert NUMBER not in str(page.__dict__)
    entry = without_secrets(None, "", {"event": f"Not Found: {link_of(one)}"})
    assert one.secret not in entry["event"]


def test_whoever_leaves_is_out(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    answer = client.get(f"{HOME}leave/")
    assert answer.status_code == 302
    assert "serco" not in answer["Location"]
    assert "Your page is closed" in words(client.get(HOME))


def test_it_is_kept_by_no_cache_and_told_to_no_link(cast: Cast, amina: Participant) -> None:
    answer = let_in(cast, amina).get(HOME)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    cookie = let_in(cast, amina).cookies["own-page"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/serco/my/")


def test_who_made_it_is_known(cast: Cast, amina: Participant) -> None:
    page = made(cast, amina).page
    assert page.made_by == cast.users["ada"]


def test_a_contact_is_rated_once(cast: Cast, amina: Participant) -> None:
    client = let_in(cast, amina)
    assert "How was it?" not in words(client.get(HOME))
    log(cast, amina, cast.ada, days=1)
    assert f"Phone with Ada on {ago(1).day} " in words(client.get(HOME))
    answer = client.post(f"{HOME}rating/", {"score": "2", "words": "Too quick"}, follow=True)
    assert "Thank you for telling us" in words(answer)
    assert "How was it?" not in words(answer)
    assert client.get(f"{HOME}rating/").status_code == 302
    with looking_as(cast.ada):
        rating = Rating.objects.get()
    assert (rating.score, rating.channel, rating.adviser_id) == (2, "phone", cast.ada.user_id)
    with looking_as(cast.ada):
        page = OwnPage.objects.get()
    with pytest.raises(pages.NothingToRate):
        rated(cast, page)


@pytest.mark.parametrize("score", ["", "0", "6", "good"])
def test_a_rating_that_cannot_be_is_refused(cast: Cast, amina: Participant, score: str) -> None:
    log(cast, amina, cast.ada)
    answer = let_in(cast, amina).post(f"{HOME}rating/", {"score": score})
    assert answer.status_code == 422
    with looking_as(cast.ada):
        assert not Rating.objects.exists()


@pytest.mark.parametrize(("days", "result"), [(15, "attended"), (1, "not_reached")])
def test_what_is_long_ago_or_reached_nobody_is_not_rated(
    cast: Cast, amina: Participant, days: int, result: str
) -> None:
    person = new_person(cast, given="Bo", since=60)
    log(cast, person, cast.ada, days=days, result=result)
    with pytest.raises(pages.NothingToRate):
        rated(cast, made(cast, person).page)


def test_they_agree_to_the_plan_that_is_in_force(cast: Cast, amina: Participant) -> None:
    call = PlanAction(0, "Call the bakery", Whose.ADVISER, ago(-7))
    first = agreed(cast, amina, call)
    client = let_in(cast, amina)
    assert "I agree to this plan" in words(client.get(HOME))
    second = agreed(cast, amina, call, goal="Own a bakery")
    assert "The plan has changed" in words(client.post(f"{HOME}plan/", {"plan": str(first.pk)}, follow=True))
    answer = words(client.post(f"{HOME}plan/", {"plan": str(second.pk)}, follow=True))
    assert "Your adviser sees that you agree" in answer
    assert "I agree to this plan" not in answer
    ada = cast.client("ada")
    assert "Agreed to on their own page" in words(ada.get(f"/serco/participants/{amina.reference}/plan/"))
    with looking_as(cast.ada):
        confirmed = dict(Plan.objects.values_list("number", "confirmed_at"))
    assert (confirmed[1], confirmed[2] is None) == (None, False)


@pytest.mark.parametrize("plan", ["", "nonsense"])
def test_what_is_no_plan_of_theirs_is_not_there(cast: Cast, amina: Participant, plan: str) -> None:
    other = agreed(cast, new_person(cast, given="Bo", family="Lind"))
    client = let_in(cast, amina)
    for asked in (plan, str(other.pk)):
        assert client.post(f"{HOME}plan/", {"plan": asked}).status_code == 404


def test_nobody_fills_the_store_from_an_open_page(cast: Cast, amina: Participant) -> None:
    page = made(cast, amina).page
    for _ in range(pages.MOST_WAITING):
        message = sent(cast, page, words="Hello")
    with pytest.raises(pages.TooMany):
        sent(cast, page, words="Hello")
    with looking_as(cast.ada) as ada:
        pages.see(message=message, take=None, by=ada, at=ada.now())
    sent(cast, page, words="Hello")
