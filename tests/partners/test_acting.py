"""What the action decorator promises: one transaction, written as the system, one event."""

from datetime import datetime, timedelta

import pytest

from partners import events
from partners.acting import NotOneEvent, action
from partners.actions.clock import RealWorkspace, move
from partners.models import DomainEvent, Organisation, Tenant
from partners.viewer import Viewer, current
from tests.cast import Cast, looking_as


@action
def rename(*, organisation: Organisation, name: str, times: int, by: Viewer, at: datetime) -> str:
    """An action that records as many events as it is told to."""
    organisation.name = name
    organisation.save(update_fields=["name"])
    for _ in range(times):
        events.record("workspace.clock_moved", organisation, by, at=at, wall=DomainEvent.Wall.WORKSPACE)
    viewer = current()
    assert viewer is not None
    return viewer.kind


def test_an_action_writes_as_the_system_on_behalf_of_the_person(cast: Cast) -> None:
    renaisi = cast.organisations["renaisi"]
    with looking_as(cast.priya) as priya:
        assert rename(organisation=renaisi, name="Renaisi Ltd", times=1, by=priya, at=priya.now()) == "system"
        assert current() is priya
        assert DomainEvent.objects.get().by_user_id == cast.users["priya"].pk


@pytest.mark.parametrize("times", [0, 2])
def test_an_action_that_does_not_record_exactly_one_event_leaves_nothing(cast: Cast, times: int) -> None:
    with looking_as(cast.priya) as priya:
        with pytest.raises(NotOneEvent):
            rename(
                organisation=cast.organisations["renaisi"], name="Gone", times=times, by=priya, at=priya.now()
            )
        assert not Organisation.objects.filter(name="Gone").exists()
        assert not DomainEvent.objects.exists()


def test_an_action_takes_keywords_only(cast: Cast) -> None:
    with pytest.raises(TypeError):
        rename(cast.organisations["renaisi"], "x", 1, cast.priya, cast.priya.now())  # type: ignore[call-arg]


def test_an_event_of_a_kind_that_nobody_declared_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="No app declares"), looking_as(cast.system()) as system:
        events.record("weather.changed", cast.serco, system, at=system.now())


def test_the_clock_of_a_demo_moves_and_a_real_one_does_not(cast: Cast) -> None:
    offset = timedelta(days=100)
    with looking_as(cast.system()) as system:
        move(tenant=cast.serco, offset=offset, by=system, at=system.now())
        assert Tenant.objects.get(slug="serco").clock_offset == offset
        assert cast.ada.today == cast.sam.today + offset
        Tenant.objects.filter(slug="meridian").update(notice="")
        cast.meridian.refresh_from_db()
        with pytest.raises(RealWorkspace):
            move(tenant=cast.meridian, offset=offset, by=cast.sam, at=system.now())
