"""Sealing what must not be readable in the database or on a disk: AES-256-GCM under keys of each tenant's own.

A tenant's keys are derived (HKDF-SHA256, RFC 5869) from the keys in the settings, each of which has an id. The newest
seals; what an older one sealed opens as long as that key is in the settings, and a job seals it anew.
"""

import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


class UnknownKey(Exception):
    """What is sealed names a key that is no longer in the settings."""


def newest() -> int:
    """The id of the key that seals now."""
    return max(settings.FIELD_KEYS)


def key_ids() -> list[int]:
    """Every key that still opens, the newest first."""
    return sorted(settings.FIELD_KEYS, reverse=True)


def seal(plain: bytes, *, purpose: str, tenant_id: UUID, bound_to: str) -> tuple[int, bytes]:
    """The key's id and the sealed bytes: 12 bytes of nonce, then ciphertext and tag.

    purpose separates the keys of different uses; bound_to names the row or file: elsewhere it does not open.
    """
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(derived(purpose, tenant_id, newest()))
    return newest(), nonce + cipher.encrypt(nonce, plain, f"{tenant_id}|{bound_to}".encode())


def unseal(sealed: bytes, *, key_id: int, purpose: str, tenant_id: UUID, bound_to: str) -> bytes:
    """What was sealed. Raises UnknownKey, or cryptography's InvalidTag when it was tampered with."""
    cipher = AESGCM(derived(purpose, tenant_id, key_id))
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"{tenant_id}|{bound_to}".encode())


def fingerprint(words: bytes, *, purpose: str, tenant_id: UUID, key_id: int) -> str:
    """64 hexadecimal digits that nobody without the key can make: HMAC-SHA256."""
    return hmac.digest(derived(purpose, tenant_id, key_id), words, "sha256").hex()


@lru_cache(maxsize=256)
def _derived(master: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)


def derived(purpose: str, tenant_id: UUID, key_id: int) -> bytes:
    """The tenant's key of 32 bytes for one purpose. Raises UnknownKey."""
    master = settings.FIELD_KEYS.get(key_id)
    if master is None:
        raise UnknownKey(f"No key {key_id} in BATON_FIELD_KEY.")
    return _derived(master, f"baton {purpose} {key_id} {tenant_id}".encode())
