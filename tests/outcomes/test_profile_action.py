"""A profile is loaded as a new version: once, whole, by people, and never over an earlier one."""

from datetime import timedelta

import pytest

from outcomes.actions import profile
from outcomes.models import ProfileLine, ProfileVersion
from outcomes.performance.profiles import Bands, in_force, promises, versions
from outcomes.performance.promised import Promised
from partners.acting import ActionError
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.promising import line, load


def test_a_version_is_numbered_kept_and_told(cast: Cast) -> None:
    first = load(cast, line(cast, None, 12), line(cast, "renaisi", 7))
    second = load(cast, line(cast, None, 15), why="More people")
    assert (first.number, second.number) == (1, 2)
    with looking_as(cast.priya):
        assert promises(cast.contract, second) == [line(cast, None, 15)]
        assert set(promises(cast.contract, first)) == {line(cast, None, 12), line(cast, "renaisi", 7)}
    with looking_as(cast.system()):
        told = DomainEvent.objects.filter(kind="profile.loaded")
        assert sorted(event.facts["number"] for event in told) == [1, 2]


def test_the_same_profile_is_not_loaded_twice(cast: Cast) -> None:
    load(cast, line(cast, None, 12), line(cast, "renaisi", 7))
    with pytest.raises(profile.SameProfile):
        load(cast, line(cast, "renaisi", 7), line(cast, None, 12), name="Again")
    # Other bands are another profile.
    assert load(cast, line(cast, "renaisi", 7), line(cast, None, 12), bands=Bands(95, 85)).number == 2


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("bands_out_of_order", {"bands": Bands(80, 90)}),
        ("bands_out_of_order", {"bands": Bands(80, 0)}),
        ("outside_contract", {"on": "before"}),
        ("nothing_promised", {"lines": ()}),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, code: str, more: dict[str, object]) -> None:
    lines = more.pop("lines", (line(cast, None, 12),))
    if more.get("on") == "before":
        more["on"] = cast.contract.starts_on - timedelta(days=1)
    with pytest.raises(ActionError) as refused:
        load(cast, *lines, **more)  # type: ignore[misc, arg-type]
    assert refused.value.code == code
    with looking_as(cast.system()):
        assert not ProfileVersion.objects.exists()
        assert not ProfileLine.objects.exists()


def test_the_version_in_force_is_the_one_that_came_into_force_last(cast: Cast) -> None:
    today = cast.priya.today
    late = load(cast, line(cast, None, 20), on=today + timedelta(days=1))
    now = load(cast, line(cast, None, 10), on=today - timedelta(days=9))
    again = load(cast, line(cast, None, 11), on=today - timedelta(days=9))
    earlier = load(cast, line(cast, None, 9), on=today - timedelta(days=20))
    with looking_as(cast.priya):
        known = versions(cast.contract)
    assert {one.pk for one in known} == {late.pk, now.pk, again.pk, earlier.pk}
    assert in_force(known, today) == again
    assert in_force(known, today + timedelta(days=1)) == late
    # What was shown before any of them was loaded is not changed by them.
    assert in_force(known, today - timedelta(days=1)) is None


def test_everybody_is_promised_only_what_is_theirs_to_see(cast: Cast) -> None:
    load(cast, line(cast, None, 30), line(cast, "renaisi", 7), line(cast, "i2i", 9))
    seen = {}
    for name in ("priya", "mona", "ivo", "dee"):
        with looking_as(getattr(cast, name)) as viewer:
            promised = Promised.of(cast.contract, viewer)
            seen[name] = {
                (whose, month.amount) for (whose, _), rows in promised.rows.items() for month in rows
            }
    renaisi, i2i = cast.organisations["renaisi"].pk, cast.organisations["i2i"].pk
    assert seen["priya"] == {(None, 30), (renaisi, 7), (i2i, 9)}
    assert seen["mona"] == {(None, 7), (renaisi, 7)}
    assert seen["ivo"] == {(None, 9), (i2i, 9)}
    assert seen["dee"] == {(None, 30)}
