"""Money, numbers, shares, dates, moments and roles as they stand on screen."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template

from partners.permissions import Role
from partners.templatetags.baton import at, count, on, pence, percent, role, short_on


def shown(value: Any, filter_name: str) -> str:
    """What a page shows for {{ value|filter }}."""
    return Template(f"{{% load baton %}}{{{{ value|{filter_name} }}}}").render(Context({"value": value}))


def test_pence_are_shown_as_pounds() -> None:
    assert pence(0) == "£0.00"
    assert pence(5) == "£0.05"
    assert pence(123_456) == "£1,234.56"
    assert pence(10**15) == "£10,000,000,000,000.00"


def test_money_that_is_taken_back_has_a_minus_before_the_pound() -> None:
    assert pence(-1) == "−£0.01"
    assert pence(-123_456) == "−£1,234.56"
    assert pence(-100) == "−£1.00"


def test_a_number_has_its_thousands_apart() -> None:
    assert count(0) == "0"
    assert count(1234) == "1,234"
    assert count(-1234) == "−1,234"


def test_a_share_is_a_percentage_with_one_decimal_and_halves_go_up() -> None:
    assert percent(0) == "0.0%"
    assert percent(1) == "100.0%"
    assert percent(0.413) == "41.3%"
    assert percent(0.4125) == "41.3%"
    assert percent(Decimal("0.0005")) == "0.1%"
    assert percent(12.5) == "1,250.0%"


def test_a_share_below_nought_has_a_minus_and_what_rounds_to_nought_has_none() -> None:
    assert percent(-0.25) == "−25.0%"
    assert percent(Decimal("-0.0005")) == "−0.1%"
    assert percent(-0.0004) == "0.0%"


@pytest.mark.parametrize("ratio", [float("nan"), float("inf"), float("-inf"), Decimal("NaN")])
def test_a_share_of_nothing_is_a_dash(ratio: float | Decimal) -> None:
    assert percent(ratio) == "–"


def test_a_date_is_in_full_or_short_and_its_day_has_no_nought() -> None:
    assert on(date(2026, 3, 14)) == "14 March 2026"
    assert on(date(2026, 9, 1)) == "1 September 2026"
    assert short_on(date(2026, 9, 1)) == "1 Sep 2026"


def test_a_moment_is_shown_by_londons_clock() -> None:
    assert at(datetime(2026, 3, 14, 9, 30, tzinfo=UTC)) == "14 Mar 2026, 9.30am"
    assert at(datetime(2026, 3, 14, 9, 5, tzinfo=UTC)) == "14 Mar 2026, 9.05am"
    assert at(datetime(2026, 3, 14, 15, 0, tzinfo=UTC)) == "14 Mar 2026, 3pm"


def test_noon_is_12pm_and_midnight_12am() -> None:
    assert at(datetime(2026, 1, 5, 12, tzinfo=UTC)) == "5 Jan 2026, 12pm"
    assert at(datetime(2026, 1, 5, 0, tzinfo=UTC)) == "5 Jan 2026, 12am"


def test_the_clock_goes_forward_on_the_last_sunday_of_march_and_back_in_october() -> None:
    assert at(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == "29 Mar 2026, 12.59am"
    assert at(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == "29 Mar 2026, 2am"
    assert at(datetime(2026, 10, 25, 0, 59, tzinfo=UTC)) == "25 Oct 2026, 1.59am"
    assert at(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)) == "25 Oct 2026, 1am"


def test_late_on_a_summer_evening_it_is_already_tomorrow_in_london() -> None:
    late = datetime(2026, 6, 30, 23, 15, tzinfo=UTC)
    assert at(late) == "1 Jul 2026, 12.15am"
    assert shown(late, "at") == "1 Jul 2026, 12.15am"
    assert shown(late, "on") == "1 July 2026"
    assert shown(late, "short_on") == "1 Jul 2026"


def test_a_role_is_in_words() -> None:
    assert role("performance_manager") == "Performance manager"
    assert [role(code) for code in Role.values] == Role.labels
    with pytest.raises(ValueError, match="wizard"):
        role("wizard")


@pytest.mark.parametrize("said", [pence, count, percent, on, short_on, at, role])
def test_nothing_is_a_dash(said: Callable[[Any], str]) -> None:
    assert said(None) == "–"
    assert shown(None, said.__name__) == "–"
    assert Template(f"{{% load baton %}}{{{{ unknown|{said.__name__} }}}}").render(Context()) == "–"


@pytest.mark.parametrize("said", [pence, count, percent])
def test_text_is_no_number(said: Callable[[Any], str]) -> None:
    assert said("<b>12</b>") == "–"
    assert said("12") == "–"
