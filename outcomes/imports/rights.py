"""Who may import what: facts of work those who see people, what the commissioner says those who claim."""

from collections.abc import Mapping
from typing import Final

from outcomes.imports import kinds
from partners.permissions import Permission, can
from partners.viewer import Viewer

ASKS: Final[Mapping[str, Permission]] = {
    kinds.JOBS: Permission.SEE_PEOPLE,
    kinds.EARNINGS: Permission.SEE_PEOPLE,
    kinds.RESULTS: Permission.CLAIM,
    kinds.PAYMENTS: Permission.CLAIM,
}


def may_import(viewer: Viewer, kind: str) -> bool:
    """Whether the viewer may import files of this kind."""
    return can(viewer, Permission.IMPORT) and can(viewer, ASKS[kind])


def kinds_for(viewer: Viewer) -> list[str]:
    """The kinds of files that the viewer may import."""
    return [kind for kind in ASKS if may_import(viewer, kind)]
