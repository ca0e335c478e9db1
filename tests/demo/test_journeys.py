"""The generator: one seed, one story; believable, and never ahead of its present."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from config.demo import workspace
from config.demo.journeys import Journey
from config.demo.making import SHOWN_TO, generator
from config.demo.people import CHAINS
from config.demo.staff import Staff
from partners.viewer import Viewer, acting_as

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)
INVENTED = {"larkmoor", "tansy-bridge", "pennant-row"}


@pytest.fixture
def staff(db: None) -> Staff:
    tenant = workspace.make_tenant(CHAINS[0])
    by = Viewer.system(tenant.pk, "test", NOW - timezone.now())
    with transaction.atomic(), acting_as(by):
        workspace.fill(tenant, CHAINS[0], 2_000, by)
        return Staff(by, workspace.first_day(by.today))


def told(staff: Staff, count: int, seed: int = 7) -> list[Journey]:
    with transaction.atomic(), acting_as(staff.by):
        return list(generator(CHAINS[0], staff, count, seed, staff.by).make(count))


def in_short(journeys: list[Journey]) -> list[object]:
    return [
        (j.serial, j.received_at, j.arrival, j.said, j.offers, j.talks, j.jobs, j.ending) for j in journeys
    ]


def moments(journey: Journey) -> list[datetime]:
    """When its steps were taken, in their order."""
    found = [journey.received_at, *(said.at for said in journey.said[1:])]
    found += [at for offer in journey.offers for at in (offer.at, offer.answered_at) if at]
    if journey.enrolled:
        found.append(journey.enrolled.started_at)
        found += [at for job in journey.jobs for at in (job.recorded_at, job.ended_at) if at]
    return found


def test_one_seed_tells_one_story(staff: Staff) -> None:
    first = in_short(told(staff, 60))
    assert in_short(told(staff, 60)) == first
    assert in_short(told(staff, 60, seed=8)) != first


def test_a_demo_of_two_thousand_is_believable(staff: Staff) -> None:
    journeys = told(staff, 2_000)
    assert len(journeys) == 2_000
    assert len({journey.arrival.person.number for journey in journeys}) == 2_000
    nothing_comes_too_early_or_too_late(journeys)
    someone_waits_at_every_step(journeys)
    the_named_adviser_has_a_full_desk_and_somebody_nine_days_from_26_weeks(journeys)
    only_invented_providers_are_behind(journeys)


def nothing_comes_too_early_or_too_late(journeys: list[Journey]) -> None:
    for journey in journeys:
        taken = moments(journey)
        assert taken == sorted(taken)
        assert taken[-1] <= NOW + timedelta(minutes=1)
        assert journey.received_on >= journey.terms.starts_on
        assert all(talk.at <= NOW + timedelta(minutes=1) for talk in journey.talks)


def someone_waits_at_every_step(journeys: list[Journey]) -> None:
    newest = [journey.offers[-1] for journey in journeys if journey.offers]
    assert any(offer.answered_at is None and offer.provider == "renaisi" for offer in newest)
    assert any(journey.accepted and not (journey.enrolled or journey.no_start) for journey in journeys)
    open_questions = [
        j for j in journeys if j.said[-1].decision.outcome == "need_to_know" and not j.withdrawn_at
    ]
    assert open_questions


def the_named_adviser_has_a_full_desk_and_somebody_nine_days_from_26_weeks(journeys: list[Journey]) -> None:
    desk = [j for j in journeys if j.accepted and j.accepted.adviser == SHOWN_TO and not j.no_start]
    assert 40 <= len(desk) <= 70
    since = NOW.date() - timedelta(days=26 * 7 - 9 - 1)
    assert [job.ends_on for journey in desk for job in journey.jobs if job.starts_on == since] == [None]


def only_invented_providers_are_behind(journeys: list[Journey]) -> None:
    started, outcomes = Counter[str](), Counter[str]()
    for journey in journeys:
        if journey.accepted and journey.enrolled:
            started[journey.accepted.provider] += 1
            reached = {one.code for one in journey.reached}
            outcomes[journey.accepted.provider] += bool(reached & {"job_outcome", "short_job_outcome"})
    rates = {provider: outcomes[provider] / count for provider, count in started.items()}
    behind = {provider for provider, rate in rates.items() if rate < 0.75 * rates["serco-delivery"]}
    assert "larkmoor" in behind
    assert behind <= INVENTED
