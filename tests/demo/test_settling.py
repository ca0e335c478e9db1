"""The demo's earlier months are sealed and paid by the real actions, and the last one is still to be done."""

from io import StringIO

from django.core.management import call_command

from outcomes.models import LineQuery, Paper, Statement
from outcomes.statements.chain import verify
from partners.models import Tenant
from partners.viewer import Viewer
from programmes.months import shifted
from tests.cast import looking_as


def test_earlier_months_are_sealed_and_paid_and_the_chain_holds(db: None) -> None:
    call_command("demo", "--participants", "60", stdout=StringIO())
    serco = Tenant.objects.get(slug="serco")
    with looking_as(Viewer.system(serco.pk, "test")) as system:
        assert list(verify()) == []
        last = shifted(system.today.replace(day=1), -1)
        filled = Statement.objects.filter(lines__isnull=False)
        assert not filled.filter(month__lt=last, status__in=["open", "proposed"]).exists()
        assert not filled.filter(month__gte=last, status__in=["sealed", "paid"]).exists()
        paid = Statement.objects.filter(status="paid")
        assert paid.exists()
        assert all(0 < (one.days_to_pay or 0) < 60 for one in paid)
        kinds = set(Paper.objects.values_list("kind", flat=True))
        assert {"invoice", "remittance"} <= kinds
        assert LineQuery.objects.filter(answered_at=None).count() <= 3
