"""What follows for one viewer from the facts of one world, and the ways in which a row may be for their eyes."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

CONTACTS_HIDDEN, NAMED_ONLY = 1, 2


class Viewer(Protocol):
    """Somebody who looks: a partners.viewer.Viewer or an Onlooker."""

    @property
    def tenant_id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def organisation_id(self) -> UUID | None: ...
    @property
    def user_id(self) -> UUID | None: ...
    @property
    def participant_id(self) -> UUID | None: ...
    @property
    def cleared(self) -> bool: ...
    @property
    def today(self) -> date: ...


class Rows(Protocol):
    """Every row that there is, by table."""

    def of(self, table: str) -> Iterable[Any]: ...
    def get(self, table: str, row_id: UUID | None) -> Any: ...


class Look:
    """One viewer before one world: what follows from the facts for them."""

    def __init__(self, rows: Rows, viewer: Viewer) -> None:
        self.rows, self.viewer = rows, viewer
        self.organisation_id = viewer.organisation_id
        mine = viewer.organisation_id
        here = viewer.tenant_id
        # What began by today and was not taken back: (participant, contract, first day, last day).
        self.cases = [
            (a.participant_id, a.contract_id, a.starts_on, a.ends_on or date.max)
            for a in rows.of("participants_assignment")
            if a.tenant_id == here
            and a.organisation_id == mine
            and a.voided_at is None
            and a.starts_on <= viewer.today
        ]
        self.held_cases = {(p, c) for p, c, _, last in self.cases if last >= viewer.today}
        self.held = {p for p, _ in self.held_cases}
        self.ever_held = {p for p, *_ in self.cases}
        self.agreed = {
            s.contract_id for s in rows.of("programmes_supplyagreement") if s.organisation_id == mine
        }
        self.bought = {c.id for c in rows.of("programmes_contract") if c.commissioner_id == mine}
        self.named = {
            n.participant_id
            for n in rows.of("participants_namedaccess")
            if n.ended_at is None and n.user_id == viewer.user_id
        }
        self.offered = {a.referral_id for a in rows.of("referrals_allocation") if a.organisation_id == mine}
        self.levels: dict[UUID, int] = {}
        for one in rows.of("participants_restriction"):
            if one.lowered_at is None:
                self.levels[one.participant_id] = max(one.level, self.levels.get(one.participant_id, 0))

    def is_own(self, row: Any) -> bool:
        return row.organisation_id is not None and row.organisation_id == self.organisation_id

    def works_on(self, row: Any, day: date) -> bool:
        """Holds the case today, or held it on that day."""
        case = (row.participant_id, row.contract_id)
        return case in self.held_cases or any(
            (p, c) == case and first <= day <= last for p, c, first, last in self.cases
        )

    def is_named(self, row: Any) -> bool:
        return row.participant_id in self.named

    def is_beyond(self, person: UUID | None, level: int) -> bool:
        """Whether the person is restricted to that level and the viewer is not one of the named."""
        return person is not None and self.levels.get(person, 0) >= level and person not in self.named


Sight = Callable[[Look, Any], bool]
Person = Callable[[Look, Any], UUID | None]


def everything(look: Look, row: Any) -> bool:
    return True


def nothing(look: Look, row: Any) -> bool:
    return False


def own(look: Look, row: Any) -> bool:
    return look.is_own(row)


def held(look: Look, row: Any) -> bool:
    return row.participant_id in look.held


def held_case(look: Look, row: Any) -> bool:
    """About a case that the provider holds today."""
    return (row.participant_id, row.contract_id) in look.held_cases


def mine(look: Look, row: Any) -> bool:
    """About the participant who looks."""
    return row.participant_id == look.viewer.participant_id


def cleared(look: Look, row: Any) -> bool:
    return look.viewer.cleared


def agreed(look: Look, row: Any) -> bool:
    return row.contract_id in look.agreed


def bought(look: Look, row: Any) -> bool:
    return row.contract_id in look.bought


def unless_safeguarding(look: Look, row: Any) -> bool:
    return row.wall != "safeguarding" or look.viewer.cleared


def on_the_case(column: str) -> Sight:
    """Current holders see all of the case, past holders what is dated in their time by this column."""
    return lambda look, row: look.works_on(row, getattr(row, column))


def both(*sights: Sight) -> Sight:
    return lambda look, row: all(sight(look, row) for sight in sights)


def either(*sights: Sight) -> Sight:
    return lambda look, row: any(sight(look, row) for sight in sights)


def of_kind(*kinds: str) -> Sight:
    return lambda look, row: row.kind in kinds


def for_all_or_own(look: Look, row: Any) -> bool:
    return row.organisation_id is None or look.is_own(row)


def carried(look: Look, row: Any) -> UUID | None:
    """The participant whom the row names, if it names one."""
    return getattr(row, "participant_id", None)


def of_row(table: str, column: str, person: Person = carried) -> Person:
    """The participant of the row that this one hangs on."""

    def found(look: Look, row: Any) -> UUID | None:
        parent = look.rows.get(table, getattr(row, column))
        return person(look, parent) if parent else None

    return found


of_referral = of_row("referrals_referral", "referral_id")
of_allocation = of_row("referrals_allocation", "allocation_id", of_referral)
