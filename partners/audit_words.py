"""The audit in words. The apps above say what their pages are called and which reference a participant has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from partners import events
from partners.models import AuditEntry

Act = AuditEntry.Act
# Around the name of a page; {count} is how many were found or taken away.
SENTENCES: Final = {
    Act.LOOK: "Looked at {page}",
    Act.SEARCH: "Listed {page}: {count}",
    Act.EXPORT: "Downloaded {page}: {count}",
    Act.UNMASK: "Read {page} in full",
}
_pages: dict[str, str] = {"audit.list": "the audit", "participant.number": "the National Insurance number"}


@dataclass(frozen=True)
class People:
    """How a participant is found by a reference, and the references of many: as far as the viewer sees them."""

    id_of: Callable[[str], UUID | None]
    references: Callable[[Iterable[UUID]], dict[UUID, str]]


_people: list[People] = []


def say(pages: dict[str, str]) -> None:
    """Name pages, lists and files by their codes: "Looked at" and the like go before the words.

    Words that begin with a capital are a whole sentence.
    """
    _pages.update(pages)


def known_by(people: People) -> None:
    """Say who knows the participants' references."""
    _people[:] = [people]


def participant_of(reference: str) -> UUID | None:
    """The participant of that reference."""
    return next((people.id_of(reference) for people in _people), None)


def references_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The references of these participants."""
    return {pk: name for people in _people for pk, name in people.references(ids).items()}


def kinds() -> list[tuple[str, str]]:
    """Every kind of row there can be, with its words, in their order."""
    changes = {kind: plain(kind) for kind in events.KINDS}
    pages = {kind: words[:1].upper() + words[1:] for kind, words in _pages.items()}
    return sorted({**changes, **pages}.items(), key=lambda each: each[1])


def plain(kind: str) -> str:
    """The words of a code: contact.logged is Contact logged."""
    return kind.replace(".", " ").replace("_", " ").capitalize()


def purpose(entry: AuditEntry) -> str:
    """What it was done for; of a change, what its action does: participants.actions.contact.log is log contact."""
    app, _, action = entry.purpose.partition(".actions.")
    noun, _, verb = action.partition(".")
    return f"{verb} {noun}".replace("_", " ") if action else app


def sentence(entry: AuditEntry) -> str:
    """What was done."""
    if entry.act == Act.CHANGE:
        return plain(entry.kind)
    page = _pages.get(entry.kind) or plain(entry.kind).lower()
    if page[0].isupper():
        return page
    count = entry.facts.get("found", entry.facts.get("count", 0))
    return SENTENCES[Act(entry.act)].format(page=page, count=f"{count:,}")
