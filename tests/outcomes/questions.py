"""Questions and adjustments that wait for an answer, written as the actions would."""

from datetime import date
from uuid import UUID

from outcomes.models import Adjustment, FigureQuery, FigureRemark, Journal, LineQuery, Statement
from participants.models import Enrolment
from partners.models import User
from partners.viewer import Viewer
from programmes.models import Contract
from tests.cast import Cast, looking_as


def asked_about(cast: Cast, enrolment: Enrolment) -> dict[str, list[tuple[str, ...]]]:
    """The line of the start on the provider's statement, and what was asked about it."""
    with looking_as(cast.system()):
        line = Journal.objects.get(milestone__enrolment=enrolment, milestone__code="start", side="provider")
        assert line.statement is not None
    query = query_about(cast, line.statement, line)
    return {"statement line": [(str(line.statement_id), str(line.pk))], "query": [(str(query.pk),)]}


def query_about(cast: Cast, statement: Statement, line: Journal | None = None) -> LineQuery:
    """A question that nobody has answered."""
    with looking_as(Viewer.system(statement.tenant_id, "test")) as system:
        query = LineQuery(
            tenant_id=system.tenant_id,
            statement=statement,
            journal=line,
            participant_id=line.participant_id if line else None,
            organisation_id=statement.organisation_id,
            words="Why so little?",
            asked_by=cast.users["col"],
            asked_at=system.now(),
        )
        query.save(force_insert=True)
        return query


def adjustment_of(cast: Cast, statement: Statement) -> str:
    """The id of an adjustment of that month that nobody has decided on."""
    with looking_as(Viewer.system(statement.tenant_id, "test")) as system:
        adjustment = Adjustment(
            tenant_id=system.tenant_id,
            contract_id=statement.contract_id,
            organisation_id=statement.organisation_id,
            month=statement.month,
            pence=100,
            reason="agreed",
            words="Agreed by telephone",
            asked_by=cast.users["sara"],
            asked_at=system.now(),
        )
        adjustment.save(force_insert=True)
    return str(adjustment.pk)


def queried_figures(contract: Contract, organisation_id: UUID, asker: User) -> list[tuple[str, ...]]:
    """The ids of questions about figures of the provider: one that is open, one that is closed."""
    with looking_as(Viewer.system(contract.tenant_id, "test")) as system:
        made = [
            FigureQuery(
                tenant_id=system.tenant_id,
                contract=contract,
                organisation_id=organisation_id,
                measure="referrals",
                first=date(2025, 4, 1),
                last=date(2025, 6, 1),
                state=state,
                asked_by=asker,
                asked_at=system.now(),
            )
            for state in ("closed", "open")
        ]
        for query in made:
            query.save(force_insert=True)
            FigureRemark(
                tenant_id=system.tenant_id,
                query=query,
                organisation_id=organisation_id,
                step="asked",
                words="Two are missing.",
                said_by=asker,
                said_at=system.now(),
            ).save(force_insert=True)
    return [(str(query.pk),) for query in made]
