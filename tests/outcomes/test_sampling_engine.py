"""Drawing by a seed, and what errors come to in the whole population: plain arithmetic."""

from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from outcomes.claims.sampling import Checked, drawn, extrapolated
from outcomes.pricing import rounded

ids = st.lists(st.uuids(), unique=True, min_size=1, max_size=30)
ONE, OTHER = UUID(int=1), UUID(int=2)


def looked_at(organisation: UUID, pence: int, *, error: bool, provider_pence: int = 0) -> Checked:
    return Checked(organisation, pence, provider_pence, error)


@given(ids, st.text(max_size=8), st.randoms())
def test_the_same_seed_draws_the_same_in_whatever_order(
    population: list[UUID], seed: str, random: object
) -> None:
    shuffled = sorted(population)
    size = len(population) // 2
    assert drawn(population, seed=seed, size=size) == drawn(shuffled, seed=seed, size=size)
    assert len(drawn(population, seed=seed, size=size)) == size


@given(ids, st.text(max_size=8))
def test_who_leaves_the_population_moves_nobody_else(population: list[UUID], seed: str) -> None:
    whole = drawn(population, seed=seed, size=len(population))
    without = drawn(population[1:], seed=seed, size=len(population) - 1)
    assert without == [one for one in whole if one != population[0]]


def test_another_seed_draws_others() -> None:
    population = [UUID(int=number) for number in range(100)]
    assert drawn(population, seed="a", size=10) != drawn(population, seed="b", size=10)


def test_each_pence_in_error_stands_for_its_share_of_what_nobody_looked_at() -> None:
    checked = [
        looked_at(ONE, 100_00, error=True, provider_pence=80_00),
        looked_at(ONE, 100_00, error=False, provider_pence=80_00),
        looked_at(OTHER, 50_00, error=True, provider_pence=40_00),
        looked_at(OTHER, 150_00, error=False, provider_pence=120_00),
    ]
    parts = extrapolated(checked, 3_600_00)
    assert {one: (part.errors, part.pence, part.provider_pence) for one, part in parts.items()} == {
        ONE: (1, 1_000_00, 800_00),
        OTHER: (1, 500_00, 400_00),
    }


def test_an_error_that_went_back_already_stands_for_the_others_alone() -> None:
    gone = Checked(ONE, 100, 80, is_error=True, is_paid_still=False)
    checked = [gone, looked_at(ONE, 100, error=False)]
    assert (extrapolated(checked, 200)[ONE].pence, extrapolated(checked, 200)[ONE].provider_pence) == (
        100,
        80,
    )
    assert extrapolated(checked, 0) == {}


def test_half_a_penny_is_rounded_up() -> None:
    checked = [looked_at(ONE, 1, error=True), looked_at(ONE, 1, error=False)]
    assert extrapolated(checked, 1)[ONE].pence == 2


def test_the_parts_are_the_whole_to_the_penny() -> None:
    checked = [looked_at(who, 1, error=True) for who in (ONE, OTHER)]
    assert [part.pence for part in extrapolated(checked, 1).values()] == [2, 1]


def test_without_an_error_or_without_a_price_nothing_goes_back() -> None:
    assert extrapolated([looked_at(ONE, 100, error=False)], 1_000) == {}
    assert extrapolated([looked_at(ONE, 0, error=True)], 1_000) == {}
    assert extrapolated([], 1_000) == {}


@given(
    st.lists(st.tuples(st.sampled_from([ONE, OTHER]), st.integers(1, 10**6), st.booleans()), min_size=1),
    st.integers(0, 10**7),
)
def test_never_more_goes_back_than_the_population_is_worth(
    rows: list[tuple[UUID, int, bool]], unseen: int
) -> None:
    checked = [looked_at(who, pence, error=error, provider_pence=pence) for who, pence, error in rows]
    wrong = sum(one.pence for one in checked if one.is_error)
    whole = sum(one.pence for one in checked)
    parts = extrapolated(checked, unseen)
    back = sum(part.pence for part in parts.values())
    assert back == rounded(Fraction(wrong * (whole + unseen), whole), "half_up") <= whole + unseen
    assert sum(part.error_pence for part in parts.values()) == wrong
