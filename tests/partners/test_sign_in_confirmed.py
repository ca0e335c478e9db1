"""A sign-in that one person set up opens nothing until another has confirmed it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from partners.acting import ActionError
from partners.actions.sign_in import (
    ChangedMeanwhile,
    NotYoursToConfirm,
    SetUpByYou,
    Terms,
    confirm,
    end,
    set_up,
)
from partners.models import SignInService
from partners.organisation_sign_in import offers_for, service_of
from tests.cast import Cast, looking_as
from tests.partners.placing import ended, joined, main_of, new_place, told

TERMS = Terms("https://id.example.org", "baton", "secret", ("example.org",), True)


def waiting(cast: Cast, slug: str = "renaisi", by: str = "sara") -> SignInService:
    """What somebody set up, or changed, for an organisation."""
    viewer = getattr(cast, by)
    return set_up(organisation=cast.organisations[slug], terms=TERMS, by=viewer, at=viewer.now())


def confirmed(cast: Cast, service: SignInService, by: str) -> SignInService:
    viewer = getattr(cast, by)
    return confirm(service=service, by=viewer, at=viewer.now())


def answers(cast: Cast, slug: str = "renaisi") -> bool:
    """Whether the sign-in page knows of the service."""
    found = service_of(str(cast.organisation(slug))) is not None
    assert found == bool(offers_for("anybody@example.org"))
    return found


def page_of(cast: Cast, slug: str = "renaisi", what: str = "confirm/") -> str:
    return f"/serco/sign-in/{cast.organisation(slug)}/{what}"


def test_nobody_signs_in_with_it_before_it_is_confirmed_nor_after_a_change(cast: Cast) -> None:
    service = waiting(cast)
    assert not answers(cast)
    confirmed(cast, service, "mona")
    assert answers(cast)
    changed = waiting(cast)
    assert not answers(cast)
    assert (changed.confirmed_by_id, changed.confirmed_at) == (None, None)
    confirmed(cast, changed, "mona")
    assert answers(cast)
    facts = [event.facts for event in told(cast) if event.kind == "sign_in.confirmed"]
    assert facts == [{"set_up_by": str(cast.users["sara"].pk), "let_in_by_them": False}] * 2


def test_nobody_confirms_what_they_set_up_or_changed_last(cast: Cast) -> None:
    new_place(cast, "otto", "serco", "administrator")
    service = waiting(cast)
    with pytest.raises(SetUpByYou):
        confirmed(cast, service, "sara")
    again = waiting(cast, by="otto")
    with pytest.raises(SetUpByYou):
        confirmed(cast, again, "otto")
    confirmed(cast, again, "sara")
    assert answers(cast)


def test_the_database_itself_refuses_one_person_for_both(cast: Cast) -> None:
    service = waiting(cast)
    sara = cast.users["sara"].pk
    with (
        looking_as(cast.system()) as system,
        pytest.raises(IntegrityError, match="confirmed_by_another"),
        transaction.atomic(),
    ):
        SignInService.objects.filter(pk=service.pk).update(confirmed_by=sara, confirmed_at=system.now())


@pytest.mark.parametrize("name", ["ada", "ines", "priya", "hana", "sam"])
def test_nobody_confirms_who_does_not_manage_the_people_there(cast: Cast, name: str) -> None:
    service = waiting(cast)
    with pytest.raises((NotYoursToConfirm, ChangedMeanwhile)):
        confirmed(cast, service, name)
    assert not answers(cast)


def test_whom_the_first_let_in_counts_as_a_second_only_where_there_is_nobody_else(cast: Cast) -> None:
    joined(cast, "twin", "renaisi", "manager", by="sara")
    joined(cast, "shade", "renaisi", "administrator", by="twin")
    service = waiting(cast)
    for name in ("twin", "shade"):
        with pytest.raises(NotYoursToConfirm):
            confirmed(cast, service, name)
    ended(cast, "mona")
    confirmed(cast, service, "shade")
    assert told(cast)[-1].facts["let_in_by_them"] is True


def changed(cast: Cast, service: SignInService) -> Any:
    return waiting(cast)


def ended_service(cast: Cast, service: SignInService) -> Any:
    return end(service=service, by=cast.sara, at=cast.sara.now())


def confirmed_service(cast: Cast, service: SignInService) -> Any:
    return confirmed(cast, service, "mona")


@pytest.mark.parametrize("meanwhile", [changed, ended_service, confirmed_service])
def test_only_what_was_read_is_confirmed(cast: Cast, meanwhile: Callable[[Cast, SignInService], Any]) -> None:
    service = waiting(cast)
    meanwhile(cast, service)
    with pytest.raises(ChangedMeanwhile):
        confirmed(cast, service, "mona")


def test_the_organisations_own_manager_reads_the_terms_and_confirms(cast: Cast) -> None:
    waiting(cast)
    mona = cast.client("mona")
    assert "Signing in" in main_of(mona.get("/serco/workspace/"))
    listed = main_of(mona.get("/serco/sign-in/"))
    assert "Waits for confirmation" in listed
    assert "i2i" not in listed
    read = mona.get(page_of(cast))
    for words in ("https://id.example.org", "example.org", "by Sara", "can sign in as any person of Renaisi"):
        assert words in main_of(read), words
    seen = read.context["form"]["changed_at"].value()
    done = mona.post(page_of(cast), {"changed_at": seen}, follow=True)
    assert "The people of Renaisi can now sign in with its own service." in main_of(done)
    assert "In use" in main_of(done)
    assert answers(cast)
    assert mona.get(page_of(cast)).status_code == 404


def test_what_changed_while_the_page_was_open_is_not_confirmed(cast: Cast) -> None:
    waiting(cast)
    mona = cast.client("mona")
    seen = mona.get(page_of(cast)).context["form"]["changed_at"].value()
    waiting(cast)
    done = mona.post(page_of(cast), {"changed_at": seen}, follow=True)
    assert "Read them again" in done.content.decode()
    assert not answers(cast)
    assert mona.post(page_of(cast)).status_code == 422


def test_the_page_says_who_can_confirm_and_when_nobody_can(cast: Cast) -> None:
    waiting(cast)
    waiting(cast, "dwp")
    sara = cast.client("sara")
    own = main_of(sara.get(page_of(cast)))
    assert "or somebody who manages people at Renaisi" in own
    assert "<form" not in own
    stuck = main_of(sara.get(page_of(cast, "dwp")))
    assert "Nobody else can confirm this yet" in stuck
    listed = main_of(sara.get("/serco/sign-in/"))
    assert listed.count("Nobody else can confirm this yet") == 1
    assert "Another administrator of Serco could." in listed
    new_place(cast, "otto", "serco", "administrator")
    assert "Nobody else can confirm" not in main_of(sara.get("/serco/sign-in/"))


def test_a_provider_reads_its_own_alone_and_sets_nothing_up(cast: Cast) -> None:
    waiting(cast)
    waiting(cast, "i2i")
    mona = cast.client("mona")
    assert mona.get(page_of(cast, "i2i")).status_code == 404
    for what in ("", "end/"):
        assert mona.get(page_of(cast, what=what)).status_code == 404
        assert mona.post(page_of(cast, what=what)).status_code == 404
    for name, status in (("ada", 403), ("priya", 403), ("hana", 404), ("dee", 404), ("sam", 404)):
        assert cast.client(name).get(page_of(cast)).status_code == status


def test_confirming_asks_for_a_fresh_second_factor(cast: Cast) -> None:
    waiting(cast)
    cast.code("mona")
    mona = cast.client("mona")
    session = mona.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    assert mona.get(page_of(cast)).status_code == 302
    assert mona.post(page_of(cast)).status_code == 302
    assert not answers(cast)


def test_a_refusal_is_a_sentence(cast: Cast) -> None:
    service = waiting(cast)
    with pytest.raises(ActionError, match="Somebody else confirms it"):
        confirmed(cast, service, "sara")
