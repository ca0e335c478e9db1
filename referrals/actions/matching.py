"""Whether a referred person is known: joined with who they were before, or kept apart, and on what ground."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from participants import sharing
from participants.actions import person
from participants.models import Participant
from partners import events
from partners.acting import action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import Contract
from referrals.actions.allocation import LIVE, holding
from referrals.actions.sending import Checked
from referrals.models import Match, Referral

Ground = Match.Ground


def meet(
    entry: Checked, *, contract: Contract, channel: str, by: Viewer, at: datetime
) -> tuple[Participant, Match | None]:
    """The person, taken in or known, and the match to be kept: with the same person, or with one kept apart."""
    circle = sharing.around(contract, london_date(at))
    known, basis = person.find_known(**who(entry, by), people=circle.people())
    if known is not None:
        return known, join(known, basis, entry, circle=circle, channel=channel, by=by, at=at)
    number = entry.number or None
    holder = person.holders_of(number, by.tenant_id, circle.people()).first() if number else None
    elsewhere, basis = person.find_known(**who(entry, by), people=circle.others())
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
    if holder is not None:
        return taken_in, match_with(holder, Match.Basis.NUMBER, Ground.NOT_THE_SAME, by)
    return taken_in, match_with(elsewhere, basis, Ground.NO_BASIS, by) if elsewhere else None


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
    is_here = holding(known, circle.contract) is not None or is_waiting(known, circle.contract)
    if not is_public:
        details = entry.contact_details if is_trusted else {}
        person.add_to(known, contact_details=details, by=by, at=at, people=circle.people(), **said(entry))
    match = match_with(known, basis, ground, by)
    match.sharing_basis, match.on_this_contract = shared, is_here
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
    """Keep the match of a referral, with the ground as a fact that only the workspace reads: never the referrer."""
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
    return match


def is_waiting(participant: Participant, contract: Contract) -> bool:
    """Whether an earlier referral of the person to this contract is still open."""
    return Referral.objects.filter(participant=participant, contract=contract, status__in=LIVE).exists()


def referred_to(contracts: Iterable[UUID]) -> Q:
    """Whoever was referred to one of the contracts: for participants.sharing."""
    return Q(Exists(Referral.objects.filter(participant=OuterRef("pk"), contract__in=contracts)))
