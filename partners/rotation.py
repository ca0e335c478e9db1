"""A new key takes an old one's place: what an older key sealed is sealed anew, batch by batch, by any number at once.

Each room of the house registers what it keeps sealed. A batch is one transaction: whoever is stopped in the middle
loses that batch alone, and whoever comes next goes on. Two at work take different rows, and neither waits.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from partners import outbox
from partners.models import OutboxItem, Tenant
from partners.second_factor import INSTALLATION
from partners.viewer import Viewer, acting_as

BATCH = 200
CONSUMER = "rotate_keys"


@dataclass(frozen=True)
class Sealed:
    """One kind of thing that stands under a key.

    count: how many are under each key's id. renew: seals at most so many anew and returns how many; both run as the
    system of one tenant, inside a transaction. stays: it cannot be made anew, so that its key has to stay as long as
    it. belongs_to_all: it is no tenant's, but the installation's.
    """

    name: str
    count: Callable[[Viewer], Counter[int]]
    renew: Callable[[Viewer, int], int] = lambda system, most: 0
    stays: bool = False
    belongs_to_all: bool = False


_kinds: list[Sealed] = []
Tell = Callable[[str, int], None]


def keep_sealed(*kinds: Sealed) -> None:
    """Called by the apps when they are ready."""
    known = {kind.name for kind in _kinds}
    _kinds.extend(kind for kind in kinds if kind.name not in known)


def rotate(tell: Tell = lambda name, so_far: None) -> int:
    """Seal anew, in every tenant, what an older key sealed; returns how many. tell: the kind, and how many so far."""
    in_all = 0
    for kind in _kinds:
        so_far = 0
        for system in _systems(kind):
            while done := _batch(kind, system):
                so_far += done
                tell(kind.name, so_far)
        in_all += so_far
    return in_all


def counts() -> dict[str, Counter[int]]:
    """By kind, how many are under each key's id: a key under which nothing is any more may go."""
    found: dict[str, Counter[int]] = {}
    for kind in _kinds:
        found[kind.name] = Counter()
        for system in _systems(kind):
            with transaction.atomic(), acting_as(system):
                found[kind.name] += kind.count(system)
    return found


def staying() -> set[str]:
    """The kinds that cannot be sealed anew."""
    return {kind.name for kind in _kinds if kind.stays}


def renew_some(item: OutboxItem, system: Viewer) -> None:
    """The daily look for what is under an older key: a batch of each kind, and the next while there was any."""
    done = 0
    for kind in _kinds:
        with acting_as(_installation() if kind.belongs_to_all else system) as of:
            assert of is not None
            done += kind.renew(of, BATCH)
    if done:
        outbox.enqueue(CONSUMER, system)


def _batch(kind: Sealed, system: Viewer) -> int:
    with transaction.atomic(), acting_as(system):
        return kind.renew(system, BATCH)


def _systems(kind: Sealed) -> list[Viewer]:
    if kind.belongs_to_all:
        return [_installation()]
    return [
        Viewer.system(tenant.pk, "rotation of keys", tenant.clock_offset)
        for tenant in Tenant.objects.order_by("slug")
    ]


def _installation() -> Viewer:
    return Viewer.system(INSTALLATION, "rotation of keys")
