"""manage.py import_journeys: a contract's past from one file, by the actions that pages use, and never twice."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from outcomes.imports import journeys
from outcomes.imports.columns import guessed, lines
from outcomes.imports.journeys import JOURNEYS
from outcomes.imports.sheet import read
from outcomes.imports.writing import CannotImport
from outcomes.models import Earning, Job, Milestone
from participants.actions import enrolment
from participants.models import Enrolment, Participant
from partners.models import DomainEvent
from referrals.actions.allocation import accept
from referrals.actions.referral import withdraw
from referrals.actions.start import StartBeforeAllocation, start
from referrals.models import Allocation, Referral
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, imported
from tests.outcomes.test_import_referrals import HEADER as PORTAL
from tests.outcomes.test_import_referrals import row as portal_row
from tests.participants.people import ago
from tests.participants.test_erasure_action import asked, erase

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


def test_a_job_is_put_right_by_its_key_and_one_that_looks_like_it_is_asked_about(
    cast: Cast, tmp_path: Path
) -> None:
    load(EXAMPLE)
    header = ("Case", "Event", "Date", "Employer", "Job title", "Hours a week", "Row key", "Another job")

    def job(day: str, *more: str) -> Path:
        file = tmp_path / "jobs.csv"
        file.write_bytes(as_csv(header, ["HCS-1", "job", day, "Hackney Bakeries", "Baker", 30, *more]))
        return file

    said = load(job("06/02/2024", "HB-1", ""))
    assert (
        "Corrects the job of 5 February 2024. First day 6 February 2024 instead of 5 February 2024." in said
    )
    assert "1 rows: new 0, changed 1" in said
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(job("08/02/2024", "", ""))
    said = load(job("08/02/2024", "", ""), good_rows=True)
    assert "Looks like the job of 6 February 2024 that is here." in said
    assert "1 rows: new 1, changed 0" in load(job("08/02/2024", "", "yes"))
    with looking_as(cast.system()):
        days = Job.objects.filter(voided_at=None).order_by("starts_on").values_list("starts_on", flat=True)
        assert [f"{day:%d/%m}" for day in days] == ["06/02", "08/02"]


def test_a_start_before_its_referral_was_loaded_is_refused_and_the_case_taken_over(
    cast: Cast, tmp_path: Path
) -> None:
    said = load(written(tmp_path, ["P-1", "start", ago(6), *[""] * 5]), good_rows=True)
    assert "Put its referral into the file, or load the portal’s export first." in said
    imported(cast, "referrals", as_csv(PORTAL, portal_row("P-1", days=9, work="unemployed")), by="cleo")
    with looking_as(cast.system()):
        referral = Referral.objects.select_related("participant", "contract").get()
        allocation = Allocation.objects.select_related("referral__contract", "referral__participant").get()
    by = cast.ada if allocation.organisation_id == cast.organisation("renaisi") else cast.ivo
    with looking_as(by) as viewer:
        accept(
            allocation=allocation,
            adviser_id=None,
            first_appointment_on=viewer.today,
            by=viewer,
            at=viewer.now(),
        )
        with pytest.raises(
            StartBeforeAllocation, match=r"Record that day or a later one. If the person came"
        ):
            start(referral=referral, started_on=ago(6), by=viewer, at=viewer.now())
    with looking_as(cast.jon) as jon:
        withdraw(referral=referral, by=jon, at=jon.now())
    who = ["jobcentre-plus-hackney", "Renaisi", "Zola", "Okafor", "17/05/1990"]
    taken = written(tmp_path, ["P-1/2", "referral", ago(9), *who], ["P-1/2", "start", ago(6), *[""] * 5])
    assert "2 rows: new 2" in load(taken)
    with looking_as(cast.system()):
        assert Enrolment.objects.get().started_on == ago(6)


def test_whoever_was_erased_is_not_brought_in_again_and_the_others_are_loaded(cast: Cast) -> None:
    load(EXAMPLE)
    with looking_as(cast.system()):
        referral = Referral.objects.select_related("participant").get(external_reference="HCS-1")
    with looking_as(cast.ada) as ada:
        begun = Enrolment.objects.get(participant=referral.participant_id)
        enrolment.end(enrolment=begun, ended_on=ada.today, reason="left", by=ada, at=ada.now())
    assert referral.participant is not None
    erase(cast, asked(cast, referral.participant))
    before = counts(cast)
    said = load(EXAMPLE)
    assert said.count("Left as it is here. Erased here, not taken in again.") == 5
    assert "7 rows: new 0, changed 0, same as before 2, left as it is here 5, error 0." in said
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


def cases(tmp_path: Path, *names: str) -> Path:
    """Two rows for each of these people, all referrals before all starts."""
    days = ("15/02/2024", "20/02/2024")
    who = [[REFERRER, "Renaisi", name, "Oduya", "1/2/1990"] for name in names]
    referrals = [[name, "referral", days[0], *said] for name, said in zip(names, who, strict=True)]
    return written(
        tmp_path, *referrals, *([name, "start", days[1], "", "", "", "", ""] for name in reversed(names))
    )


class Stopped(Exception):
    """Somebody pulled the plug."""


@pytest.mark.django_db(transaction=True)
def test_stopped_in_the_middle_it_goes_on_and_writes_nothing_twice(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, put = cases(tmp_path, "Ada", "Eve", "Ida"), journeys.put
    calls = iter(range(100))

    def until_the_plug_is_pulled(*what: Any) -> Any:
        # Six rows are tried out; of the six that are written then the fourth never comes to its end.
        if next(calls) == 9:
            raise Stopped
        return put(*what)

    with monkeypatch.context() as patch:
        patch.setattr(journeys, "put", until_the_plug_is_pulled)
        with pytest.raises(Stopped):
            load(file)
    with looking_as(cast.system()):
        assert [one.participant.given_name for one in Enrolment.objects.all()] == ["Ada"]
        assert Referral.objects.count() == 1
    assert "6 rows: new 4, changed 0, same as before 2, left as it is here 0, error 0." in load(file)
    with looking_as(cast.system()):
        assert (Participant.objects.count(), Enrolment.objects.count()) == (3, 3)
    before = counts(cast)
    assert "new 0, changed 0, same as before 6" in load(file)
    assert counts(cast) == before


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_one_person_are_a_transaction_and_nobody_waits_for_the_file(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same person of two cases is one of them: what was said of the first decides about the second."""
    put, within = journeys.put, []

    def noted(row: Any, *rest: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()::text")
            within.append((row["case"], cursor.fetchone()[0]))
        return put(row, *rest)

    person = ["Ada", "Oduya", "1/2/1990"]
    file = written(
        tmp_path,
        ["A", "referral", "15/02/2024", REFERRER, "Renaisi", *person],
        ["B", "referral", "15/02/2024", REFERRER, "Renaisi", "Eve", "Frame", "1/2/1991"],
        ["B", "start", "20/02/2024", "", "", "", "", ""],
        ["C", "referral", "21/02/2024", "jobcentre-plus-hackney", "Renaisi", *person],
        ["A", "start", "20/02/2024", "", "", "", "", ""],
    )
    monkeypatch.setattr(journeys, "put", noted)
    load(file)
    assert [case for case, _ in within] == ["A", "C", "A", "B", "B"] * 2
    assert len({transaction for _, transaction in within}) == 4


@pytest.mark.django_db(transaction=True)
def test_what_changes_between_the_trial_and_the_writing_stops_it_in_words(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, put = cases(tmp_path, "Ada", "Eve"), journeys.put
    calls = iter(range(100))

    def later(*what: Any) -> Any:
        if next(calls) == 6:
            raise CannotImport("The provider has left.")
        return put(*what)

    monkeypatch.setattr(journeys, "put", later)
    with pytest.raises(CommandError, match=r"Stopped at line 3, .*: The provider has left\. What was loaded"):
        load(file)
    with looking_as(cast.system()):
        assert [one.participant.given_name for one in Enrolment.objects.all()] == ["Ada"]
