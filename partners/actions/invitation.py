"""Inviting a person into an organisation, and accepting the invitation."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from partners import events, outbox
from partners.acting import ActionError, action
from partners.actions.membership import check_role, hold_places, is_administration
from partners.locks import hold
from partners.models import DomainEvent, Invitation, Membership, Organisation, User
from partners.people import managers_of
from partners.viewer import Viewer, london_date


class AlreadyHere(ActionError):
    """The person has a place in the organisation."""

    code = "already_here"


class AlreadyInvited(ActionError):
    """The person was invited, and the invitation is neither accepted nor revoked."""

    code = "already_invited"


class NotOpen(ActionError):
    """The invitation was accepted, revoked or has expired."""

    code = "not_open"


class AnotherAddress(ActionError):
    """The invitation was sent to somebody else."""

    code = "another_address"


class NotByInvitation(ActionError):
    """What lets somebody give everything to everybody is given by another than the one who invites."""

    code = "not_by_invitation"


class HasAccount(ActionError):
    """The person has an account, which only they can use."""

    code = "has_account"


@action
def invite(*, organisation: Organisation, email: str, role: str, by: Viewer, at: datetime) -> Invitation:
    """Invite the owner of an e-mail address into an organisation; the e-mail follows with the outbox.

    Raises WrongRole, NotByInvitation, AlreadyHere or AlreadyInvited.
    """
    assert by.user_id is not None
    hold_places(by)
    address = email.strip().lower()
    check_role(role, organisation.kind)
    _check_invitable(role, organisation)
    invited = {"organisation": organisation, "email": address}
    if Invitation.objects.filter(**invited, accepted_at=None, revoked_at=None).exists():
        raise AlreadyInvited("This address has an invitation already. Send it again, or revoke it first.")
    _check_not_here(organisation, address, at)
    invitation = Invitation(
        tenant_id=by.tenant_id, **invited, role=role, invited_at=at, invited_by_id=by.user_id
    )
    invitation.save(force_insert=True)
    outbox.enqueue("send_invitation", by, invitation.pk)
    _tell("invitation.made", invitation, by, at, role=role)
    return invitation


@action
def send_again(*, invitation: Invitation, by: Viewer, at: datetime) -> Invitation:
    """Send an invitation once more, with a new link that is valid as long; the link before it ends. Raises NotOpen."""
    unanswered = _unanswered(invitation, by)
    unanswered.digest, unanswered.expires_at = "", None
    unanswered.save(update_fields=["digest", "expires_at"])
    outbox.enqueue("send_invitation", by, unanswered.pk)
    _tell("invitation.sent_again", unanswered, by, at)
    return unanswered


@action
def revoke(*, invitation: Invitation, by: Viewer, at: datetime) -> Invitation:
    """Take an invitation back: its link ends. Raises NotOpen."""
    unanswered = _unanswered(invitation, by)
    unanswered.revoked_at, unanswered.revoked_by_id = at, by.user_id
    unanswered.save(update_fields=["revoked_at", "revoked_by"])
    _tell("invitation.revoked", unanswered, by, at)
    return unanswered


@action
def accept(*, invitation: Invitation, user: User, by: Viewer, at: datetime) -> Membership:
    """Give somebody who has signed in the place that they were invited to.

    Raises NotOpen, AnotherAddress, AlreadyHere or NotByInvitation.
    """
    opened = _opened(invitation, by, at)
    # Held, so that the end of their last other place does not close the account in between.
    accounts = User.objects.select_for_update(no_key=True).filter(is_active=True, email=opened.email)
    account = accounts.filter(pk=user.pk).first()
    if account is None:
        raise AnotherAddress("This invitation was sent to another address than the one you sign in with.")
    return _join(opened, account, by, at)


@action
def accept_as_new(*, invitation: Invitation, name: str, password: str, by: Viewer, at: datetime) -> User:
    """Make the invited person's account, or open the one that was closed, and give them their place.

    The link proves that they read the mail of the address. Raises NotOpen, NotByInvitation, or HasAccount where they
    must sign in.
    """
    opened = _opened(invitation, by, at)
    hold(f"account {opened.email}")
    user = User.objects.select_for_update(no_key=True).filter(email=opened.email).first()
    if user is None:
        user = User.objects.create_user(opened.email, password, name=name)
    elif user.is_active:
        raise HasAccount("You have an account with this address. Sign in to accept.")
    else:
        user.name, user.is_active = name, True
        user.set_password(password)
        user.save(update_fields=["name", "is_active", "password"])
    _join(opened, user, by, at)
    return user


def _unanswered(invitation: Invitation, by: Viewer) -> Invitation:
    hold_places(by)
    found = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).first()
    if found is None:
        raise NotOpen("This invitation was answered or revoked in the meantime.")
    return found


def _opened(invitation: Invitation, by: Viewer, at: datetime) -> Invitation:
    """The invitation as it stands now, with its link still the one that was opened. Raises NotOpen."""
    found = _unanswered(invitation, by)
    if found.digest != invitation.digest or found.state(at) != Invitation.State.OPEN:
        raise NotOpen("This invitation is no longer open.")
    # What somebody had in the post when they went must not let them in again by another address.
    if found.invited_by_id not in managers_of(found.organisation_id, london_date(at)):
        raise NotOpen("Whoever sent this invitation no longer manages people there. Ask for a new one.")
    return found


def _check_not_here(organisation: Organisation, email: str, at: datetime) -> None:
    here = Membership.objects.in_force(london_date(at))
    if here.filter(organisation=organisation, user__email=email).exists():
        raise AlreadyHere(f"This person has a place in {organisation.name} already.")


def _check_invitable(role: str, organisation: Organisation) -> None:
    if is_administration(role, organisation.kind):
        raise NotByInvitation(
            "Nobody becomes administrator of the prime by invitation: it is given afterwards."
        )


def _join(invitation: Invitation, user: User, by: Viewer, at: datetime) -> Membership:
    organisation = Organisation.objects.get(pk=invitation.organisation_id)
    _check_invitable(invitation.role, organisation)
    _check_not_here(organisation, user.email, at)
    membership = Membership(
        tenant_id=by.tenant_id,
        user=user,
        organisation=organisation,
        role=invitation.role,
        started_on=london_date(at),
    )
    membership.save(force_insert=True)
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    theirs = replace(by, user_id=user.pk)
    _tell("invitation.accepted", invitation, theirs, at, membership=membership.pk, role=membership.role)
    return membership


def _tell(kind: str, invitation: Invitation, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        invitation,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=invitation.organisation_id,
        **facts,
    )
