"""Evidence in the browser: put forward, decided on by somebody else, replaced, withdrawn, and the list of it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outcomes.models import Evidence
from participants.actions import document as documents
from participants.models import Participant
from programmes.models import Programme
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import BY_FACTS, accept, ask_for_facts, pay, prove, reject
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, hold, keep, new_person, start


def address_of(person: Participant) -> str:
    return f"/serco/participants/{person.reference}/evidence/new/"


def record(client: Client, person: Participant, **typed: Any) -> Any:
    page = client.get(address_of(person))
    fields = {"kind": "payslip", "happened_on": ago(5).isoformat(), **typed}
    if page.status_code == 200:
        fields.setdefault("enrolment", page.context["form"]["enrolment"].value())
    return client.post(address_of(person), fields, follow=True)


def tab(client: Client, person: Participant) -> str:
    page = client.get(f"/serco/participants/{person.reference}/work/", headers={"HX-Request": "true"})
    return " ".join(page.content.decode().split())


def in_force(cast: Cast) -> list[Evidence]:
    with looking_as(cast.system()):
        return list(Evidence.objects.filter(voided_at=None))


def decide(client: Client, evidence: Evidence, decision: str) -> Any:
    return client.post(f"/serco/evidence/{evidence.pk}/decide/", {"decision": decision}, follow=True)


def test_an_adviser_records_what_proves_a_payment_with_a_document(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    earning, paper = pay(cast, enrolment, days=10), keep(cast, person, cast.ada, title="Scan of May")
    shown = record(
        cast.client("ada"), person, about=str(earning.pk), document=str(paper.pk), words="Page 2 is missing"
    ).content.decode()
    assert "Evidence recorded. Somebody else decides on it." in shown
    assert "£500.00 from Tesco" in shown
    assert "Page 2 is missing" in shown
    assert "Scan of May" in shown
    assert "Waits for a decision" in shown
    [evidence] = in_force(cast)
    assert (evidence.earning_id, evidence.document_id, evidence.job_id) == (earning.pk, paper.pk, None)


def test_a_link_from_a_job_or_a_payment_fills_in_what_usually_proves_it(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    client = cast.client("ada")
    for fact, kind, day in (
        (work(cast, enrolment, since=20), "employer_letter", 20),
        (
            work(cast, enrolment, since=30, employer="Alterations", kind="self_employed"),
            "self_declaration",
            30,
        ),
        (pay(cast, enrolment, days=10), "payslip", 10),
    ):
        form = client.get(address_of(person), {"about": str(fact.pk)}).context["form"]
        filled = (form["about"].value(), form["kind"].value(), form["happened_on"].value())
        assert filled == (str(fact.pk), kind, ago(day))
    assert client.get(address_of(person), {"about": "'; drop"}).status_code == 200


def test_what_there_is_none_of_is_not_asked(cast: Cast) -> None:
    person, _ = started_person(cast)
    form = cast.client("ada").get(address_of(person)).context["form"]
    assert list(form.fields) == ["enrolment", "kind", "happened_on", "words"]
    assert (
        not {"progress_measure", "wellbeing_gain", "earnings_feed"} & dict(form.fields["kind"].choices).keys()
    )


def test_steps_are_those_of_the_programme(cast: Cast) -> None:
    ask_for_facts(cast)
    person, _ = started_person(cast)
    client = cast.client("ada")
    form = client.get(address_of(person)).context["form"]
    assert dict(form.fields["definition"].choices)["school"] == "School attendance is agreed"
    assert record(client, person, kind="progress_measure").status_code == 422
    assert record(client, person, kind="progress_measure", definition="other").status_code == 422
    assert record(client, person, kind="qualification").status_code == 422
    shown = record(client, person, kind="progress_measure", definition="school").content.decode()
    assert "Progress measure: School attendance is agreed" in shown


def test_where_the_programme_lists_no_measures_their_code_is_typed(cast: Cast) -> None:
    free = {name: value for name, value in BY_FACTS[3].items() if name != "definitions"}
    with looking_as(cast.system()):
        Programme.objects.update(milestones=[BY_FACTS[0], free])
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person, kind="progress_measure", definition="PM 12").content.decode()
    assert "Progress measure: PM 12" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"happened_on": ago(-2).isoformat()}, "The date cannot be in the future"),
        ({"happened_on": "1899-01-01"}, "after the person&#x27;s date of birth"),
        ({"kind": "hearsay"}, "Select a valid choice"),
        ({"kind": "concern", "words": "domestic abuse"}, "says only that it was met"),
        ({"words": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast: Cast, typed: dict[str, str], sentence: str) -> None:
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person, **typed)
    assert shown.status_code == 422
    assert sentence in shown.content.decode()
    assert in_force(cast) == []


def test_a_concern_is_shown_as_met_and_no_more(cast: Cast) -> None:
    person, _ = started_person(cast)
    assert "Family concern met" in record(cast.client("ada"), person, kind="concern").content.decode()


@pytest.mark.parametrize("name", ["mona", "priya"])
def test_a_manager_accepts_and_reads_what_it_reached(cast: Cast, name: str) -> None:
    ask_for_facts(cast)
    person, enrolment = started_person(cast)
    step = prove(cast, enrolment, days=20, kind="progress_measure", definition="cv", words="As agreed")
    client = cast.client(name)
    assert "Accept or reject" in tab(client, person)
    page = client.get(f"/serco/evidence/{step.pk}/decide/").content.decode()
    assert "Progress measure: A CV is written" in page
    assert "As agreed" in page
    shown = decide(client, step, "accepted").content.decode()
    assert "Decision saved. Progress measure 1 reached on" in shown
    assert "Accept or reject" not in tab(client, person)


def test_a_manager_rejects_with_a_reason_that_the_adviser_reads(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    decide(cast.client("mona"), prove(cast, enrolment), "not_signed")
    shown = tab(cast.client("ada"), person)
    assert "Rejected" in shown
    assert "A signature is missing" in shown
    assert ", Mona" in shown


def test_who_decided_is_named_to_those_who_know_them(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    accept(cast, prove(cast, enrolment), by="priya")
    assert "Priya" in tab(cast.client("sara"), person)
    assert "Priya" not in tab(cast.client("ada"), person)


def test_nobody_is_offered_their_own_and_a_post_is_refused(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    evidence = prove(cast, enrolment, by="mona")
    client = cast.client("mona")
    assert "Accept or reject" not in tab(client, person)
    shown = decide(client, evidence, "accepted")
    assert shown.status_code == 422
    assert "Somebody else must decide" in shown.content.decode()


def test_a_decision_is_one_of_those_offered(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment)
    for wrong in ("", "rejected", "maybe"):
        assert decide(cast.client("mona"), evidence, wrong).status_code == 422
    assert in_force(cast)[0].decision == ""


def test_evidence_whose_document_was_removed_says_so(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    paper = keep(cast, person, cast.ada, title="Scan of May")
    evidence = prove(cast, enrolment, document=paper)
    with looking_as(cast.ada) as ada:
        documents.remove(document=paper, reason="mistake", by=ada, at=ada.now())
    shown = tab(cast.client("mona"), person)
    assert "Its document was removed" in shown
    assert "Scan of May" not in shown
    assert "it proves nothing" in decide(cast.client("mona"), evidence, "accepted").content.decode()


def test_what_was_rejected_is_replaced_from_what_was_typed(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    old = reject(cast, prove(cast, enrolment, days=10, earning=earning, words="First scan"))
    client = cast.client("ada")
    page = client.get(f"/serco/evidence/{old.pk}/replace/")
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    assert typed["about"] == str(earning.pk)
    assert 'value="First scan"' in page.content.decode()
    shown = client.post(f"/serco/evidence/{old.pk}/replace/", {**typed, "words": "Second scan"}, follow=True)
    assert "Evidence replaced." in shown.content.decode()
    [new] = in_force(cast)
    assert (new.replaces_id, new.words, new.earning_id) == (old.pk, "Second scan", earning.pk)
    assert client.post(f"/serco/evidence/{old.pk}/replace/", typed).status_code == 422


def test_a_withdrawal_asks_why(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment)
    address = f"/serco/evidence/{evidence.pk}/withdraw/"
    assert cast.client("ada").post(address, {"reason": "replaced"}).status_code == 422
    assert (
        "Evidence withdrawn."
        in cast.client("ada").post(address, {"reason": "not_genuine"}, follow=True).content.decode()
    )
    assert in_force(cast) == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("ada", 403), ("ivo", 403), ("ines", 404), ("frank", 403), ("hana", 404), ("dee", 404), ("sam", 404)],
)
def test_nobody_else_decides(cast: Cast, name: str, status: int) -> None:
    _, enrolment = started_person(cast)
    evidence = prove(cast, enrolment, by="col")
    assert decide(cast.client(name), evidence, "accepted").status_code == status
    assert in_force(cast)[0].decision == ""


@pytest.mark.parametrize("name", ["ivo", "priya", "hana", "dee", "sam"])
def test_nobody_else_records_or_changes(cast: Cast, name: str) -> None:
    person, enrolment = started_person(cast)
    evidence = prove(cast, enrolment)
    client = cast.client(name)
    assert record(client, person).status_code == 404
    for change in ("replace", "withdraw"):
        assert client.get(f"/serco/evidence/{evidence.pk}/{change}/").status_code == 404
        assert (
            client.post(f"/serco/evidence/{evidence.pk}/{change}/", {"reason": "mistake"}).status_code == 404
        )
    assert in_force(cast) == [evidence]


def test_a_provider_that_let_go_sees_its_own_time_and_no_document(cast: Cast) -> None:
    person = new_person(cast, since=200, until=50)
    enrolment = start(cast, person, days=150)
    hold(cast, person, provider="i2i", adviser="ivo", since=49)
    paper = keep(cast, person, cast.ivo, title="Scan of May")
    prove(cast, enrolment, days=100, by="ivo", words="Early note", document=paper)
    prove(cast, enrolment, days=10, by="ivo", words="Late note")
    shown = tab(cast.client("mona"), person)
    assert "Early note" in shown
    assert "Late note" not in shown
    assert "Scan of May" not in shown
    assert "Accept or reject" not in shown


def test_the_tab_costs_the_same_queries_however_much_is_proved(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    client = cast.client("mona")
    counts = []
    for days in (3, 2, 1):
        paper = keep(cast, person, cast.ada)
        accept(cast, prove(cast, enrolment, earning=pay(cast, enrolment, days=days), document=paper))
        with CaptureQueriesContext(connection) as queries:
            tab(client, person)
        counts.append(len(queries))
    assert counts[1] == counts[2]
