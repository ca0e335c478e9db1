"""National Insurance numbers: sealed for keeping, hashed under a key for finding, masked for reading.

Each tenant has keys of its own, derived (HKDF-SHA256, RFC 5869) from one key in the settings; key_id says from which.
A number is sealed with AES-256-GCM for one participant of one tenant: moved to another row it does not open.
"""

import hmac
import os
import re
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from participants.models import Identity

KEY_ID = 1
NONCE_BYTES = 12
# HMRC's National Insurance Manual, NIM39110: which letters and prefixes are used. Records may lack the last letter.
ISSUED = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", re.ASCII)
# No number with this prefix is ever issued, so that it can stand for one in demos and tests.
INVENTED = re.compile(r"QQ\d{6}[A-D]?", re.ASCII)


def normalise(number: str) -> str:
    """The number in capitals and without spaces: "qq 12 34 56 c" is QQ123456C."""
    return "".join(number.split()).upper()


def is_valid_form(number: str) -> bool:
    """Whether a normalised number has the form of one, or of an invented one where the settings allow those."""
    is_invented = settings.ALLOW_INVENTED_NUMBERS and INVENTED.fullmatch(number)
    return bool(ISSUED.fullmatch(number) or is_invented)


def masked(number: str) -> str:
    """Enough of a normalised number to compare with a letter in hand: QQ****56C."""
    return f"{number[:2]}****{number[6:]}"


def seal(number: str, *, tenant_id: UUID, participant_id: UUID) -> tuple[int, bytes]:
    """The key's id and the sealed number of this participant: 12 bytes of nonce, then ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(_key("number", tenant_id))
    return KEY_ID, nonce + cipher.encrypt(nonce, number.encode(), _bound_to(tenant_id, participant_id))


def open_sealed(identity: Identity) -> str:
    """The number of an identity. Raises cryptography's InvalidTag when the row was tampered with."""
    sealed = bytes(identity.sealed)
    cipher = AESGCM(_key("number", identity.tenant_id))
    bound_to = _bound_to(identity.tenant_id, identity.participant_id)
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to).decode()


def blind_index(number: str, tenant_id: UUID) -> str:
    """64 hexadecimal digits that find a normalised number in its tenant, with or without its last letter."""
    return hmac.digest(_key("blind index", tenant_id), number[:8].encode(), "sha256").hex()


def _key(purpose: str, tenant_id: UUID) -> bytes:
    info = f"baton {purpose} {KEY_ID} {tenant_id}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(settings.FIELD_KEY)


def _bound_to(tenant_id: UUID, participant_id: UUID) -> bytes:
    return f"{tenant_id}|{participant_id}".encode()
