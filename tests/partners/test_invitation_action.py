"""Inviting and accepting: one link, once, for a week, and nothing that opens it is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from partners import outbox
from partners.acting import ActionError
from partners.actions import invitation as actions
from partners.actions import membership
from partners.invitations import digest_of, opened_by
from partners.models import Invitation, OutboxItem, User
from partners.places import places_of
from tests.cast import PASSWORD, Cast, looking_as
from tests.partners.placing import invited, link, new_place, newest_link, told

READABLE = """
select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
and has_table_privilege(oid, 'select')
"""


def kept(cast: Cast) -> Invitation:
    with looking_as(cast.system()):
        return Invitation.objects.select_related("organisation").get()


def opened(cast: Cast, path: str) -> Invitation | None:
    """What the link opens at this moment."""
    with looking_as(cast.system()) as system:
        return opened_by(path.rstrip("/").rpartition("/")[2], system.now())


def accept_as_new(cast: Cast, invitation: Invitation, **changes: Any) -> User:
    system = cast.system()
    asked = {"name": "Newt Barrow", "password": PASSWORD, **changes}
    return actions.accept_as_new(invitation=invitation, by=system, at=system.now(), **asked)


def accept(cast: Cast, invitation: Invitation, name: str) -> Any:
    system = cast.system()
    return actions.accept(invitation=invitation, user=cast.users[name], by=system, at=system.now())


def test_the_mail_goes_after_the_change_and_names_organisation_and_prime_alone(cast: Cast) -> None:
    invited(cast, email=" Newt@Example.org ")
    assert mail.outbox == []
    assert kept(cast).state(cast.sara.now()) == "sending"
    outbox.work_off()
    (message,) = mail.outbox
    assert message.to == ["newt@example.org"]
    assert message.subject == "You are invited to work with Renaisi in Baton"
    assert "Renaisi invites you" in message.body
    assert "in the workspace of Serco" in message.body
    for name in ("Sara", "Newt", "newt@"):
        assert name not in message.body
    assert kept(cast).state(cast.sara.now()) == "open"


def test_the_token_is_kept_nowhere(cast: Cast) -> None:
    path = link(cast)
    token = path.rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert kept(cast).digest == digest_of(token)
    with looking_as(cast.system()), connection.cursor() as cursor:
        cursor.execute(READABLE)
        tables = [name for (name,) in cursor.fetchall()]
        assert {"partners_invitation", "partners_outboxitem", "partners_auditentry"} <= set(tables)
        for table in tables:
            cursor.execute(f"select count(*) from {table} t where t::text like %s", [f"%{token}%"])
            assert cursor.fetchone() == (0,), table


def test_an_invitation_that_was_revoked_before_it_went_is_not_sent(cast: Cast) -> None:
    invitation = invited(cast)
    actions.revoke(invitation=invitation, by=cast.sara, at=cast.sara.now())
    outbox.work_off()
    assert mail.outbox == []


def test_a_mail_that_could_not_go_is_sent_later_with_a_link_that_opens(cast: Cast, settings: Any) -> None:
    invited(cast)
    settings.EMAIL_BACKEND = "no.such.Backend"
    (item,) = outbox.lease()
    with pytest.raises(ImportError):
        outbox.perform(item)
    assert kept(cast).digest == ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.perform(item)
    assert opened(cast, newest_link()) is not None


def test_a_link_opens_for_a_week_by_the_workspaces_clock(cast: Cast) -> None:
    path = link(cast)
    assert opened(cast, path) == kept(cast)
    for ahead, opens in ((timedelta(days=6, hours=23), True), (timedelta(days=7, minutes=1), False)):
        cast.serco.clock_offset = ahead
        assert (opened(cast, path) is not None) == opens
    assert kept(cast).state(cast.system().now()) == "expired"


def test_sending_again_makes_a_new_link_and_ends_the_old_one(cast: Cast) -> None:
    first = link(cast)
    actions.send_again(invitation=kept(cast), by=cast.sara, at=cast.sara.now())
    assert opened(cast, first) is None
    second = newest_link()
    assert second != first
    assert opened(cast, first) is None
    assert opened(cast, second) is not None
    assert len(mail.outbox) == 2


def test_the_same_work_twice_sends_one_mail(cast: Cast) -> None:
    invitation = invited(cast)
    with looking_as(cast.system()) as system:
        outbox.enqueue("send_invitation", system, invitation.pk)
    outbox.work_off()
    assert len(mail.outbox) == 1


def test_a_new_person_gets_an_account_and_the_place(cast: Cast) -> None:
    path = link(cast)
    invitation = opened(cast, path)
    assert invitation is not None
    user = accept_as_new(cast, invitation)
    assert (user.email, user.name, user.is_active) == ("newt@example.org", "Newt Barrow", True)
    assert user.check_password(PASSWORD)
    (place,) = places_of(user.pk)
    assert (place.organisation_name, place.role, place.cleared) == ("Renaisi", "adviser", False)
    assert kept(cast).accepted_by_id == user.pk
    assert opened(cast, path) is None


def test_a_link_is_used_once(cast: Cast) -> None:
    invitation = opened(cast, link(cast))
    assert invitation is not None
    accept_as_new(cast, invitation)
    for attempt in (
        lambda: accept_as_new(cast, invitation),
        lambda: accept(cast, invitation, "ivo"),
        lambda: actions.revoke(invitation=invitation, by=cast.sara, at=cast.sara.now()),
        lambda: actions.send_again(invitation=invitation, by=cast.sara, at=cast.sara.now()),
    ):
        with pytest.raises(actions.NotOpen):
            attempt()


def test_a_page_that_was_open_while_the_invitation_ended_does_not_let_anyone_in(cast: Cast) -> None:
    invitation = opened(cast, link(cast))
    assert invitation is not None
    actions.send_again(invitation=invitation, by=cast.sara, at=cast.sara.now())
    with pytest.raises(actions.NotOpen):
        accept_as_new(cast, invitation)
    newest_link()
    with pytest.raises(actions.NotOpen):
        accept_as_new(cast, invitation)
    assert not User.objects.filter(email="newt@example.org").exists()


def test_somebody_with_an_account_is_joined_and_keeps_it(cast: Cast) -> None:
    invitation = opened(cast, link(cast, email="ivo@example.org"))
    assert invitation is not None
    with pytest.raises(actions.HasAccount):
        accept_as_new(cast, invitation)
    with pytest.raises(actions.AnotherAddress):
        accept(cast, invitation, "ada")
    accept(cast, invitation, "ivo")
    assert {place.organisation_name for place in places_of(cast.users["ivo"].pk)} == {"Renaisi", "i2i"}


def test_whoever_left_comes_back_by_invitation_with_a_new_password(cast: Cast) -> None:
    old = cast.users["ada"].password
    from tests.partners.test_membership_action import end

    end(cast, "ada")
    invitation = opened(cast, link(cast, email="ada@example.org", role="manager"))
    assert invitation is not None
    user = accept_as_new(cast, invitation, name="Ada Again")
    assert (user.pk, user.is_active, user.name) == (cast.users["ada"].pk, True, "Ada Again")
    assert user.password != old
    assert [place.role for place in places_of(user.pk)] == ["manager"]


@pytest.mark.parametrize(
    ("by", "changes", "code"),
    [
        ("sara", {"role": "finance"}, "wrong_role"),
        ("sara", {"role": "wizard"}, "wrong_role"),
        ("sara", {"email": "ada@example.org"}, "already_here"),
        ("sara", {"email": "ADA@example.org"}, "already_here"),
    ],
)
def test_what_cannot_be_offered_is_refused(cast: Cast, by: str, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ActionError) as refused:
        invited(cast, by, **changes)
    assert refused.value.code == code
    assert told(cast) == []
    with looking_as(cast.system()):
        assert not Invitation.objects.exists()
        assert not OutboxItem.objects.filter(consumer="send_invitation").exists()


def test_nobody_becomes_administrator_of_the_prime_by_invitation(cast: Cast) -> None:
    serco: dict[str, Any] = {"organisation": cast.organisations["serco"]}
    with pytest.raises(actions.NotByInvitation):
        invited(cast, role="administrator", **serco)
    invited(cast, role="administrator")
    invited(cast, role="viewer", email="eve@example.org", **serco)


def test_an_older_invitation_to_be_administrator_lets_nobody_in(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        waiting = Invitation(
            tenant=cast.serco,
            organisation=cast.organisations["serco"],
            email="newt@example.org",
            role="administrator",
            invited_at=system.now(),
            invited_by=cast.users["sara"],
            digest=digest_of("token"),
            expires_at=system.now() + timedelta(days=1),
        )
        waiting.save(force_insert=True)
    with pytest.raises(actions.NotByInvitation):
        accept_as_new(cast, waiting)
    sent = {"name": "Newt", "password": PASSWORD}
    assert Client().post("/serco/invitations/token/", sent).status_code == 422
    assert not User.objects.filter(email="newt@example.org").exists()


def test_one_address_has_one_invitation_to_an_organisation_until_it_is_answered(cast: Cast) -> None:
    first = invited(cast)
    with pytest.raises(actions.AlreadyInvited):
        invited(cast, email="NEWT@example.org")
    invited(cast, organisation=cast.organisations["i2i"])
    actions.revoke(invitation=first, by=cast.sara, at=cast.sara.now())
    invited(cast)


def test_whoever_was_let_in_meanwhile_is_not_joined_twice(cast: Cast) -> None:
    invitation = opened(cast, link(cast, email="ivo@example.org"))
    assert invitation is not None
    new_place(cast, "ivo", "renaisi", "manager")
    with pytest.raises(actions.AlreadyHere):
        accept(cast, invitation, "ivo")


def test_whoever_is_made_to_go_has_nothing_left_in_the_post(cast: Cast) -> None:
    path = link(cast, by="mona")
    assert opened(cast, path) is not None
    sara = cast.sara
    membership.end(
        membership=cast.memberships["mona"], from_on=sara.today, reason="left", by=sara, at=sara.now()
    )
    assert opened(cast, path) is None
    assert kept(cast).state(sara.now()) == "revoked"


def test_every_step_is_told_once_without_an_address(cast: Cast) -> None:
    invitation = invited(cast)
    actions.send_again(invitation=invitation, by=cast.sara, at=cast.sara.now())
    path = newest_link()
    current = opened(cast, path)
    assert current is not None
    user = accept_as_new(cast, current)
    other = invited(cast, email="eve@example.org")
    actions.revoke(invitation=other, by=cast.mona, at=cast.mona.now())
    assert [(event.kind, event.by_user_id) for event in told(cast)] == [
        ("invitation.made", cast.sara.user_id),
        ("invitation.sent_again", cast.sara.user_id),
        ("invitation.accepted", user.pk),
        ("invitation.made", cast.sara.user_id),
        ("invitation.revoked", cast.mona.user_id),
    ]
    assert all("@" not in str(event.facts) for event in told(cast))


def test_a_provider_sees_its_own_invitations_and_others_none(cast: Cast) -> None:
    invited(cast)
    invited(cast, organisation=cast.organisations["i2i"])
    for name, count in (
        ("sara", 2),
        ("mona", 1),
        ("ines", 1),
        ("ola", 0),
        ("hana", 0),
        ("dee", 0),
        ("sam", 0),
    ):
        with looking_as(getattr(cast, name)):
            assert Invitation.objects.count() == count, name
