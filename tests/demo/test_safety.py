"""The demo's people at risk: seen by those who are named, through the real actions."""

from io import StringIO

from django.core.management import call_command

from participants.models import ControlMeasure, Participant, Restriction
from partners.models import DomainEvent, Tenant, User
from partners.places import places_of
from partners.viewer import Viewer
from tests.cast import looking_as


def viewer_named(name: str) -> Viewer:
    user = User.objects.get(name=name)
    return next(place for place in places_of(user.pk) if place.tenant_slug == "serco").viewer(user.pk, "")


def test_one_is_hidden_from_all_but_named_people(db: None) -> None:
    call_command("demo", "--participants", "400", stdout=StringIO())
    serco = Tenant.objects.get(slug="serco")
    with looking_as(Viewer.system(serco.pk, "test")):
        everybody = Participant.objects.count()
        assert sorted(Restriction.objects.values_list("level", flat=True)) == [1, 2]
        assert ControlMeasure.objects.count() == 3
        assert DomainEvent.objects.filter(kind="participant.restricted").count() == 2
        hidden = Restriction.objects.get(level=2).participant
    for name in ("Amara Pickering", "Leila Brandt", "Thandi Whitlock"):
        with looking_as(viewer_named(name)):
            assert Participant.objects.filter(pk=hidden.pk).exists(), name
    for name in ("Ingrid Okafor", "Joss Adeyinka", "Petra Osei"):
        with looking_as(viewer_named(name)):
            assert not Participant.objects.filter(pk=hidden.pk).exists(), name
    with looking_as(viewer_named("Ingrid Okafor")):
        assert Participant.objects.count() == everybody - 1
