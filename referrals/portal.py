"""What another system calls a referral, kept under a key: it is known again after its person was erased.

The system is the commissioner's portal, or the one that had the case before it was taken over.

Erasing empties the id itself. Its mark stays on the row that stays: who has no key can neither read an id out of it nor
make the mark of an id that they know.
"""

from collections import Counter
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value

from partners import sealing
from partners.viewer import Viewer
from programmes.models import Contract
from referrals.models import Referral

PURPOSE = "portal referral"
OF_PORTAL = Q(channel=Referral.Channel.PORTAL)


def mark(reference: str, tenant_id: UUID, key_id: int | None = None) -> str:
    """The mark of such an id: the id of the key, the newest unless given, a colon, and 64 hexadecimal digits."""
    key = sealing.newest() if key_id is None else key_id
    words = reference.encode()
    return f"{key}:{sealing.fingerprint(words, purpose=PURPOSE, tenant_id=tenant_id, key_id=key)}"


def known(contract: Contract, organisation_id: UUID, reference: str) -> Referral | None:
    """The referral that the referrer's system calls so on the contract, the oldest of several; None where it is not
    here. It is one also where its person was erased. Runs as the system.
    """
    return called(contract, reference).filter(organisation=organisation_id).first()


def called(contract: Contract, reference: str) -> QuerySet[Referral]:
    """The referrals that some referrer's system calls so on the contract, the oldest first, the erased among them."""
    marks = [mark(reference, contract.tenant_id, key_id) for key_id in sealing.key_ids()]
    is_so = Q(external_reference=reference) | Q(portal_mark__in=marks)
    return Referral.objects.filter(is_so, contract=contract).order_by("received_at", "pk")


def is_erased(referral: Referral) -> bool:
    """Whether the referral's person was erased, so that its mark alone is left of its id."""
    return bool(referral.portal_mark) and not referral.external_reference


def count_by_key(system: Viewer) -> Counter[int]:
    """How many of the marks that can be made anew are under each key's id."""
    return _counted(~Q(external_reference=""))


def count_of_erased(system: Viewer) -> Counter[int]:
    """The same of those that cannot, since the id is gone: without their key the referral would come in again."""
    return _counted(Q(external_reference=""))


def renew(system: Viewer, most: int) -> int:
    """Make at most so many marks anew under the newest key, also of what came before there were any; how many."""
    older = Referral.objects.filter(OF_PORTAL | ~Q(portal_mark="")).exclude(
        Q(external_reference="") | Q(portal_mark__startswith=f"{sealing.newest()}:")
    )
    rows = list(older.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
    for referral in rows:
        referral.portal_mark = mark(referral.external_reference, referral.tenant_id)
        referral.save(update_fields=["portal_mark"])
    return len(rows)


def _counted(narrowed: Q) -> Counter[int]:
    key = Func(F("portal_mark"), Value(":"), Value(1), function="split_part", output_field=CharField())
    rows = Referral.objects.filter(narrowed).exclude(portal_mark="").order_by().values_list(key)
    return Counter({int(key_id): count for key_id, count in rows.annotate(Count("pk"))})
