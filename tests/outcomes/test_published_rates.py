"""Rates that were published with their counts come out as published when those counts are in the facts."""

from fractions import Fraction

import pytest

from outcomes.performance.periods import month_of, shift
from tests.cast import Cast
from tests.outcomes.counted import begins, count
from tests.outcomes.promising import line, load
from tests.outcomes.test_performance_view import page, tile
from tests.published import rates

PAGE = "/serco/performance/?period=all"
PER_REFERRAL = rates(r"^job outcomes.*/ (referrals|joined)")
STARTED = rates(r"^(attachments|starts) / (individuals )?referr|^started$")
AGAINST_PROFILE = rates(r"^starts / profile$")


def as_published(shown: str, published: str) -> str:
    """A per cent that the page shows, to as many decimals as were published."""
    decimals = len(published.partition(".")[2])
    return f"{float(shown.removesuffix('%')):.{min(decimals, 1)}f}"


def test_there_are_such_rates() -> None:
    assert len(PER_REFERRAL) >= 8
    assert len(STARTED) >= 3
    assert len(AGAINST_PROFILE) == 1


@pytest.mark.parametrize(("what", "outcomes", "referrals", "published"), PER_REFERRAL)
def test_outcomes_for_all_referrals_so_far(
    cast: Cast, what: str, outcomes: int, referrals: int, published: str
) -> None:
    first = begins(cast, 14)
    count(cast, "referral", "renaisi", first, referrals)
    count(cast, "short_job_outcome", "renaisi", first, outcomes, elapsed=8)
    shown = tile(page(cast.client("priya"), PAGE), "Job outcomes per referral to date").split()[0]
    assert as_published(shown, published) == f"{float(published):.1f}", what


@pytest.mark.parametrize(("what", "starts", "referred", "published"), STARTED)
def test_who_started_of_those_referred(
    cast: Cast, what: str, starts: int, referred: int, published: str
) -> None:
    first = begins(cast, 14)
    count(cast, "referral", "renaisi", first, referred)
    count(cast, "start", "renaisi", first, starts)
    shown = tile(page(cast.client("priya"), PAGE), "Start rate").split()[0]
    whole = "." not in published
    assert float(shown.removesuffix("%")) == pytest.approx(float(published), abs=0.5 if whole else 0.05), what


@pytest.mark.parametrize(("what", "starts", "profile", "published"), AGAINST_PROFILE)
def test_starts_against_their_profile(
    cast: Cast, what: str, starts: int, profile: int, published: str
) -> None:
    begins(cast, 2)
    last = shift(month_of(cast.system().today), -1)
    load(cast, line(cast, None, profile, ahead=-1))
    count(cast, "start", "renaisi", last, starts)
    shown = tile(page(cast.client("priya"), f"/serco/performance/?period={last:%Y-%m}"), "Starts")
    assert shown.split()[0] == str(starts), what
    assert f"{profile} " in shown
    # The page rounds down what it judges by.
    part = Fraction(100 * starts, profile)
    assert f"{int(part)}% of profile" in shown
    assert round(part) == int(published)
