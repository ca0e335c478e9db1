"""The demo's data protection pages have something to show, made by the real actions."""

from datetime import timedelta
from io import StringIO

from django.core.management import call_command

from participants.models import LegalHold, Restriction, SharingBasis, SubjectRequest
from partners.models import DomainEvent, Tenant
from partners.viewer import Viewer
from tests.cast import looking_as
from tests.demo.test_safety import viewer_named


def test_there_is_one_of_each_for_the_administrator(db: None) -> None:
    call_command("demo", "--participants", "400", stdout=StringIO())
    serco = Tenant.objects.get(slug="serco")
    with looking_as(Viewer.system(serco.pk, "test")):
        kinds = ("subject_request.opened", "legal_hold.placed", "sharing_basis.recorded")
        assert DomainEvent.objects.filter(kind__in=kinds).count() == 3
    with looking_as(viewer_named("Thandi Whitlock")) as thandi:
        request = SubjectRequest.objects.get()
        assert timedelta(0) <= request.due_on - thandi.today <= timedelta(days=7)
        assert request.opened_by_id == thandi.user_id
        hold = LegalHold.objects.get()
        assert hold.review_on > thandi.today
        assert hold.participant_id != request.participant_id
        basis = SharingBasis.objects.get()
        assert (basis.from_contract.code, basis.to_contract.code) == (
            "work-programme-west-midlands",
            "inspiring-families",
        )
        assert sorted(Restriction.objects.values_list("level", flat=True)) == [1, 2]
