"""Prices and ledger arithmetic, and the published sums of the Work Programme from the first job to the last pound."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.milestones import Case, Spell, reached, rules_from
from outcomes.pricing import (
    ACCOUNTS,
    AmbiguousPrice,
    Price,
    Priced,
    PriceMissing,
    clashes,
    entries_for,
    journal_id,
    price_of,
    reversal_id,
    reversal_of,
    share,
)
from programmes.working_days import england_and_wales
from tests.published import work_programme_groups

STARTED = date(2011, 9, 5)

TARIFF = Price(id="c1", side="commissioner", payment_group="1", milestone="job_outcome", pence=120000)
OWN = replace(TARIFF, id="p1", side="provider", pence=84000)
SHARE = replace(OWN, id="p2", pence=None, share_basis_points=7000)
RENAISI = replace(SHARE, id="p3", provider="renaisi", share_basis_points=7500)


def price(*prices: Price, **changes: Any) -> Priced | PriceMissing:
    asked: dict[str, Any] = {
        "side": "provider",
        "provider": "renaisi",
        "payment_group": "1",
        "milestone": "job_outcome",
        "ordinal": 1,
        "started_on": STARTED,
    }
    return price_of(prices, **(asked | changes))


class TestPrices:
    def test_an_amount_is_what_it_earns(self) -> None:
        assert price(TARIFF, OWN) == Priced(84000, "p1", illustrative=False)
        assert price(TARIFF, OWN, side="commissioner", provider=None) == Priced(
            120000, "c1", illustrative=False
        )

    def test_a_share_is_taken_of_the_commissioners_price(self) -> None:
        assert price(TARIFF, SHARE) == Priced(84000, "p2", illustrative=False)

    def test_a_price_for_this_provider_beats_a_general_one(self) -> None:
        assert price(TARIFF, SHARE, RENAISI) == Priced(90000, "p3", illustrative=False)
        assert price(TARIFF, SHARE, RENAISI, provider="i2i") == Priced(84000, "p2", illustrative=False)

    def test_two_prices_that_are_equally_specific_are_an_error(self) -> None:
        with pytest.raises(AmbiguousPrice, match="p1 and p2"):
            price(TARIFF, OWN, SHARE)
        with pytest.raises(AmbiguousPrice, match="c1 and c2"):
            price(TARIFF, replace(TARIFF, id="c2"), SHARE)

    def test_no_price_is_missing_and_not_nothing(self) -> None:
        assert price(TARIFF) == PriceMissing(
            "no provider price for job_outcome 1 for group 1, started on 2011-09-05"
        )

    def test_a_price_with_a_blank_amount_is_missing(self) -> None:
        assert price(replace(OWN, pence=None)) == PriceMissing("the provider price p1 has no amount")

    def test_a_named_blank_is_not_filled_from_the_general_price(self) -> None:
        assert isinstance(price(OWN, replace(OWN, id="p4", provider="renaisi", pence=None)), PriceMissing)

    @pytest.mark.parametrize("commissioner", [(), (replace(TARIFF, pence=None),)])
    def test_a_share_of_an_unknown_price_is_missing(self, commissioner: tuple[Price, ...]) -> None:
        assert price(*commissioner, SHARE) == PriceMissing(
            "p2 is a share of a commissioner price that is not known"
        )

    def test_nothing_is_a_price_too(self) -> None:
        assert price(replace(OWN, pence=0)) == Priced(0, "p1", illustrative=False)

    @pytest.mark.parametrize(("group", "milestone"), [("2", "job_outcome"), ("1", "sustainment")])
    def test_another_group_or_milestone_has_its_own_price(self, group: str, milestone: str) -> None:
        assert isinstance(price(OWN, payment_group=group, milestone=milestone), PriceMissing)

    def test_the_day_of_the_start_chooses_the_price_and_both_ends_are_included(self) -> None:
        first = replace(OWN, id="y1", starts_to=date(2012, 5, 31), pence=40000)
        second = replace(OWN, id="y2", starts_from=date(2012, 6, 1), starts_to=date(2013, 5, 31), pence=30000)
        chosen = {
            started_on: price(first, second, started_on=started_on)
            for started_on in (date(2012, 5, 31), date(2012, 6, 1), date(2013, 5, 31), date(2013, 6, 1))
        }
        assert [getattr(found, "price_id", None) for found in chosen.values()] == ["y1", "y2", "y2", None]

    def test_a_range_of_ordinals_includes_both_ends(self) -> None:
        row = replace(OWN, ordinal_from=2, ordinal_to=13)
        paid = [number for number in range(1, 16) if isinstance(price(row, ordinal=number), Priced)]
        assert paid == list(range(2, 14))
        assert isinstance(price(replace(row, ordinal_to=None), ordinal=99), Priced)

    @pytest.mark.parametrize(("base", "own"), [(True, False), (False, True)])
    def test_what_uses_an_illustrative_price_is_illustrative(self, base: bool, own: bool) -> None:
        found = price(replace(TARIFF, illustrative=base), replace(SHARE, illustrative=own))
        assert found == Priced(84000, "p2", illustrative=True)

    def test_clashes_are_found_before_they_matter(self) -> None:
        early = replace(OWN, id="early", starts_to=date(2012, 5, 31), ordinal_to=3)
        late = replace(OWN, id="late", starts_from=date(2012, 6, 1))
        higher = replace(OWN, id="higher", starts_to=date(2012, 5, 31), ordinal_from=3)
        assert clashes([TARIFF, early, late, RENAISI]) == []
        assert clashes([early, late, higher]) == [("early", "higher")]

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("side", {"side": "referrer"}),
            ("side", {"side": "commissioner", "provider": "renaisi"}),
            ("side", {"side": "commissioner", "pence": None, "share_basis_points": 1}),
            ("pence", {"pence": -1}),
            ("share_basis_points", {"share_basis_points": 7000}),
            ("share_basis_points", {"pence": None, "share_basis_points": 10001}),
            ("ordinal_to", {"ordinal_from": 0}),
            ("ordinal_to", {"ordinal_from": 3, "ordinal_to": 2}),
            ("starts_to", {"starts_from": date(2012, 6, 1), "starts_to": date(2012, 5, 31)}),
            ("rounding", {"rounding": "by feel"}),
        ],
    )
    def test_a_row_that_makes_no_sense_is_refused_by_its_field(
        self, field: str, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(ValueError, match=f"^{field}: "):
            replace(OWN, **changes)

    @pytest.mark.parametrize(
        ("pence", "basis_points", "expected"), [(1, 5000, 1), (1, 4999, 0), (333, 5000, 167)]
    )
    def test_a_share_rounds_half_up(self, pence: int, basis_points: int, expected: int) -> None:
        assert share(pence, basis_points) == expected


@given(pence=st.integers(0, 10**12), basis_points=st.integers(0, 10_000))
def test_a_share_is_within_half_a_penny_and_never_more_than_the_whole(pence: int, basis_points: int) -> None:
    exact = Fraction(pence * basis_points, 10_000)
    assert -Fraction(1, 2) < share(pence, basis_points) - exact <= Fraction(1, 2)
    assert 0 <= share(pence, basis_points) <= pence


ordinal_ranges = st.tuples(st.integers(1, 4), st.none() | st.integers(0, 3))
start_ranges = st.tuples(st.none() | st.integers(-3, 3), st.none() | st.integers(0, 3))


@st.composite
def rows(draw: st.DrawFn) -> Price:
    (first, more), (since, length) = draw(ordinal_ranges), draw(start_ranges)
    starts_from = None if since is None else STARTED + timedelta(days=since)
    return replace(
        OWN,
        id=str(draw(st.uuids())),
        provider=draw(st.sampled_from([None, "renaisi"])),
        ordinal_from=first,
        ordinal_to=None if more is None else first + more,
        starts_from=starts_from,
        starts_to=None if length is None else (starts_from or STARTED) + timedelta(days=length),
    )


@given(terms=st.lists(rows(), max_size=4))
def test_rows_clash_exactly_when_some_milestone_could_not_be_priced(terms: list[Price]) -> None:
    ambiguous = False
    for ordinal in range(1, 9):
        for passed in range(-5, 9):
            for provider in ("renaisi", "i2i"):
                try:
                    price(
                        *terms,
                        ordinal=ordinal,
                        provider=provider,
                        started_on=STARTED + timedelta(days=passed),
                    )
                except AmbiguousPrice:
                    ambiguous = True
    assert ambiguous == bool(clashes(terms))


class TestLedger:
    def test_the_commissioner_owes_us_and_we_owe_the_provider(self) -> None:
        assert entries_for("commissioner", 120000) == (
            ("commissioner_receivable", 120000),
            ("outcome_income", -120000),
        )
        assert entries_for("provider", 84000) == (("provider_cost", 84000), ("provider_payable", -84000))

    def test_a_negative_sum_is_no_entry(self) -> None:
        with pytest.raises(ValueError, match="pence"):
            entries_for("provider", -1)

    def test_same_facts_same_id_and_anything_else_another(self) -> None:
        tenant, enrolment = UUID(int=1), UUID(int=2)
        ids = [
            journal_id(tenant, enrolment, "provider", "sustainment", 1, 0),
            journal_id(tenant, enrolment, "commissioner", "sustainment", 1, 0),
            journal_id(tenant, enrolment, "provider", "job_outcome", 1, 0),
            journal_id(tenant, enrolment, "provider", "sustainment", 10, 0),
            journal_id(tenant, enrolment, "provider", "sustainment", 1, 1),
            journal_id(tenant, tenant, "provider", "sustainment", 1, 0),
            journal_id(enrolment, enrolment, "provider", "sustainment", 1, 0),
        ]
        assert len({*ids, *map(reversal_id, ids)}) == 14
        assert journal_id(str(tenant), str(enrolment), "provider", "sustainment", 1, 0) == ids[0]

    def test_an_id_is_the_same_in_every_release(self) -> None:
        """A changed id would let a second release record again what the first one recorded."""
        first = journal_id(UUID(int=1), UUID(int=2), "provider", "sustainment", 1, 0)
        assert str(first) == "c47afdb0-73e5-56df-98e4-09c6df799d75"
        assert str(reversal_id(first)) == "04847ba8-7481-58db-9d34-cad9b6709521"


sides = st.sampled_from(sorted(ACCOUNTS))
sums = st.integers(0, 10**12)


@given(side=sides, pence=sums)
def test_every_journal_sums_to_zero_and_so_does_its_reversal(side: Any, pence: int) -> None:
    entries = entries_for(side, pence)
    assert sum(amount for _, amount in entries) == 0
    assert sum(amount for _, amount in reversal_of(entries)) == 0


@given(side=sides, pence=sums)
def test_an_accrual_and_its_reversal_leave_every_account_where_it_was(side: Any, pence: int) -> None:
    balance: dict[str, int] = {}
    for account, amount in (*entries_for(side, pence), *reversal_of(entries_for(side, pence))):
        balance[account] = balance.get(account, 0) + amount
    assert set(balance.values()) == {0}


class TestWorkProgramme:
    """Maximum payments for people attached in contract year 1: House of Commons, HC 162 (2013-14), table 3."""

    FIRST_DAY = date(2011, 6, 1)

    def earned(self, group: str, published: dict[str, Any]) -> dict[str, int]:
        """What a person who works from the second week without a break earns, by milestone, in pence."""
        weeks, most = published["weeks"], published["most"]
        lasting = {"max": most, "follows": "job_outcome", "least_days": 1, "off_benefit": True}
        rules = rules_from(
            [
                {"rule": "start", "code": "start", "label": "Attachment"},
                {"rule": "weeks_in_work", "code": "job_outcome", "label": "Job outcome", "weeks": weeks},
                {"rule": "sustainment", "code": "sustainment", "label": "Sustainment", **lasting},
            ]
        )
        row = replace(TARIFF, payment_group=group, ordinal_to=1)
        terms = (
            replace(row, milestone="start", pence=published["start"]),
            replace(row, milestone="job_outcome", pence=published["job_outcome"]),
            replace(row, milestone="sustainment", pence=published["sustainment"], ordinal_to=most),
        )
        job = Spell(self.FIRST_DAY + timedelta(weeks=1))
        allotted_until = self.FIRST_DAY + timedelta(weeks=104) - timedelta(days=1)
        person = Case(self.FIRST_DAY, date(2011, 5, 20), (job,), allotted_until)
        sums: dict[str, int] = {}
        for it in reached(person, rules, date(2016, 1, 1), england_and_wales()):
            asked = {"payment_group": group, "milestone": it.code, "ordinal": it.ordinal}
            paid = price(*terms, side="commissioner", provider=None, started_on=self.FIRST_DAY, **asked)
            assert isinstance(paid, Priced)
            sums[it.code] = sums.get(it.code, 0) + paid.pence
        return sums

    @pytest.mark.parametrize(("group", "published"), work_programme_groups().items())
    def test_whoever_works_throughout_earns_the_published_maximum(
        self, group: str, published: dict[str, Any]
    ) -> None:
        sums = self.earned(group, published)
        assert sums == {
            "start": published["start"],
            "job_outcome": published["job_outcome"],
            "sustainment": published["sustainments"],
        }
        assert sum(sums.values()) == published["all"]

    def test_the_groups_are_those_that_were_published_in_full(self) -> None:
        assert {group: published["all"] for group, published in work_programme_groups().items()} == {
            "1": 3_810_00,
            "2": 4_395_00,
            "5": 3_700_00,
        }
