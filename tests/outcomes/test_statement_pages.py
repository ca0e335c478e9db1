"""A statement of several pages, read from its PDF page by page: nothing is lost or told twice where a page ends."""

import re
from decimal import Decimal
from typing import Any

import pytest

from outcomes.models import Paper, Statement
from outcomes.statements.lines import whole
from outcomes.statements.printing import rendered, told
from tests.cast import Cast, looking_as
from tests.outcomes.paged import Pdf
from tests.outcomes.settling import agree, of_month, sealed
from tests.outcomes.test_charging import term
from tests.outcomes.working import started_person
from tests.participants.people import ago

PEOPLE = 120
WIDE = "PT-MWMW-MW"  # as wide as a reference can be
HEADER = "Reference Milestone or charge Reached on Claimable from Amount"


def of_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Statement:
    """A sealed statement of 120 starts and a management fee."""
    agree(cast)
    term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
    with monkeypatch.context() as patch:
        patch.setattr("tests.participants.people.new_reference", lambda _: WIDE)
        started_person(cast, days=100)
    for _ in range(PEOPLE - 1):
        started_person(cast, days=100)
    return sealed(cast, of_month(cast, ago(100)))


def printed(cast: Cast, statement: Statement) -> tuple[dict[str, Any], list[str]]:
    """What the provider's copy is told, and the words of its pages."""
    with looking_as(cast.mona) as mona:
        found = Statement.objects.select_related("contract", "previous").get(pk=statement.pk)
        of = (found, Paper.objects.get(statement=found), whole(found, mona))
        return told(*of), Pdf.of(rendered(*of)).pages()


def pence(said: str) -> int:
    """An amount as it is printed, in pence."""
    return int(Decimal(re.sub("[£,]", "", said).replace("−", "-")) * 100)


def test_a_paper_of_several_pages_has_everything_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = of_many(cast, monkeypatch)
    said, pages = printed(cast, statement)
    assert len(pages) > 3
    lines = ""
    for number, page in enumerate(pages, start=1):
        foot = f"{said['title']} {said['number']}, Renaisi Limited, {said['month']} Page {number} of {len(pages)}"
        assert page.endswith(foot), number
        [_, below] = page.split(HEADER)
        lines += below.removesuffix(foot)
    lines, proof = lines.split(f"Total of {PEOPLE + 1} lines without VAT")
    names = ("reference", "label", "said", "reached_on", "claimable_from", "pence")
    assert lines.split() == " ".join(line[name] for line in said["lines"] for name in names).split()
    references = re.findall(r"PT-\w{4}-\w{2}", lines)
    assert len(set(references)) == len(references) == PEOPLE
    assert WIDE in references
    assert sum(pence(line["pence"]) for line in said["lines"]) == statement.total_pence
    assert pence(proof.split()[0]) == statement.total_pence
    # The total stands with the last line, and both with the proof, on the last page and on no other.
    assert (
        f"{said['lines'][-1]['pence']} Total of {PEOPLE + 1} lines without VAT {said['net']} Proof"
        in pages[-1]
    )
    assert statement.digest in proof
    assert not any(statement.digest in page for page in pages[:-1])
