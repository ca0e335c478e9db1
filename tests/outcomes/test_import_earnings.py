"""An earnings feed on its way in: tried out, written by the action that the page uses, and nothing twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from outcomes.actions import import_run as runs
from outcomes.imports import working
from outcomes.imports.limits import LIMITS
from outcomes.models import Earning, ImportLine, ImportRun
from participants import vault
from participants.models import Identity
from partners import files
from partners.models import AuditEntry, DomainEvent, Membership, OutboxItem
from partners.outbox import work_off
from programmes.models import RetentionRule
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import pay, payment, put_right, take_back
from tests.outcomes.importing import EARNINGS, again, as_csv, checked, imported, outcomes, said, sent
from tests.outcomes.working import started_person
from tests.participants.people import ago, hold, new_person, start
from tests.programmes.privacy import another


def in_force(cast: Cast) -> list[tuple[str, int, str]]:
    with looking_as(cast.system()):
        found = Earning.objects.filter(voided_at=None).order_by("paid_on", "pk")
        return [(one.employer, one.gross_pence, one.source) for one in found]


def row(person: Any, days: int, pay: str = "£1,234.56", employer: str = "Tesco", *more: Any) -> list[Any]:
    return [person.reference, employer, ago(days), pay, *more]


def test_what_every_row_would_do_is_said_before_anything_is_written(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    pay(cast, enrolment, days=30, pence=40_000, employer="Boots")
    content = as_csv(
        EARNINGS,
        row(person, 20),
        row(person, 30, "400", "boots"),
        row(person, 10, "12.345"),
        row(person, -1),
        ["PT-2222-22", "Tesco", ago(3), "10"],
        row(person, 20),
    )
    run = checked(cast, "earnings", content)
    assert run.state == "checked"
    assert run.counts == {"new": 1, "same": 2, "error": 3}
    assert said(cast, run) == [
        (2, "new", ""),
        (3, "same", "Recorded here already, with the same employer, pay date and sum."),
        (4, "error", "Gross pay is not a sum in pounds. Write it as 1234.56 or £1,234.56."),
        (5, "error", "The pay date cannot be in the future. Record the payment when it has been made."),
        (
            6,
            "error",
            "Nobody is known to you by this reference or number. Check it, or have the referral loaded first.",
        ),
        (7, "same", "Line 2 says the same."),
    ]
    assert in_force(cast) == [("Boots", 40_000, "payslip")]


def test_good_rows_are_written_and_the_same_file_again_changes_nothing(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(EARNINGS, row(person, 20), row(person, 10, "99"), row(person, 5, "nothing"))
    run = imported(cast, "earnings", content)
    assert (run.state, run.counts) == ("written", {"new": 2, "error": 1})
    assert in_force(cast) == [("Tesco", 123_456, "feed"), ("Tesco", 9_900, "feed")]
    second = checked(cast, "earnings", content)
    assert second.counts == {"same": 2, "error": 1}
    with looking_as(cast.mona) as mona, pytest.raises(runs.NothingToDo):
        runs.start(run=second, mode="good", by=mona, at=mona.now())


def test_all_or_nothing_is_refused_where_a_row_has_an_error(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = checked(cast, "earnings", as_csv(EARNINGS, row(person, 20), row(person, 5, "nothing")))
    with looking_as(cast.mona) as mona, pytest.raises(runs.HasErrors):
        runs.start(run=run, mode="whole", by=mona, at=mona.now())
    run = imported(cast, "earnings", as_csv(EARNINGS, row(person, 20), row(person, 10)), mode="whole")
    assert (run.state, len(in_force(cast))) == ("written", 2)


def test_all_or_nothing_takes_everything_back_where_a_row_is_refused_after_all(cast: Cast) -> None:
    person, _ = started_person(cast)
    other, held = started_person(cast)
    run = checked(cast, "earnings", as_csv(EARNINGS, row(person, 20), row(other, 10)))
    with looking_as(cast.system()):
        held.participant.born_on = ago(1)
        held.participant.save(update_fields=["born_on"])
    with looking_as(cast.mona) as mona:
        runs.start(run=run, mode="whole", by=mona, at=mona.now())
    work_off()
    run = again(cast, run)
    assert run.state == "refused"
    assert run.refused_because.startswith(
        "Nothing was imported, because of line 3: The pay date must be after"
    )
    assert in_force(cast) == []


def test_a_key_of_the_file_tells_a_correction_from_a_new_payment(cast: Cast) -> None:
    person, _ = started_person(cast)
    header = (*EARNINGS, "Row key")
    imported(cast, "earnings", as_csv(header, row(person, 20, "100", "Tesco", "A1")))
    run = imported(cast, "earnings", as_csv(header, row(person, 20, "120", "Tesco", "A1")))
    assert said(cast, run) == [(2, "changed", "Gross pay £120.00 instead of £100.00.")]
    assert in_force(cast) == [("Tesco", 12_000, "feed")]
    clash = as_csv(header, row(person, 20, "1", "Tesco", "B"), row(person, 20, "2", "Tesco", "B"))
    assert said(cast, checked(cast, "earnings", clash))[1] == (
        3,
        "error",
        "Line 2 has the same row key and says something else.",
    )


def test_what_was_withdrawn_or_corrected_here_is_not_brought_back(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    content = as_csv(EARNINGS, row(person, 20, "100"), row(person, 10, "200"))
    imported(cast, "earnings", content)
    with looking_as(cast.system()):
        related = Earning.objects.select_related("enrolment__participant")
        first, second = related.filter(enrolment=enrolment).order_by("paid_on")
    take_back(cast, first)
    put_right(cast, second, payment(10, 25_000, source="feed"))
    run = checked(cast, "earnings", content)
    assert outcomes(cast, run) == ["left", "left"]
    assert said(cast, run)[0][2].startswith("Withdrawn here on ")
    assert said(cast, run)[0][2].endswith(", not brought back.")
    assert said(cast, run)[1][2].startswith("Corrected here since.")
    assert in_force(cast) == [("Tesco", 25_000, "feed")]


def test_what_was_corrected_here_stays_while_the_rest_of_the_row_corrects(cast: Cast) -> None:
    person, _ = started_person(cast)
    keyed = (*EARNINGS, "Row key")
    imported(cast, "earnings", as_csv(keyed, row(person, 20, "100", "Tesco", "A1")))
    with looking_as(cast.system()):
        noted = Earning.objects.select_related("enrolment__participant").get()
    put_right(cast, noted, payment(20, 25_000, source="feed"))
    moved = as_csv(keyed, row(person, 18, "100", "Tesco", "A1"))
    run = imported(cast, "earnings", moved)
    day, before = (f"{ago(number).day} {ago(number):%B %Y}" for number in (18, 20))
    assert said(cast, run) == [(2, "changed", f"Pay date {day} instead of {before}.")]
    assert in_force(cast) == [("Tesco", 25_000, "feed")]
    assert outcomes(cast, checked(cast, "earnings", moved)) == ["left"]


def test_a_payment_is_recorded_on_each_contract_of_a_person(cast: Cast) -> None:
    person, _ = started_person(cast)
    keyed = (*EARNINGS, "Row key")
    first = as_csv(EARNINGS, row(person, 20)), as_csv(keyed, row(person, 40, "50", "Boots", "A1"))
    for content in first:
        imported(cast, "earnings", content)
    cast.contract = another(cast)
    hold(cast, person, since=200)
    start(cast, person, days=200)
    second = first[0], as_csv(keyed, row(person, 30, "50", "Boots", "A1"))
    for content in second:
        assert outcomes(cast, imported(cast, "earnings", content)) == ["new"]
        assert outcomes(cast, checked(cast, "earnings", content)) == ["same"]
    assert len(in_force(cast)) == 4


def test_a_person_is_found_by_their_number_which_is_written_nowhere(cast: Cast) -> None:
    person, _ = started_person(cast)
    number = "QQ123456C"
    with looking_as(cast.system()) as system:
        key_id, sealed = vault.seal(number, tenant_id=system.tenant_id, participant_id=person.pk)
        index = vault.blind_index(number, system.tenant_id)
        Identity(
            tenant_id=system.tenant_id, participant=person, key_id=key_id, sealed=sealed, blind_index=index
        ).save(force_insert=True)
    header = ("NINO", "Employer", "Pay date", "Gross pay")
    content = as_csv(
        header, ["qq 12 34 56 c", "Tesco", ago(9), "10"], ["QQ 12 34 57 C", "Tesco", ago(9), number]
    )
    run = imported(cast, "earnings", content)
    assert run.counts == {"new": 1, "error": 1}
    with looking_as(cast.system()):
        models: tuple[Any, ...] = (ImportRun, ImportLine, OutboxItem, DomainEvent, AuditEntry, Earning)
        written = "".join(str(one) for model in models for one in model.objects.values_list())
    assert "123456" not in written.replace(" ", "")


def test_somebody_whom_the_importer_may_not_see_is_like_nobody(cast: Cast) -> None:
    theirs = new_person(cast, provider="i2i", adviser="ivo")
    run = checked(cast, "earnings", as_csv(EARNINGS, row(theirs, 5), ["PT-2222-22", "Tesco", ago(3), "10"]))
    [(_, outcome, unseen), (_, _, unknown)] = said(cast, run)
    assert (outcome, unseen) == ("error", unknown)


def test_the_prime_imports_for_the_provider_that_leads_the_case(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    imported(cast, "earnings", as_csv(EARNINGS, row(person, 20)), by="priya")
    with looking_as(cast.system()):
        [earning] = Earning.objects.filter(enrolment=enrolment)
        event = DomainEvent.objects.get(kind="earning.recorded")
    assert earning.organisation_id == cast.organisation("renaisi")
    assert event.by_user_id == cast.users["priya"].pk


def test_a_long_file_is_worked_on_in_pieces_and_says_how_far_it_is(cast: Cast) -> None:
    each = LIMITS.rows_at_once // 2
    people = [started_person(cast, days=400)[0] for _ in range(3)]
    rows = [row(person, days, "10") for days in range(1, each + 1) for person in people]
    run = sent(cast, "earnings", as_csv(EARNINGS, *rows))
    with looking_as(cast.mona) as mona:
        columns = {"participant": EARNINGS[0], "employer": EARNINGS[1], "paid_on": EARNINGS[2]}
        with pytest.raises(runs.ColumnsMissing, match="Choose the column of “Gross pay”"):
            runs.check(run=run, columns=columns, by=mona, at=mona.now())
        runs.check(run=run, columns={**columns, "gross_pence": EARNINGS[3]}, by=mona, at=mona.now())
    work_off(limit=1)
    run = again(cast, run)
    assert (run.state, run.done) == ("checking", LIMITS.rows_at_once)
    work_off()
    assert again(cast, run).counts == {"new": len(rows)}


def test_nothing_is_imported_for_somebody_who_has_lost_the_right(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = checked(cast, "earnings", as_csv(EARNINGS, row(person, 20)))
    with looking_as(cast.mona) as mona:
        runs.start(run=run, mode="good", by=mona, at=mona.now())
    with looking_as(cast.system()):
        Membership.objects.filter(pk=cast.memberships["mona"].pk).update(ended_on=ago(1))
    work_off()
    run = again(cast, run)
    assert (run.state, run.refused_because) == ("refused", "Whoever sent the file may no longer import it.")
    assert in_force(cast) == []


def test_the_import_is_audited_with_who_what_digest_and_counts(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = imported(cast, "earnings", as_csv(EARNINGS, row(person, 20), row(person, 10, "x")))
    with looking_as(cast.system()):
        kinds = ("import.sent", "import.checked", "import.started", "import.finished")
        found = {one.kind: one for one in AuditEntry.objects.filter(kind__in=kinds)}
    assert set(found) == set(kinds)
    assert {one.by_user_id for one in found.values()} == {cast.users["mona"].pk}
    told = found["import.finished"].facts
    assert (told["what"], told["sha256"], told["new"], told["error"]) == ("earnings", run.sha256, 1, 1)


def test_the_file_is_sealed_and_goes_by_itself_after_some_days(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    person, _ = started_person(cast)
    content = as_csv(EARNINGS, row(person, 20))
    run = imported(cast, "earnings", content)
    assert run.expires_on == ago(-LIMITS.kept_days - 1)
    [path] = Path(settings.FILES).rglob(run.stored_as)
    assert person.reference.encode() not in path.read_bytes()
    with looking_as(cast.system()) as system:
        later = replace(system, clock_offset=timedelta(days=LIMITS.kept_days))
        working.let_go_of_expired(OutboxItem(), later)
    assert again(cast, run).stored_as == run.stored_as
    with django_capture_on_commit_callbacks(execute=True), looking_as(cast.system()) as system:
        later = replace(system, clock_offset=timedelta(days=LIMITS.kept_days + 1))
        working.let_go_of_expired(OutboxItem(), later)
    assert (again(cast, run).stored_as, again(cast, run).state) == ("", "written")
    assert said(cast, run) == []
    with pytest.raises(files.NoSuchFile):
        files.read(run.stored_as, tenant_id=run.tenant_id)
    assert len(in_force(cast)) == 1


def test_a_rule_for_ephemeral_records_makes_the_days_fewer(cast: Cast) -> None:
    with looking_as(cast.system()):
        RetentionRule(
            tenant_id=cast.serco.pk,
            contract=cast.contract,
            records="ephemeral",
            length=0,
            unit="weeks",
            counted_from="made",
            source="test",
        ).save(force_insert=True)
    run = sent(cast, "earnings", as_csv(EARNINGS, ["PT-2222-22", "Tesco", ago(3), "10"]))
    assert run.expires_on == ago(-1)


def test_what_is_no_sheet_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    before = list(files.names())
    with pytest.raises(runs.NotASheet, match="headings and no rows"):
        sent(cast, "earnings", b"a,b,c")
    assert list(files.names()) == before
    with looking_as(cast.system()):
        assert not ImportRun.objects.exists()
