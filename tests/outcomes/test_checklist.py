"""What proves a milestone: what is needed, what is there, what is missing, in words."""

from typing import Any, get_args

import pytest

from outcomes.claims.checklist import Checklist, checklists
from outcomes.models import Evidence
from participants.models import Enrolment
from programmes.tables import EvidenceKind
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import milestone_of, needs, with_outcome
from tests.outcomes.evidencing import accept, prove
from tests.outcomes.working import correct, end, started_person, work

START: dict[str, Any] = {
    "all_of": ["right_to_work", "residence", "employment_status", "concern"],
    "any_of": ["signature", "remote_delivery"],
}


def found(cast: Cast, enrolment: Enrolment, code: str = "start") -> Checklist:
    milestone = milestone_of(cast, enrolment, code)
    with looking_as(cast.system()):
        return checklists([milestone])[milestone.pk]


def test_programme_files_know_the_kinds_of_evidence() -> None:
    assert set(get_args(EvidenceKind)) == set(Evidence.Kind.values)


def test_a_start_without_its_evidence_says_which_is_missing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    needs(cast, "start", **START)
    for kind in ("right_to_work", "residence", "concern"):
        accept(cast, prove(cast, enrolment, kind=kind, days=199))
    prove(cast, enrolment, kind="remote_delivery", days=199)
    assert found(cast, enrolment).sentence == (
        "Not audit-ready. Employment status before the start is missing;"
        " signed by the participant or remote delivery waits for a decision."
    )


def test_a_start_with_all_of_it_is_audit_ready(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    needs(cast, "start", **START)
    for kind in (*START["all_of"], "remote_delivery"):
        accept(cast, prove(cast, enrolment, kind=kind, days=199))
    assert found(cast, enrolment).is_ready


def test_where_the_terms_ask_for_nothing_it_is_ready(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    assert found(cast, enrolment).sentence == "The terms ask for no evidence."


@pytest.mark.parametrize(("days", "is_ready"), [(59, True), (60, True), (61, False)])
def test_evidence_from_too_long_before_proves_something_else(cast: Cast, days: int, is_ready: bool) -> None:
    """The outcome was reached 30 days ago, and evidence of up to 30 days before that counts."""
    enrolment, _ = with_outcome(cast)
    needs(cast, "short_job_outcome", any_of=["payslip"], dated_within_days=30)
    accept(cast, prove(cast, enrolment, days=days))
    assert found(cast, enrolment, "short_job_outcome").is_ready == is_ready


def test_evidence_of_a_job_goes_on_proving_the_job_that_ended_later(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    needs(cast, "short_job_outcome", any_of=["employer_letter"])
    accept(cast, prove(cast, enrolment, kind="employer_letter", days=20, job=job))
    end(cast, job, days=5)
    assert found(cast, enrolment, "short_job_outcome").is_ready


def test_evidence_of_a_job_that_was_longer_than_evidenced_proves_nothing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    needs(cast, "short_job_outcome", any_of=["employer_letter"])
    accept(cast, prove(cast, enrolment, kind="employer_letter", days=20, job=job))
    correct(cast, job, since=130)
    assert found(cast, enrolment, "short_job_outcome").missing == "Employer's letter is missing."


def test_the_work_tab_shows_it(cast: Cast) -> None:
    person, _ = started_person(cast)
    needs(cast, "start", **START)
    words = cast.client("ada").get(f"/serco/participants/{person.reference}/work/").content.decode()
    assert "Start: not audit-ready" in words
    assert "Signed by the participant or remote delivery" in words
