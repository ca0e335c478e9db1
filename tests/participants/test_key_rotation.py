"""A new key takes the old one's place, while people search, refer and read, and whoever is killed in the middle."""

import base64
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import connection, transaction

from participants import vault
from participants.actions import person
from participants.models import Identity, Participant
from partners import audit_chain, files, organisation_sign_in, outbox, rotation, sealing
from partners.identifiers import uuid7
from partners.models import SignInService
from partners.viewer import acting_as
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.referrals.people import refer

ROTATE = [sys.executable, "manage.py", "rotate_keys"]
MANY = 2_000


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"
    settings.ALLOW_INVENTED_NUMBERS = True


def add_key(settings: Any) -> dict[int, bytes]:
    """A second key, the newest from now on."""
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, max(settings.FIELD_KEYS) + 1: os.urandom(32)}
    keys: dict[int, bytes] = settings.FIELD_KEYS
    return keys


def environment(keys: dict[int, bytes]) -> dict[str, str]:
    """The environment of a process that has these keys."""
    named = ",".join(f"{key_id}:{base64.urlsafe_b64encode(key).decode()}" for key_id, key in keys.items())
    return {**os.environ, "BATON_FIELD_KEY": named}


def with_numbers(cast: Cast, count: int) -> None:
    """So many people, each with a number."""
    with looking_as(cast.system()) as system:
        people = [
            Participant(
                tenant=cast.serco,
                reference=f"PT-{number:06}",
                given_name="Amina",
                family_name="Okafor",
                search_name="okafor amina",
                born_on=date(1990, 3, 1),
                made_at=system.now(),
            )
            for number in range(count)
        ]
        Participant.objects.bulk_create(people)
        Identity.objects.bulk_create(identity(one, f"QQ{n:06}C", system) for n, one in enumerate(people))


def identity(one: Participant, number: str, system: Any) -> Identity:
    key_id, sealed = vault.seal(number, tenant_id=system.tenant_id, participant_id=one.pk)
    index = vault.blind_index(number, system.tenant_id)
    return Identity(
        tenant_id=system.tenant_id, participant=one, key_id=key_id, sealed=sealed, blind_index=index
    )


def by_key(cast: Cast) -> Counter[int]:
    with looking_as(cast.system()) as system:
        return vault.count_by_key(system)


def holder(cast: Cast, number: str) -> list[Participant]:
    with looking_as(cast.system()):
        return list(person.holders_of(number, cast.serco.pk))


def test_everything_opens_and_is_found_before_during_and_after(cast: Cast, settings: Any) -> None:
    with_numbers(cast, 5)
    old = sealing.newest()
    keys = add_key(settings)
    new = max(keys)
    assert holder(cast, "QQ000003C")
    with looking_as(cast.system()) as system:
        assert vault.renew(system, 2) == 2
    assert by_key(cast) == {old: 3, new: 2}
    for number in range(5):
        (found,) = holder(cast, f"QQ{number:06}C")
        with looking_as(cast.system()):
            assert vault.open_sealed(Identity.objects.get(participant=found)) == f"QQ{number:06}C"
    assert rotation.rotate() == 3
    assert rotation.rotate() == 0
    assert by_key(cast) == {new: 5}
    settings.FIELD_KEYS = {new: keys[new]}
    assert all(holder(cast, f"QQ{number:06}C") for number in range(5))


def test_somebody_known_under_the_old_key_is_not_taken_in_twice(cast: Cast, settings: Any) -> None:
    first = refer(cast)
    add_key(settings)
    second = refer(cast, given_name="Zola")
    assert first.participant_id == second.participant_id
    with looking_as(cast.system()):
        assert Identity.objects.count() == 1


def test_a_number_is_held_under_every_key_while_processes_know_different_ones(
    cast: Cast, settings: Any
) -> None:
    keys = add_key(settings)
    old = min(keys)
    with looking_as(cast.system()):
        person.find_known(
            tenant_id=cast.serco.pk,
            number="QQ123456C",
            given_name="A",
            family_name="B",
            born_on=date(1990, 1, 1),
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
            )
            with_both = cursor.fetchone()[0]
    settings.FIELD_KEYS = {old: keys[old]}
    assert with_both == 3  # the name and date of birth, and the number under either key


def test_every_room_joins_in(cast: Cast, settings: Any) -> None:
    with_numbers(cast, 1)
    kept = files.keep(b"A letter", tenant_id=cast.serco.pk)
    TOTP.activate(cast.users["ada"], "SECRETSECRETSECR")
    service_id = uuid7()
    key_id, secret = organisation_sign_in.sealed("client secret", cast.serco.pk, service_id)
    with looking_as(cast.system()) as system:
        SignInService.objects.create(
            id=service_id,
            tenant=cast.serco,
            organisation=cast.organisations["renaisi"],
            issuer="https://id.example.org",
            client_id="baton",
            key_id=key_id,
            client_secret=secret,
            started_at=system.now(),
            changed_at=system.now(),
            changed_by=cast.users["sara"],
        )
    new = max(add_key(settings))
    told: list[str] = []
    assert rotation.rotate(lambda name, so_far: told.append(f"{name} {so_far}")) == 4
    assert len(told) == 4
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = {new: keys[new]}
    assert files.read(kept, tenant_id=cast.serco.pk) == b"A letter"
    authenticator = Authenticator.objects.get(user=cast.users["ada"], type=Authenticator.Type.TOTP)
    assert authenticator.data["secret"].startswith(f"{new}:")
    assert authenticator.wrap().validate_code("000000") in (True, False)  # it opens
    with looking_as(cast.system()):
        service = SignInService.objects.get()
        opened = organisation_sign_in.unsealed(
            service.client_secret, service.key_id, cast.serco.pk, service_id
        )
        assert opened == "client secret"


def test_the_daily_look_goes_on_until_nothing_is_left(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    with_numbers(cast, 5)
    new = max(add_key(settings))
    with looking_as(cast.system()) as system:
        outbox.enqueue(rotation.CONSUMER, system)
    outbox.work_off()
    assert by_key(cast) == {new: 5}


def test_a_row_that_does_not_open_stays_and_is_counted(cast: Cast, settings: Any) -> None:
    with_numbers(cast, 3)
    with looking_as(cast.system()):
        broken = Identity.objects.order_by("pk")[0]
        broken.sealed = bytes(broken.sealed)[:-1] + b"x"
        broken.save(update_fields=["sealed"])
    old, new = sealing.newest(), max(add_key(settings))
    rotation.rotate()
    assert by_key(cast) == {old: 1, new: 2}


def test_the_command_says_which_keys_may_go(cast: Cast, settings: Any) -> None:
    with_numbers(cast, 3)
    old, new = sealing.newest(), max(add_key(settings))
    counted, done = StringIO(), StringIO()
    call_command("rotate_keys", "--count", stdout=counted, stderr=StringIO())
    assert f"Key {old} must stay: run this again." in counted.getvalue()
    call_command("rotate_keys", stdout=done, stderr=StringIO())
    assert f"3 sealed anew under key {new}." in done.getvalue()
    assert f"Key {old} may go" in done.getvalue()
    settings.FIELD_KEYS = {old: settings.FIELD_KEYS[old]}
    missing = StringIO()
    call_command("rotate_keys", "--count", stdout=missing, stderr=StringIO())
    assert f"Key {new} is missing" in missing.getvalue()


def test_a_chain_of_the_audit_keeps_its_key(cast: Cast, settings: Any) -> None:
    new_person(cast)
    cast.client("ada").get("/serco/caseload/")
    audit_chain.link_all()
    old = sealing.newest()
    add_key(settings)
    said = StringIO()
    call_command("rotate_keys", stdout=said, stderr=StringIO())
    assert f"Key {old} must stay as long as the audit that it links can be checked." in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_two_at_once(cast: Cast, settings: Any) -> None:
    with_numbers(cast, MANY)
    old = sealing.newest()
    keys = add_key(settings)
    env, new = environment(keys), max(keys)
    killed = subprocess.Popen(ROTATE, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert killed.stderr is not None
    assert "sealed anew" in killed.stderr.readline()
    killed.kill()
    killed.wait()
    left = by_key(cast)[old]
    assert 0 < left < MANY
    assert len(holder(cast, f"QQ{MANY - 1:06}C")) == len(holder(cast, "QQ000000C")) == 1
    both = [
        subprocess.Popen(ROTATE, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    done = [int(text.split()[0].replace(",", "")) for text in said]
    assert sum(done) == left
    assert by_key(cast) == {new: MANY}
    with transaction.atomic(), acting_as(cast.system()):
        opened = {vault.open_sealed(one) for one in Identity.objects.all()}
    assert opened == {f"QQ{number:06}C" for number in range(MANY)}
