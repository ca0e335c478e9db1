"""A finding about somebody whom only named people see: by the reference that one of them told whoever claims."""

from typing import Any

import pytest

from outcomes.models import Ineligibility
from participants.models import Enrolment
from partners.identifiers import new_reference
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import with_outcome
from tests.outcomes.finding import find, shown
from tests.outcomes.working import reached
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict
from tests.participants.test_grave_steps import asks, stale

PAGE = "/serco/claims/by-reference/finding/"
NOTHING = "Nothing can be recorded under this reference."
TRACES = ("Canary", "Quillfeather", "/participants/", "Tesco", "council tax")


def apart(cast: Cast) -> Enrolment:
    """Somebody shown to named people only, with an outcome."""
    enrolment, _ = with_outcome(cast, given="Canary", family="Quillfeather")
    restrict(cast, enrolment.participant)
    return enrolment


def post(cast: Cast, reference: str, step: str = "find", name: str = "frank", **more: Any) -> Any:
    return cast.client(name).post(PAGE, {"reference": reference, "step": step, **more})


def finding(cast: Cast, enrolment: Enrolment, **more: Any) -> dict[str, Any]:
    """What is sent with a finding."""
    said = {"enrolment": enrolment.pk, "criterion": "area", "found_on": ago(0), "words": "A letter"}
    return {"sent": "yes", **said, **shown(cast, enrolment), **more}


def findings(cast: Cast) -> list[Ineligibility]:
    with looking_as(cast.system()):
        return list(Ineligibility.objects.order_by("recorded_at"))


def test_a_finding_is_made_without_seeing_the_person(cast: Cast) -> None:
    enrolment = apart(cast)
    reference = enrolment.participant.reference
    frank = cast.client("frank")
    assert frank.get(f"/serco/participants/{reference}/not-eligible/").status_code == 404
    asked = post(cast, reference.lower())
    words = asked.content.decode()
    assert asked.status_code == 200
    for said in ("£1,875.00", "Claims that go to clawback", "Does not live in one of the five boroughs."):
        assert said in words
    assert not [trace for trace in TRACES if trace in words]
    assert findings(cast) == []
    done = frank.post(PAGE, {"reference": reference, "step": "find", **finding(cast, enrolment)}, follow=True)
    assert done.redirect_chain == [(PAGE, 302)]
    said = done.content.decode()
    assert "Short job outcome" in said
    assert "goes back on the statement" in said
    assert not [trace for trace in TRACES if trace in said]
    [made] = findings(cast)
    assert (made.enrolment_id, made.recorded_by_id) == (enrolment.pk, cast.frank.user_id)
    assert reached(cast, enrolment) == {}


def test_one_that_was_made_before_the_restriction_is_taken_back(cast: Cast) -> None:
    enrolment, _ = with_outcome(cast, given="Canary", family="Quillfeather")
    find(cast, enrolment)
    restrict(cast, enrolment.participant)
    reference = enrolment.participant.reference
    words = post(cast, reference, "take_back").content.decode()
    assert "Does not live in one of the five boroughs." in words
    assert not [trace for trace in TRACES if trace in words]
    sent: dict[str, Any] = {"sent": "yes", "enrolment": enrolment.pk}
    assert post(cast, reference, "take_back", **sent).status_code == 422
    assert post(cast, reference, "take_back", "cleo", why="A neighbour's", **sent).status_code == 302
    assert findings(cast)[0].withdrawn_by_id == cast.cleo.user_id
    assert "short_job_outcome" in reached(cast, enrolment)


def test_unknown_people_and_those_about_whom_there_is_nothing_are_answered_alike(cast: Cast) -> None:
    waiting, found = new_person(cast), apart(cast)
    find(cast, found)
    nothing = [
        *((waiting.reference, step) for step in ("find", "take_back")),
        *((new_reference("PT"), step) for step in ("find", "take_back")),
        (found.participant.reference, "find"),
    ]
    answers = [post(cast, reference, step) for reference, step in nothing]
    assert {one.status_code for one in answers} == {422}
    assert all(NOTHING in one.content.decode() for one in answers)


def test_what_has_changed_since_it_was_read_is_read_again_first(cast: Cast) -> None:
    enrolment = apart(cast)
    read = finding(cast, enrolment, **{f"shown-{enrolment.pk}": "1 1 0"})
    answered = post(cast, enrolment.participant.reference, **read)
    assert answered.status_code == 422
    assert "What goes back has changed" in answered.content.decode()
    assert findings(cast) == []


def test_somebody_elses_start_is_not_found_by_this_reference(cast: Cast) -> None:
    enrolment, other = apart(cast), with_outcome(cast)[0]
    assert post(cast, enrolment.participant.reference, **finding(cast, other)).status_code == 422
    assert findings(cast) == []


def test_it_asks_for_a_fresh_second_factor(cast: Cast) -> None:
    enrolment = apart(cast)
    said = {"reference": enrolment.participant.reference, "step": "find", **finding(cast, enrolment)}
    assert asks(stale(cast, "frank"), PAGE, **said)
    assert findings(cast) == []


def test_a_look_is_in_the_audit_of_the_person_and_a_guess_in_the_audit(cast: Cast) -> None:
    enrolment = apart(cast)
    post(cast, enrolment.participant.reference)
    post(cast, new_reference("PT"))
    with looking_as(cast.system()):
        entries = AuditEntry.objects.filter(kind="findings.reference")
        told = set(entries.values_list("participant_id", "by_user_id"))
    assert told == {(enrolment.participant_id, cast.frank.user_id), (None, cast.frank.user_id)}


@pytest.mark.parametrize(("name", "status"), [("priya", 403), ("mona", 404), ("ada", 404), ("dee", 404)])
def test_only_who_claims(cast: Cast, name: str, status: int) -> None:
    enrolment = apart(cast)
    answered = post(cast, enrolment.participant.reference, name=name, **finding(cast, enrolment))
    assert answered.status_code == status
    assert findings(cast) == []


def test_another_prime_knows_no_reference_of_this_one(cast: Cast) -> None:
    enrolment = apart(cast)
    said = {"reference": enrolment.participant.reference, "step": "find"}
    assert cast.client("sam").post(PAGE.replace("serco", "meridian"), said).status_code in {403, 404}


def test_the_page_of_claims_by_reference_leads_here(cast: Cast) -> None:
    assert PAGE in cast.client("frank").get("/serco/claims/by-reference/").content.decode()
