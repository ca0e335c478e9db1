"""What a file says of evidence and claims: checked with its place, loaded, replaced, and shown on the contract."""

from pathlib import Path

import pytest
from django.conf import settings

from programmes.actions.programme import load
from programmes.loading import terms_of
from programmes.models import EvidenceRule
from tests.cast import Cast, looking_as
from tests.programmes.test_loading import COMPANION, CONTRACT, Desk
from tests.programmes.test_programme_files import read

FOLDER = settings.BASE_DIR / "programmes" / "files"
FILES = sorted(path.stem for path in FOLDER.glob("*.toml") if ".illustrative" not in path.name)
ROW = (
    '\n[[evidence]]\nmilestone = "start"\nall_of = ["residence"]\nany_of = ["signature", "remote_delivery"]\n'
)


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    return Desk(cast, tmp_path)


def test_a_rule_becomes_a_row_and_changes_with_its_file(desk: Desk) -> None:
    desk.append(COMPANION, f"{ROW}claim_within_days = 30\n")
    desk.load()
    [rule] = desk.rows(EvidenceRule)
    assert (rule.all_of, rule.any_of, rule.claim_within_days) == (
        ["residence"],
        ["signature", "remote_delivery"],
        30,
    )
    assert (rule.illustrative, rule.claimed) == (True, "by_claim")
    desk.edit(COMPANION, "claim_within_days = 30", "claim_within_days = 60")
    desk.load(COMPANION)
    assert [one.claim_within_days for one in desk.rows(EvidenceRule)] == [60]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW.replace('"start"', '"never"'), "is not a milestone here"),
        (ROW.replace('"residence"', '"a hunch"'), "must be one of"),
        (ROW.replace('"residence"', '"signature"'), "names what all_of asks for already"),
        ('\n[[evidence]]\nmilestone = "start"\n', "needs all_of or any_of"),
        (
            '\n[[evidence]]\nmilestone = "start"\nclaimed = "automatic"\nclaim_within_days = 3\n',
            "is for milestones that the prime claims",
        ),
        (ROW + ROW, "covers the same as"),
        (f'{ROW}payment_groups = ["nobody"]\n', "is not a payment group"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(desk: Desk, row: str, message: str) -> None:
    desk.append(COMPANION, row)
    assert any("evidence[" in problem and message in problem for problem in desk.problems())


def test_the_page_of_the_contract_shows_it(cast: Cast, desk: Desk) -> None:
    desk.append(COMPANION, ROW)
    desk.load(CONTRACT, COMPANION)
    words = cast.client("frank").get("/serco/contracts/bridge-north/").content.decode()
    assert "Residence, and signature or remote delivery" in words
    assert "The prime claims it" in words


@pytest.mark.parametrize(
    ("name", "milestone", "claimed", "confidence"),
    [
        ("work-and-health-programme", "job_outcome", "automatic", "published"),
        ("restart", "job_outcome", "automatic", "derived"),
        ("esf-2014-20", "start", "by_claim", "derived"),
        ("esf-2014-20", "job_start", "by_claim", "published"),
        ("esf-families-2011-15", "start", "by_claim", "derived"),
        ("connect-to-work", "start", "by_claim", "derived"),
        ("esf-families-2011-15", "progress_measure", "by_claim", "secondary"),
        # What proves self-employment nobody published.
        ("later-programmes.illustrative", "self_employed_outcome", "by_claim", ""),
    ],
)
def test_the_shipped_files_say_what_proves_what_is_paid_for(
    name: str, milestone: str, claimed: str, confidence: str
) -> None:
    [rule] = [row for row in read(name)["evidence"] if row["milestone"] == milestone]
    assert (rule.get("claimed", "by_claim"), rule.get("confidence", "")) == (claimed, confidence)
    assert (claimed == "automatic") is not bool(rule.get("all_of") or rule.get("any_of"))


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_asks_for_the_evidence_of_a_start_or_says_that_none_was_found(name: str) -> None:
    content = read(name)
    asked = [row for row in content.get("evidence", []) if row["milestone"] == "start"]
    [start] = [row for row in content["milestones"] if row["rule"] == "start"]
    assert bool(asked) is not start.get("reading", "").startswith("What proves a")


def test_what_proves_a_start_was_not_found_and_the_page_says_so(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        [terms] = terms_of([FOLDER / "restart.toml"])
        load(terms=terms, by=system, at=system.now())
    page = cast.client("frank").get("/serco/contracts/restart/").content.decode()
    assert "What proves a start was not found" in page
