"""Who may import what: facts of work those who see people, what the commissioner says of claims those who claim.

Referrals from its portal are for those of the prime who see referrals.
"""

from collections.abc import Mapping
from typing import Final

from outcomes.imports import kinds
from partners.permissions import Permission, can
from partners.viewer import Viewer

ASKS: Final[Mapping[str, Permission]] = {
    kinds.JOBS: Permission.SEE_PEOPLE,
    kinds.EARNINGS: Permission.SEE_PEOPLE,
    kinds.BENEFITS: Permission.SEE_PEOPLE,
    kinds.RESULTS: Permission.CLAIM,
    kinds.PAYMENTS: Permission.CLAIM,
    kinds.REFERRALS: Permission.SEE_REFERRALS,
}
# The commissioner's portal is the prime's to read: no provider refers people to itself.
OF_THE_PRIME: Final = frozenset({kinds.REFERRALS})


def may_import(viewer: Viewer, kind: str) -> bool:
    """Whether the viewer may import files of this kind."""
    is_theirs = viewer.kind == "prime" or kind not in OF_THE_PRIME
    return is_theirs and can(viewer, Permission.IMPORT) and can(viewer, ASKS[kind])


def kinds_for(viewer: Viewer) -> list[str]:
    """The kinds of files that the viewer may import."""
    return [kind for kind in ASKS if may_import(viewer, kind)]
