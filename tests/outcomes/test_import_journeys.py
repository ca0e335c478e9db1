"""manage.py import_journeys: a contract's past from one file, by the actions that pages use, and never twice."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from outcomes.imports.columns import guessed, lines
from outcomes.imports.journeys import JOURNEYS
from outcomes.imports.sheet import read
from outcomes.models import Earning, Job, Milestone
from participants.models import Enrolment, Participant
from partners.models import DomainEvent
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "journeys.csv"
HEADER = ("Case", "Event", "Date", "Referrer", "Provider", "Given name", "Family name", "Date of birth")
REFERRER = "hackney-childrens-services"


def load(file: Path, **asked: Any) -> str:
    out = io.StringIO()
    call_command(
        "import_journeys", str(file), tenant="serco", contract="inspiring-families", stdout=out, **asked
    )
    return out.getvalue()


def written(tmp_path: Path, *rows: Any) -> Path:
    file = tmp_path / "journeys.csv"
    file.write_bytes(as_csv(HEADER, *rows))
    return file


def counts(cast: Cast) -> list[int]:
    models: tuple[Any, ...] = (Participant, Referral, Enrolment, Job, Earning, Milestone, DomainEvent)
    with looking_as(cast.system()):
        return [model.objects.count() for model in models]


def test_the_example_is_loaded_and_milestones_and_the_ledger_follow(cast: Cast) -> None:
    said = load(EXAMPLE)
    assert said.splitlines()[-2:] == [
        "7 rows: new 7, changed 0, same as before 0, left as it is here 0, error 0.",
        "Loaded.",
    ]
    with looking_as(cast.system()):
        referral = Referral.objects.select_related("participant").get(external_reference="HCS-1")
        assert referral.participant is not None
        assert (referral.status, str(referral.received_on)) == ("started", "2024-01-15")
        found = Milestone.objects.filter(participant=referral.participant).order_by("reached_on")
        reached = [(one.code, str(one.reached_on), one.organisation_id) for one in found]
        job, other = Job.objects.get(voided_at=None), Referral.objects.get(external_reference="HCS-2")
        assert (job.end_reason, job.organisation_id) == ("temporary", cast.organisation("renaisi"))
        assert Earning.objects.count() == 2
        # Everything is on the account of somebody who may answer for it.
        events = DomainEvent.objects.filter(participant_id=referral.participant_id)
        assert set(events.values_list("by_user_id", flat=True)) == {cast.users["sara"].pk}
    renaisi = cast.organisation("renaisi")
    assert reached == [
        ("start", "2024-01-22", renaisi),
        ("job_start", "2024-02-05", renaisi),
        ("short_job_outcome", "2024-05-05", renaisi),
        ("sustained_job_outcome", "2024-08-04", renaisi),
    ]
    assert other.status == "started"
    out = io.StringIO()
    call_command("export_ledger", tenant="serco", contract="inspiring-families", format="csv", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    mine = [row for row in rows if row["participant_reference"] == referral.participant.reference]
    paid = {row["milestone"]: int(row["pence"]) for row in mine if row["side"] == "provider"}
    assert paid == {"start": 60_000, "short_job_outcome": 90_000, "sustained_job_outcome": 110_000}


def test_loading_it_again_changes_nothing(cast: Cast) -> None:
    load(EXAMPLE)
    before = counts(cast)
    assert "7 rows: new 0, changed 0, same as before 7" in load(EXAMPLE)
    assert counts(cast) == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing(cast: Cast) -> None:
    before = counts(cast)
    said = load(EXAMPLE, dry_run=True)
    assert "Line 2: New" in said
    assert said.splitlines()[-1] == "Nothing was written."
    assert counts(cast) == before


def test_with_an_error_nothing_is_loaded_unless_good_rows_are_asked_for(cast: Cast, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        ["A", "start", "20/02/2024", "", "", "", "", ""],
        ["A", "referral", "15/02/2024", REFERRER, "Renaisi", "Ada", "Oduya", "1/2/1990"],
        ["B", "referral", "15/02/2024", REFERRER, "Nobody", "Eve", "Frame", "1/2/1991"],
        ["B", "start", "16/02/2024", "", "", "", "", ""],
        ["C", "referral", "15/02/2024", REFERRER, "Renaisi", "", "", "1/2/1991"],
    )
    before = counts(cast)
    with pytest.raises(CommandError, match="Nothing was loaded, because of the rows with errors"):
        load(file)
    assert counts(cast) == before
    said = load(file, good_rows=True)
    assert (
        "Line 4: Error. Give the provider by its name or its short name: there is none of that name." in said
    )
    assert "Line 5: Error. No referral has this case reference." in said
    assert "Line 6: Error. Given name and Family name must be filled in for a referral." in said
    with looking_as(cast.system()):
        assert Enrolment.objects.get().participant.family_name == "Oduya"


def test_a_case_is_taken_over_by_who_had_it_and_by_nobody_else(cast: Cast, tmp_path: Path) -> None:
    person = ["Ada", "Oduya", "1/2/1990"]
    file = written(
        tmp_path,
        ["A", "referral", "15/02/2024", REFERRER, "Renaisi", *person],
        ["A", "start", "20/02/2024", "", "", "", "", ""],
        ["B", "referral", "21/02/2024", REFERRER, "i2i", *person],
        ["C", "referral", "15/02/2023", REFERRER, "i2i", "Eve", "Frame", "1/2/1991"],
        ["A", "referral", "16/02/2024", REFERRER, "Renaisi", *person],
    )
    said = load(file, good_rows=True)
    assert "Line 4: Error. Another provider works with this person on this contract." in said
    assert "Line 5: Error. The provider has no supply agreement on this contract on that day." in said
    assert "Line 6: Left as it is here. Referred here on another day." in said
    with looking_as(cast.system()):
        assert Participant.objects.filter(family_name="Oduya").count() == 1
        decision = Referral.objects.get().decisions.get()
    assert decision.reasons[0]["sentence"] == "Decided before the case was taken over."


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"tenant": "nowhere"}, "There is no workspace nowhere"),
        ({"contract": "nothing"}, "There is no contract nothing"),
        ({"by": "ada@renaisi.example"}, "No administrator of the workspace answers for it"),
    ],
)
def test_what_is_not_there_is_said(cast: Cast, asked: dict[str, str], sentence: str) -> None:
    where = {"tenant": "serco", "contract": "inspiring-families", **asked}
    with pytest.raises(CommandError, match=sentence):
        call_command("import_journeys", str(EXAMPLE), **where)


def test_every_cell_of_the_example_can_be_read() -> None:
    sheet = read(EXAMPLE.read_bytes())
    columns = guessed(JOURNEYS, sheet.headings, {})
    assert set(columns.values()) == set(sheet.headings)
    assert [one.problems for one in lines(JOURNEYS, sheet, columns) if one.problems] == []
