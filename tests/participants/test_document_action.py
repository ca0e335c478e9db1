"""A document is kept for somebody held today, goes with a reason, and comes back on the same day only."""

from datetime import datetime, time, timedelta

import pytest

from participants.actions import document as documents
from participants.actions.holding import NotHeld
from participants.models import Document
from partners import files
from partners.models import DomainEvent
from partners.viewer import LONDON
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, keep, new_person


def test_a_document_is_kept_sealed_and_its_event_says_no_word_of_it(cast: Cast) -> None:
    kept = keep(cast, new_person(cast), cast.ada, title="Letter to Amina's landlord")
    with looking_as(cast.ada) as ada:
        found = Document.objects.get()
        assert (found.organisation_id, found.added_by_id, found.added_on) == (
            ada.organisation_id,
            ada.user_id,
            ago(0),
        )
        assert (found.size, found.sha256[:8]) == (10, "ab25bb93")
        event = DomainEvent.objects.get()
    assert files.read(kept.stored_as, tenant_id=cast.serco.pk) == b"Dear Amina"
    assert (event.kind, event.subject_id) == ("document.added", kept.pk)
    assert event.facts == {"contract": str(cast.contract.pk), "document_kind": "letter"}


def test_without_a_title_it_is_called_by_its_kind(cast: Cast) -> None:
    assert keep(cast, new_person(cast), cast.ada, title="", kind="cv").title == "CV"


def test_nobody_adds_to_whom_they_do_not_hold(cast: Cast) -> None:
    person = new_person(cast, since=30, until=10)
    with pytest.raises(NotHeld):
        keep(cast, person, cast.ada)
    assert list(files.names(cast.serco.pk)) == []


def test_what_was_removed_by_mistake_comes_back_on_the_same_day(cast: Cast) -> None:
    document = keep(cast, new_person(cast), cast.ada)
    with looking_as(cast.col) as col:
        documents.remove(document=document, reason="mistake", by=col, at=col.now())
        with pytest.raises(documents.AlreadyRemoved):
            documents.remove(document=document, reason="mistake", by=col, at=col.now())
        removed = Document.objects.get()
        assert (removed.removed_by_id, removed.removal_reason) == (col.user_id, "mistake")
        documents.bring_back(document=document, by=col, at=col.now())
        with pytest.raises(documents.NotRemovedToday):
            documents.bring_back(document=document, by=col, at=col.now())
        back = Document.objects.get()
        assert (back.removed_at, back.removed_by_id, back.removal_reason) == (None, None, "")
        kinds = DomainEvent.objects.order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["document.added", "document.removed", "document.brought_back"]


def test_the_day_after_it_is_gone(cast: Cast) -> None:
    document = keep(cast, new_person(cast), cast.ada)
    late = datetime.combine(ago(1), time(23, 59), LONDON)
    with looking_as(cast.ada) as ada:
        documents.remove(document=document, reason="withdrawn", by=ada, at=late)
        with pytest.raises(documents.NotRemovedToday):
            documents.bring_back(document=document, by=ada, at=late + timedelta(minutes=2))


def test_the_store_keeps_what_is_there_or_was_removed_today(cast: Cast) -> None:
    person = new_person(cast)
    there, today, before = (keep(cast, person, cast.ada) for _ in range(3))
    with looking_as(cast.ada) as ada:
        documents.remove(document=today, reason="mistake", by=ada, at=ada.now())
        documents.remove(document=before, reason="mistake", by=ada, at=ada.now() - timedelta(days=1))
    with looking_as(cast.system()) as system:
        assert set(documents.files_in_use(system)) == {there.stored_as, today.stored_as}


def test_the_next_holder_sees_all_of_the_contract_and_the_last_one_its_own_time(cast: Cast) -> None:
    person = new_person(cast, since=30)
    keep(cast, person, cast.ada, title="Then", at=cast.ada.now() - timedelta(days=10))
    with looking_as(cast.system()):
        person.assignments.update(ends_on=ago(5))
    hold(cast, person, provider="i2i", adviser="ivo", since=4)
    keep(cast, person, cast.ivo, title="Now")
    seen = {}
    for name in ("priya", "ivo", "ada", "ola", "hana", "dee", "sam"):
        with looking_as(getattr(cast, name)):
            seen[name] = set(Document.objects.values_list("title", flat=True))
    nobody_else: dict[str, set[str]] = {name: set() for name in ("ola", "hana", "dee", "sam")}
    assert seen == {"priya": {"Then", "Now"}, "ivo": {"Then", "Now"}, "ada": {"Then"}, **nobody_else}
