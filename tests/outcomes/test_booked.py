"""What the terms will charge of what people may earn: at worst no more than expected, at best no less."""

from datetime import date
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from outcomes.booked import SCENARIOS, _due, _to_come
from outcomes.charging import Account
from outcomes.forecast import Coming
from programmes.models import Contract, Fee, Programme
from programmes.months import shifted

MAY = date(2026, 5, 1)
COMING = st.lists(
    st.tuples(
        st.just("job_outcome"),
        st.builds(
            Coming, st.integers(0, 5).map(lambda n: shifted(MAY, n)), st.integers(0, 10**7), st.floats(0, 1)
        ),
    ),
    max_size=20,
)


def account(*fees: Fee) -> Account:
    contract = Contract(starts_on=MAY, programme=Programme(milestones=[]))
    return Account(contract, list(fees), [], [], organisation_id=uuid4())


def fee(kind: str, **said: int | str) -> Fee:
    return Fee(side="provider", kind=kind, rounding="half_up", **said)


def charged(of: Account, coming: list[tuple[str, Coming]], scenario: str, months: int = 12) -> dict[str, int]:
    """What each kind comes to in all months."""
    ahead = [shifted(MAY, number) for number in range(months)]
    found: dict[str, int] = {}
    for due in _due(of, ahead, _to_come(coming, scenario)):
        found[due.kind] = found.get(due.kind, 0) + due.pence
    return found


@given(coming=COMING, kept=st.integers(0, 5_000), held=st.integers(0, 5_000))
def test_what_is_left_after_the_terms_lies_between_the_worst_and_the_best(
    coming: list[tuple[str, Coming]], kept: int, held: int
) -> None:
    of = account(
        fee("management_fee", share_basis_points=kept), fee("retention", share_basis_points=held, months=3)
    )
    earned = {
        "expected": sum(one.pence * one.chance for _, one in coming),
        "best": sum(one.pence for _, one in coming),
        "worst": 0,
    }
    left = {name: earned[name] + sum(charged(of, coming, name).values()) for name in SCENARIOS}
    # Half a penny of rounding in each month and term, and what rounding a chance to four places leaves.
    slack = 30 + sum(one.pence for _, one in coming) / 10_000
    assert left["worst"] - slack <= left["expected"] <= left["best"] + slack


@given(coming=COMING, held=st.integers(1, 10_000))
def test_whatever_is_held_back_comes_free(coming: list[tuple[str, Coming]], held: int) -> None:
    of = account(fee("retention", share_basis_points=held, months=3))
    for scenario in SCENARIOS:
        assert sum(charged(of, coming, scenario).values()) == 0


@given(coming=COMING, above=st.integers(0, 10))
def test_a_band_pays_no_more_than_for_all_that_may_come(coming: list[tuple[str, Coming]], above: int) -> None:
    band = fee("volume_band", milestone="job_outcome", above=above, pence=1_000, per="contract")
    worst, expected, best = (
        charged(account(band), coming, name).get("volume_band", 0) for name in ("worst", "expected", "best")
    )
    assert worst == 0 <= expected <= best == max(0, len(coming) - above) * 1_000
