"""How often one network address may try something on a page that is open to anyone, in an hour."""

import time

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 3600


def _key(request: HttpRequest, purpose: str) -> str:
    """Where the count of this hour is kept; the address itself is not.

    Behind proxies it is the address before the trusted ones (BATON_TRUSTED_PROXIES); of IPv6 it is the network.
    """
    sender = salted_hmac(purpose, get_ip(request), algorithm="sha256")
    return f"{purpose}:{int(time.time() // HOUR)}:{sender.hexdigest()}"


def counted(request: HttpRequest, purpose: str) -> int:
    """How often the address of this request was counted in this hour."""
    count: int = cache.get(_key(request, purpose), 0)
    return count


def count(request: HttpRequest, purpose: str) -> int:
    """Count the request for its address, and return how often it was counted in this hour."""
    so_far = counted(request, purpose) + 1
    cache.set(_key(request, purpose), so_far, HOUR)
    return so_far


def is_too_many(request: HttpRequest, purpose: str, most: int) -> bool:
    """Count the request, and say whether that is more than the most in an hour."""
    return count(request, purpose) > most
