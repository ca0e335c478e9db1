"""Claiming for somebody whom the one who claims does not see: by the reference that a named person told them."""

from typing import Any

import pytest

from outcomes.models import Claim
from outcomes.views.guessing import MOST_GUESSES, TOO_MANY
from participants.models import Enrolment
from partners.identifiers import new_reference
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import claim, needs, with_outcome
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict

PAGE = "/serco/claims/by-reference/"


def apart(cast: Cast) -> Enrolment:
    """Somebody shown to named people only, for whom a start and an outcome are due."""
    enrolment, _ = with_outcome(cast, given="Canary", family="Quillfeather")
    restrict(cast, enrolment.participant)
    return enrolment


def post(cast: Cast, reference: str, name: str = "frank", **more: Any) -> Any:
    return cast.client(name).post(PAGE, {"reference": reference, **more})


def claims(cast: Cast) -> list[Claim]:
    with looking_as(cast.system()):
        return list(Claim.objects.order_by("claimed_at", "pk"))


def test_what_is_due_is_shown_without_the_person(cast: Cast) -> None:
    enrolment = apart(cast)
    page = post(cast, enrolment.participant.reference.lower())
    words = page.content.decode()
    assert page.status_code == 200
    for said in ("Start", "Short job outcome", "750.00", "1,125.00", "Audit-ready"):
        assert said in words
    for trace in ("Canary", "Quillfeather", "/participants/", "Tesco", str(enrolment.participant_id)):
        assert trace not in words
    assert claims(cast) == []


def test_what_is_ready_is_claimed_and_stays_hidden(cast: Cast) -> None:
    enrolment = apart(cast)
    needs(cast, "start", all_of=["residence"])
    assert "Residence is missing." in post(cast, enrolment.participant.reference).content.decode()
    page = post(cast, enrolment.participant.reference, claim="yes")
    assert "1 claim made." in page.content.decode()
    [made] = claims(cast)
    assert (made.participant_id, made.claimed_by_id) == (enrolment.participant_id, cast.frank.user_id)
    with looking_as(cast.frank):
        assert not Claim.objects.exists()
    with looking_as(cast.ada):
        assert Claim.objects.exists()
    for address in ("claims/all/", "claims/to-key/", "claims/"):
        words = cast.client("frank").get(f"/serco/{address}").content.decode()
        assert enrolment.participant.reference not in words
    assert cast.client("frank").get(f"/serco/claims/{made.pk}/").status_code == 404


def test_what_was_keyed_is_noted_by_the_same_reference(cast: Cast) -> None:
    enrolment = apart(cast)
    reference = enrolment.participant.reference
    post(cast, reference, claim="yes")
    first, second = claims(cast)
    noted = post(cast, reference, key=str(first.pk), **{f"there-{first.pk}": "PRAP-1"})
    assert "Reference noted." in noted.content.decode()
    assert claims(cast)[0].reference == "PRAP-1"
    taken = post(cast, reference, key=str(second.pk), **{f"there-{second.pk}": "PRAP-1"})
    assert taken.status_code == 422
    assert "has the reference PRAP-1" in taken.content.decode()
    assert post(cast, reference, key=str(second.pk)).status_code == 422
    post(cast, reference, key=str(second.pk), **{f"there-{second.pk}": "PRAP-2"})
    assert 'id="to-key"' not in post(cast, reference).content.decode()


def test_what_the_commissioner_says_is_noted_by_the_same_reference(cast: Cast) -> None:
    reference = apart(cast).participant.reference
    post(cast, reference, claim="yes")
    first, second = claims(cast)
    asked = post(cast, reference, settle=str(first.pk)).content.decode()
    assert "What the commissioner says" in asked
    assert "Quillfeather" not in asked
    result: dict[str, Any] = {
        "step-result": "paid",
        "step-on": ago(0),
        "step-pence": "750.00",
        "step-reference": "PRAP-1",
    }
    assert post(cast, reference, settle=str(first.pk), sent="yes").status_code == 422
    assert post(cast, reference, settle=str(first.pk), sent="yes", **result).status_code == 302
    paid = next(one for one in claims(cast) if one.pk == first.pk)
    assert (paid.state, paid.reference) == ("paid", "PRAP-1")
    words = post(cast, reference).content.decode()
    assert str(first.pk) not in words
    assert str(second.pk) in words
    # What is over has no result any more.
    assert "What the commissioner says" not in post(cast, reference, settle=str(first.pk)).content.decode()


def test_a_claim_is_withdrawn_by_the_same_reference_and_due_again(cast: Cast) -> None:
    reference = apart(cast).participant.reference
    post(cast, reference, claim="yes")
    first = claims(cast)[0]
    assert "The milestone is due again." in post(cast, reference, withdraw=str(first.pk)).content.decode()
    done = post(cast, reference, withdraw=str(first.pk), sent="yes", **{"step-why": "Keyed twice"})
    assert done.status_code == 302
    assert claims(cast)[0].state == "withdrawn"
    assert 'id="due"' in post(cast, reference).content.decode()


@pytest.mark.parametrize("step", ["settle", "withdraw"])
def test_nothing_is_done_to_somebody_elses_claim(cast: Cast, step: str) -> None:
    enrolment = apart(cast)
    other = claim(cast, with_outcome(cast)[1])
    said = {"step-why": "x", "step-result": "validated", "step-on": str(ago(0))}
    post(cast, enrolment.participant.reference, sent="yes", **{step: str(other.pk)}, **said)
    assert claims(cast)[0].state == "claimed"


def test_whoever_guesses_may_soon_not_ask_any_more(cast: Cast) -> None:
    reference = apart(cast).participant.reference
    for _ in range(MOST_GUESSES):
        assert "Nothing is due" in post(cast, new_reference("PT")).content.decode()
    for one in (reference, new_reference("PT")):
        answer = post(cast, one, claim="yes")
        assert answer.status_code == 422
        assert TOO_MANY in answer.content.decode()
        assert "Nothing is due" not in answer.content.decode()
    assert (
        TOO_MANY
        in cast.client("frank")
        .post(f"{PAGE}finding/", {"reference": reference, "step": "find"})
        .content.decode()
    )
    assert claims(cast) == []
    # Somebody else in the same office has guessed nothing.
    assert post(cast, reference, "cleo").status_code == 200


def test_somebody_elses_claim_is_not_keyed_by_this_reference(cast: Cast) -> None:
    enrolment = apart(cast)
    other = claim(cast, with_outcome(cast)[1])
    answer = post(cast, enrolment.participant.reference, key=str(other.pk), **{f"there-{other.pk}": "PRAP-1"})
    assert answer.status_code == 422
    assert claims(cast)[0].reference == ""


def test_an_unknown_reference_is_answered_as_one_without_anything_due(cast: Cast) -> None:
    nobody = new_person(cast)
    restrict(cast, nobody)
    answers = [post(cast, one) for one in (nobody.reference, new_reference("PT"))]
    assert [one.status_code for one in answers] == [422, 422]
    for one in answers:
        assert "Nothing is due or claimed under this reference." in one.content.decode()


def test_a_look_is_in_the_audit_of_the_person(cast: Cast) -> None:
    enrolment = apart(cast)
    post(cast, enrolment.participant.reference)
    with looking_as(cast.system()):
        look = AuditEntry.objects.get(kind="claims.reference")
    assert (look.participant_id, look.by_user_id) == (enrolment.participant_id, cast.frank.user_id)


def test_the_list_of_what_is_due_leads_here_where_something_is_hidden(cast: Cast) -> None:
    with_outcome(cast)
    assert PAGE not in cast.client("frank").get("/serco/claims/").content.decode()
    apart(cast)
    assert PAGE in cast.client("frank").get("/serco/claims/").content.decode()
    assert PAGE not in cast.client("priya").get("/serco/claims/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("priya", 403), ("mona", 404), ("ada", 404), ("dee", 404)])
def test_only_who_claims(cast: Cast, name: str, status: int) -> None:
    enrolment = apart(cast)
    assert post(cast, enrolment.participant.reference, name, claim="yes").status_code == status
    assert claims(cast) == []


def test_another_prime_knows_no_reference_of_this_one(cast: Cast) -> None:
    enrolment = apart(cast)
    answer = cast.client("sam").post(
        "/meridian/claims/by-reference/", {"reference": enrolment.participant.reference}
    )
    assert answer.status_code in {403, 404}
