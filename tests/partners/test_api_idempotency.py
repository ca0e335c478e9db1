"""The same request twice has one effect."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from partners import outbox
from partners.api import idempotency
from partners.locks import hold
from partners.models import ApiKey, IdempotentAnswer
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.partners.partner import Partner, body, person, problem


@pytest.fixture
def partner(cast: Cast, settings: Any) -> Partner:
    settings.ALLOW_INVENTED_NUMBERS = True
    return Partner(cast.keys["hackney-childrens-services"])


def referrals(cast: Cast) -> int:
    with looking_as(cast.system()):
        return Referral.objects.count()


def test_a_repeated_request_gets_the_same_answer_and_has_no_second_effect(
    cast: Cast, partner: Partner
) -> None:
    first = partner.post(once="k1")
    again = partner.post(json.dumps(body(), indent=3), once="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert referrals(cast) == 1


def test_a_key_without_a_request_of_its_own_is_refused(cast: Cast, partner: Partner) -> None:
    assert problem(partner.post(once="")) == (400, "idempotency_key_missing")
    for strange in ("two words", "x" * 256, "\xe9"):
        assert problem(partner.post(once=strange)) == (400, "idempotency_key_invalid")
    assert referrals(cast) == 0


def test_a_key_with_another_body_is_refused(cast: Cast, partner: Partner) -> None:
    assert partner.post(once="k1").status_code == 201
    for other in (body(external_reference="HCS-2"), {}, body(person=person(given_name="Ayo"))):
        assert problem(partner.post(other, once="k1")) == (422, "idempotency_key_reused")
    assert referrals(cast) == 1


def test_what_was_refused_may_be_sent_again_under_its_key(cast: Cast, partner: Partner) -> None:
    assert partner.post(body(contract="nothing"), once="k1").status_code == 400
    assert partner.post(once="k1").status_code == 201
    assert referrals(cast) == 1


def test_two_partners_may_use_the_same_key(cast: Cast, partner: Partner) -> None:
    other = Partner(cast.keys["jobcentre-plus-hackney"])
    assert partner.post(once="k1").json()["reference"] != other.post(once="k1").json()["reference"]


def test_nothing_of_the_person_is_kept_with_the_answer(cast: Cast, partner: Partner) -> None:
    partner.post(once="k1")
    with looking_as(cast.system()):
        kept = str(list(IdempotentAnswer.objects.values()))
    assert all(
        secret not in kept for secret in ("Zola", "Okafor", "QQ123456", "1990-05-17", "school_attendance")
    )
    with looking_as(cast.hana):
        assert not IdempotentAnswer.objects.exists()


def test_old_answers_are_forgotten(cast: Cast, partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    partner.post(once="k1")

    def left_after_cleaning() -> int:
        with looking_as(cast.system()) as system:
            outbox.enqueue("forget_answers", system)
        outbox.work_off()
        with looking_as(cast.system()):
            return IdempotentAnswer.objects.count()

    assert left_after_cleaning() == 1
    monkeypatch.setattr(idempotency, "KEPT", timedelta(0))
    assert left_after_cleaning() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_one_effect(cast: Cast, partner: Partner) -> None:
    together, answers = Barrier(2), []

    def send() -> None:
        own = Partner(partner.key)
        together.wait()
        answers.append(own.post(once="k1"))
        connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert sorted("Idempotency-Replayed" in answer for answer in answers) == [False, True]
    assert referrals(cast) == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_the_first_is_told_to_try_again(cast: Cast, partner: Partner) -> None:
    held, done = Barrier(2), Barrier(2)

    def be_slow() -> None:
        with looking_as(cast.system()):
            key = ApiKey.objects.get(organisation=cast.organisations["hackney-childrens-services"])
            hold(f"idempotency {key.pk} k1")
            held.wait()
            done.wait()
        connection.close()

    thread = Thread(target=be_slow)
    thread.start()
    held.wait()
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '200ms'")
    response = partner.post(once="k1")
    done.wait()
    thread.join()
    assert problem(response) == (409, "busy")
    assert response["Retry-After"] == "1"
    connection.close()
    assert partner.post(once="k1").status_code == 201
