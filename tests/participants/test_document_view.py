"""Documents in the browser: added by a form, listed, downloaded as attachments, removed and brought back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from participants.models import Document, Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, keep, new_person

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"


def address(person: Participant, rest: str = "") -> str:
    return f"/serco/participants/{person.reference}/documents/{rest}"


def link_to(document: Document, rest: str = "") -> str:
    return f"/serco/documents/{document.pk}/{rest}"


def send(client: Client, person: Participant, content: bytes = PDF, **typed: Any) -> Any:
    sent = {"contract": "inspiring-families", "kind": "cv", "title": "", **typed}
    return client.post(
        address(person, "new/"),
        {**sent, "file": SimpleUploadedFile("Amina Okafor CV.pdf", content)},
        follow=True,
    )


def test_what_is_added_is_listed_and_comes_back_as_it_was(cast: Cast) -> None:
    person, ada = new_person(cast), cast.client("ada")
    page = send(ada, person, title="CV of March").content.decode()
    assert "Document added." in page
    with looking_as(cast.ada):
        document = Document.objects.get()
    link = link_to(document)
    assert f'href="{link}"' in page
    for name in ("ada", "col", "priya"):
        answer = cast.client(name).get(link)
        assert answer.content == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="cv-of-march.pdf"'
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"


def test_every_download_is_in_the_audit(cast: Cast) -> None:
    person = new_person(cast)
    document = keep(cast, person, cast.ada)
    cast.client("priya").get(link_to(document))
    with looking_as(cast.sara):
        entry = AuditEntry.objects.get(kind="participant.document")
    assert (entry.act, entry.participant_id, entry.subject_id) == ("export", person.pk, document.pk)
    assert entry.by_user_id == cast.priya.user_id


@pytest.mark.parametrize(
    ("content", "typed", "field", "sentence"),
    [
        (b"MZ\x90\x00\x03", {}, "file", "not of a kind that can be kept"),
        (b"%PDF-1.7 /JavaScript ", {}, "file", "The PDF contains a program"),
        (b"", {}, "file", "The file is empty"),
        (PDF, {"kind": ""}, "kind", "Choose an answer for “Kind”"),
        (PDF, {"title": "x" * 121}, "title", "120"),
        (PDF, {"contract": "another"}, "contract", "another"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    cast: Cast, content: bytes, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = send(cast.client("ada"), new_person(cast), content, **typed)
    assert page.status_code == 422
    assert sentence in page.context["form"].errors[field][0]
    assert escape(page.context["form"].errors[field][0]) in page.content.decode()
    with looking_as(cast.ada):
        assert not Document.objects.exists()


def test_a_file_is_asked_for_by_its_label(cast: Cast) -> None:
    person = new_person(cast)
    page = cast.client("ada").post(address(person, "new/"), {"contract": "inspiring-families", "kind": "cv"})
    assert page.context["form"].errors == {"file": ["Choose a file for “File”"]}


def test_a_file_that_is_too_large_is_refused_in_words(cast: Cast, settings: Any) -> None:
    settings.LARGEST_UPLOAD = 1000
    page = send(cast.client("ada"), new_person(cast), PDF + b" " * 1000)
    assert "too large" in page.context["form"].errors["file"][0]


def test_what_is_removed_is_gone_for_everybody_and_can_be_brought_back_today(cast: Cast) -> None:
    person, ada = new_person(cast), cast.client("ada")
    document = keep(cast, person, cast.ada, title="Somebody else's letter")
    remove, back = (link_to(document, step) for step in ("remove/", "bring-back/"))
    assert "Somebody else" in ada.get(remove).content.decode()
    assert ada.post(remove, {"reason": ""}).status_code == 422
    page = ada.post(remove, {"reason": "wrong_person"}, follow=True).content.decode()
    assert "until the end of today" in page
    assert f'action="{back}"' in page
    assert ada.get(link_to(document)).status_code == 404
    listed = cast.client("priya").get(address(person)).content.decode()
    assert "Somebody else" not in listed
    timeline = cast.client("priya").get(f"/serco/participants/{person.reference}/").content.decode()
    assert "Document removed: Letter" in timeline
    assert "It belongs to somebody else" in timeline
    assert "Somebody else&#x27;s letter" not in timeline
    assert "Document brought back." in ada.post(back, follow=True).content.decode()
    assert ada.get(link_to(document)).status_code == 200
    assert "can be brought back" in ada.post(back, follow=True).content.decode()


def test_whoever_held_the_person_sees_that_it_was_added_but_not_what_it_says(cast: Cast) -> None:
    person = new_person(cast, since=30)
    document = keep(cast, person, cast.ada, at=cast.ada.now() - timedelta(days=10))
    with looking_as(cast.system()):
        person.assignments.update(ends_on=ago(5))
    hold(cast, person, provider="i2i", adviser="ivo", since=4)
    ada, ivo = cast.client("ada"), cast.client("ivo")
    page = ada.get(address(person)).content.decode()
    assert "Invitation" in page
    assert "Not shown to you" in page
    assert ada.get(link_to(document)).status_code == 404
    assert ada.get(address(person, "new/")).status_code == 404
    assert ada.get(link_to(document, "remove/")).status_code == 404
    page = ivo.get(address(person)).content.decode()
    assert "Another provider" in page
    assert ivo.get(link_to(document)).status_code == 200
    assert ivo.get(link_to(document, "remove/")).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("ivo", 404), ("hana", 404), ("dee", 404), ("sam", 404), ("frank", 403)]
)
def test_others_do_not_find_it(cast: Cast, name: str, status: int) -> None:
    person = new_person(cast)
    document = keep(cast, person, cast.ada)
    client = cast.client(name)
    for where in (address(person), link_to(document)):
        assert client.get(where).status_code == status


def test_the_prime_reads_and_does_not_write(cast: Cast) -> None:
    person = new_person(cast)
    document = keep(cast, person, cast.ada)
    priya = cast.client("priya")
    page = priya.get(address(person)).content.decode()
    assert "Add a document" not in page
    assert "Remove" not in page
    for where in (address(person, "new/"), link_to(document, "remove/"), link_to(document, "bring-back/")):
        assert priya.post(where).status_code == 404
