"""Recording, correcting and withdrawing pay in the browser, and the list of it."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from outcomes.models import Earning
from participants.models import Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import accept, ask_for_facts, pay, prove
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, hold, new_person, start

TYPED = {
    "employer": "Tesco",
    "gross_pence": "£1,412.50",
    "source": "payslip",
    "not_qualifying_because": "pay",
}


def record(client: Client, person: Participant, **typed: Any) -> Any:
    address = f"/serco/participants/{person.reference}/earnings/new/"
    page = client.get(address)
    fields = {**TYPED, "paid_on": ago(5).isoformat(), **typed}
    if page.status_code == 200:
        fields.setdefault("enrolment", page.context["form"]["enrolment"].value())
    return client.post(address, fields, follow=True)


def tab(client: Client, person: Participant) -> str:
    page = client.get(f"/serco/participants/{person.reference}/work/", headers={"HX-Request": "true"})
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def in_force(cast: Cast) -> list[Earning]:
    with looking_as(cast.system()):
        return list(Earning.objects.filter(voided_at=None))


def test_an_adviser_records_pay_as_it_stands_on_the_payslip_and_reads_what_it_reached(cast: Cast) -> None:
    ask_for_facts(cast)
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person)
    assert shown.redirect_chain[-1][0] == f"/serco/participants/{person.reference}/work/"
    assert "Earnings recorded. Earnings outcome reached on" in shown.content.decode()
    assert in_force(cast)[0].gross_pence == 141_250


def test_the_employer_of_the_newest_job_is_filled_in(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=50, employer="Boots")
    page = cast.client("ada").get(f"/serco/participants/{person.reference}/earnings/new/")
    assert 'value="Boots"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"paid_on": ago(-2).isoformat()}, "The pay date cannot be in the future"),
        ({"paid_on": "1899-01-01"}, "after the person&#x27;s date of birth"),
        ({"gross_pence": "0"}, "greater than or equal to 0.01"),
        ({"gross_pence": "-5"}, "greater than or equal to 0.01"),
        ({"gross_pence": "50000.01"}, "less than or equal to 50000"),
        ({"gross_pence": "12.345"}, "no more than 2 decimal places"),
        ({"gross_pence": "a lot"}, "Enter a number"),
        ({"gross_pence": "NaN"}, "Enter a number"),
        ({"gross_pence": ""}, "Fill in “Gross pay”"),
        (
            {"period_from": ago(5).isoformat(), "period_to": ago(6).isoformat()},
            "cannot be before the first day",
        ),
        ({"source": "feed"}, "Select a valid choice"),
        ({"enrolment": str(uuid4())}, "Select a valid choice"),
        ({"employer": "T\x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_is_said_and_keeps_what_was_typed(
    cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person, **typed)
    assert shown.status_code == 422
    assert sentence in shown.content.decode()
    assert 'value="£1,412.50"' in shown.content.decode() or "gross_pence" in typed
    assert in_force(cast) == []


def test_the_list_adds_up_what_counts_and_says_what_does_not(cast: Cast) -> None:
    ask_for_facts(cast)
    person, enrolment = started_person(cast, days=100)
    pay(cast, enrolment, days=30, pence=30_000)
    pay(cast, enrolment, days=20, pence=99_900, not_qualifying_because="pay_in_lieu")
    last = pay(cast, enrolment, days=10, pence=25_000)
    pay(cast, enrolment, days=101, pence=77_700)
    accept(cast, prove(cast, enrolment, earning=last))
    shown = tab(cast.client("ada"), person)
    assert shown.index("£777.00") < shown.index("£300.00") < shown.index("£999.00") < shown.index("£250.00")
    assert "Does not count: before the start" in shown
    assert "Does not count: pay in lieu of notice" in shown
    assert "£550.00" in shown
    assert "Evidenced" in shown
    assert "Earnings outcome: £550.00 of £1,000.00" in shown


def test_a_correction_shows_what_was_recorded_and_says_what_it_changed(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10, pence=123_456, period_from=ago(40))
    address = f"/serco/earnings/{earning.pk}/correct/"
    page = cast.client("ada").get(address).content.decode()
    assert 'value="1234.56"' in page
    assert f'value="{ago(40).isoformat()}"' in page
    typed = {**TYPED, "gross_pence": "900", "paid_on": ago(10).isoformat(), "enrolment": str(enrolment.pk)}
    shown = cast.client("ada").post(address, typed, follow=True).content.decode()
    assert "Earnings corrected. Earnings outcome of" in shown
    assert [one.gross_pence for one in in_force(cast)] == [90_000]


def test_a_withdrawal_asks_why(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    address = f"/serco/earnings/{earning.pk}/withdraw/"
    assert cast.client("ada").post(address, {"reason": ""}).status_code == 422
    assert cast.client("ada").post(address, {"reason": "corrected"}).status_code == 422
    shown = cast.client("ada").post(address, {"reason": "other_person"}, follow=True)
    assert "Earnings withdrawn." in shown.content.decode()
    assert in_force(cast) == []
    assert cast.client("ada").post(address, {"reason": "other_person"}).status_code == 422


def test_the_form_stands_in_the_audit(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    cast.client("ada").get(f"/serco/earnings/{earning.pk}/correct/")
    with looking_as(cast.system()):
        entry = AuditEntry.objects.get(kind="participant.earning_form")
    assert (entry.participant_id, entry.subject_id) == (person.pk, earning.pk)


def test_somebody_not_started_has_nothing_to_record(cast: Cast) -> None:
    assert record(cast.client("ada"), new_person(cast)).status_code == 404


@pytest.mark.parametrize("name", ["ivo", "priya", "hana", "dee", "sam"])
def test_nobody_else_gets_in(cast: Cast, name: str) -> None:
    person, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    client = cast.client(name)
    assert record(client, person).status_code == 404
    for change in ("correct", "withdraw"):
        assert client.get(f"/serco/earnings/{earning.pk}/{change}/").status_code == 404
        assert (
            client.post(f"/serco/earnings/{earning.pk}/{change}/", {"reason": "mistake"}).status_code == 404
        )
    assert in_force(cast) == [earning]


def test_a_provider_that_let_go_sees_its_own_time_and_changes_nothing(cast: Cast) -> None:
    person = new_person(cast, since=200, until=50)
    enrolment = start(cast, person, days=150)
    hold(cast, person, provider="i2i", adviser="ivo", since=49)
    early = pay(cast, enrolment, days=100, employer="Early Bakery", by="ivo")
    pay(cast, enrolment, days=10, employer="Late Bakery", by="ivo")
    shown = tab(cast.client("ada"), person)
    assert "Early Bakery" in shown
    assert "Late Bakery" not in shown
    assert "Record earnings" not in shown
    assert cast.client("ada").get(f"/serco/earnings/{early.pk}/withdraw/").status_code == 404
