"""Noting, correcting and withdrawing days on benefit in the browser, and the list of them."""

from typing import Any

import pytest
from django.test import Client

from outcomes.models import BenefitSpell
from participants.models import Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.benefiting import ask_for_weeks_off_benefit, claim_benefit
from tests.outcomes.test_earning_views import tab
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, new_person

TYPED = {"benefit": "universal_credit", "source": "letter", "ends_on": ""}


def note(client: Client, person: Participant, **typed: Any) -> Any:
    address = f"/serco/participants/{person.reference}/benefits/new/"
    page = client.get(address)
    fields = {**TYPED, "starts_on": ago(5).isoformat(), **typed}
    if page.status_code == 200:
        fields.setdefault("enrolment", page.context["form"]["enrolment"].value())
    return client.post(address, fields, follow=True)


def in_force(cast: Cast) -> list[tuple[str, Any, Any]]:
    with looking_as(cast.system()):
        found = BenefitSpell.objects.filter(voided_at=None)
        return [(one.benefit, one.starts_on, one.ends_on) for one in found]


def test_an_adviser_notes_days_and_reads_what_they_took_away(cast: Cast) -> None:
    ask_for_weeks_off_benefit(cast)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=34)
    shown = note(cast.client("ada"), person, starts_on=ago(17).isoformat(), ends_on=ago(17).isoformat())
    assert shown.redirect_chain[-1][0] == f"/serco/participants/{person.reference}/work/"
    assert "Days on benefit noted. Sustainment of" in shown.content.decode()
    assert in_force(cast) == [("universal_credit", ago(17), ago(17))]


def test_what_comes_next_names_the_days_that_keep_weeks_from_counting(cast: Cast) -> None:
    ask_for_weeks_off_benefit(cast)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=40)
    claim_benefit(cast, enrolment, since=20, until=12)
    days = " to ".join(f"{ago(number).day} {ago(number):%B %Y}" for number in (20, 12))
    assert f"days to go; 2 weeks do not count: benefit on {days}</li>" in tab(cast.client("ada"), person)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"starts_on": ago(-2).isoformat()}, "The first day cannot be in the future"),
        ({"ends_on": ago(-2).isoformat()}, "The last day cannot be in the future"),
        ({"ends_on": ago(6).isoformat()}, "The last day cannot be before the first day"),
        ({"starts_on": "1899-01-01"}, "after the person&#x27;s date of birth"),
        ({"benefit": "lottery"}, "Select a valid choice"),
        ({"source": "file"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, typed: dict[str, str], sentence: str) -> None:
    person, _ = started_person(cast)
    shown = note(cast.client("ada"), person, **typed)
    assert shown.status_code == 422
    assert sentence in shown.content.decode()
    assert in_force(cast) == []


def test_the_panel_is_there_where_the_contract_asks_or_where_there_are_any(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    assert "Days on benefit" not in tab(cast.client("ada"), person)
    claim_benefit(cast, enrolment, since=30)
    shown = tab(cast.client("ada"), person)
    assert "Jobseeker’s Allowance" in shown
    assert "Still received" in shown
    assert "milestones do not depend on them" in shown
    other, _ = started_person(cast)
    ask_for_weeks_off_benefit(cast)
    assert "Note days on benefit" in tab(cast.client("ada"), other)
    assert "milestones do not depend on them" not in tab(cast.client("ada"), person)
    # The prime reads it and changes nothing.
    assert "Still received" in tab(cast.client("priya"), person)
    assert "Note days on benefit" not in tab(cast.client("priya"), person)


def test_they_are_corrected_and_withdrawn_and_the_form_stands_in_the_audit(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    noted = claim_benefit(cast, enrolment, since=30)
    client = cast.client("ada")
    address = f"/serco/benefits/{noted.pk}/correct/"
    assert f'value="{ago(30).isoformat()}"' in client.get(address).content.decode()
    typed = {**TYPED, "starts_on": ago(29).isoformat(), "enrolment": str(enrolment.pk)}
    assert "Days on benefit corrected." in client.post(address, typed, follow=True).content.decode()
    assert in_force(cast) == [("universal_credit", ago(29), None)]
    assert client.post(address, typed).status_code == 422
    with looking_as(cast.system()):
        entry = AuditEntry.objects.filter(kind="participant.benefit_form").earliest("at")
        new = BenefitSpell.objects.get(voided_at=None)
    assert (entry.participant_id, entry.subject_id) == (person.pk, noted.pk)
    address = f"/serco/benefits/{new.pk}/withdraw/"
    assert client.post(address, {"reason": "corrected"}).status_code == 422
    shown = client.post(address, {"reason": "not_paid"}, follow=True)
    assert "Days on benefit withdrawn." in shown.content.decode()
    assert in_force(cast) == []


def test_the_story_says_the_days_and_never_which_benefit(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    claim_benefit(cast, enrolment, since=30, until=20)
    story = cast.client("ada").get(f"/serco/participants/{person.reference}/").content.decode()
    assert "Days on benefit noted" in story
    assert "Jobseeker" not in story


def test_somebody_not_started_has_nothing_to_note(cast: Cast) -> None:
    assert note(cast.client("ada"), new_person(cast)).status_code == 404


@pytest.mark.parametrize("name", ["ivo", "priya", "hana", "dee", "sam"])
def test_nobody_else_gets_in(cast: Cast, name: str) -> None:
    person, enrolment = started_person(cast)
    noted = claim_benefit(cast, enrolment, since=30)
    client = cast.client(name)
    assert note(client, person).status_code == 404
    for change in ("correct", "withdraw"):
        assert client.get(f"/serco/benefits/{noted.pk}/{change}/").status_code == 404
    assert len(in_force(cast)) == 1
