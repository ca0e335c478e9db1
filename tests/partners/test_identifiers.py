"""References that survive being read over the telephone."""

from hypothesis import given
from hypothesis import strategies as st

from partners.identifiers import ALPHABET, check_character, is_reference, new_reference, uuid7


def test_a_new_reference_is_one() -> None:
    assert all(is_reference(new_reference("RF"), "RF") for _ in range(200))


bodies = st.text(ALPHABET, min_size=5, max_size=5)


def written(whole: str) -> str:
    return f"P-{whole[:4]}-{whole[4:]}"


@given(bodies, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_shows(body: str, place: int, letter: str) -> None:
    whole = body + check_character(body)
    changed = whole[:place] + letter + whole[place + 1 :]
    assert is_reference(written(changed), "P") == (changed == whole)


@given(bodies, st.integers(0, 3))
def test_two_swapped_characters_show(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert is_reference(written(swapped + check_character(body)), "P") == (swapped == body)


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = [uuid7() for _ in range(3)]
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in ids)
    assert ids[0].int >> 80 <= ids[2].int >> 80
