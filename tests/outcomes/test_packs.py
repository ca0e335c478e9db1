"""The pack of a month: what its two files say, that it is kept as it was made, and that months make theirs."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from python_calamine import CalamineWorkbook

from outcomes.actions import pack as packs
from outcomes.models import Pack
from outcomes.packs import making
from outcomes.packs.contents import Contents, spans_of, window
from outcomes.performance.periods import Window, month_of, shift
from outcomes.performance.publishing import publish
from partners import files, outbox
from partners.models import DomainEvent, OutboxItem
from programmes.measure import Clock
from programmes.measures import BY_CODE
from programmes.models import Contract
from tests.cast import Cast, looking_as
from tests.outcomes.packing import DAYS, LAST_MONTH, asked, made, some_started
from tests.outcomes.paged import Pdf
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.promising import line, load
from tests.participants.restricting import restrict


@pytest.fixture
def started(cast: Cast) -> Cast:
    return some_started(cast)


def words_of(pack: Pack) -> str:
    return " ".join(Pdf.of(files.read(pack.pdf_as, tenant_id=pack.tenant_id)).pages())


def rows_of(pack: Pack, sheet: str) -> list[list[Any]]:
    content = files.read(pack.xlsx_as, tenant_id=pack.tenant_id)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def figure(pack: Pack, label: str) -> dict[str, Any]:
    """A line of the workbook's figures, by the heads of its columns."""
    heads, *rows = rows_of(pack, "Figures")
    [found] = (row for row in rows if row[0] == label)
    return dict(zip(heads, found, strict=True))


def test_both_files_say_the_figures_of_the_month_and_of_longer_times(started: Cast) -> None:
    pack = made(started, asked(started))
    month = f"{LAST_MONTH:%B %Y}"
    starts = figure(pack, "Starts")
    assert (starts[month], starts["Last 12 months"], starts["Since the beginning"]) == (7, 7, 8)
    words = words_of(pack)
    assert f"Performance pack, {month}" in words
    assert "Starts 7" in words
    assert "Renaisi" in words
    assert "This month is not closed yet: its figures are provisional." in words
    assert BY_CODE["starts"].definition in words
    _, *rows = rows_of(pack, "Providers")
    assert {row[0] for row in rows} == {"Renaisi", "Serco Delivery", "i2i"}
    assert [row[2] for row in rows if row[:2] == ["Renaisi", "Starts"]] == [6]


def test_of_one_provider_it_says_nothing_of_another(started: Cast) -> None:
    pack = made(started, asked(started, "renaisi", by="mona"))
    assert figure(pack, "Starts")[f"{LAST_MONTH:%B %Y}"] == 6
    words = words_of(pack)
    assert "Renaisi" in words
    assert "i2i" not in words
    content = files.read(pack.xlsx_as, tenant_id=pack.tenant_id)
    assert "Providers" not in CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names


def test_the_profile_and_the_judgement_stand_beside_the_figure(started: Cast) -> None:
    load(started, line(started, "renaisi", 20, ahead=-1))
    pack = made(started, asked(started, "renaisi"))
    month = f"{LAST_MONTH:%B %Y}"
    starts = figure(pack, "Starts")
    assert (starts[f"{month}: profile"], starts[f"{month}: status"]) == (20, "Behind profile")
    assert "Behind profile" in words_of(pack)


def test_it_is_kept_as_it_was_made_and_asked_again_there_is_another(started: Cast) -> None:
    first = made(started, asked(started))
    person_with_a_past(started, days=DAYS)
    rebuilt(started)
    second = made(started, asked(started))
    month = f"{LAST_MONTH:%B %Y}"
    assert first.pk != second.pk
    assert (figure(first, "Starts")[month], figure(second, "Starts")[month]) == (7, 8)
    again = made(started, first)
    assert (again.made_at, again.pdf_as) == (first.made_at, first.pdf_as)


def test_asked_twice_while_it_is_being_made_it_is_made_once(started: Cast) -> None:
    asked(started)
    with pytest.raises(packs.BeingMade):
        asked(started, by="frank")
    asked(started, "renaisi")
    outbox.work_off()
    with looking_as(started.system()):
        assert Pack.objects.count() == 2
        kinds = DomainEvent.objects.filter(kind__startswith="pack.").values_list("kind", flat=True)
        assert sorted(kinds) == ["pack.asked", "pack.asked", "pack.made", "pack.made"]


@pytest.mark.parametrize("month", [month_of(date.today()), shift(LAST_MONTH, -600)])
def test_of_a_month_that_runs_or_lies_before_the_contract_there_is_none(started: Cast, month: date) -> None:
    with pytest.raises(packs.NotOver):
        asked(started, month=month)
    with looking_as(started.system()):
        assert not Pack.objects.exists()


def test_the_database_keeps_one_in_the_making_and_no_half_made_one(started: Cast) -> None:
    pack = asked(started)
    with looking_as(started.system()) as system:
        same = {"tenant_id": pack.tenant_id, "contract": started.contract, "month": LAST_MONTH}
        with pytest.raises(IntegrityError), transaction.atomic():
            Pack.objects.create(**same, asked_at=system.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Pack.objects.filter(pk=pack.pk).update(made_at=system.now())


def test_each_step_can_be_seen_from_outside(started: Cast) -> None:
    pack = asked(started)
    with looking_as(started.system()) as system:
        steps = making.make(OutboxItem(subject_id=pack.pk), system)
        assert steps is not None
        seen = [Pack.objects.get(pk=pack.pk).done for _ in steps]
        assert seen == [1, 2, 3]
        assert Pack.objects.get(pk=pack.pk).done == Pack.STEPS
        assert making.make(OutboxItem(subject_id=pack.pk), system) is None


def test_where_a_worker_gave_up_somebody_has_it_made_again(started: Cast) -> None:
    pack = asked(started)
    with looking_as(started.priya) as priya:
        assert packs.standing_still([pack], priya) == set()
        with pytest.raises(packs.MadeAlready):
            packs.take_up(pack=pack, by=priya, at=priya.now())
    with looking_as(started.system()) as system:
        OutboxItem.objects.filter(subject_id=pack.pk).update(dead_at=system.now())
    with looking_as(started.priya) as priya:
        assert packs.standing_still([pack], priya) == {pack.pk}
        packs.take_up(pack=pack, by=priya, at=priya.now())
    assert made(started, pack).made_at is not None


def test_a_month_that_is_published_makes_its_packs_by_itself_and_once(started: Cast) -> None:
    with looking_as(started.system()) as system:
        contract = Contract.objects.select_related("programme").get()
        publish(contract, system)
        making.make_those_of_the_month(OutboxItem(subject_id=contract.pk), system)
        # One after the other: whoever else has work to be done is kept waiting by one at most.
        assert Pack.objects.get().organisation is None
        outbox.enqueue("packs_of_the_month", system, subject_id=contract.pk)
    outbox.work_off()
    with looking_as(started.system()):
        found = {str(one.organisation): one.asked_by for one in Pack.objects.select_related("organisation")}
        months = set(Pack.objects.values_list("month", flat=True))
    assert found == dict.fromkeys(("None", "Renaisi", "Serco Delivery", "i2i"))
    assert len(months) == 1
    with looking_as(started.system()):
        assert "The figures of this month are published." in words_of(
            Pack.objects.filter(organisation=None).get()
        )


def test_before_anything_is_published_no_pack_makes_itself(started: Cast) -> None:
    with looking_as(started.system()) as system:
        outbox.enqueue("packs_of_the_month", system, subject_id=started.contract.pk)
    outbox.work_off()
    with looking_as(started.system()):
        assert not Pack.objects.exists()


def test_below_the_threshold_it_leaves_out_whom_named_people_alone_see(cast: Cast) -> None:
    people = [person_with_a_past(cast, days=DAYS)[0] for _ in range(3)]
    restrict(cast, people[0], "ada", "sara")
    rebuilt(cast)
    pack = made(cast, asked(cast, by="sara"))
    assert figure(pack, "Starts")[f"{LAST_MONTH:%B %Y}"] == 2


def test_the_reading_costs_the_same_however_many_providers_and_months(started: Cast) -> None:
    def cost() -> int:
        pack = Pack.objects.select_related("contract__programme", "organisation").get()
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        Contents.of(pack, cast_system)
        connection.force_debug_cursor = False
        return len(connection.queries_log) - before

    asked(started)
    with looking_as(started.system()) as cast_system:
        once = cost()
    person_with_a_past(started, days=200, provider="i2i")
    person_with_a_past(started, days=700, in_work_for=500)
    rebuilt(started)
    with looking_as(started.system()) as cast_system:
        assert cost() <= once


def test_the_files_in_use_are_those_of_made_packs(started: Cast) -> None:
    pack = asked(started)
    with looking_as(started.system()) as system:
        assert packs.files_in_use(system) == []
    kept = made(started, pack)
    with looking_as(started.system()) as system:
        assert sorted(packs.files_in_use(system)) == sorted([kept.pdf_as, kept.xlsx_as])


def every_window(contract: Contract, month: date) -> Iterator[tuple[str, Clock, Window]]:
    for span in spans_of(contract, month):
        for code in ("starts", "start_rate", "job_outcome_rate", "job_outcomes_to_date"):
            yield span.label, BY_CODE[code].clock, window(BY_CODE[code], span, contract, month)


def test_the_columns_hold_the_months_that_their_heads_say() -> None:
    contract = Contract(starts_on=date(2024, 12, 1))
    found = {(label, clock): one for label, clock, one in every_window(contract, date(2026, 10, 1))}
    assert found["October 2026", Clock.EVENT] == Window(date(2026, 10, 1), date(2026, 10, 1))
    assert found["Contract year 2 to date", Clock.EVENT].first == date(2025, 12, 1)
    assert found["Last 3 months", Clock.EVENT].first == date(2026, 8, 1)
    assert found["Since the beginning", Clock.EVENT].first == date(2024, 12, 1)
    # People referred in October 2025 had their twelve months until the end of October 2026.
    of_cohorts = found["Last 3 months", Clock.COHORT]
    assert (of_cohorts.first, of_cohorts.last, of_cohorts.by) == (date(2025, 8, 1), date(2025, 10, 1), 12)
    assert found["October 2026", Clock.TO_DATE].is_empty
    assert found["Since the beginning", Clock.TO_DATE].last == date(2026, 10, 1)


def test_of_a_young_contract_a_cohort_is_not_known_yet() -> None:
    contract = Contract(starts_on=date(2026, 9, 1))
    for label, clock, one in every_window(contract, date(2026, 10, 1)):
        assert one.is_empty == (clock is Clock.COHORT and one.by == 12) or clock is Clock.TO_DATE, label
