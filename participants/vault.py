"""National Insurance numbers: sealed for keeping, hashed under a key for finding, masked for reading.

A number is sealed (partners.sealing) for one participant of one tenant: moved to another row it does not open.
"""

import re
from collections import Counter
from contextlib import suppress
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db.models import Count

from participants.models import Identity
from partners import sealing
from partners.viewer import Viewer

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
    """The key's id and the sealed number of this participant."""
    return sealing.seal(number.encode(), purpose="number", tenant_id=tenant_id, bound_to=str(participant_id))


def open_sealed(identity: Identity) -> str:
    """The number of an identity. Raises cryptography's InvalidTag when the row was tampered with."""
    plain = sealing.unseal(
        bytes(identity.sealed),
        key_id=identity.key_id,
        purpose="number",
        tenant_id=identity.tenant_id,
        bound_to=str(identity.participant_id),
    )
    return plain.decode()


def blind_index(number: str, tenant_id: UUID, key_id: int | None = None) -> str:
    """64 hexadecimal digits that find a normalised number in its tenant, with or without its last letter.

    key_id: the newest unless given.
    """
    key = sealing.newest() if key_id is None else key_id
    return sealing.fingerprint(number[:8].encode(), purpose="blind index", tenant_id=tenant_id, key_id=key)


def blind_indexes(number: str, tenant_id: UUID) -> list[str]:
    """The number's index under every key that is in use: while a job seals anew, rows stand under either."""
    return [blind_index(number, tenant_id, key_id) for key_id in sealing.key_ids()]


def count_by_key(system: Viewer) -> Counter[int]:
    """How many of the tenant's numbers are under each key's id."""
    rows = Identity.objects.order_by().values_list("key_id").annotate(Count("pk"))
    return Counter(dict(rows))


def renew(system: Viewer, most: int) -> int:
    """Seal at most so many of the tenant's numbers anew under the newest key, and index them by it; returns how many.

    The guard against the same number twice holds meanwhile: participants.actions.person looks for a number under
    every key, and holds it under every key. A row that does not open stays as it is, and is counted under its key.
    """
    older = Identity.objects.exclude(key_id=sealing.newest()).order_by("pk")
    rows = []
    for identity in older.select_for_update(skip_locked=True, of=("self",))[:most]:
        with suppress(InvalidTag, sealing.UnknownKey):
            number = open_sealed(identity)
            identity.key_id, identity.sealed = seal(
                number, tenant_id=identity.tenant_id, participant_id=identity.participant_id
            )
            identity.blind_index = blind_index(number, identity.tenant_id)
            rows.append(identity)
    Identity.objects.bulk_update(rows, ["key_id", "sealed", "blind_index"])
    return len(rows)
