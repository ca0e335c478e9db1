"""A participant's own page: its link made, opened and ended, and what they send from it, which waits for an adviser."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib.auth.hashers import check_password, make_password

from participants.actions import contact_details, document
from participants.actions.holding import held
from participants.models import Contact, Document, Message, OwnPage, Participant, Rating, Restriction
from partners import events
from partners.acting import ActionError, action
from partners.uploads import Checked
from partners.viewer import Viewer, london_date
from programmes.models import Contract

BYTES, DIGITS = 16, 6
# After so many wrong numbers in a row the link opens nothing any more.
MOST_WRONG = 5
RATED_WITHIN = timedelta(days=14)
# So much may wait to be read: whoever finds an open page fills nobody's store.
MOST_WAITING = 20


class Made(NamedTuple):
    """A page, and the secret of its link, which is told this once."""

    page: OwnPage
    secret: str


class WeakNumber(ActionError):
    """A number that others would guess."""

    code = "weak_number"


class SetApart(ActionError):
    """Named people alone reach the person."""

    code = "set_apart"


class AlreadySeen(ActionError):
    """Somebody dealt with it before."""

    code = "already_seen"


class TooMany(ActionError):
    """Too much waits to be read."""

    code = "too_many"


class NothingToRate(ActionError):
    """Nobody spoke with them lately, or they rated it before."""

    code = "nothing_to_rate"


class NothingSaid(ActionError):
    """There is nothing in it."""

    code = "nothing_said"


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hexadecimal. It is long and random, so no salt."""
    return sha256(secret.encode()).hexdigest()


@action
def make(*, participant: Participant, contract: Contract, number: str, by: Viewer, at: datetime) -> Made:
    """A link to the person's own page, in the place of the one before it. number: six digits that they chose.

    Raises NotHeld, SetApart or WeakNumber.
    """
    assert by.organisation_id is not None
    assert by.user_id is not None
    _check_number(number, participant)
    if Restriction.objects.filter(participant=participant, lowered_at=None).exists():
        raise SetApart("There is no own page for somebody who is restricted: a link can be found by others.")
    secret = secrets.token_urlsafe(BYTES)
    page = OwnPage(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=by.organisation_id,
        digest=digest_of(secret),
        number=make_password(number),
        made_by_id=by.user_id,
        made_at=at,
    )
    held(page, london_date(at))
    OwnPage.objects.filter(participant=participant, contract=contract, ended_at=None).update(ended_at=at)
    page.save(force_insert=True)
    _tell("own_page.made", page, by, at)
    return Made(page, secret)


def _check_number(number: str, participant: Participant) -> None:
    """Refuse what somebody who knows the person, or nobody at all, would try first."""
    if len(number) != DIGITS or not (number.isascii() and number.isdecimal()):
        raise WeakNumber(f"The number has {DIGITS} digits.")
    steps = {int(after) - int(before) for before, after in pairwise(number)}
    born = {participant.born_on.strftime(order) for order in ("%d%m%y", "%m%d%y", "%y%m%d")}
    if len(steps) == 1 or number in born:
        raise WeakNumber("Choose digits that nobody guesses: no date of birth, no 111111, no 123456.")


@action
def end(*, page: OwnPage, by: Viewer, at: datetime) -> OwnPage:
    """End the link, so that it opens nothing any more; to end what has ended changes nothing."""
    page = OwnPage.objects.select_for_update(no_key=True).get(pk=page.pk)
    page.ended_at = page.ended_at or at
    page.save(update_fields=["ended_at"])
    _tell("own_page.ended", page, by, at)
    return page


@action
def enter(*, page: OwnPage, secret: str, number: str, by: Viewer, at: datetime) -> bool:
    """Whether link and number open the page. After MOST_WRONG wrong numbers in a row the link ends."""
    page = OwnPage.objects.select_for_update(no_key=True).get(pk=page.pk)
    is_link = page.ended_at is None and compare_digest(page.digest, digest_of(secret))
    is_right = is_link and check_password(number, page.number)
    if is_right:
        page.wrong, page.opened_at = 0, at
    elif is_link:
        page.wrong += 1
        page.ended_at = at if page.wrong >= MOST_WRONG else None
    page.save(update_fields=["wrong", "opened_at", "ended_at"])
    _tell("own_page.opened" if is_right else "own_page.refused", page, by, at)
    return is_right


@action
def send(
    *,
    page: OwnPage,
    words: str = "",
    phone: str = "",
    email: str = "",
    file: Checked | None = None,
    by: Viewer,
    at: datetime,
) -> Message:
    """What the participant sends: words, a phone number or e-mail in their one spelling, or a checked file, which is
    kept as evidence of work, called by the words. Raises NotHeld, NothingSaid or TooMany.
    """
    kind = Message.Kind.DOCUMENT if file else Message.Kind.DETAILS if phone or email else Message.Kind.WORDS
    if kind == Message.Kind.WORDS and not words:
        raise NothingSaid("Write something first.")
    message = Message(
        tenant_id=by.tenant_id,
        participant_id=page.participant_id,
        contract_id=page.contract_id,
        organisation_id=page.organisation_id,
        kind=kind,
        words=words,
        phone=phone,
        email=email,
        sent_at=at,
    )
    held(message, london_date(at))
    if Message.objects.filter(participant=page.participant_id, seen_at=None).count() >= MOST_WAITING:
        raise TooMany("Your adviser has not read what you sent before. Ring them, or try again later.")
    if file:
        case = {"participant": page.participant, "contract": page.contract}
        title = words or "Payslip"
        document.add(**case, kind=Document.Kind.WORK, title=title, file=file, by=by, at=at)
    message.save(force_insert=True)
    _tell("own_page.sent", message, by, at, message=kind)
    return message


def to_rate(page: OwnPage, today: date) -> Contact | None:
    """The last contact in which the page's provider spoke with them, while it may be rated: once, and within
    RATED_WITHIN of its day. Runs as the system: participants see no notes.
    """
    spoken = Contact.objects.filter(
        participant=page.participant_id,
        contract=page.contract_id,
        organisation=page.organisation_id,
        result=Contact.Result.ATTENDED,
    )
    last = spoken.order_by("-contacted_on", "-recorded_at").select_related("adviser").first()
    if last is None or last.contacted_on < today - RATED_WITHIN:
        return None
    return None if Rating.objects.filter(contact=last).exists() else last


@action
def rate(*, page: OwnPage, score: int, words: str, by: Viewer, at: datetime) -> Rating:
    """How the participant found the last contact, from Rating.LEAST to Rating.MOST. Raises NothingToRate."""
    Participant.objects.select_for_update(no_key=True).get(pk=page.participant_id)
    contact = to_rate(page, london_date(at))
    if contact is None:
        raise NothingToRate("There is nothing to rate just now. Thank you all the same.")
    rating = Rating(
        tenant_id=by.tenant_id,
        participant_id=page.participant_id,
        contract_id=page.contract_id,
        organisation_id=page.organisation_id,
        contact=contact,
        adviser_id=contact.adviser_id,
        channel=contact.channel,
        score=score,
        words=words,
        rated_at=at,
        rated_on=london_date(at),
    )
    rating.save(force_insert=True)
    _tell("own_page.rated", rating, by, at)
    return rating


@action
def see(*, message: Message, take: bool | None, by: Viewer, at: datetime) -> Message:
    """Say that it was read; of contact details whether they are taken over. Raises NotHeld or AlreadySeen."""
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    held(message, london_date(at))
    if message.seen_at is not None:
        raise AlreadySeen("A colleague has dealt with this already.")
    message.seen_at, message.seen_by_id = at, by.user_id
    if message.kind == Message.Kind.DETAILS:
        message.taken = bool(take)
        if take:
            new = {"phone": message.phone, "email": message.email}
            contact_details.take_newer(message.participant, new, at)
    message.save(update_fields=["seen_at", "seen_by", "taken"])
    _tell("own_page.seen", message, by, at, message=message.kind, taken=message.taken)
    return message


def _tell(kind: str, row: OwnPage | Message | Rating, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        row,
        by,
        at=at,
        participant_id=row.participant_id,
        organisation_id=row.organisation_id,
        contract=row.contract_id,
        **facts,
    )
