"""The safety tab and its pages: what each person reads, what they may do, and the page for people whom nobody sees."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from participants.models import ContactDetails, ControlMeasure, NamedAccess, Participant, Restriction
from partners.models import AuditEntry, DomainEvent, Membership
from tests.cast import Cast, looking_as
from tests.participants.people import hold, new_person
from tests.participants.restricting import add_measure, restrict


def at(person: Participant, rest: str = "") -> str:
    return f"/serco/participants/{person.reference}/safety/{rest}"


def page(client: Client, person: Participant, rest: str = "") -> str:
    """What the page says, without its markup."""
    response = client.get(at(person, rest))
    assert response.status_code == 200, (rest, response.status_code)
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(text.split())


def post(cast: Cast, name: str, person: Participant, rest: str, **data: Any) -> Any:
    return cast.client(name).post(at(person, rest), data)


def test_the_tab_tells_what_is_in_force_who_is_named_and_why_to_whom(cast: Cast) -> None:
    person = new_person(cast)
    assert "Not restricted" in page(cast.client("ada"), person)
    restrict(cast, person, "ada", "mona", level=1)
    for name in ("ada", "col", "mona", "priya", "sara"):
        text = page(cast.client(name), person)
        for words in ("Level 1", "Contact details hidden", "Ada", "Mona", "named people only"):
            assert words in text, (name, words)
        knows_why = name in ("ada", "mona", "sara")
        assert ("Domestic abuse" in text) is knows_why, name
        assert ("He looks for her." in text) is knows_why, name


def test_hidden_contact_details_are_told_from_none_at_all(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", level=1)
    hidden = cast.client("col").get(f"/serco/participants/{person.reference}/").content.decode()
    assert "Shown only to named people" in hidden
    for secret in ("Text first", "7946", "E8 1EA"):
        assert secret not in hidden
    shown = cast.client("ada").get(f"/serco/participants/{person.reference}/").content.decode()
    assert "Text first" in shown
    other = new_person(cast)
    with looking_as(cast.system()):
        # The wall lets nobody delete them; a person without them is one whose row was never written.
        ContactDetails.objects.filter(participant=other).update(phone="", postcode="", safe_contact="")
    unknown = cast.client("col").get(f"/serco/participants/{other.reference}/").content.decode()
    assert "Shown only to named people" not in unknown


def test_restricting_asks_for_the_level_the_cause_and_who_may_go_on(cast: Cast) -> None:
    person = new_person(cast)
    form = page(cast.client("mona"), person, "restrict/")
    for words in ("Level 1", "Level 2", "at risk now", "Ada, Renaisi", "Sara, Serco", "takes two"):
        assert words in form, words
    for words in ("Ivo", "Priya", "Frank"):  # to a provider the prime's are those who are cleared
        assert words not in form, words
    missing = post(cast, "mona", person, "restrict/", level="2")
    assert missing.status_code == 422
    people = [str(cast.users[name].pk) for name in ("ada", "sara")]
    done = post(cast, "mona", person, "restrict/", level="2", cause="threat", people=people)
    assert done.status_code == 302
    with looking_as(cast.sara):
        assert Restriction.objects.get().level == 2
        assert NamedAccess.objects.count() == 3
    for name, status in (("mona", 200), ("ada", 200), ("sara", 200), ("col", 404), ("priya", 404)):
        assert cast.client(name).get(at(person)).status_code == status, name
    assert cast.client("mona").get(at(person, "restrict/")).status_code == 404


def test_the_holding_adviser_is_ticked_beforehand(cast: Cast) -> None:
    person = new_person(cast)
    form = cast.client("priya").get(at(person, "restrict/")).content.decode()
    assert re.search(rf'value="{cast.users["ada"].pk}"[^>]*checked', form)
    assert not re.search(rf'value="{cast.users["col"].pk}"[^>]*checked', form)


def test_who_puts_the_person_out_of_sight_goes_home(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", level=1)
    data = {"level": "2", "cause": "threat", "people": [str(cast.users["sara"].pk)]}
    assert "will no longer see this person" in page(cast.client("col"), person, "restrict/")
    assert post(cast, "col", person, "restrict/", **data).url == "/serco/"


def test_naming_and_ending_it(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada")
    col = str(cast.users["col"].pk)
    assert post(cast, "ada", person, "name/", user_id=col).status_code == 422
    assert post(cast, "ada", person, "name/", user_id=col, words="Stands in.").status_code == 302
    assert "Col may see this person" in page(cast.client("col"), person)
    ada = cast.users["ada"].pk
    assert "End the naming of Ada" in page(cast.client("col"), person, f"named/{ada}/")
    assert post(cast, "col", person, f"named/{ada}/").status_code == 302
    refused = post(cast, "col", person, f"named/{col}/")
    assert refused.status_code == 422
    assert "Name somebody else first" in refused.content.decode()


def test_an_unnamed_colleague_names_nobody_at_level_1(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", level=1)
    col = cast.client("col")
    for rest in ("name/", f"named/{cast.users['ada'].pk}/"):
        assert col.get(at(person, rest)).status_code == 404
        assert col.post(at(person, rest), {"user_id": cast.users["col"].pk, "words": "x"}).status_code == 404
    assert "Name somebody" not in page(col, person)


def test_lowering_is_asked_by_one_and_answered_by_another(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara")
    assert cast.client("ada").get(at(person, "lower/")).status_code == 403
    assert post(cast, "mona", person, "lower/", to="1", words="He is in prison.").status_code == 302
    own = page(cast.client("mona"), person, "answer/")
    assert "Take my question back" in own
    assert "Yes, I agree" not in own
    cheated = post(cast, "mona", person, "answer/", to="1", answer="agree")
    assert cheated.status_code == 422
    assert "Mona asked for" in page(cast.client("sara"), person, "answer/")
    stale = post(cast, "sara", person, "answer/", to="0", answer="agree")
    assert "no longer waits" in stale.content.decode()
    assert post(cast, "sara", person, "answer/", to="1", answer="agree").status_code == 302
    assert "Level 1" in page(cast.client("col"), person)


def test_a_question_can_be_refused_or_taken_back(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara", level=1)
    for name in ("sara", "mona"):
        post(cast, "mona", person, "lower/", to="0", words="Safe now.")
        assert post(cast, name, person, "answer/", to="0", answer="refuse").status_code == 302
    with looking_as(cast.mona):
        assert DomainEvent.objects.filter(kind="participant.lowering_refused").count() == 2
        assert Restriction.objects.get().lowered_at is None


@pytest.mark.parametrize(
    "rest", ["", "restrict/", "name/", "lower/", "answer/", "measures/new/", "named/{user}/"]
)
def test_a_past_holder_changes_nothing_and_reads_nothing(cast: Cast, rest: str) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    hold(cast, person, since=19)
    restrict(cast, person, "ada", level=1)
    address = at(person, rest.format(user=cast.users["ada"].pk))
    for name in ("ivo", "ines"):
        response = cast.client(name).get(address)
        assert response.status_code in ({200} if not rest else {403, 404}), (name, response.status_code)
        assert "Level 1" not in response.content.decode()


def test_measures_are_added_and_ended_by_confirming(cast: Cast) -> None:
    person = new_person(cast)
    refused = post(cast, "ada", person, "measures/new/", kind="not_at_site")
    assert refused.status_code == 422
    assert (
        post(cast, "ada", person, "measures/new/", kind="not_at_site", words="The library in E8").status_code
        == 302
    )
    with looking_as(cast.ada):
        measure = ControlMeasure.objects.get()
    assert "Not at this site" in page(cast.client("col"), person)
    assert "The library in E8" in page(cast.client("col"), person, f"measures/{measure.pk}/")
    assert post(cast, "col", person, f"measures/{measure.pk}/").status_code == 302
    assert "None in force" in page(cast.client("ada"), person)
    assert post(cast, "col", person, f"measures/{measure.pk}/").status_code == 404


def test_another_persons_measure_is_not_ended_by_ones_own_address(cast: Cast) -> None:
    mine, theirs = new_person(cast), new_person(cast, provider="i2i", adviser="ivo")
    measure = add_measure(cast, theirs, "ivo")
    assert post(cast, "ada", mine, f"measures/{measure.pk}/").status_code == 404
    assert post(cast, "priya", mine, f"measures/{measure.pk}/").status_code == 404


def test_the_prime_finds_the_person_whom_nobody_sees_any_more(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada")
    with looking_as(cast.system()) as system:
        Membership.objects.filter(user=cast.users["ada"]).update(ended_on=system.today - timedelta(days=1))
    sara = cast.client("sara")
    listed = sara.get("/serco/restricted/").content.decode()
    assert person.reference in listed
    assert "Nobody is named: nobody sees this person" in listed
    for hidden in ("Okafor", "Domestic", "Ada"):
        assert hidden not in listed
    assert sara.get(at(person)).status_code == 404
    address = f"/serco/restricted/{person.reference}/name/"
    form = sara.get(address).content.decode()
    assert "Mona, Renaisi" in form
    assert "Okafor" not in form
    mona = str(cast.users["mona"].pk)
    assert sara.post(address, {"user_id": mona}).status_code == 422
    assert sara.post(address, {"user_id": mona, "words": "Ada has left."}).status_code == 302
    assert cast.client("mona").get(at(person)).status_code == 200
    assert sara.get(at(person)).status_code == 404
    with looking_as(cast.system()):
        seen = AuditEntry.objects.get(kind="restricted.list")
        assert (seen.act, seen.facts, seen.by_user_id) == ("search", {"found": 1}, cast.users["sara"].pk)
        assert DomainEvent.objects.get(kind="participant.named").by_user_id == cast.users["sara"].pk


def test_a_provider_without_anybody_named_is_pointed_out(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "priya")
    listed = cast.client("sara").get("/serco/restricted/").content.decode()
    assert "Nobody at Renaisi is named" in listed
    assert "nobody sees this person" not in listed


@pytest.mark.parametrize(
    ("name", "status"),
    [("priya", 403), ("frank", 403), ("mona", 404), ("ada", 404), ("hana", 404), ("dee", 404)],
)
def test_the_list_is_for_the_cleared_administrator_alone(cast: Cast, name: str, status: int) -> None:
    person = new_person(cast)
    restrict(cast, person)
    client = cast.client(name)
    for address in ("/serco/restricted/", f"/serco/restricted/{person.reference}/name/"):
        assert client.get(address).status_code == status
        assert client.post(address, {}).status_code == status


def test_an_administrator_who_is_not_cleared_is_refused(cast: Cast) -> None:
    with looking_as(cast.system()):
        Membership.objects.filter(user=cast.users["sara"]).update(ended_on=None)
        Membership.objects.filter(user=cast.users["sara"]).update(
            ended_on=cast.sara.today - timedelta(days=1)
        )
        Membership.objects.create(
            tenant=cast.serco,
            user=cast.users["sara"],
            organisation=cast.organisations["serco"],
            role="administrator",
            cleared=False,
            started_on=cast.sara.today,
        )
    assert cast.client("sara").get("/serco/restricted/").status_code == 403


def test_somebody_who_is_not_restricted_is_not_found_there(cast: Cast) -> None:
    person = new_person(cast)
    sara = cast.client("sara")
    for reference in (person.reference, "PT-AAAA-00", "x\x00y"):
        assert sara.get(f"/serco/restricted/{reference}/name/").status_code == 404
