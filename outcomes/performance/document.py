"""The overview's parts as they were rendered, kept until anything in them changes: a figure is read far oftener.

Kept for one person in one role, since walls and permissions decide what is in them, and in the process's own memory.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from django.core.cache import caches
from django.db import connection

from partners.viewer import Viewer

# What is not in the version, such as the name of a provider, is shown after so many seconds.
SECONDS: Final = 60
# xmin is another one in every new version of a row.
VERSION: Final = """
select c.id, f.computed_at,
       concat_ws(' ', f.computed_at,
                 (select max(p.number) from outcomes_profileversion p where p.contract_id = c.id),
                 (select max(m.committed_at) from outcomes_commitment m where m.contract_id = c.id),
                 (select string_agg(q.xmin::text, ' ' order by q.id)
                    from outcomes_figurequery q where q.contract_id = c.id),
                 (select string_agg(b::text, ' ' order by b) from wall.beyond(2) b))
  from programmes_contract c left join outcomes_refresh f on f.contract_id = c.id
 where %(code)s is null or c.code = %(code)s
 order by c.name limit 1
"""
# The rendered parts by name, and is_of_now.
Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Version:
    """Which state of a contract's figures this is: other figures have another text, for this viewer."""

    contract_id: UUID
    computed_at: datetime | None
    text: str

    @classmethod
    def of(cls, code: str | None, viewer: Viewer) -> Self | None:
        """Of the contract of a code, or of the first by name, in one query; none where the viewer sees none."""
        with connection.cursor() as cursor:
            cursor.execute(VERSION, {"code": code or None})
            row = cursor.fetchone()
        if row is None:
            return None
        contract_id, computed_at, state = row
        return cls(contract_id, computed_at, _digest(viewer.today, state))

    def kept(self, query: Mapping[str, Any], viewer: Viewer, make: Callable[[], Parts]) -> Parts:
        """The parts of the page that the viewer asks for by this query, made anew where they are not kept."""
        whose = (
            viewer.tenant_id,
            viewer.user_id,
            viewer.organisation_id,
            viewer.kind,
            viewer.role,
            viewer.cleared,
        )
        key = _digest(*whose, self.contract_id, self.text, sorted(query.items()))
        parts: Parts | None = caches["pages"].get(key)
        if parts is None:
            parts = make()
            caches["pages"].set(key, parts, SECONDS)
        return parts


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()
