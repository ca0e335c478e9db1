"""A copy holds everything about one person, in words, without staff's names, other people or what was withheld."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from participants import copies, letter, records
from participants.actions import legal_hold, subject_copy, subject_request
from participants.models import Participant, SectionReview, SubjectCopy, SubjectRequest
from partners import files, outbox
from partners.models import DomainEvent, OutboxItem, Tenant
from programmes.models import RetentionRule
from tests.cast import Cast, looking_as
from tests.participants.canary import canary
from tests.participants.people import new_person
from tests.programmes.privacy import state


def asked(cast: Cast, person: Participant, kind: str = "access") -> SubjectRequest:
    with looking_as(cast.sara) as sara:
        return subject_request.open_request(
            participant=person, kind=kind, received_on=sara.today, note="", by=sara, at=sara.now()
        )


def look_through(cast: Cast, request: SubjectRequest, **withheld: str) -> None:
    with looking_as(cast.system()):
        waiting = subject_copy.waiting_for_review(request)
    with looking_as(cast.sara) as sara:
        for section in waiting:
            exemption = withheld.get(section.partition(".")[2], "")
            subject_copy.review(
                request=request,
                section=section,
                exemption=exemption,
                reason="It names who reported it" if exemption else "",
                by=sara,
                at=sara.now(),
            )


def found_in(cast: Cast, request: SubjectRequest) -> dict[str, Any]:
    with looking_as(cast.system()) as system:
        return copies.document(SubjectRequest.objects.get(pk=request.pk), system.now())


def sections(found: dict[str, Any]) -> dict[str, Any]:
    return {section["code"]: section for section in found["sections"]}


def test_everything_about_the_person_is_in_it(cast: Cast) -> None:
    person = canary(cast).participant
    found = found_in(cast, asked(cast, person))
    text = json.dumps(found)
    for words in (
        "Zolvina",
        "QQ987654A",
        "1 Canary Row",
        "Canary asthma",
        "Canary note",
        "Bakery of",
        "Canary threat",
    ):
        assert words in text
    with looking_as(cast.system()):
        counted = {
            model._meta.label_lower: count
            for model, count in records.counts(person.pk).items()
            if count and not records.of(model).left_out
        }
    assert {code: len(section["rows"]) for code, section in sections(found).items()} == counted
    contact = sections(found)["participants.contact"]
    assert contact["meaning"] == "One contact with a participant, or an attempt at one."
    assert contact["fields"]["channel"]["codes"]["phone"] == "Phone"


def test_staff_appear_by_role_and_organisation_and_codes_of_the_system_not_at_all(cast: Cast) -> None:
    found = found_in(cast, asked(cast, canary(cast).participant))
    text = json.dumps(found)
    assert sections(found)["participants.contact"]["rows"][0]["adviser"] == "Adviser, Renaisi"
    for user in cast.users.values():
        assert str(user.pk) not in text
        assert user.email not in text
    for hidden in ("blind_index", "sealed", "stored_as", "digest"):
        assert f'"{hidden}' not in text


def test_nobody_elses_rows_are_in_it(cast: Cast) -> None:
    other = new_person(cast, given="Other", family="Somebody")
    text = json.dumps(found_in(cast, asked(cast, canary(cast).participant)))
    assert str(other.pk) not in text
    assert other.reference not in text


def test_it_says_who_is_responsible_and_where_that_is_not_stated(cast: Cast) -> None:
    request = asked(cast, new_person(cast))
    [contract] = found_in(cast, request)["contracts"]
    assert contract["stated"] is False
    state(cast, cast.contract, "dwp")
    [contract] = found_in(cast, request)["contracts"]
    assert contract["who"] == ["DWP: controller"]


def test_no_copy_is_made_before_every_sensitive_section_was_looked_through(cast: Cast) -> None:
    request = asked(cast, canary(cast).participant)
    with pytest.raises(subject_copy.NotReviewed), looking_as(cast.sara) as sara:
        subject_copy.ask(request=request, by=sara, at=sara.now())
    look_through(cast, request)
    with looking_as(cast.sara) as sara:
        subject_copy.ask(request=request, by=sara, at=sara.now())
        with pytest.raises(subject_copy.BeingMade):
            subject_copy.ask(request=request, by=sara, at=sara.now())


def test_what_is_withheld_is_left_out_and_why_is_said_without_what(cast: Cast) -> None:
    request = asked(cast, canary(cast).participant)
    look_through(cast, request, restrictionreason="serious_harm")
    found = found_in(cast, request)
    text = json.dumps(found)
    assert "Canary threat" not in text
    assert "restrictionreason" not in text
    assert "restriction reason" not in text.lower()
    assert found["withheld"] == ["It would cause serious harm: Data Protection Act 2018 Schedule 3"]
    assert "who reported it" not in text


def test_withholding_needs_a_reason(cast: Cast) -> None:
    request = asked(cast, new_person(cast))
    with pytest.raises(subject_copy.WithoutReason), looking_as(cast.sara) as sara:
        subject_copy.review(
            request=request,
            section="participants.concern",
            exemption="others",
            reason="",
            by=sara,
            at=sara.now(),
        )
    with looking_as(cast.sara):
        assert not SectionReview.objects.exists()


def test_only_the_cleared_read_which_sections_there_are(cast: Cast) -> None:
    request = asked(cast, canary(cast).participant)
    look_through(cast, request)
    with looking_as(cast.priya):
        assert not SectionReview.objects.exists()
        assert not DomainEvent.objects.filter(kind="subject_copy.reviewed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_copy_which_holds_everything_is_there_for_the_cleared_alone(cast: Cast) -> None:
    copy = made(cast)
    with looking_as(cast.priya):
        assert not SubjectCopy.objects.exists()
    with looking_as(cast.sara):
        assert SubjectCopy.objects.filter(pk=copy.pk).exists()


def made(cast: Cast) -> SubjectCopy:
    request = asked(cast, canary(cast).participant)
    look_through(cast, request)
    with looking_as(cast.sara) as sara:
        copy = subject_copy.ask(request=request, by=sara, at=sara.now())
    outbox.work_off()
    with looking_as(cast.sara):
        return SubjectCopy.objects.get(pk=copy.pk)


@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_both_files_and_they_go_after_two_weeks(cast: Cast) -> None:
    copy = made(cast)
    assert copy.made_at is not None
    assert copy.expires_at == copy.made_at + timedelta(days=14)
    archive = zipfile.ZipFile(io.BytesIO(files.read(copy.data_stored_as, tenant_id=cast.serco.pk)))
    assert json.loads(archive.read("data.json"))["about"]["workspace"] == "Serco"
    assert [archive.read(name) for name in archive.namelist()[1:]] == [b"Dear Amina"]
    assert files.read(copy.letter_stored_as, tenant_id=cast.serco.pk).startswith(b"%PDF-1.7")
    Tenant.objects.filter(pk=cast.serco.pk).update(clock_offset=timedelta(days=15))
    later = type(cast.system()).system(cast.serco.pk, "test", timedelta(days=15))
    with looking_as(later):
        outbox.enqueue("expired_copies", later)
    outbox.work_off()
    with looking_as(cast.sara):
        gone = SubjectCopy.objects.get(pk=copy.pk)
        assert (gone.data_stored_as, gone.letter_stored_as) == ("", "")
        assert DomainEvent.objects.filter(kind="subject_copy.removed").count() == 1
    for name in (copy.data_stored_as, copy.letter_stored_as):
        with pytest.raises(files.NoSuchFile):
            files.read(name, tenant_id=cast.serco.pk)


def test_the_letter_is_in_plain_words() -> None:
    told = letter.told(
        {
            "about": {
                "workspace": "Serco",
                "participant": "PT-1111-11",
                "request": "DR-1111-11",
                "made_at": timezone.now().replace(2026, 3, 4, 12, 0).isoformat(),
                "law": "You have the right.",
            },
            "contracts": [],
            "withheld": [],
            "sections": [
                {
                    "label": "Contacts",
                    "meaning": "One contact.",
                    "fields": {
                        "channel": {"meaning": "Channel", "codes": {"phone": "Phone"}},
                        "minutes": "Minutes",
                    },
                    "rows": [
                        {
                            "id": "0191c0de-0000-7000-8000-000000000000",
                            "channel": "phone",
                            "minutes": None,
                            "told": {"by_hand": True, "on": "2026-03-04"},
                        }
                    ],
                }
            ],
        }
    )
    [[row]] = [section["rows"] for section in told["sections"]]
    assert row == [("Channel", "Phone"), ("Told", "by hand: Yes; on: 4 March 2026")]
    assert told["made_on"] == "4 March 2026, 12:00"


def test_a_hold_is_looked_through_like_what_is_sensitive(cast: Cast) -> None:
    person = new_person(cast)
    request = asked(cast, person)
    with looking_as(cast.sara) as sara:
        legal_hold.place(
            participant=person,
            reason="A claim",
            review_on=sara.today + timedelta(days=9),
            by=sara,
            at=sara.now(),
        )
    with looking_as(cast.system()):
        assert subject_copy.waiting_for_review(request) == ["participants.legalhold"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("weeks", "days"), [(1, 7), (4, 14)])
def test_a_shorter_rule_for_ephemeral_records_lets_go_of_a_copy_sooner(
    cast: Cast, weeks: int, days: int
) -> None:
    state(cast, cast.contract, "dwp")
    with looking_as(cast.system()):
        RetentionRule.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            records="ephemeral",
            length=weeks,
            unit="weeks",
            counted_from="made",
            source="test",
        )
    copy = made(cast)
    assert copy.made_at is not None
    assert copy.expires_at == copy.made_at + timedelta(days=days)
    page = cast.client("sara").get("/serco/data-protection/retention/").content.decode()
    assert "Copies to be let go of" in page
    with looking_as(cast.system()) as system:
        later = replace(system, clock_offset=timedelta(days=days, seconds=60))
        item = OutboxItem(tenant=cast.serco, consumer="expired_copies")
        subject_copy.let_go_of_expired(item, later)
        assert SubjectCopy.objects.get().removed_at is not None
        assert DomainEvent.objects.filter(kind="subject_copy.removed").count() == 1
