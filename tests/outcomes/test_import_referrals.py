"""Referrals from an export of the commissioner's portal: submitted once, and received when it says."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from outcomes.actions import import_run as runs
from outcomes.models import ImportLine, ImportRun
from participants.models import ContactDetails, Health, Identity, Participant
from partners.models import AuditEntry, DomainEvent, OutboxItem
from partners.outbox import work_off
from partners.viewer import LONDON
from programmes.models import Standard, SupplyAgreement
from referrals.actions import referral as actions
from referrals.inbox import to_answer
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, as_xlsx, checked, imported, outcomes, said, sent
from tests.participants.people import ago
from tests.referrals.people import refer

HEADER = (
    *(
        "PRaP ID",
        "Referral date",
        "Referral time",
        "Forename",
        "Surname",
        "DOB",
        "NINO",
        "Mobile",
        "Postcode",
    ),
    *("Employment status", "Concerns"),
)
JOBCENTRE = "jobcentre-plus-hackney"


def row(key: str, days: int = 3, given: str = "Zola", **more: Any) -> list[Any]:
    said = {"time": "14:05", "family": "Okafor", "born": "17/05/1990", "number": "", "phone": "", **more}
    who = [given, said["family"], said["born"], said["number"], said["phone"], "E8 1EA"]
    return [
        key,
        ago(days),
        said["time"],
        *who,
        said.get("work", "unemployed"),
        said.get("concern", "own health"),
    ]


def found(cast: Cast) -> list[Referral]:
    with looking_as(cast.system()):
        return list(Referral.objects.select_related("participant", "contract").order_by("external_reference"))


def counts(cast: Cast) -> list[int]:
    with looking_as(cast.system()):
        models: tuple[Any, ...] = (Referral, Participant, ContactDetails, Identity, Health)
        return [model.objects.count() for model in models]


def test_each_row_submits_a_referral_received_when_the_portal_says(cast: Cast) -> None:
    rows = [
        row("P-1", number="QQ123456C", phone="07700 900123"),
        row("P-2", given="Eve", work="", days=1),
        row("P-3", given="Tom", work="employed", days=0, time=""),
    ]
    run = imported(cast, "referrals", as_csv(HEADER, *rows), by="cleo")
    assert said(cast, run) == [
        (2, "new", "Offered to a provider."),
        (3, "new", "More information needed."),
        (4, "new", "Not eligible."),
    ]
    first, second, third = found(cast)
    assert (first.channel, first.status, first.received_on) == ("portal", "allocated", ago(3))
    assert first.received_at == datetime.combine(ago(3), time(14, 5), LONDON)
    assert {one.organisation_id for one in (first, second, third)} == {cast.organisation(JOBCENTRE)}
    assert third.received_on == ago(0)
    with looking_as(cast.system()) as system:
        assert third.received_at <= system.now()
        details = ContactDetails.objects.get(participant=first.participant)
        assert (details.phone, details.postcode) == ("+447700900123", "E8 1EA")
        assert Identity.objects.filter(participant=first.participant).exists()
        event = DomainEvent.objects.get(kind="referral.received", subject_id=first.pk)
    assert (event.by_user_id, event.on) == (cast.users["cleo"].pk, ago(3))
    # Its referrer follows it like any other of its own.
    page = cast.client("jon").get("/serco/referrals/").content.decode()
    assert first.reference in page


def test_the_acknowledgement_counts_from_the_portal_and_not_from_the_import(cast: Cast) -> None:
    with looking_as(cast.system()):
        Standard.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            code="acknowledgement",
            sentence="Within 2 days.",
            limit=2,
            unit="days",
            source="test",
        )
    refer(cast, given_name="Ola", family_name="Frame", number="")
    imported(cast, "referrals", as_csv(HEADER, row("P-1", days=3)), by="cleo")
    clocks = {}
    for provider in (cast.ada, cast.ivo, cast.ola):
        with looking_as(provider):
            waiting = to_answer(provider)
            # Who waited longest is first, whenever the file was loaded.
            assert waiting == sorted(waiting, key=lambda one: -one.clock.day)
            clocks.update({one.offer.referral.channel: one.clock for one in waiting})
    assert (clocks["form"].words, clocks["portal"].words) == ("day 0 of 2", "day 3 of 2")
    assert (clocks["portal"].is_late, clocks["portal"].due_on) == (True, ago(1))


def test_what_the_portal_said_days_ago_fills_gaps_and_replaces_nothing_that_is_known(cast: Cast) -> None:
    known = refer(cast, "hana", number="QQ123456C", phone="07700 900900", email="")
    content = as_csv(
        (*HEADER, "E-mail"), [*row("P-1", number="QQ123456C", phone="07700 900123"), "z@example.org"]
    )
    imported(cast, "referrals", content, by="cleo")
    with looking_as(cast.system()):
        details = ContactDetails.objects.get(participant=known.participant_id)
    assert (details.phone, details.email) == ("+447700900900", "z@example.org")


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    rows = [
        row("P-1", number="QQ123456C"),
        row("P-2", given="Eve", time=""),
        row("P-3", given="Tom", days=0, time=""),
    ]
    imported(cast, "referrals", as_xlsx(HEADER, *rows), by="cleo")
    before = counts(cast)
    again = checked(cast, "referrals", as_csv(HEADER, *rows), by="priya")
    assert again.counts == {"same": 3}
    with looking_as(cast.priya) as priya, pytest.raises(runs.NothingToDo):
        runs.start(run=again, mode="good", by=priya, at=priya.now())
    assert counts(cast) == before


def test_what_was_withdrawn_or_referred_on_another_day_is_left(cast: Cast) -> None:
    imported(cast, "referrals", as_csv(HEADER, row("P-1"), row("P-2", given="Eve")), by="cleo")
    withdrawn = found(cast)[0]
    with looking_as(cast.jon) as jon:
        actions.withdraw(referral=withdrawn, by=jon, at=jon.now())
    run = checked(cast, "referrals", as_csv(HEADER, row("P-1"), row("P-2", given="Eve", days=4)), by="cleo")
    assert [one[1:] for one in said(cast, run)] == [
        ("left", "Withdrawn here, not brought back."),
        ("left", "Referred here on another day. An import changes nothing of a referral that is here."),
    ]


def test_what_the_action_refuses_is_said_by_the_column(cast: Cast) -> None:
    header = (*HEADER, "Contact details withheld")
    tomorrow = row("P-1", days=-1)
    run = checked(
        cast,
        "referrals",
        as_csv(
            header,
            [*tomorrow, ""],
            [*row("P-2", number="AB12"), ""],
            [*row("P-3", phone="07700 900123"), "yes"],
            [*row("P-4", days=2_000), ""],
            [*row("", given=""), ""],
            [*row("P-6", concern="debt"), ""],
            [*row("P-7"), ""],
            [*row("P-7", given="Eve"), ""],
        ),
        by="cleo",
    )
    words = [one[2] for one in said(cast, run)]
    assert words[0] == "The moment of the referral cannot be in the future."
    assert words[1].startswith("National Insurance number: Enter a National Insurance number in the form")
    assert words[2].startswith("Postcode: Leave this out")
    assert "Telephone: Leave this out" in words[2]
    assert words[3] == "This contract does not take referrals today."
    assert words[4] == "Portal referral id is empty. Fill it in. Given name is empty. Fill it in."
    assert words[5].startswith("Concerns is not known here. Write one of: own health, partner health,")
    assert words[7] == "Line 8 has the same row key and says something else."
    assert outcomes(cast, run) == ["error"] * 6 + ["new", "error"]
    assert found(cast) == []


def test_one_person_who_was_referred_twice_is_one_person(cast: Cast) -> None:
    refer(cast, number="QQ123456C")
    run = imported(cast, "referrals", as_csv(HEADER, row("P-1", number="QQ123456C")), by="cleo")
    assert said(cast, run) == [(2, "new", "Offered to a provider.")]
    assert counts(cast)[:2] == [2, 1]


def test_the_database_takes_a_referral_of_the_portal_once(cast: Cast) -> None:
    imported(cast, "referrals", as_csv(HEADER, row("P-1")), by="cleo")
    with looking_as(cast.jon) as jon:
        sent_again = actions.SentReferral(
            given_name="Eve", family_name="Frame", born_on=ago(9_000), external_reference="P-1"
        )
        with pytest.raises(IntegrityError, match="portal_once"):
            actions.submit(contract=cast.contract, sent=sent_again, channel="portal", by=jon, at=jon.now())


def test_whose_referrals_they_are_has_to_be_said(cast: Cast) -> None:
    client = cast.client("cleo")
    page = client.get("/serco/imports/new/").content.decode()
    assert "Jobcentre Plus Hackney" in page
    assert "Self-referral" not in page
    about = {"kind": "referrals", "contract": "inspiring-families"}

    def post(**more: str) -> Any:
        upload = SimpleUploadedFile("prap.csv", as_csv(HEADER, row("P-1")), "text/csv")
        return client.post("/serco/imports/new/", {**about, **more, "file": upload})

    answer = post(referrer="none")
    assert answer.status_code == 422
    assert "Choose who made the referrals." in answer.content.decode()
    assert post(referrer="dwp").status_code == 422
    assert post(referrer="self-referral").status_code == 422
    address = post(referrer=JOBCENTRE)["Location"]
    assert '<option value="PRaP ID" selected>' in client.get(address).content.decode()
    assert "Who made the referrals" not in cast.client("frank").get("/serco/imports/new/").content.decode()
    with looking_as(cast.cleo) as cleo, pytest.raises(runs.ReferrerMissing):
        runs.send(
            contract=cast.contract,
            kind="referrals",
            content=as_csv(HEADER, row("P-1")),
            referrer=cast.organisations["dwp"],
            by=cleo,
            at=cleo.now(),
        )


def test_referrals_are_written_one_by_one_and_the_page_says_why(cast: Cast) -> None:
    run = checked(cast, "referrals", as_csv(HEADER, row("P-1"), row("P-2", given="Eve")), by="cleo")
    with looking_as(cast.cleo) as cleo, pytest.raises(runs.OneByOne):
        runs.start(run=run, mode="whole", by=cleo, at=cleo.now())
    client, address = cast.client("cleo"), f"/serco/imports/{run.pk}/"
    page = client.get(address).content.decode()
    assert "All or nothing" not in page
    assert "Each referral is written by itself" in page
    assert client.post(address, {"mode": "whole"}).status_code == 422
    assert client.post(address, {"mode": "good"}).status_code == 302


def test_the_page_says_where_places_run_out_in_the_middle_of_the_file(cast: Cast) -> None:
    rows = [row(f"P-{number}", given=f"Zola {number}") for number in range(3)]
    run = checked(cast, "referrals", as_csv(HEADER, *rows, row("P-9", work="employed")), by="cleo")
    page = f"/serco/imports/{run.pk}/"
    roomy = cast.client("cleo").get(page).content.decode()
    assert "3 would be offered to a provider." in roomy
    assert "waits for a place" not in roomy
    with looking_as(cast.system()):
        SupplyAgreement.objects.exclude(organisation=cast.organisation("renaisi")).update(capacity=0)
        SupplyAgreement.objects.filter(organisation=cast.organisation("renaisi")).update(capacity=2)
    crowded = cast.client("cleo").get(page).content.decode()
    assert "room for 2 more people: whoever comes after them in the file waits for a place." in crowded
    with looking_as(cast.cleo) as cleo:
        runs.start(run=run, mode="good", by=cleo, at=cleo.now())
    work_off()
    assert [says for _, _, says in said(cast, run)] == [
        *("Offered to a provider.", "Offered to a provider.", "Eligible, waiting for a place."),
        "Not eligible.",
    ]


def test_who_they_are_stands_in_the_sealed_file_alone_until_they_are_referred(cast: Cast) -> None:
    run = sent(cast, "referrals", as_csv(HEADER, row("P-1", given="Zebedee", number="QQ123456C")), by="cleo")
    [path] = Path(settings.FILES).rglob(run.stored_as)
    assert b"Zebedee" not in path.read_bytes()
    assert run.expires_on <= ago(0) + timedelta(days=8)
    run = imported(
        cast, "referrals", as_csv(HEADER, row("P-2", given="Zebedee", number="QQ123456C")), by="cleo"
    )
    with looking_as(cast.system()):
        models: tuple[Any, ...] = (ImportRun, ImportLine, OutboxItem, DomainEvent, AuditEntry)
        written = "".join(str(one) for model in models for one in model.objects.values_list())
    assert "Zebedee" not in written
    assert "123456" not in written
