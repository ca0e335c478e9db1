"""Identifiers: UUIDs that sort by time, and short references that people can read aloud."""

import os
import secrets
import time
import uuid
from collections.abc import Callable

# Without I, L, O, U and 0, which are misheard or misread. 31 is prime, so that the check below catches every slip.
ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, method 3): milliseconds since 1970, the fraction of one in 12 bits, random bits.

    So that what one process makes one after another also sorts so: the events of one action read in their order.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = milliseconds << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    return uuid.UUID(int=value | 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2)


def check_character(body: str) -> str:
    """The character that makes one wrong or two swapped characters show."""
    return ALPHABET[
        sum((place + 2) * ALPHABET.index(letter) for place, letter in enumerate(body)) % len(ALPHABET)
    ]


def new_reference(prefix: str) -> str:
    """A short random reference such as RF-7K3M-92; the last character checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(5))
    whole = body + check_character(body)
    return f"{prefix}-{whole[:4]}-{whole[4:]}"


def unused_reference(prefix: str, is_taken: Callable[[str], bool]) -> str:
    """A new reference that nothing of its kind has yet."""
    while is_taken(reference := new_reference(prefix)):
        pass
    return reference


def is_reference(value: str, prefix: str) -> bool:
    """Whether the value has the prefix, the form and the right check character."""
    parts = value.upper().split("-")
    if len(parts) != 3 or parts[0] != prefix:
        return False
    whole = parts[1] + parts[2]
    return len(whole) == 6 and set(whole) <= set(ALPHABET) and check_character(whole[:5]) == whole[5]
