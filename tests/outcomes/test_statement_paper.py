"""What a sealed statement becomes: by the dated VAT status and the agreement to self-billing of its provider."""

from datetime import date, timedelta
from typing import Any

import pytest

from outcomes.actions import billing
from outcomes.models import Paper, SelfBillingAgreement, Statement, VatStatus
from outcomes.statements import paper
from outcomes.statements.lines import whole
from outcomes.statements.printing import rendered, told
from tests.cast import Cast, looking_as
from tests.outcomes.settling import agree, ended, pay, sealed


def paper_of(cast: Cast, statement: Statement) -> Paper:
    with looking_as(cast.system()):
        return Paper.objects.get(statement=statement)


def test_with_an_agreement_it_is_an_invoice_with_the_providers_vat(cast: Cast) -> None:
    agree(cast)
    found = paper_of(cast, sealed(cast, ended(cast)))
    assert (found.kind, found.number, found.wording["number"]) == ("invoice", 1, "SB-00001")
    assert (found.net_pence, found.vat_basis_points, found.vat_pence, found.gross_pence) == (
        60_000,
        2_000,
        12_000,
        72_000,
    )
    assert (found.supplier_name, found.supplier_vat_number) == ("Renaisi Limited", "GB123456789")
    assert found.wording["vat"] == "The VAT shown is your output tax due to HMRC."
    assert "Value Added Tax Act 1994" in found.wording["vat_source"]


def test_whoever_is_not_registered_is_invoiced_without_vat(cast: Cast) -> None:
    agree(cast, vat_number="")
    found = paper_of(cast, sealed(cast, ended(cast)))
    assert (found.kind, found.vat_basis_points, found.vat_pence) == ("invoice", None, 0)
    assert "output tax" not in found.wording["vat"]
    assert "not registered for VAT" in found.wording["vat"]


def test_without_an_agreement_it_is_a_remittance_against_the_providers_own_invoice(cast: Cast) -> None:
    found = paper_of(cast, sealed(cast, ended(cast)))
    assert (found.kind, found.wording["number"], found.vat_pence) == ("remittance", "RA-00001", 0)
    assert "sends its own invoice" in found.wording["first"]


@pytest.mark.parametrize(("pence", "kind"), [(1, "invoice"), (0, "invoice"), (-1, "credit_note")])
def test_below_zero_it_is_a_credit_note(cast: Cast, pence: int, kind: str) -> None:
    agree(cast)
    with looking_as(cast.system()) as system:
        assert paper.kind_of(cast.organisations["renaisi"], pence, system.today) == kind


def test_a_credit_note_takes_the_vat_back(cast: Cast) -> None:
    agree(cast)
    statement = ended(cast)
    with looking_as(cast.system()) as system:
        found = paper.written(statement, -12_345, system.today)
    assert (found.kind, found.vat_pence, found.gross_pence) == ("credit_note", -2_469, -14_814)
    assert found.wording["number"] == "SC-00001"


def test_vat_is_rounded_down_to_a_whole_penny(cast: Cast) -> None:
    agree(cast)
    statement = ended(cast)
    with looking_as(cast.system()) as system:
        assert paper.written(statement, 99, system.today).vat_pence == 19


def test_each_kind_has_numbers_of_its_own_without_gaps(cast: Cast) -> None:
    agree(cast)
    numbers = [
        paper_of(cast, sealed(cast, statement)).wording["number"]
        for statement in (
            ended(cast, days=200),
            ended(cast, days=200, provider="i2i", adviser="ivo"),
            ended(cast, days=100),
        )
    ]
    assert numbers == ["SB-00001", "RA-00001", "SB-00002"]


def test_the_facts_of_the_day_decide(cast: Cast) -> None:
    agree(cast)
    renaisi = cast.organisations["renaisi"]
    with looking_as(cast.frank) as frank:
        billing.record_vat_status(
            organisation=renaisi,
            from_on=frank.today + timedelta(days=1),
            legal_name="Renaisi Holdings",
            address="Elsewhere",
            vat_number="",
            by=frank,
            at=frank.now(),
        )
        for day, number in ((0, "GB123456789"), (1, ""), (-400, "")):
            party = paper.Party.on(renaisi, frank.today + timedelta(days=day))
            assert party.vat_number == number, day
        assert paper.agreement_on(renaisi, frank.today + timedelta(days=60)) is not None
        assert paper.agreement_on(renaisi, frank.today + timedelta(days=61)) is None


def test_a_correction_replaces_what_was_recorded_for_the_day(cast: Cast) -> None:
    agree(cast)
    agree(cast, vat_number="GB987654321")
    with looking_as(cast.system()) as system:
        assert VatStatus.objects.filter(voided_at=None).count() == 1
        assert SelfBillingAgreement.objects.filter(voided_at=None).count() == 1
        assert VatStatus.objects.count() == 2
        assert paper.Party.on(cast.organisations["renaisi"], system.today).vat_number == "GB987654321"


@pytest.mark.parametrize("number", ["123456789", "GB12345678", "GB1234567890", "FR123456789", "GBABCDEFGHI"])
def test_what_is_no_vat_number_is_refused(cast: Cast, number: str) -> None:
    with pytest.raises(billing.NoVatNumber):
        agree(cast, vat_number=number)


@pytest.mark.parametrize("number", ["GB123456789", "gb 123 4567 89", "GB123456789012"])
def test_a_vat_number_is_taken_as_people_write_it(cast: Cast, number: str) -> None:
    agree(cast, vat_number=number)
    with looking_as(cast.mona):
        assert VatStatus.objects.get().vat_number == number.upper().replace(" ", "")


@pytest.mark.parametrize(("signed", "starts", "ends"), [(1, 0, 9), (0, 2, 1)])
def test_an_agreement_is_in_order(cast: Cast, signed: int, starts: int, ends: int) -> None:
    with looking_as(cast.frank) as frank, pytest.raises(billing.OutOfOrder):
        billing.record_agreement(
            organisation=cast.organisations["renaisi"],
            signed_on=frank.today + timedelta(days=signed),
            signed_by="Mona",
            starts_on=frank.today + timedelta(days=starts),
            ends_on=frank.today + timedelta(days=ends),
            by=frank,
            at=frank.now(),
        )


def test_the_rate_is_the_one_in_force_on_the_day() -> None:
    assert paper.vat_rate(date(2026, 1, 1))["basis_points"] == 2_000
    assert all(rate["source"] for rate in paper.words()["vat_rates"])


def printed(cast: Cast, statement: Statement, name: str = "mona") -> dict[str, Any]:
    with looking_as(getattr(cast, name)) as viewer:
        found = Statement.objects.select_related("contract", "previous").get(pk=statement.pk)
        return told(found, Paper.objects.get(statement=found), whole(found, viewer))


def test_the_paper_prints_the_stored_lines_with_total_and_digest(cast: Cast) -> None:
    agree(cast)
    first = sealed(cast, ended(cast, days=200))
    second = pay(cast, sealed(cast, ended(cast, days=100)))
    said = printed(cast, second)
    assert said["subtotals"] == [["Start", "1", "£600.00"]]
    assert (said["net"], said["vat_label"], said["vat_amount"], said["gross"]) == (
        "£600.00",
        "VAT at 20.0%",
        "£120.00",
        "£720.00",
    )
    assert (said["digest"], said["previous"]) == (second.digest, first.digest)
    assert [line["pence"] for line in said["lines"]] == ["£600.00"]
    assert said["paid"].endswith("reference BACS 1.")


def test_it_is_a_pdf_that_a_screen_reader_can_follow(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    with looking_as(cast.mona) as mona:
        found = Statement.objects.select_related("contract", "previous").get(pk=statement.pk)
        content = rendered(found, Paper.objects.get(), whole(found, mona))
    assert content.startswith(b"%PDF-")
    assert b"/MarkInfo" in content
