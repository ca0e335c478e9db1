"""What is in force of an enrolment, and what evidence goes on proving when a row is corrected."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.facts import Facts, facts_of
from outcomes.milestones import Hours, Pay, Spell, Step
from outcomes.terms import Terms
from participants.models import Enrolment
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import accept, ask_for_facts, pay, payment, prove, put_right, reject, take_back
from tests.outcomes.working import correct, end, reached, started_person, work
from tests.participants.people import ago


def facts(cast: Cast, enrolment: Enrolment) -> Facts:
    with looking_as(cast.system()):
        return facts_of([enrolment])[enrolment.pk]


def test_only_rows_in_force_count(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = correct(cast, work(cast, enrolment, since=50), since=40)
    take_back(cast, pay(cast, enrolment, days=30))
    paid = put_right(cast, pay(cast, enrolment, days=20), payment(19))
    take_back(cast, prove(cast, enrolment, days=10))
    proof = prove(cast, enrolment, days=9)
    found = facts(cast, enrolment)
    assert (found.jobs, found.earnings, found.evidence) == ((job,), (paid,), (proof,))


def test_the_engine_is_told_of_days_hours_pay_and_accepted_steps(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=50, until=40, hours_per_week=Decimal(16))
    business = work(cast, enrolment, since=30, employer="Alterations", kind="self_employed")
    pay(cast, enrolment, days=20, pence=30_000)
    pay(cast, enrolment, days=10, not_qualifying_because="earlier_holiday")
    accept(cast, prove(cast, enrolment, days=5, kind="progress_measure", definition="cv"))
    reject(cast, prove(cast, enrolment, days=4, kind="qualification"))
    prove(cast, enrolment, days=3, kind="wellbeing_gain")
    accept(cast, prove(cast, enrolment, days=2, kind="self_declaration", job=business))
    with looking_as(cast.system()):
        terms = Terms.of([enrolment.contract_id])
        case = terms.case(enrolment, facts_of([enrolment])[enrolment.pk])
    assert case.spells == (Spell(ago(50), ago(40)), Spell(ago(30)))
    assert case.hours == (Hours(ago(50), ago(40), Decimal(16)), Hours(ago(30), None, Decimal(20)))
    assert case.pay == (Pay(ago(20), 30_000),)
    assert case.self_employed == (Spell(ago(30)),)
    assert Step("progress_measure", "cv", ago(5)) in case.steps
    assert {step.kind for step in case.steps} == {"progress_measure", "self_declaration"}


def test_self_employment_counts_once_its_evidence_is_accepted(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    business = work(cast, enrolment, since=60, kind="self_employed")
    evidence = prove(cast, enrolment, kind="self_declaration", job=business)
    assert "self_employed_outcome" not in reached(cast, enrolment)
    accept(cast, evidence)
    assert reached(cast, enrolment)["self_employed_outcome"] == ago(31)
    take_back(cast, evidence)
    assert "self_employed_outcome" not in reached(cast, enrolment)


def test_evidence_of_a_job_that_ended_goes_on_proving_it(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    business = work(cast, enrolment, since=60, kind="self_employed")
    accept(cast, prove(cast, enrolment, job=business))
    ended = correct(cast, end(cast, business, days=10), since=50, until=20)
    assert facts(cast, enrolment).self_employed == (ended,)


def test_an_employers_letter_is_no_evidence_of_self_employment(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    accept(cast, prove(cast, enrolment, job=job))
    correct(cast, job, since=60, kind="self_employed")
    assert facts(cast, enrolment).self_employed == ()


def test_days_that_nobody_evidenced_need_evidence_of_their_own(cast: Cast) -> None:
    for since, until in ((61, 20), (60, 19), (60, None)):
        _, enrolment = started_person(cast)
        business = work(cast, enrolment, since=60, until=20, kind="self_employed")
        accept(cast, prove(cast, enrolment, job=business))
        correct(cast, business, since=since, until=until)
        assert facts(cast, enrolment).self_employed == ()


def test_a_payslip_proves_a_corrected_payment_up_to_what_it_says(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=20)
    accept(cast, prove(cast, enrolment, earning=earning))
    less = put_right(cast, earning, payment(20, 40_000))
    assert facts(cast, enrolment).is_evidenced(less)
    more = put_right(cast, less, payment(20, 50_001))
    assert not facts(cast, enrolment).is_evidenced(more)
    later = put_right(cast, more, payment(19, 40_000))
    assert not facts(cast, enrolment).is_evidenced(later)


def test_evidence_that_nobody_accepted_proves_nothing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=20)
    evidence = prove(cast, enrolment, earning=earning)
    found = facts(cast, enrolment)
    assert found.proofs == {earning.pk: (evidence,)}
    assert found.proved_by(evidence) == earning
    assert not found.is_evidenced(earning)


def test_the_facts_of_many_cost_as_much_as_those_of_one(cast: Cast) -> None:
    enrolments = []
    counts = []
    for _ in range(3):
        _, enrolment = started_person(cast)
        prove(cast, enrolment, earning=pay(cast, enrolment, days=9), job=work(cast, enrolment, since=20))
        enrolments.append(enrolment)
        with looking_as(cast.system()), CaptureQueriesContext(connection) as queries:
            assert len(facts_of(enrolments)) == len(enrolments)
        counts.append(len([one for one in queries if "outcomes_" in one["sql"]]))
    assert counts == [5, 5, 5]
