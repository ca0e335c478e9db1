"""What was reached and earned, posted in the night after it was reached as outcomes.accrual would have done."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from config.demo.bulk import Bulk
from config.demo.days import at_night
from config.demo.record import NOBODY, Ids, Who
from config.demo.support import Enrolled
from outcomes import pricing
from outcomes.milestones import Reached
from outcomes.models import Entry, Journal, Milestone, Statement
from outcomes.terms import Terms
from participants.models import Enrolment
from programmes.models import Contract
from programmes.months import shifted

if TYPE_CHECKING:
    from config.demo.casework import Case

SIDES: tuple[pricing.Side, ...] = ("commissioner", "provider")


class Books:
    """The ledger of a workspace in bulk."""

    def __init__(self, tenant_id: UUID, bulk: Bulk, ids: Ids) -> None:
        self.tenant_id, self.bulk, self.ids = tenant_id, bulk, ids
        self.terms = Terms.of(Contract.objects.values_list("pk", flat=True))
        statements = Statement.objects.order_by("month")
        self.statements = {(one.contract_id, one.organisation_id, one.month): one.pk for one in statements}
        self.sealed = {
            (one.contract_id, one.organisation_id): one.month for one in statements if one.is_sealed
        }

    def earned(self, case: Case, enrolled: Enrolled, enrolment_id: UUID, by: Who) -> None:
        """Every milestone of an enrolment with what it earned on each side."""
        enrolment = Enrolment(
            contract_id=case.person.contract_id, payment_group=enrolled.group, started_on=enrolled.started_on
        )
        jobs = case.person.journey.jobs
        recorded = {"start": enrolled.started_at, "job_start": jobs[0].recorded_at if jobs else None}
        for reached in case.person.journey.reached:
            # Known at once where somebody recorded it, else in the nightly round of its day.
            told_at = recorded.get(reached.code)
            at = told_at or at_night(reached.reached_on)
            milestone_id = self._reached(case, enrolled, enrolment_id, reached, at, by if told_at else NOBODY)
            for side in SIDES:
                price = self.terms.price(enrolment, side, case.provider_id, reached.code, reached.ordinal)
                if isinstance(price, pricing.Priced) and price.pence:
                    self._post(case, enrolment_id, milestone_id, reached, side, price, at)

    def _reached(
        self, case: Case, enrolled: Enrolled, enrolment_id: UUID, reached: Reached, at: datetime, by: Who
    ) -> UUID:
        same = {
            "payment_group": enrolled.group,
            "code": reached.code,
            "ordinal": reached.ordinal,
            "reached_on": reached.reached_on,
        }
        milestone_id = case.person.put(
            Milestone,
            at,
            enrolment_id=enrolment_id,
            participant_id=case.person.participant_id,
            contract_id=case.person.contract_id,
            organisation_id=case.provider_id,
            claimable_from=reached.claimable_from,
            why=reached.why,
            computed_at=at,
            **same,
        )
        case.happened(
            "milestone.reached",
            "milestone",
            milestone_id,
            at,
            by,
            on=reached.reached_on,
            enrolment=enrolment_id,
            **same,
        )
        return milestone_id

    def _post(
        self,
        case: Case,
        enrolment_id: UUID,
        milestone_id: UUID,
        reached: Reached,
        side: pricing.Side,
        price: pricing.Priced,
        at: datetime,
    ) -> None:
        journal_id = pricing.journal_id(
            self.tenant_id, enrolment_id, side, reached.code, reached.ordinal, generation=0
        )
        statement_id = self._statement(case, reached.claimable_from, at) if side == "provider" else None
        case.person.put(
            Journal,
            at,
            id=journal_id,
            milestone_id=milestone_id,
            participant_id=case.person.participant_id,
            contract_id=case.person.contract_id,
            organisation_id=case.provider_id,
            side=side,
            kind=Journal.Kind.ACCRUAL,
            price_id=UUID(price.price_id),
            illustrative=price.illustrative,
            pence=price.pence,
            claimable_from=reached.claimable_from,
            statement_id=statement_id,
            recorded_at=at,
        )
        for account, pence in pricing.entries_for(side, price.pence):
            case.person.put(Entry, at, journal_id=journal_id, account=account, pence=pence)

    def _statement(self, case: Case, on: date, at: datetime) -> UUID:
        """The provider's statement of the month, or the first after those that are sealed."""
        sealed = self.sealed.get((case.person.contract_id, case.provider_id))
        month = max(on.replace(day=1), shifted(sealed, 1)) if sealed else on.replace(day=1)
        key = (case.person.contract_id, case.provider_id, month)
        if key not in self.statements:
            self.statements[key] = case.person.put(
                Statement, at, contract_id=key[0], organisation_id=key[1], month=key[2]
            )
        return self.statements[key]
