"""Whether a referred person is known: joined with who they were before, or kept apart, and on what ground."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from participants import sharing
from participants.actions import person, restriction
from participants.models import Participant
from partners import events
from partners.acting import action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import Contract
from referrals.actions.allocation import LIVE, open_leads, still_working
from referrals.actions.sending import Checked
from referrals.models import Match, Referral

Ground = Match.Ground


def meet(
    entry: Checked, *, contract: Contract, channel: str, by: Viewer, at: datetime
) -> tuple[Participant, Match | None]:
    """The person, taken in or known, and the match to be kept: with the same person, or with one kept apart."""
    circle = sharing.around(contract, london_date(at))
    # Whom the public page brought may be anybody: they neither stand in for the person known nor beside them.
    known, basis = person.find_known(
        **who(entry, by), people=circle.people().exclude(pk__in=unproven().values("pk"))
    )
    if known is None or (channel == Referral.Channel.SELF and basis != Match.Basis.NUMBER):
        # Sent twice, it is one person, while they are open on the contract.
        again, by_what = person.find_known(**who(entry, by), people=unproven().filter(open_on(contract)))
        known, basis = (again, by_what) if again else (known, basis)
    # Whoever knows a name and a birthday could carry somebody's history to another provider.
    is_proven = channel != Referral.Channel.SELF or basis == Match.Basis.NUMBER
    if known is not None and (is_proven or is_here(known, contract)):
        return known, join(known, basis, entry, circle=circle, channel=channel, by=by, at=at)
    number = entry.number or None
    holder = person.holders_of(number, by.tenant_id, circle.people()).first() if number else None
    elsewhere, known_by = person.find_known(**who(entry, by), people=circle.others())
    taken_in = person.take_in(
        given_name=entry.sent.given_name,
        family_name=entry.sent.family_name,
        born_on=entry.sent.born_on,
        contact_details=entry.contact_details,
        by=by,
        at=at,
        people=circle.people(),
        **said(entry),
    )
    if known is not None:
        return taken_in, match_with(known, basis, Ground.NOT_PROVEN, by)
    if holder is not None:
        return taken_in, match_with(holder, Match.Basis.NUMBER, Ground.NOT_THE_SAME, by)
    return taken_in, match_with(elsewhere, known_by, Ground.NO_BASIS, by) if elsewhere else None


def join(
    known: Participant,
    basis: str,
    entry: Checked,
    *,
    circle: sharing.Circle,
    channel: str,
    by: Viewer,
    at: datetime,
) -> Match:
    """Take the referred person for one who is known, and add what was newly said of them."""
    # Anybody can fill in the public page, and a name is not proof: neither may redirect a person's letters, nor
    # the public page give somebody a number. What it says of a family stays with the decision's facts.
    is_public = channel == Referral.Channel.SELF
    is_trusted = basis == Match.Basis.NUMBER and not is_public
    ground, shared = circle.ground(known)
    if not is_public:
        details = entry.contact_details if is_trusted else {}
        if channel == Referral.Channel.PORTAL:  # said some time ago: what is known here may be newer
            details = person.not_yet_known(known, details)
        person.add_to(known, contact_details=details, by=by, at=at, people=circle.people(), **said(entry))
    match = match_with(known, basis, ground, by)
    match.sharing_basis, match.on_this_contract = shared, is_here(known, circle.contract)
    return match


def who(entry: Checked, by: Viewer) -> dict[str, Any]:
    """By what a person is known again."""
    return {
        "tenant_id": by.tenant_id,
        "number": entry.number or None,
        "given_name": entry.sent.given_name,
        "family_name": entry.sent.family_name,
        "born_on": entry.sent.born_on,
    }


def said(entry: Checked) -> dict[str, Any]:
    """What was said of the person besides."""
    return {"number": entry.number or None, "health": entry.health, "concerns": entry.concerns}


def match_with(participant: Participant, basis: str, ground: str, by: Viewer) -> Match:
    """A match that is still to be kept."""
    return Match(
        tenant_id=by.tenant_id, participant=participant, basis=basis, ground=ground, on_this_contract=False
    )


@action
def keep(*, match: Match, referral: Referral, by: Viewer, at: datetime) -> Match:
    """Keep the match of a referral, with the ground as a fact that only the workspace reads: never the referrer.

    A restriction follows whoever was kept apart.
    """
    match.referral = referral
    match.save(force_insert=True)
    events.record(
        "referral.matched",
        match,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=match.participant_id,
        referral=referral.pk,
        contract=referral.contract_id,
        known_by=match.basis,
        ground=match.ground,
        sharing_basis=match.sharing_basis_id,
    )
    if match.ground in Match.KEPT_APART:
        assert referral.participant is not None
        restriction.follow(participant=referral.participant, other=match.participant, by=by, at=at)
    return match


def open_on(contract: Contract) -> Q:
    """The condition for participants with whom a provider works on the contract, or who wait there to be."""
    waiting = Referral.objects.filter(contract=contract, status__in=LIVE)
    held = still_working(open_leads(contract))
    return Q(pk__in=waiting.values("participant")) | Q(pk__in=held.values("participant"))


def unproven() -> QuerySet[Participant]:
    """Whoever was taken in by the public page, and may be somebody known."""
    taken_in = Match.objects.filter(ground=Ground.NOT_PROVEN).values("referral__participant")
    return Participant.objects.filter(pk__in=taken_in).order_by("pk")


def is_here(participant: Participant, contract: Contract) -> bool:
    """Whether the person is open on this contract, so that a referral starts nothing new."""
    return Participant.objects.filter(open_on(contract), pk=participant.pk).exists()


def kept_apart_from(participant: Participant) -> QuerySet[Participant]:
    """Whoever may be the same person, on whichever side of the match; the erased are nobody any more."""
    apart = Match.objects.filter(ground__in=Match.KEPT_APART)
    taken_in = apart.filter(participant=participant).values("referral__participant")
    known = apart.filter(referral__participant=participant).values("participant")
    others = Participant.objects.filter(Q(pk__in=taken_in) | Q(pk__in=known), erasures=None)
    return others.order_by("pk")


def restrict_alike(event: DomainEvent, by: Viewer) -> None:
    """Subscriber: whoever is kept apart from somebody who was restricted is restricted to the same level.

    Not so somebody known, where the other was brought by the public page or by a number that may be mistyped: anybody
    could have somebody else hidden from those who work with them.
    """
    assert event.participant_id is not None
    restricted = Participant.objects.get(pk=event.participant_id)
    doubtful = Match.objects.filter(referral__participant=restricted).exclude(ground=Ground.NO_BASIS)
    for other in kept_apart_from(restricted).exclude(pk__in=doubtful.values("participant")):
        restriction.follow(participant=other, other=restricted, by=by, at=event.at)


def referred_to(contracts: Iterable[UUID]) -> Q:
    """Whoever was referred to one of the contracts: for participants.sharing."""
    return Q(Exists(Referral.objects.filter(participant=OuterRef("pk"), contract__in=contracts)))
