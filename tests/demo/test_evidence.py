"""The demo's milestones are proved as real ones would be: most are ready, and nobody accepts their own evidence."""

from io import StringIO

from django.core.management import call_command
from django.db.models import F

from outcomes.claims.checklist import checklists
from outcomes.claims.due import due
from outcomes.models import Evidence
from partners.models import Tenant
from partners.viewer import Viewer
from tests.cast import looking_as


def test_most_of_what_is_due_is_audit_ready_and_some_is_not(db: None) -> None:
    call_command("demo", "--participants", "80", stdout=StringIO())
    serco = Tenant.objects.get(slug="serco")
    with looking_as(Viewer.system(serco.pk, "test")) as system:
        states = list(checklists(list(due(system.today))).values())
        asked = [one for one in states if one.points]
        ready = [one for one in asked if one.is_ready]
        assert len(asked) > 20
        assert len(asked) * 0.7 < len(ready) < len(asked)
        accepted = Evidence.objects.filter(decision="accepted")
        assert accepted.exists()
        assert not accepted.filter(decided_by=F("recorded_by")).exists()
        assert not accepted.filter(decided_at__lte=F("recorded_at")).exists()
        assert not Evidence.objects.filter(decided_at__gt=system.now()).exists()
