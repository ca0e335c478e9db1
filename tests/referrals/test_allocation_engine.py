"""The engine that chooses a provider: fair, explained, repeatable."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.allocation import Candidate, Choice, choose

NAMES = "abcdefgh"


def candidate(code: str, **changes: object) -> Candidate:
    plain = {"share": 5000, "received": 0, "open": 0, "capacity": 10, "areas": frozenset({"hackney"})}
    return Candidate(code=code, **{**plain, **changes})  # type: ignore[arg-type]


def chosen(*candidates: Candidate, area: str | None = "hackney", needs: str = "") -> str:
    choice = choose(candidates, area=area, area_name="Hackney", needs=frozenset(needs.split()))
    return choice.chosen.code if choice.chosen else ""


def why_not(choice: Choice) -> dict[str, str]:
    return {figure.candidate.code: figure.why_not for figure in choice.figures}


def test_whoever_is_furthest_behind_its_share_is_next() -> None:
    assert chosen(candidate("a", received=6), candidate("b", received=5)) == "b"
    assert chosen(candidate("a", share=6000, received=5), candidate("b", share=4000, received=4)) == "a"


def test_of_two_alike_the_larger_share_then_the_smaller_code() -> None:
    assert chosen(candidate("b", share=6000), candidate("a", share=4000)) == "b"
    assert chosen(candidate("b"), candidate("a")) == "a"


def test_a_provider_is_ruled_out_by_area_by_room_and_by_having_handed_back() -> None:
    choice = choose(
        [
            candidate("a", areas=frozenset({"enfield"})),
            candidate("b", open=10),
            candidate("c", has_handed_back=True),
            candidate("d", received=99),
        ],
        area="hackney",
        area_name="Hackney",
    )
    assert choice.chosen == candidate("d", received=99)
    assert why_not(choice) == {"a": "area", "b": "full", "c": "handed_back", "d": ""}
    assert choice.reason == "The only provider that works in Hackney and has room (0 of 10 places taken)."


def test_nobody_is_chosen_where_nobody_fits() -> None:
    assert chosen() == ""
    assert chosen(candidate("a", open=10)) == ""
    assert choose([candidate("a", open=10)], area="hackney").reason == "No provider in the area has room."


def test_an_agreement_for_the_whole_contract_and_an_area_not_known_rule_nobody_out() -> None:
    assert chosen(candidate("a", areas=frozenset())) == "a"
    assert chosen(candidate("a"), area=None) == "a"


def test_a_specialist_with_room_goes_first() -> None:
    special = candidate("b", received=50, specialisms=frozenset({"lone_parents"}))
    assert chosen(candidate("a"), special, needs="lone_parents") == "b"
    assert chosen(candidate("a"), special, needs="veterans") == "a"
    full = candidate("b", open=10, specialisms=frozenset({"lone_parents"}))
    assert chosen(candidate("a"), full, needs="lone_parents") == "a"


def test_the_reason_speaks_of_the_chosen_provider_alone() -> None:
    choice = choose(
        [candidate("a", share=6250, open=3), candidate("b", share=3750)],
        area="hackney",
        area_name="Hackney",
    )
    assert choice.reason == (
        "The provider that works in Hackney, has room (3 of 10 places taken) and is furthest behind its agreed"
        " share of 62.5% of referrals."
    )
    assert len(choice.reason) <= 300


shares = st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=6)


@given(shares, st.integers(min_value=1, max_value=120))
@settings(max_examples=150, deadline=None)
def test_shares_are_kept_over_any_sequence(agreed: list[int], length: int) -> None:
    given_to: Counter[str] = Counter()
    codes = NAMES[: len(agreed)]
    furthest_behind = sum((Fraction(1, n) for n in range(2, len(agreed) + 1)), Fraction(0))
    for turn in range(1, length + 1):
        everyone = [
            candidate(code, share=share, received=given_to[code], capacity=length)
            for code, share in zip(codes, agreed, strict=True)
        ]
        given_to[chosen(*everyone)] += 1
        for code, share in zip(codes, agreed, strict=True):
            behind = Fraction(share * turn, sum(agreed)) - given_to[code]
            assert -1 < behind <= furthest_behind
            if len(agreed) <= 3:
                assert abs(behind) < 1


candidates = st.lists(
    st.builds(
        Candidate,
        code=st.sampled_from(NAMES),
        share=st.integers(0, 10_000),
        received=st.integers(0, 500),
        open=st.integers(0, 30),
        capacity=st.integers(0, 30),
        areas=st.frozensets(st.sampled_from(["hackney", "enfield"])),
        specialisms=st.frozensets(st.sampled_from(["lone_parents", "veterans"])),
        has_handed_back=st.booleans(),
    ),
    unique_by=lambda one: one.code,
    max_size=8,
)


@settings(deadline=None)
@given(candidates, st.sampled_from([None, "hackney"]), st.frozensets(st.just("veterans")), st.randoms())
def test_the_choice_fits_and_does_not_depend_on_the_order(everyone, area, needs, random) -> None:  # type: ignore[no-untyped-def]
    choice = choose(everyone, area=area, needs=needs)
    shuffled = list(everyone)
    random.shuffle(shuffled)
    assert choose(shuffled, area=area, needs=needs).chosen == choice.chosen
    fitting = [figure.candidate for figure in choice.figures if not figure.why_not]
    if choice.chosen is None:
        assert not fitting
    else:
        assert choice.chosen in fitting
        assert choice.chosen.open < choice.chosen.capacity
        assert not choice.chosen.has_handed_back
        assert area is None or not choice.chosen.areas or area in choice.chosen.areas
