"""How often an address may try: every try counts, also those of one moment, and old counts are swept away."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.client import RequestFactory
from django.utils import timezone

from partners import outbox, throttle
from tests.cast import Cast

AT_ONCE = 6


def request(address: str = "192.0.2.1") -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address)


@pytest.mark.django_db(transaction=True)
def test_no_two_tries_of_one_moment_count_as_one() -> None:
    together = threading.Barrier(AT_ONCE)

    def tries(_: int) -> list[int]:
        together.wait()
        try:
            return [throttle.count(request(), "test") for _ in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = [count for each in pool.map(tries, range(AT_ONCE)) for count in each]
    assert sorted(counts) == list(range(1, 5 * AT_ONCE + 1))
    assert throttle.counted(request(), "test") == 5 * AT_ONCE


def test_purposes_and_addresses_are_counted_apart(db: None) -> None:
    assert [throttle.count(request(), "test") for _ in range(2)] == [1, 2]
    assert throttle.counted(request(), "another") == 0
    assert throttle.counted(request("192.0.2.2"), "test") == 0


def test_many_counts_push_out_no_other_and_no_used_code(cast: Cast) -> None:
    cache.add("code", "used", 600)
    throttle.count(request(), "test")
    for number in range(400):
        cache.set(f"count-{number}", 1, 600)
    assert cache.get("code") == "used"
    assert throttle.counted(request(), "test") == 1


def test_what_is_over_is_swept_away_every_night(cast: Cast) -> None:
    ada, col = cast.client("ada"), cast.client("col")
    assert ada.get("/serco/caseload/").status_code == 200
    Session.objects.filter(pk=col.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    throttle.count(request(), "over")
    with connection.cursor() as cursor:
        cursor.execute("update partners_cache set expires = now() - interval '1 second'")
    throttle.count(request(), "test")
    outbox.tick()
    outbox.work_off()
    assert [one.pk for one in Session.objects.all()] == [ada.session.session_key]
    assert throttle.counted(request(), "test") == 1
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from partners_cache")
        assert cursor.fetchone() == (1,)
    assert ada.get("/serco/caseload/").status_code == 200
    assert Client().get("/serco/caseload/").status_code == 302
