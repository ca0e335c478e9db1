"""Volume bands against what stood when they were charged: outcomes count whether or not anybody knows their price."""

import pytest

from outcomes.models import Charge
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, sealed
from tests.outcomes.test_charging import term
from tests.outcomes.test_recharged import altered, found_in, nightly
from tests.outcomes.test_replay import tampered
from tests.outcomes.working import correct, started_person, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("side", ["commissioner", "provider"])
def test_a_band_of_outcomes_without_a_price_is_worked_out_by_what_stood_then(cast: Cast, side: str) -> None:
    """Two outcomes were taken back after the charge, and one came after it: neither was known then."""
    only_starts_are_priced(cast)
    band = {"milestone": "short_job_outcome", "above": 0, "pence": 50_00, "per": "contract"}
    term(cast, side=side, kind="volume_band", **band)
    jobs = [work(cast, started_person(cast, days=200)[1], since=190) for _ in range(3)]
    for days in (200, 40):
        sealed(cast, ended(cast, days=days))
    nightly(cast)
    with looking_as(cast.system()):
        charged = sum(Charge.objects.filter(kind="volume_band", side=side).values_list("pence", flat=True))
    assert charged == 150_00
    assert found_in(cast) == []
    correct(cast, jobs[0], since=30)
    correct(cast, jobs[1], since=30)
    work(cast, started_person(cast, days=200)[1], since=190)
    assert found_in(cast) == []
    tampered(altered("volume_band"))
    assert len(found_in(cast)) >= 1


def only_starts_are_priced(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        Price.objects.exclude(milestone="start").update(withdrawn_at=system.now())
