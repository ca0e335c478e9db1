"""What is shared with the commissioner and among the providers: closed months, once, and never a small number."""

from datetime import date

import pytest
from django.db import ProgrammingError

from outcomes.models import ClosedCount, SharedMeasure
from outcomes.performance.closing import Table
from outcomes.performance.disclosure import FILE, Rule, rule_on
from outcomes.performance.periods import shift
from outcomes.suppression import exposed
from partners import outbox
from partners.models import OutboxItem, Tenant
from programmes.measures import BY_CODE
from tests.cast import Cast, looking_as
from tests.outcomes.counted import among_peers, begins, count, fill, seen, shared
from tests.outcomes.performing import person_with_a_past, rebuilt

PROVIDERS = ("renaisi", "i2i", "serco-delivery")


def a_month_passes(cast: Cast, months: int = 1) -> None:
    """The workspace's clock moves to the same place in a later month."""
    now = cast.system().today
    cast.serco.clock_offset += shift(now.replace(day=1), months) - now.replace(day=1)
    Tenant.objects.filter(pk=cast.serco.pk).update(clock_offset=cast.serco.clock_offset)


def test_months_are_shared_once_they_have_closed_and_no_earlier(cast: Cast) -> None:
    first = begins(cast, 2)
    fill(cast, "referral", [("renaisi", shift(first, n), 20 + n) for n in range(4)])
    assert shared(cast) > 0
    found = seen(cast, "referrals")
    assert {month for month, _ in found} == {first, shift(first, 1)}
    assert found[first, "renaisi"] == found[first, "whole"] == 20
    assert found[first, "i2i"] == 0
    assert seen(cast, "referrals", "to_date") == {
        (shift(first, 1), "renaisi"): 41,
        (shift(first, 1), "whole"): 41,
        (shift(first, 1), "i2i"): 0,
        (shift(first, 1), "serco-delivery"): 0,
        (shift(first, 1), "nobody"): 0,
    }
    assert shared(cast) == 0


def test_a_small_number_is_withheld_with_what_would_give_it_away(cast: Cast) -> None:
    first = begins(cast, 2)
    fill(cast, "start", [("renaisi", first, 3), ("i2i", first, 9), ("serco-delivery", first, 30)])
    fill(cast, "start", [(one, shift(first, 1), 12) for one in PROVIDERS])
    shared(cast)
    found = seen(cast, "starts")
    assert found[first, "renaisi"] is None
    assert found[first, "serco-delivery"] == 30
    assert found[first, "whole"] == 42
    withheld = [key for key, value in found.items() if value is None]
    assert len(withheld) == 4
    assert {month for month, _ in withheld} == {first, shift(first, 1)}


def test_what_becomes_known_later_counts_in_the_next_month_and_changes_nothing_shared(cast: Cast) -> None:
    first = begins(cast, 1)
    fill(cast, "job_start", [(one, first, 40) for one in PROVIDERS])
    shared(cast)
    before = seen(cast, "job_starts")
    count(cast, "job_start", "renaisi", first, 1)
    count(cast, "job_start", "i2i", first, -6)
    assert shared(cast) == 0
    a_month_passes(cast)
    fill(cast, "job_start", [(one, shift(first, 1), 10) for one in PROVIDERS])
    shared(cast)
    after = seen(cast, "job_starts")
    assert {key: after[key] for key in before} == before
    assert (after[shift(first, 1), "renaisi"], after[shift(first, 1), "i2i"]) == (11, None)
    with looking_as(cast.system()):
        assert (
            ClosedCount.objects.get(
                month=shift(first, 1), organisation__slug="i2i", measure="job_starts"
            ).amount
            == 4
        )
        total = sum(ClosedCount.objects.filter(measure="job_starts").values_list("amount", flat=True))
    assert total == 145


def test_the_sharings_of_a_year_held_against_each_other_give_nothing_away(cast: Cast) -> None:
    first = begins(cast, 1)
    for n in range(8):
        for place, provider in enumerate(PROVIDERS):
            count(cast, "start", provider, shift(first, n), (7 * n + 11 * place * place + 3) % 14)
        shared(cast)
        a_month_passes(cast)
    with looking_as(cast.system()):
        table = Table.of(BY_CODE["starts"], cast.contract)
        assert len(table.ends) == 8
        figures = list(table.figures())
    assert all(one.shown is not None for one in figures)
    assert not [one for one in figures if one.shown and 0 < abs(one.amount) < 5]
    assert exposed(figures, 5) == []
    assert sum(bool(one.shown) for one in figures) > len(figures) / 3


def test_nothing_shared_can_be_changed_or_taken_back(cast: Cast) -> None:
    first = begins(cast, 1)
    count(cast, "referral", "renaisi", first, 20)
    shared(cast)
    for model in (SharedMeasure, ClosedCount):
        with pytest.raises(ProgrammingError), looking_as(cast.system()):
            model.objects.update(month=first)
        with pytest.raises(ProgrammingError), looking_as(cast.system()):
            model.objects.all()._raw_delete("default")


def test_a_rate_is_shared_in_whole_per_cent_where_both_its_parts_may_be(cast: Cast) -> None:
    first = begins(cast, 5)
    parts = [(40, 30), (40, 38), (40, 2), (200, 200)]
    for n, (referred, started) in enumerate(parts):
        count(cast, "referral", "renaisi", shift(first, n), referred)
        count(cast, "start", "renaisi", shift(first, n), started, elapsed=1)
    shared(cast)
    assert seen(cast, "start_rate") == {
        (first, "whole"): 75,
        (shift(first, 1), "whole"): None,
        (shift(first, 2), "whole"): None,
        (shift(first, 3), "whole"): 100,
    }


def test_a_rate_waits_until_the_time_of_its_month_is_over(cast: Cast) -> None:
    first = begins(cast, 1)
    count(cast, "referral", "renaisi", first, 40)
    count(cast, "start", "renaisi", first, 20)
    shared(cast)
    assert seen(cast, "start_rate") == {}
    a_month_passes(cast)
    shared(cast)
    assert seen(cast, "start_rate") == {(first, "whole"): 50}


def test_providers_see_each_others_rates_without_names_from_three_on(cast: Cast) -> None:
    first = begins(cast, 14)
    for provider, started in zip(PROVIDERS, (30, 10, 20), strict=True):
        count(cast, "referral", provider, shift(first, 6), 40)
        count(cast, "start", provider, shift(first, 6), started, elapsed=1)
    shared(cast)
    assert among_peers(cast, "start_rate") == [25, 50, 75]
    with looking_as(cast.mona):
        assert {(one.organisation_id, one.part) for one in SharedMeasure.objects.all()} == {(None, "peer")}
        assert not ClosedCount.objects.exists()


@pytest.mark.parametrize("third", [(9, 5), (40, 38), (40, 1)])
def test_providers_see_nothing_where_one_of_three_has_too_few(cast: Cast, third: tuple[int, int]) -> None:
    first = begins(cast, 14)
    for provider, (referred, started) in zip(PROVIDERS, [(40, 30), (40, 10), third], strict=True):
        count(cast, "referral", provider, shift(first, 6), referred)
        count(cast, "start", provider, shift(first, 6), started, elapsed=1)
    shared(cast)
    assert among_peers(cast, "start_rate") == []


def test_each_audience_sees_its_own_rows_of_its_own_contracts(cast: Cast) -> None:
    first = begins(cast, 14)
    for provider in PROVIDERS:
        count(cast, "referral", provider, shift(first, 6), 40)
        count(cast, "start", provider, shift(first, 6), 20, elapsed=1)
    shared(cast)

    def audiences(name: str) -> set[str]:
        with looking_as(getattr(cast, name)):
            return set(SharedMeasure.objects.values_list("audience", flat=True))

    assert audiences("dee") == {"commissioner"}
    assert audiences("mona") == audiences("ivo") == {"peers"}
    assert audiences("priya") == {"commissioner", "peers"}
    assert audiences("hana") == audiences("sam") == set()
    with looking_as(cast.system()):
        other = cast.organisations["serco"].__class__.objects.create(
            tenant=cast.serco, kind="commissioner", slug="council", name="A council"
        )
    cast.memberships["dee"].organisation_id = other.pk
    cast.organisations["council"] = other
    assert audiences("dee") == set()


def test_it_happens_by_itself_every_day(cast: Cast) -> None:
    begins(cast, 3)
    for days in (80, 75, 70, 65, 60, 55):
        person_with_a_past(cast, days=days)
    outbox.work_off()
    outbox.tick()
    outbox.work_off()
    with looking_as(cast.system()):
        assert OutboxItem.objects.filter(consumer="share", done_at=None).count() == 0
        assert SharedMeasure.objects.filter(measure="starts").exists()
    assert rebuilt(cast).people == 0


def test_the_rules_are_dated_data_with_a_source() -> None:
    assert rule_on(date(2026, 1, 1)).threshold == 5
    assert rule_on(date(1999, 1, 1)) == rule_on(date(2011, 6, 1))
    assert "threshold_source" in FILE.read_text()
    rule = Rule(date(2020, 1, 1), threshold=5, least_peers=3, days_to_close=10)
    assert rule.last_closed(date(2026, 3, 10)) == date(2026, 1, 1)
    assert rule.last_closed(date(2026, 3, 11)) == date(2026, 2, 1)
