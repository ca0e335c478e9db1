"""The pages of data protection: opened by administrators of the prime alone, audited, and never about the unseen."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions import legal_hold, subject_copy
from participants.models import (
    Assignment,
    Erasure,
    LegalHold,
    NamedAccess,
    Restriction,
    SharingBasis,
    SubjectCopy,
    SubjectRequest,
)
from partners.models import AuditEntry, Membership, User
from tests.cast import Cast, looking_as
from tests.participants.canary import canary, end
from tests.participants.people import ago, new_person
from tests.participants.test_copies import asked, look_through
from tests.programmes.privacy import another, keep_for, state
from tests.referrals.people import refer
from tests.referrals.test_matching import refer_to

HOME = "/serco/data-protection/"


def second_administrator(cast: Cast) -> Client:
    """Ravi, who handles data protection beside Sara and is not cleared for safeguarding."""
    cast.users["ravi"] = User.objects.create_user("ravi@example.org", name="Ravi")
    with looking_as(cast.system()):
        cast.memberships["ravi"] = Membership.objects.create(
            tenant=cast.serco,
            user=cast.users["ravi"],
            organisation=cast.organisations["serco"],
            role="administrator",
            started_on=date.today() - timedelta(days=9),
        )
    return cast.client("ravi")


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def newest_request(cast: Cast) -> SubjectRequest:
    with looking_as(cast.system()):
        return SubjectRequest.objects.select_related("participant").latest("opened_at")


@pytest.mark.parametrize(
    ("name", "status"), [("priya", 403), ("frank", 403), ("mona", 404), ("hana", 404), ("sam", 404)]
)
def test_it_is_for_those_who_handle_data_protection(cast: Cast, name: str, status: int) -> None:
    for page in ("", "requests/new/", "holds/", "retention/", "sharing/", "kept-apart/"):
        assert cast.client(name).get(f"{HOME}{page}").status_code == status


def test_a_request_is_opened_with_its_clock(cast: Cast) -> None:
    person = new_person(cast)
    sara = cast.client("sara")
    sent = {
        "reference": person.reference.lower(),
        "kind": "erasure",
        "received_on": ago(25),
        "note": "By letter",
    }
    assert sara.post(f"{HOME}requests/new/", sent).status_code == 302
    row = newest_request(cast)
    listed = text(sara, HOME)
    assert row.reference in listed
    assert f"{(row.due_on - ago(0)).days} days left" in listed
    assert person.family_name not in listed
    page = text(sara, f"{HOME}requests/{row.reference}/")
    assert "somebody else who handles data protection must approve it" in page
    with looking_as(cast.sara):
        assert AuditEntry.objects.filter(kind="data_rights.request", participant_id=person.pk).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"reference": "PT-0000-00"}, {"received_on": ago(-3)}, {"kind": "retention"}, {"kind": ""}]
)
def test_a_request_that_cannot_be_is_refused_in_the_form(cast: Cast, wrong: dict[str, Any]) -> None:
    sent = {"reference": new_person(cast).reference, "kind": "access", "received_on": ago(0), **wrong}
    response = cast.client("sara").post(f"{HOME}requests/new/", sent)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()


def test_more_time_is_taken_once_and_a_request_is_closed_with_an_answer(cast: Cast) -> None:
    row = asked(cast, new_person(cast))
    sara = cast.client("sara")
    here = f"{HOME}requests/{row.reference}/"
    assert sara.post(f"{here}extend/", {"because": "Many papers"}).status_code == 302
    assert sara.post(f"{here}extend/", {"because": "Many papers"}).status_code == 422
    assert "two months more: Many papers" in text(sara, here)
    assert sara.post(f"{here}close/", {"outcome": "erased", "answer": "Done"}).status_code == 422
    assert sara.post(f"{here}close/", {"outcome": "answered", "answer": "Sent by post"}).status_code == 302
    assert sara.post(f"{here}close/", {"outcome": "refused", "answer": "No"}).status_code == 422
    assert "Sent by post" in text(sara, here)


def test_an_erasure_takes_two_people_and_the_reference_typed(cast: Cast) -> None:
    found = canary(cast)
    end(cast, found)
    row = asked(cast, found.participant, "erasure")
    sara, ravi = cast.client("sara"), second_administrator(cast)
    here = f"{HOME}requests/{row.reference}/"
    assert "Concerns about the family" in text(sara, here) or "Reasons of restrictions" in text(sara, here)
    foretold = text(ravi, here)
    assert "Sensitive records" in foretold
    assert "Reasons of restrictions" not in foretold
    reference = found.participant.reference
    assert sara.post(f"{here}erase/", {"typed": reference}).status_code == 422
    assert ravi.post(f"{here}erase/", {"typed": "PT-1111-11"}).status_code == 422
    with looking_as(cast.system()):
        assert not Erasure.objects.exists()
    assert ravi.post(f"{here}erase/", {"typed": reference}).status_code == 302
    page = text(cast.client("priya"), f"/serco/participants/{reference}/")
    assert f"Erased {reference}" in page
    # Moments that are told to programs have millionths of seconds, in which any year may stand.
    read = re.sub(r' datetime="[^"]*"', "", page)
    for trace in ("Zolvina", "Quillcanary", "Canary", "1987"):
        assert trace not in read
    for name, address in (
        ("priya", "/serco/referrals.csv"),
        ("priya", "/serco/referrals/"),
        ("ada", "/serco/caseload/?adviser=everyone"),
        ("ada", "/serco/caseload.csv?adviser=everyone"),
    ):
        assert "Quillcanary" not in text(cast.client(name), address)
    with looking_as(cast.system()) as system:
        assert not Assignment.objects.filter(participant=found.participant, ends_on=None).exists()
        assert system.today == Assignment.objects.latest("ends_on").ends_on


def test_a_copy_is_looked_through_made_and_downloaded(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    row = asked(cast, canary(cast).participant)
    sara, ravi = cast.client("sara"), second_administrator(cast)
    here = f"{HOME}requests/{row.reference}/"
    assert "must be looked through" in text(sara, here)
    assert "Reasons of restrictions" not in text(ravi, here)
    assert ravi.get(f"{here}copy/participants.restrictionreason/").status_code == 404
    assert sara.get(f"{here}copy/participants.nothing/").status_code == 404
    address = f"{here}copy/participants.restrictionreason/"
    assert sara.post(address, {"exemption": "serious_harm", "reason": ""}).status_code == 422
    assert sara.post(address, {"exemption": "serious_harm", "reason": "A threat"}).status_code == 302
    look_through(cast, row)
    assert sara.post(f"{here}copy/").status_code == 302
    assert 'hx-trigger="every 2s"' in text(sara, f"{here}copy/state/")
    with looking_as(cast.system()) as system:
        subject_copy.made(copy=SubjectCopy.objects.get(), by=system, at=system.now())
        copy = SubjectCopy.objects.get()
    assert "Download the letter" in text(sara, f"{here}copy/state/")
    for kind, start in (("letter", b"%PDF"), ("data", b"PK")):
        response = sara.get(f"{HOME}copies/{copy.pk}/{kind}/")
        assert response.content.startswith(start)
        assert response["Content-Disposition"].startswith("attachment")
        assert found_name(response["Content-Disposition"]).startswith(row.reference.lower())
    with looking_as(cast.sara):
        downloads = AuditEntry.objects.filter(act="export", participant_id=row.participant_id)
        assert set(downloads.values_list("kind", flat=True)) == {"data_rights.letter", "data_rights.data"}
    assert sara.get(f"{HOME}copies/{copy.pk}/other/").status_code == 404
    with looking_as(cast.system()):
        SubjectCopy.objects.update(expires_at=cast.sara.now() - timedelta(seconds=1))
    assert sara.get(f"{HOME}copies/{copy.pk}/letter/").status_code == 404
    assert "has expired" in text(sara, here)


def found_name(disposition: str) -> str:
    return disposition.partition('filename="')[2].rstrip('"')


def test_a_restricted_person_is_not_there_for_whoever_is_not_named(cast: Cast) -> None:
    person = new_person(cast)
    row = asked(cast, person)
    with looking_as(cast.system()) as system:
        Restriction.objects.create(
            tenant=cast.serco,
            participant=person,
            level=2,
            raised_by=cast.users["ada"],
            raised_at=system.now(),
        )
    sara = cast.client("sara")
    assert row.reference not in text(sara, HOME)
    assert sara.get(f"{HOME}requests/{row.reference}/").status_code == 404
    sent = {"reference": person.reference, "kind": "erasure", "received_on": ago(0)}
    assert sara.post(f"{HOME}requests/new/", sent).status_code == 422
    with looking_as(cast.system()) as system:
        NamedAccess.objects.create(
            tenant=cast.serco,
            participant=person,
            user=cast.users["sara"],
            named_by=cast.users["ada"],
            named_at=system.now(),
        )
    assert row.reference in text(sara, HOME)


def test_a_hold_is_placed_seen_and_lifted(cast: Cast) -> None:
    person = new_person(cast)
    sara = cast.client("sara")
    sent = {"reference": person.reference, "reason": "Claim 77", "review_on": ago(-30)}
    assert sara.post(f"{HOME}holds/new/", {**sent, "review_on": ago(0)}).status_code == 422
    assert sara.post(f"{HOME}holds/new/", sent).status_code == 302
    assert sara.post(f"{HOME}holds/new/", sent).status_code == 422
    assert "Claim 77" in text(sara, f"{HOME}holds/")
    with looking_as(cast.sara):
        hold = LegalHold.objects.get()
    assert "Claim 77" in text(sara, f"{HOME}holds/{hold.pk}/lift/")
    assert sara.post(f"{HOME}holds/{hold.pk}/lift/", {"because": "Settled"}).status_code == 302
    assert "Settled" in text(sara, f"{HOME}holds/")
    assert sara.get(f"{HOME}holds/{cast.serco.pk}/lift/").status_code == 404


def test_retention_shows_whose_time_ends_and_what_becomes_of_them(cast: Cast) -> None:
    state(cast, cast.contract, "dwp")
    keep_for(cast, cast.contract, months=1)
    over = new_person(cast, since=90, until=60)
    soon = new_person(cast, since=90, until=20)
    later = new_person(cast, since=90, until=0)
    with looking_as(cast.sara) as sara:
        legal_hold.place(participant=soon, reason="A claim", review_on=ago(-9), by=sara, at=sara.now())
    page = text(cast.client("sara"), f"{HOME}retention/")
    assert over.reference in page
    assert "Listed for approval" in page
    assert soon.reference in page
    assert "Legal hold" in page
    assert later.reference not in page or (ago(0) - ago(30)).days >= 28


def test_a_basis_is_recorded_from_people_kept_apart_and_ended(cast: Cast) -> None:
    second = another(cast)
    refer(cast)
    apart = refer_to(cast, second)
    sara = cast.client("sara")
    page = text(sara, f"{HOME}kept-apart/")
    assert apart.reference in page
    chosen = f"?from={cast.contract.code}&to={second.code}"
    assert chosen.replace("&", "&amp;") in page
    assert "selected" in text(sara, f"{HOME}sharing/new/{chosen}")
    sent = {
        "from_contract": cast.contract.code,
        "to_contract": second.code,
        "basis": "sharing_agreement",
        "agreement": "DSA 12",
        "starts_on": ago(0),
        "ends_on": "",
    }
    assert sara.post(f"{HOME}sharing/new/", {**sent, "to_contract": cast.contract.code}).status_code == 422
    assert sara.post(f"{HOME}sharing/new/", sent).status_code == 302
    assert "DSA 12" in text(sara, f"{HOME}sharing/")
    with looking_as(cast.sara):
        basis = SharingBasis.objects.get()
    assert sara.post(f"{HOME}sharing/{basis.pk}/end/", {"ends_on": ago(5)}).status_code == 422
    assert sara.post(f"{HOME}sharing/{basis.pk}/end/", {"ends_on": ago(0)}).status_code == 302


def test_it_stands_on_the_workspace_page(cast: Cast) -> None:
    assert reverse("data_protection") == "/data-protection/"
    assert "/serco/data-protection/" in text(cast.client("sara"), "/serco/workspace/")
    assert "/serco/data-protection/" not in text(cast.client("priya"), "/serco/workspace/")
