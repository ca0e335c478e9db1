"""Milestones reached, priced and reversed, each with its journals. Called by outcomes.accrual, never by a person.

Many at once: the rows of all of them go in with one statement for each table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from outcomes import pricing
from outcomes.ledger import Statements, post
from outcomes.milestones import Reached
from outcomes.models import Journal, Milestone
from participants.models import Enrolment
from partners import events
from partners.acting import action_on_many
from partners.viewer import Viewer, london_date

# What a milestone earns, by side; a side without a price, or with a price of nothing, is not in it.
Earned = Mapping[pricing.Side, pricing.Priced]


@dataclass(frozen=True, slots=True)
class Found:
    """A milestone to be stored for the lead provider of the day it was reached on, with what it earns on each side.

    generation is how often this milestone was reversed before.
    """

    enrolment: Enrolment
    reached: Reached
    organisation_id: UUID
    generation: int
    earned: Earned


@dataclass(frozen=True, slots=True)
class Undone:
    """A milestone to be taken back, what was posted for it, and why in words."""

    milestone: Milestone
    posted: Sequence[Journal]
    why: str


@action_on_many
def reach(*, found: Sequence[Found], statements: Statements, by: Viewer, at: datetime) -> list[Milestone]:
    """Store milestones, and post what they earn. Raises outcomes.ledger.Unbalanced.

    What is stored of a milestone, its `why` too, is what was known when it was reached. It stays while the day stays,
    even where other facts would explain the same day in other words: on it rests what was claimed and paid.
    """
    statements.hold((one.enrolment.contract_id, one.organisation_id) for one in found)
    milestones = Milestone.objects.bulk_create([_milestone(one, by, at) for one in found])
    earned = [(milestone, one.earned) for milestone, one in zip(milestones, found, strict=True)]
    _post_earned(earned, statements, at)
    _record("milestone.reached", milestones, by, at, on_their_days=True)
    return milestones


@action_on_many
def price(
    *, earned: Sequence[tuple[Milestone, Earned]], statements: Statements, by: Viewer, at: datetime
) -> list[Milestone]:
    """Post what milestones earn on sides that had no price when they were reached. Raises Unbalanced."""
    _post_earned(earned, statements, at)
    milestones = [milestone for milestone, _ in earned]
    _record("milestone.priced", milestones, by, at)
    return milestones


@action_on_many
def reverse(*, undone: Sequence[Undone], statements: Statements, by: Viewer, at: datetime) -> list[Milestone]:
    """Take milestones back: what was posted is reversed at the price that was posted, and says why.

    The provider's line stands on the statement of the current month, or of the month of the line that it
    reverses where that is still to come. Raises Unbalanced.
    """
    today = london_date(at)
    milestones = [one.milestone for one in undone]
    statements.hold((one.contract_id, one.organisation_id) for one in milestones)
    for one in undone:
        one.milestone.reversed_at, one.milestone.reversed_why = at, one.why
    Milestone.objects.bulk_update(milestones, ["reversed_at", "reversed_why"])
    post(
        [
            _reversal(one.milestone, journal, one.why, max(today, journal.claimable_from), statements, at)
            for one in undone
            for journal in one.posted
        ]
    )
    _record("milestone.reversed", milestones, by, at)
    return milestones


def _milestone(found: Found, by: Viewer, at: datetime) -> Milestone:
    enrolment, reached = found.enrolment, found.reached
    return Milestone(
        tenant_id=by.tenant_id,
        enrolment_id=enrolment.pk,
        participant_id=enrolment.participant_id,
        contract_id=enrolment.contract_id,
        organisation_id=found.organisation_id,
        payment_group=enrolment.payment_group,
        code=reached.code,
        ordinal=reached.ordinal,
        reached_on=reached.reached_on,
        claimable_from=reached.claimable_from,
        why=reached.why,
        generation=found.generation,
        computed_at=at,
    )


def _post_earned(earned: Iterable[tuple[Milestone, Earned]], statements: Statements, at: datetime) -> None:
    post(
        [
            _accrual(milestone, side, priced, statements, at)
            for milestone, sides in earned
            for side, priced in sides.items()
        ]
    )


def _accrual(
    milestone: Milestone, side: pricing.Side, priced: pricing.Priced, statements: Statements, at: datetime
) -> tuple[Journal, pricing.Entries]:
    journal = Journal(
        id=pricing.journal_id(
            milestone.tenant_id,
            milestone.enrolment_id,
            side,
            milestone.code,
            milestone.ordinal,
            milestone.generation,
        ),
        tenant_id=milestone.tenant_id,
        milestone=milestone,
        participant_id=milestone.participant_id,
        contract_id=milestone.contract_id,
        organisation_id=milestone.organisation_id,
        side=side,
        kind=Journal.Kind.ACCRUAL,
        price_id=UUID(priced.price_id),
        illustrative=priced.illustrative,
        pence=priced.pence,
        claimable_from=milestone.claimable_from,
        statement_id=_statement(milestone, side, milestone.claimable_from, statements),
        recorded_at=at,
    )
    return journal, pricing.entries_for(side, priced.pence)


def _reversal(
    milestone: Milestone, journal: Journal, why: str, on: date, statements: Statements, at: datetime
) -> tuple[Journal, pricing.Entries]:
    side: pricing.Side = "provider" if journal.side == Journal.Side.PROVIDER else "commissioner"
    reversal = Journal(
        id=pricing.reversal_id(journal.pk),
        tenant_id=journal.tenant_id,
        milestone=milestone,
        participant_id=journal.participant_id,
        contract_id=journal.contract_id,
        organisation_id=journal.organisation_id,
        side=side,
        kind=Journal.Kind.REVERSAL,
        price_id=journal.price_id,
        illustrative=journal.illustrative,
        pence=-journal.pence,
        claimable_from=on,
        why=why,
        reverses=journal,
        statement_id=_statement(milestone, side, on, statements),
        recorded_at=at,
    )
    return reversal, pricing.reversal_of(pricing.entries_for(side, journal.pence))


def _statement(milestone: Milestone, side: str, on: date, statements: Statements) -> UUID | None:
    """The provider's statement on which a line of this day stands; the commissioner's side has none."""
    if side != Journal.Side.PROVIDER:
        return None
    return statements.open_from(
        tenant_id=milestone.tenant_id,
        contract_id=milestone.contract_id,
        organisation_id=milestone.organisation_id,
        on=on,
    ).pk


def _record(
    kind: str, milestones: Iterable[Milestone], by: Viewer, at: datetime, *, on_their_days: bool = False
) -> None:
    """Behind the wall of the case, which a later provider passes: so no pence, which are one provider's tariff."""
    events.record_many(
        [
            events.event(
                kind,
                milestone,
                by,
                at=at,
                on=milestone.reached_on if on_their_days else None,
                participant_id=milestone.participant_id,
                organisation_id=milestone.organisation_id,
                enrolment=milestone.enrolment_id,
                contract=milestone.contract_id,
                code=milestone.code,
                ordinal=milestone.ordinal,
                reached_on=milestone.reached_on,
                payment_group=milestone.payment_group,
            )
            for milestone in milestones
        ],
        by,
    )
