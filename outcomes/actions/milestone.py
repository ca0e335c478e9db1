"""Milestones reached, priced and reversed, each with its journals. Called by outcomes.accrual, never by a person."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from outcomes import pricing
from outcomes.ledger import Statements, post
from outcomes.milestones import Reached
from outcomes.models import Journal, Milestone
from participants.models import Enrolment
from partners import events
from partners.acting import action
from partners.viewer import Viewer, london_date

# What a milestone earns, by side; a side without a price, or with a price of nothing, is not in it.
Earned = Mapping[pricing.Side, pricing.Priced]


@action
def reach(
    *,
    enrolment: Enrolment,
    reached: Reached,
    organisation_id: UUID,
    generation: int,
    earned: Earned,
    statements: Statements,
    by: Viewer,
    at: datetime,
) -> Milestone:
    """Store a milestone for the lead provider of the day it was reached on, and post what it earns on each side.

    generation is how often this milestone was reversed before. Raises outcomes.ledger.Unbalanced.
    """
    milestone = Milestone(
        tenant_id=by.tenant_id,
        enrolment_id=enrolment.pk,
        participant_id=enrolment.participant_id,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        payment_group=enrolment.payment_group,
        code=reached.code,
        ordinal=reached.ordinal,
        reached_on=reached.reached_on,
        claimable_from=reached.claimable_from,
        why=reached.why,
        generation=generation,
        computed_at=at,
    )
    milestone.save(force_insert=True)
    _post_earned(milestone, earned, statements, at)
    _record("milestone.reached", milestone, by, at, on=milestone.reached_on)
    return milestone


@action
def price(
    *, milestone: Milestone, earned: Earned, statements: Statements, by: Viewer, at: datetime
) -> Milestone:
    """Post what a milestone earns on sides that had no price when it was reached. Raises Unbalanced."""
    _post_earned(milestone, earned, statements, at)
    _record("milestone.priced", milestone, by, at)
    return milestone


@action
def reverse(
    *,
    milestone: Milestone,
    posted: Sequence[Journal],
    why: str,
    statements: Statements,
    by: Viewer,
    at: datetime,
) -> Milestone:
    """Take a milestone back: what was posted is reversed at the price that was posted, and says why.

    The provider's line stands on the statement of the current month, or of the month of the line that it
    reverses where that is still to come. Raises Unbalanced.
    """
    milestone.reversed_at, milestone.reversed_why = at, why
    milestone.save(update_fields=["reversed_at", "reversed_why"])
    today = london_date(at)
    post(
        [
            _reversal(milestone, journal, why, max(today, journal.claimable_from), statements, at)
            for journal in posted
        ]
    )
    _record("milestone.reversed", milestone, by, at)
    return milestone


def _post_earned(milestone: Milestone, earned: Earned, statements: Statements, at: datetime) -> None:
    post([_accrual(milestone, side, priced, statements, at) for side, priced in earned.items()])


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


def _record(kind: str, milestone: Milestone, by: Viewer, at: datetime, on: date | None = None) -> None:
    """Behind the wall of the case, which a later provider passes: so no pence, which are one provider's tariff."""
    events.record(
        kind,
        milestone,
        by,
        at=at,
        on=on,
        participant_id=milestone.participant_id,
        organisation_id=milestone.organisation_id,
        enrolment=milestone.enrolment_id,
        contract=milestone.contract_id,
        code=milestone.code,
        ordinal=milestone.ordinal,
        reached_on=milestone.reached_on,
        payment_group=milestone.payment_group,
    )
