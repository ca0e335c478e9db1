"""Who sees a drawn sample: its prime, the providers of its claims, and auditors let in by name for a time."""

from collections.abc import Callable
from typing import Any
from uuid import UUID


def lets_in(look: Any, grant: Any) -> bool:
    """A named auditor of the commissioner, from the first to the last day."""
    is_named = grant.user_id == look.viewer.user_id and look.is_own(grant)
    return is_named and grant.ended_at is None and grant.opens_on <= look.viewer.today <= grant.closes_on


def is_opened(look: Any, sample: UUID) -> bool:
    grants = look.rows.of("outcomes_auditgrant")
    return any(lets_in(look, grant) for grant in grants if grant.sample_id == sample)


def opened(column: str) -> Callable[[Any, Any], bool]:
    """What belongs to a sample that is opened to the viewer, this column being the sample's id."""
    return lambda look, row: is_opened(look, getattr(row, column))


def seen_items(look: Any, column: str, row_id: UUID) -> list[Any]:
    """The drawn claims, by a column, whose person is not restricted beyond the viewer."""
    return [
        item
        for item in look.rows.of("outcomes_sampleitem")
        if getattr(item, column) == row_id and not look.is_beyond(item.participant_id, 2)
    ]


def has_own_items(look: Any, sample: Any) -> bool:
    return any(look.is_own(item) for item in seen_items(look, "sample_id", sample.id))


def sampled(column: str) -> Callable[[Any, Any], bool]:
    """Claims of a sample that is opened to the viewer, this column being the claim's id."""
    return lambda look, row: any(
        is_opened(look, item.sample_id) for item in seen_items(look, "claim_id", getattr(row, column))
    )
