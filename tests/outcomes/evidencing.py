"""Pay and evidence for the tests, recorded by the real actions and dated so many days ago."""

from typing import Any
from uuid import UUID

from outcomes.actions import earning as earnings
from outcomes.actions import evidence as evidences
from outcomes.actions.earning import Payment
from outcomes.actions.evidence import Proof
from outcomes.models import Earning, Evidence
from participants.models import Enrolment
from partners.viewer import Viewer
from programmes.models import Programme
from tests.cast import Cast, looking_as
from tests.participants.people import ago


def payment(days: int, pence: int = 50_000, **different: Any) -> Payment:
    """A payslip of so many days ago."""
    usual = {"employer": "Tesco", "source": "payslip"}
    return Payment(**{**usual, "paid_on": ago(days), "gross_pence": pence, **different})


def pay(
    cast: Cast,
    enrolment: Enrolment,
    *,
    days: int,
    pence: int = 50_000,
    row_key: str = "",
    by: str = "ada",
    **different: Any,
) -> Earning:
    """Record a payment of so many days ago."""
    paid = payment(days, pence, **different)
    with looking_as(getattr(cast, by)) as viewer:
        return earnings.record(enrolment=enrolment, payment=paid, row_key=row_key, by=viewer, at=viewer.now())


def prove(
    cast: Cast,
    enrolment: Enrolment,
    *,
    days: int = 0,
    by: str = "ada",
    replaces: Evidence | None = None,
    **different: Any,
) -> Evidence:
    """Put a payslip of so many days ago forward, or what is different."""
    proof = Proof(**{"kind": "payslip", "happened_on": ago(days), **different})
    with looking_as(getattr(cast, by)) as viewer:
        return evidences.record(
            enrolment=enrolment, proof=proof, replaces=replaces, by=viewer, at=viewer.now()
        )


def accept(cast: Cast, evidence: Evidence, by: str = "mona") -> Evidence:
    """Accept it as somebody else."""
    with looking_as(getattr(cast, by)) as viewer:
        return evidences.accept(evidence=evidence, by=viewer, at=viewer.now())


def reject(cast: Cast, evidence: Evidence, by: str = "mona", reason: str = "unreadable") -> Evidence:
    """Reject it as somebody else."""
    with looking_as(getattr(cast, by)) as viewer:
        return evidences.reject(evidence=evidence, reason=reason, by=viewer, at=viewer.now())


def put_right(cast: Cast, earning: Earning, paid: Payment, by: str = "ada") -> Earning:
    """Correct a payment."""
    with looking_as(getattr(cast, by)) as viewer:
        return earnings.correct(earning=earning, payment=paid, by=viewer, at=viewer.now())


def take_back(cast: Cast, fact: Earning | Evidence, by: str = "ada") -> None:
    """Withdraw a payment or evidence that was recorded by mistake."""
    with looking_as(getattr(cast, by)) as viewer:
        taken: dict[str, Any] = {"reason": "mistake", "by": viewer, "at": viewer.now()}
        if isinstance(fact, Earning):
            earnings.withdraw(earning=fact, **taken)
        else:
            evidences.withdraw(evidence=fact, **taken)


# Rules that pay, evidence and self-employment decide.
BY_FACTS: list[dict[str, Any]] = [
    {"code": "start", "rule": "start", "label": "Start"},
    {
        "code": "earnings_outcome",
        "rule": "earnings",
        "label": "Earnings outcome",
        "pence": 100_000,
        "within_days": 638,
    },
    {
        "code": "self_employed_outcome",
        "rule": "self_employed_days",
        "label": "Self-employed outcome",
        "days": 30,
        "within_days": 638,
    },
    {
        "code": "progress",
        "rule": "progress_measure",
        "label": "Progress measure",
        "max": 2,
        "definitions": {
            "cv": "A CV is written",
            "school": "School attendance is agreed",
            "debt": "Debts are listed",
        },
    },
]


def ask_for_facts(cast: Cast) -> None:
    """From now on pay, evidence and self-employment decide what is reached."""
    with looking_as(cast.system()):
        Programme.objects.update(milestones=BY_FACTS)


def planted(cast: Cast, enrolment: Enrolment, organisation_id: UUID, name: str) -> tuple[Earning, Evidence]:
    """A payment of the day of the start and its payslip, as rows, with words that name the person."""
    with looking_as(Viewer.system(enrolment.tenant_id, "test")) as system:
        within: dict[str, Any] = {
            "tenant_id": enrolment.tenant_id,
            "participant_id": enrolment.participant_id,
            "enrolment_id": enrolment.pk,
            "contract_id": enrolment.contract_id,
            "organisation_id": organisation_id,
            "recorded_at": system.now(),
        }
        earning = Earning.objects.create(
            **within,
            employer=f"Bakery of {name}",
            paid_on=enrolment.started_on,
            gross_pence=50_000,
            source="payslip",
        )
        evidence = Evidence.objects.create(
            **within,
            kind="payslip",
            happened_on=enrolment.started_on,
            earning=earning,
            words=f"Payslip of {name}",
            recorded_by=cast.users["ada"],
        )
        return earning, evidence
