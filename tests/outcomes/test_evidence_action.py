"""Evidence is put forward by one person and decided on by another; a concern's says nothing of which."""

from typing import Any

import pytest
from django.db import IntegrityError

from outcomes.actions import evidence as evidences
from outcomes.actions import holding
from outcomes.models import Evidence, Milestone
from participants.actions import document as documents
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import accept, ask_for_facts, pay, prove, reject, take_back
from tests.outcomes.working import reached, started_person, work
from tests.participants.people import ago, keep


def in_force(cast: Cast) -> list[Evidence]:
    with looking_as(cast.system()):
        return list(Evidence.objects.filter(voided_at=None))


def test_evidence_is_recorded_with_one_event_and_no_words_in_it(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    paper = keep(cast, person, cast.ada)
    earning = pay(cast, enrolment, days=10)
    evidence = prove(cast, enrolment, days=10, earning=earning, document=paper, words="Scanned")
    assert (evidence.recorded_by_id, evidence.decision) == (cast.users["ada"].pk, "")
    with looking_as(cast.system()):
        told = DomainEvent.objects.get(kind="evidence.recorded")
    assert (told.subject_id, told.on) == (evidence.pk, ago(10))
    assert told.facts == {
        "enrolment": str(enrolment.pk),
        "contract": str(cast.contract.pk),
        "evidence": "payslip",
        "happened_on": ago(10).isoformat(),
        "reason": "",
        "replaces": None,
    }


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"days": -1}, evidences.HappenedInFuture),
        ({"days": 20_000}, evidences.HappenedBeforeBirth),
        ({"kind": "progress_measure"}, evidences.NoDefinition),
        ({"kind": "concern", "words": "child protection"}, evidences.ConcernTold),
        ({"kind": "concern", "definition": "crime"}, evidences.ConcernTold),
        ({"by": "ivo"}, holding.NotHeld),
        ({"by": "priya"}, holding.NotHeld),
        ({"kind": "hearsay"}, ValueError),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any], refusal: type[Exception]) -> None:
    _, enrolment = started_person(cast)
    with pytest.raises(refusal):
        prove(cast, enrolment, **{"days": 10, **wrong})
    assert in_force(cast) == []


def test_a_concern_is_evidenced_without_a_word_of_which(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    with pytest.raises(evidences.ConcernTold):
        prove(cast, enrolment, kind="concern", document=keep(cast, person, cast.ada))
    prove(cast, enrolment, kind="concern")


def test_the_database_keeps_a_concern_untold_as_well(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment, kind="signature", words="On paper")
    with looking_as(cast.system()) as system, pytest.raises(IntegrityError):
        Evidence(
            tenant_id=system.tenant_id,
            participant_id=evidence.participant_id,
            enrolment_id=evidence.enrolment_id,
            contract_id=evidence.contract_id,
            organisation_id=evidence.organisation_id,
            kind="concern",
            words="which",
            happened_on=ago(1),
            recorded_at=system.now(),
        ).save(force_insert=True)


def test_what_it_proves_is_of_the_same_person_and_contract(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    other, elsewhere = started_person(cast, family="Adeyemi")
    for foreign in (
        {"job": work(cast, elsewhere, since=20)},
        {"earning": pay(cast, elsewhere, days=10)},
        {"document": keep(cast, other, cast.ada)},
    ):
        with pytest.raises(evidences.NotOfThisCase):
            prove(cast, enrolment, **foreign)


def test_the_same_evidence_twice_is_refused_unless_it_was_rejected(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    first = prove(cast, enrolment, kind="signature")
    with pytest.raises(evidences.AlreadyRecorded):
        prove(cast, enrolment, kind="signature")
    reject(cast, first)
    prove(cast, enrolment, kind="signature")


@pytest.mark.parametrize("name", ["mona", "priya"])
def test_somebody_else_accepts_it_at_the_provider_or_the_prime(cast: Cast, name: str) -> None:
    _, enrolment = started_person(cast)
    decided = accept(cast, prove(cast, enrolment), by=name)
    assert (decided.decision, decided.decided_by_id) == ("accepted", cast.users[name].pk)
    assert decided.decided_at is not None


def test_nobody_decides_on_their_own_nor_another_provider_on_anybodys(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment, by="mona")
    with pytest.raises(evidences.OwnEvidence):
        accept(cast, evidence, by="mona")
    with pytest.raises(evidences.OwnEvidence):
        reject(cast, evidence, by="mona")
    with pytest.raises(holding.NotHeld):
        accept(cast, evidence, by="ines")
    assert in_force(cast)[0].decision == ""


def test_a_rejection_has_a_reason_and_is_told_with_it(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    reject(cast, prove(cast, enrolment), reason="wrong_dates")
    with looking_as(cast.system()):
        assert DomainEvent.objects.get(kind="evidence.rejected").facts["reason"] == "wrong_dates"
    assert in_force(cast)[0].rejection_reason == "wrong_dates"


def test_a_decision_is_made_once_and_not_on_what_was_taken_back(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment)
    accept(cast, evidence)
    with pytest.raises(evidences.AlreadyDecided):
        reject(cast, evidence)
    take_back(cast, evidence)
    for act in (accept, reject, take_back):
        with pytest.raises(evidences.AlreadyChanged):
            act(cast, evidence)


def test_what_lost_its_document_can_be_rejected_and_not_accepted(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    paper = keep(cast, person, cast.ada)
    evidence = prove(cast, enrolment, document=paper)
    with looking_as(cast.ada) as ada:
        documents.remove(document=paper, reason="mistake", by=ada, at=ada.now())
    with pytest.raises(evidences.DocumentGone):
        accept(cast, evidence)
    reject(cast, evidence)


def test_a_replacement_voids_what_it_replaces_and_waits_for_a_decision(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    old = reject(cast, prove(cast, enrolment, kind="signature"))
    new = prove(cast, enrolment, kind="signature", replaces=old)
    assert in_force(cast) == [new]
    assert (new.replaces_id, new.decision) == (old.pk, "")
    with pytest.raises(evidences.AlreadyChanged):
        prove(cast, enrolment, kind="residence", replaces=old)


def test_accepted_steps_reach_milestones_and_a_withdrawal_takes_them_back(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    step = prove(cast, enrolment, days=20, kind="progress_measure", definition="cv")
    assert "progress" not in reached(cast, enrolment)
    accept(cast, step)
    assert reached(cast, enrolment)["progress"] == ago(20)
    take_back(cast, step)
    assert "progress" not in reached(cast, enrolment)
    with looking_as(cast.system()):
        why = Milestone.objects.get(code="progress").reversed_why
    assert why.startswith(f"Evidence of {ago(20).day} {ago(20):%B %Y} was withdrawn. ")


def test_replacing_accepted_evidence_takes_back_what_it_reached_until_somebody_accepts_anew(
    cast: Cast,
) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    step = accept(cast, prove(cast, enrolment, days=20, kind="progress_measure", definition="cv"))
    better = prove(cast, enrolment, days=19, kind="progress_measure", definition="cv", replaces=step)
    assert "progress" not in reached(cast, enrolment)
    accept(cast, better)
    assert reached(cast, enrolment)["progress"] == ago(19)
