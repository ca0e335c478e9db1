"""How often one network address may try something on a page that is open to anyone, or somebody guess, in an hour."""

import time

from allauth.core.internal.ratelimit import get_ip
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 3600
# In the cache's table, of which the expired rows are swept away; one statement, so that no two are counted as one.
COUNT = """
insert into partners_cache as kept (cache_key, value, expires) values (%s, '1', now() + make_interval(secs => %s))
on conflict (cache_key) do update set value = (kept.value::integer + 1)::text
returning value::integer
"""


def _key(request: HttpRequest, purpose: str, whose: str) -> str:
    """Where the count of this hour is kept; the address itself is not.

    whose: the id of an account that is counted wherever it is; otherwise it is the request's address. Behind proxies
    that is the address before the trusted ones (BATON_TRUSTED_PROXIES); of IPv6 it is the network.
    """
    sender = salted_hmac(purpose, whose or get_ip(request), algorithm="sha256")
    return f"tried:{purpose}:{int(time.time() // HOUR)}:{sender.hexdigest()}"


def counted(request: HttpRequest, purpose: str, whose: str = "") -> int:
    """How often the address of this request, or an account, was counted in this hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select value::integer from partners_cache where cache_key = %s", [_key(request, purpose, whose)]
        )
        found = cursor.fetchone()
    return found[0] if found else 0


def count(request: HttpRequest, purpose: str, whose: str = "") -> int:
    """Count the request for its address, or for an account, and return how often that was counted in this hour.

    Whoever counts the same address at the same moment waits for the end of this transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(request, purpose, whose), HOUR])
        so_far: int = cursor.fetchone()[0]
    return so_far


def is_too_many(request: HttpRequest, purpose: str, most: int) -> bool:
    """Count the request, and say whether that is more than the most in an hour."""
    return count(request, purpose) > most
