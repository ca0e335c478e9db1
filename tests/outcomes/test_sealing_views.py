"""The pages on which a statement is proposed, sealed, paid, asked about and adjusted: who finds them, what they do."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from outcomes.models import Adjustment, Journal, LineQuery, Paper, Statement
from partners.models import AuditEntry
from programmes.models import Fee
from tests.cast import Cast, looking_as
from tests.outcomes.settling import agree, ended, now, propose, sealed
from tests.outcomes.working import started_person
from tests.participants.restricting import restrict
from tests.participants.test_grave_steps import asks, stale


def at(statement: Statement, rest: str = "/") -> str:
    return f"/serco/statements/{statement.pk}{rest}"


def text(client: Client, address: str) -> str:
    """What the page says, without its markup."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(words.split())


def post(client: Client, where: str, **data: Any) -> Any:
    """Send the form as its page gives it out, hidden fields and all."""
    shown = client.get(where)
    hidden = {field.html_name: field.value() for field in shown.context["form"].hidden_fields()}
    return client.post(where, {**hidden, **data}, follow=True)


def said(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_from_open_to_paid(cast: Cast) -> None:
    agree(cast)
    statement = ended(cast)
    frank, cleo = cast.client("frank"), cast.client("cleo")
    assert "Propose for sealing" in text(frank, at(statement))
    assert "Lines 1 Total without VAT £600.00" in text(frank, at(statement, "/propose/"))
    assert "Proposed. Somebody else" in said(post(frank, at(statement, "/propose/")))
    assert "Somebody else at the prime seals it" in text(frank, at(statement))
    seal = text(cleo, at(statement, "/seal/"))
    for words in ("£600.00", "a self-billed invoice", "Proposed by Frank", "cannot be taken back"):
        assert words in seal, words
    done = said(post(cleo, at(statement, "/seal/")))
    for words in ("Sealed. Its lines are final.", "SB-00001", "£720.00", now(cast, statement).digest):
        assert words in done, words
    today = cast.frank.today.isoformat()
    paid = said(post(frank, at(statement, "/pay/"), reference="BACS 42", paid_on=today))
    for words in ("Marked as paid.", "BACS 42", "the day it was sealed"):
        assert words in paid, words
    assert "Paid 0 days after sealing" in text(frank, "/serco/statements/?status=paid")


def test_what_changes_while_somebody_looks_is_not_sealed(cast: Cast) -> None:
    statement = ended(cast)
    propose(cast, statement)
    cleo = cast.client("cleo")
    shown = cleo.get(at(statement, "/seal/")).context["form"].initial
    started_person(cast, days=100)
    answer = cleo.post(at(statement, "/seal/"), shown)
    assert answer.status_code == 422
    assert "has changed since you opened it" in answer.content.decode()
    assert "£1,200.00" in answer.content.decode()
    assert now(cast, statement).status == "proposed"


def test_what_is_charged_on_sealing_is_shown_before(cast: Cast) -> None:
    with looking_as(cast.system()):
        Fee.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            kind="management_fee",
            share_basis_points=1000,
            source="Schedule 4",
        )
    statement = ended(cast)
    for name in ("frank", "mona"):
        shown = text(cast.client(name), at(statement))
        assert "Management fee, on sealing" in shown
        assert "Total on sealing −" not in shown
        assert "£540.00" in shown
    sealed(cast, statement)
    shown = text(cast.client("mona"), at(statement))
    assert "on sealing" not in shown
    assert "−£60.00" in shown


STEPS = ("/propose/", "/seal/", "/pay/", "/adjust/")
STATUS = {"frank": 200, "mona": 404, "ines": 404, "priya": 403, "sara": 403, "ada": 404, "dee": 404}


@pytest.mark.parametrize("name", STATUS)
def test_the_steps_are_the_primes_money_people_alone(cast: Cast, name: str) -> None:
    statement = ended(cast)
    client = cast.client(name)
    assert {client.get(at(statement, step)).status_code for step in STEPS} == {STATUS[name]}
    assert {client.post(at(statement, step)).status_code for step in STEPS} <= {STATUS[name], 302, 422}


def test_a_contract_manager_seals_and_does_not_pay(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    assert cast.client("cleo").get(at(statement, "/pay/")).status_code == 403
    assert "Mark as paid" not in text(cast.client("cleo"), at(statement))
    assert "Mark as paid" in text(cast.client("frank"), at(statement))


@pytest.mark.parametrize("step", ["/seal/", "/pay/"])
def test_sealing_and_paying_ask_for_a_fresh_second_factor(cast: Cast, step: str) -> None:
    statement = ended(cast)
    propose(cast, statement)
    client = stale(cast, "frank")
    assert asks(client, at(statement, step))
    assert client.get(at(statement, "/propose/")).status_code == 200


def test_a_line_is_asked_about_and_answered(cast: Cast) -> None:
    statement = ended(cast)
    mona, frank = cast.client("mona"), cast.client("frank")
    with looking_as(cast.mona):
        line = Journal.objects.get(statement=statement)
    address = at(statement, f"/query/{line.pk}/")
    assert address in mona.get(at(statement)).content.decode()
    assert "Start PT-" in text(mona, address)
    assert "Why is this the lower price?" in said(post(mona, address, words="Why is this the lower price?"))
    assert "1 question to answer" in text(frank, "/serco/statements/")
    assert "1 question to answer" in text(frank, at(statement))
    with looking_as(cast.frank):
        query = LineQuery.objects.get()
    answered = said(
        post(frank, f"/serco/queries/{query.pk}/answer/", outcome="upheld", words="It is not. Adjusted.")
    )
    assert "It is not. Adjusted." in answered
    both = text(mona, at(statement))
    assert "The provider is right" in both
    assert "question to answer" not in both
    assert [row.pk for row in mona.get("/serco/statements/?status=queried").context["page"]] == []


def test_only_the_providers_manager_asks_and_only_the_prime_answers(cast: Cast) -> None:
    statement = ended(cast)
    for name, status in (("mona", 200), ("ada", 403), ("ines", 404), ("frank", 404), ("dee", 404)):
        assert cast.client(name).get(at(statement, "/query/")).status_code == status, name
    post(cast.client("mona"), at(statement, "/query/"), words="All of it")
    with looking_as(cast.mona):
        query = LineQuery.objects.get()
    for name, status in (("frank", 200), ("cleo", 200), ("priya", 200), ("mona", 404), ("dee", 404)):
        assert cast.client(name).get(f"/serco/queries/{query.pk}/answer/").status_code == status, name


def test_a_question_needs_words(cast: Cast) -> None:
    answer = cast.client("mona").post(at(ended(cast), "/query/"), {"words": " "})
    assert answer.status_code == 422


def test_an_adjustment_is_asked_for_by_one_and_approved_by_another(cast: Cast) -> None:
    statement = ended(cast)
    frank, cleo = cast.client("frank"), cast.client("cleo")
    typed = {"direction": "less", "pence": "£12.50", "reason": "service_credit", "words": "Late reports"}
    assert "−£12.50 asked for by Frank" in said(post(frank, at(statement, "/adjust/"), **typed))
    with looking_as(cast.frank):
        adjustment = Adjustment.objects.get()
    address = f"/serco/adjustments/{adjustment.pk}/decide/"
    assert address in cleo.get(at(statement)).content.decode()
    assert address not in frank.get(at(statement)).content.decode()
    refused = cleo.post(address, {"decision": "refuse"})
    assert refused.status_code == 422
    assert "Say why you refuse it." in refused.content.decode()
    assert "Decided." in said(post(cleo, address, decision="approve"))
    for name in ("mona", "frank"):
        assert "Late reports" in text(cast.client(name), at(statement)), name
    assert cast.client("mona").get(at(statement)).context["whole"].pence == 58_750
    assert cleo.get(address).status_code == 404


def test_a_sealed_statement_prints_its_stored_lines_whatever_the_terms_say_later(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    with looking_as(cast.system()):
        contract = cast.contract
        rules = [{**row, "label": "Renamed"} for row in contract.programme.milestones]
        type(contract.programme).objects.filter(pk=contract.programme_id).update(milestones=rules)
    mona = cast.client("mona")
    for rest in ("/", ".csv"):
        shown = mona.get(at(statement, rest)).content.decode()
        assert "Renamed" not in shown
        assert "Start" in shown


def test_the_workbook_carries_the_same_rows_as_numbers_and_dates(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    answer = cast.client("mona").get(at(statement, ".xlsx"))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    header, row = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    found = dict(zip(header, row, strict=True))
    assert (found["Milestone"], found["Amount in pounds"], found["Amount in pence"]) == ("Start", 600, 60_000)
    assert found["Reached on"].date() == found["Claimable from"].date()
    with looking_as(cast.system()):
        assert AuditEntry.objects.filter(kind="statement.lines", act="export").count() == 1


def test_the_paper_is_a_file_of_a_sealed_statement_alone(cast: Cast) -> None:
    statement = ended(cast)
    assert cast.client("mona").get(at(statement, ".pdf")).status_code == 404
    sealed(cast, statement)
    for name, status in (("mona", 200), ("frank", 200), ("ines", 404), ("ada", 403), ("dee", 404)):
        answer = cast.client(name).get(at(statement, ".pdf"))
        assert answer.status_code == status, name
        if status == 200:
            assert answer.content.startswith(b"%PDF-")
            assert 'filename="RA-00001.pdf"' in answer["Content-Disposition"]
    with looking_as(cast.system()):
        assert AuditEntry.objects.filter(kind="statement.lines", act="export").count() == 2


def test_a_restricted_persons_line_is_for_the_named_and_the_total_for_everybody(cast: Cast) -> None:
    shown, hidden = started_person(cast, days=100)[0], started_person(cast, days=100)[0]
    with looking_as(cast.system()):
        statement = Statement.objects.get()
    restrict(cast, hidden, "ada", "priya")
    found = sealed(cast, statement)
    assert (found.line_count, found.total_pence) == (2, 120_000)
    for name, sees in (("frank", False), ("mona", False), ("priya", True)):
        client = cast.client(name)
        for rest in ("/", ".csv"):
            page = client.get(at(statement, rest)).content.decode()
            assert (hidden.reference in page) is sees, (name, rest)
            assert shown.reference in page
            assert ("1 line is shown to named people only" in page) is not sees
        assert client.get(at(statement)).context["whole"].pence == 120_000
        assert found.digest in client.get(at(statement)).content.decode()
    with looking_as(cast.system()):
        assert Paper.objects.get().net_pence == 120_000


def test_a_question_about_a_restricted_person_waits_for_somebody_who_is_named(cast: Cast) -> None:
    person, _ = started_person(cast, days=100)
    with looking_as(cast.system()):
        statement = Statement.objects.get()
        line = Journal.objects.get(statement=statement)
    post(cast.client("mona"), at(statement, f"/query/{line.pk}/"), words="Why?")
    restrict(cast, person, "ada", "priya")
    assert "1 question about somebody who is shown to named people only" in text(
        cast.client("frank"), at(statement)
    )
    with looking_as(cast.system()):
        query = LineQuery.objects.get()
    assert cast.client("frank").get(f"/serco/queries/{query.pk}/answer/").status_code == 404
    assert cast.client("priya").get(f"/serco/queries/{query.pk}/answer/").status_code == 200


def test_who_is_billed_how_is_kept_by_finance(cast: Cast) -> None:
    frank = cast.client("frank")
    assert "Not recorded: no VAT is charged" in text(frank, "/serco/billing/")
    typed = {"legal_name": "Renaisi Limited", "address": "21 Invented Road", "vat_number": "GB 123456789"}
    recorded = said(post(frank, "/serco/billing/renaisi/vat/", **typed, from_on=cast.frank.today.isoformat()))
    assert "Registered, GB123456789" in recorded
    wrong = frank.post(
        "/serco/billing/renaisi/vat/", {**typed, "vat_number": "12", "from_on": cast.frank.today.isoformat()}
    )
    assert wrong.status_code == 422
    assert "A VAT number is GB and 9 digits" in wrong.content.decode()
    day = cast.frank.today.isoformat()
    dates = {"signed_on": day, "signed_by": "Mona Manager", "starts_on": day, "ends_on": day}
    assert "signed by Mona Manager" in said(post(frank, "/serco/billing/renaisi/agreement/", **dates))
    assert frank.get("/serco/billing/serco/agreement/").status_code == 404
    assert frank.get("/serco/billing/serco/vat/").status_code == 200
    for name, status in (("cleo", 403), ("sara", 403), ("mona", 404), ("dee", 404)):
        for address in ("", "renaisi/vat/", "renaisi/agreement/"):
            assert cast.client(name).get(f"/serco/billing/{address}").status_code == status, name
