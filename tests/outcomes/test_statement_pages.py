"""A statement of several pages, read from its PDF page by page: nothing is lost or told twice where a page ends."""

import re
from decimal import Decimal
from typing import Any

import pytest

from outcomes.actions import adjustment
from outcomes.models import Paper, Statement
from outcomes.statements.lines import whole
from outcomes.statements.printing import rendered, told
from tests.cast import Cast, looking_as
from tests.outcomes.paged import Pdf
from tests.outcomes.settling import agree, of_month, pay, sealed
from tests.outcomes.test_charging import term
from tests.outcomes.working import started_person
from tests.participants.people import ago

PEOPLE = 120
WIDE = "PT-MWMW-MW"  # as wide as a reference can be
HEADER = "Reference Milestone or charge Reached on Claimable from Amount"


def of_many(cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str) -> Statement:
    """A sealed statement of 120 starts and a management fee; for a credit note more is taken off than they earned."""
    if kind != Paper.Kind.REMITTANCE:
        agree(cast)
    term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
    with monkeypatch.context() as patch:
        patch.setattr("tests.participants.people.new_reference", lambda _: WIDE)
        started_person(cast, days=100)
    for _ in range(PEOPLE - 1):
        started_person(cast, days=100)
    statement = of_month(cast, ago(100))
    if kind == Paper.Kind.CREDIT_NOTE:
        take_off(cast, statement, 90_000_00)
    done = sealed(cast, statement)
    return pay(cast, done, invoice="INV 77") if kind == Paper.Kind.REMITTANCE else done


def take_off(cast: Cast, statement: Statement, amount: int) -> None:
    """An adjustment, asked by one and approved by another."""
    said: dict[str, Any] = {"reason": "audit", "words": "Starts of another programme were counted."}
    with looking_as(cast.frank) as frank:
        asked = adjustment.ask(statement=statement, pence=-amount, **said, by=frank, at=frank.now())
    with looking_as(cast.cleo) as cleo:
        adjustment.approve(adjustment=asked, by=cleo, at=cleo.now())


def printed(cast: Cast, statement: Statement) -> tuple[dict[str, Any], list[str]]:
    """What the provider's copy is told, and the words of its pages."""
    with looking_as(cast.mona) as mona:
        found = Statement.objects.select_related("contract", "previous").get(pk=statement.pk)
        of = (found, Paper.objects.get(statement=found), whole(found, mona))
        return told(*of), Pdf.of(rendered(*of)).pages()


def pence(said: str) -> int:
    """An amount as it is printed, in pence."""
    return int(Decimal(re.sub("[£,]", "", said).replace("−", "-")) * 100)


@pytest.mark.parametrize(
    ("kind", "number", "charges"),
    [("invoice", "SB-00001", 1), ("credit_note", "SC-00001", 2), ("remittance", "RA-00001", 1)],
)
def test_a_paper_of_several_pages_has_everything_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, number: str, charges: int
) -> None:
    statement = of_many(cast, monkeypatch, kind)
    said, pages = printed(cast, statement)
    assert said["number"] == number
    assert (statement.total_pence or 0) < 0 if kind == "credit_note" else (statement.total_pence or 0) > 0
    assert len(pages) > 3
    lines = ""
    for page_number, page in enumerate(pages, start=1):
        foot = (
            f"{said['title']} {number}, {said['supplier']['name']}, {said['month']}"
            f" Page {page_number} of {len(pages)}"
        )
        assert page.endswith(foot), page_number
        [_, below] = page.split(HEADER)
        lines += below.removesuffix(foot)
    lines, proof = lines.split(f"Total of {PEOPLE + charges} lines without VAT")
    names = ("reference", "label", "said", "reached_on", "claimable_from", "pence")
    assert lines.split() == " ".join(line[name] for line in said["lines"] for name in names).split()
    references = re.findall(r"PT-\w{4}-\w{2}", lines)
    assert len(set(references)) == len(references) == PEOPLE
    assert WIDE in references
    assert sum(pence(line["pence"]) for line in said["lines"]) == statement.total_pence
    assert pence(proof.split()[0]) == statement.total_pence
    # The total stands with the last line, and both with the proof, on the last page and on no other.
    assert (
        f"{said['lines'][-1]['pence']} Total of {PEOPLE + charges} lines without VAT {said['net']} Proof"
        in pages[-1]
    )
    assert statement.digest in proof
    assert not any(statement.digest in page for page in pages[:-1])
    check_head(kind, said, pages)


def check_head(kind: str, said: dict[str, Any], pages: list[str]) -> None:
    """What each kind of paper says above its lines, on the first page and on no other."""
    vat = said["vat_label"] and f"{said['vat_label']} {said['vat_amount']} "
    sums = f"Total without VAT {said['count']} {said['net']} {vat}{said['total']} {said['gross']}"
    assert bool(vat) is (kind != "remittance")
    own = {
        "invoice": [said["vat"]],
        "credit_note": [said["vat"]],
        "remittance": ["Supplier's invoice INV 77", said["paid"], "reference BACS 1."],
    }[kind]
    for words in (sums, said["first"], *own):
        assert words
        assert [words in page for page in pages] == [True] + [False] * (len(pages) - 1), words
