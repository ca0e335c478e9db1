"""What a demo has to show, all of it made by the real actions.

People at risk whom named people alone see, the duties of data protection, milestones that are proved as real ones would
be, and months that are sealed and paid.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from outcomes.claims.checklist import checklists
from outcomes.claims.due import due
from outcomes.models import (
    Charge,
    Commitment,
    CommittedPerson,
    Evidence,
    FigureQuery,
    LineQuery,
    Paper,
    Statement,
)
from outcomes.performance.profiles import Bands
from outcomes.performance.promised import Promised
from outcomes.statements.chain import verify
from participants.answers import Course, history
from participants.models import (
    ContactDetails,
    ControlMeasure,
    LegalHold,
    Message,
    Participant,
    Rating,
    Restriction,
    SharingBasis,
    SubjectRequest,
)
from partners.models import DomainEvent, Tenant, User
from partners.places import places_of
from partners.viewer import Viewer
from programmes.models import Contract
from programmes.months import shifted
from tests.cast import looking_as


@pytest.fixture(scope="module")
def made(standing: None) -> Tenant:
    """The demo's workspace, made once."""
    call_command("demo", "--participants", "400", stdout=StringIO())
    return Tenant.objects.get(slug="serco")


@pytest.fixture
def serco(made: Tenant, db: None) -> Tenant:
    return made


def viewer_named(name: str) -> Viewer:
    user = User.objects.get(name=name)
    return next(place for place in places_of(user.pk) if place.tenant_slug == "serco").viewer(user.pk, "")


def test_its_whole_ledger_is_what_facts_and_terms_say(serco: Tenant) -> None:
    printed = StringIO()
    call_command("verify_ledger", "--tenant", "serco", stdout=printed)
    assert "The ledger is what the facts say." in printed.getvalue()
    with looking_as(Viewer.system(serco.pk, "test")):
        assert Charge.objects.count() > 20


def test_providers_commit_every_week_and_a_version_of_the_profile_is_in_force(serco: Tenant) -> None:
    with looking_as(viewer_named("Leila Brandt")):
        own = Commitment.objects.values_list("week", flat=True).distinct()
        assert own.count() == 10
        assert {one.participant_id for one in CommittedPerson.objects.all()}
    with looking_as(viewer_named("Ingrid Okafor")) as ingrid:
        for contract in Contract.objects.filter(profile__isnull=False).distinct():
            promised = Promised.of(contract, ingrid)
            assert promised.version is not None
            assert promised.bands == Bands(100, 85)
            assert all(month.illustrative for rows in promised.rows.values() for month in rows)


def test_a_provider_queries_its_figures(serco: Tenant) -> None:
    for name in ("Leila Brandt", "Ingrid Okafor"):
        with looking_as(viewer_named(name)):
            states = FigureQuery.objects.order_by("asked_at").values_list("state", flat=True)
            assert list(states) == ["closed", "answered", "open"]


def test_one_is_hidden_from_all_but_named_people(serco: Tenant) -> None:
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


def test_there_is_one_of_each_for_the_administrator(serco: Tenant) -> None:
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


def test_most_of_what_is_due_is_audit_ready_and_some_is_not(serco: Tenant) -> None:
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


def test_earlier_months_are_sealed_and_paid_and_the_chain_holds(serco: Tenant) -> None:
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


def test_some_agreed_to_be_reminded_and_others_did_not(serco: Tenant) -> None:
    with looking_as(Viewer.system(serco.pk, "test")):
        agreed = ContactDetails.objects.exclude(reminders="")
        assert 10 < agreed.count() < ContactDetails.objects.count() / 2
        assert not agreed.filter(reminders="text").exclude(phone__startswith="+447").exists()


def test_people_were_assessed_more_than_once_and_what_they_said_moved(serco: Tenant) -> None:
    with looking_as(viewer_named("Amara Pickering")):
        people = list(Participant.objects.filter(assessments__isnull=False).distinct())
        courses = [Course.of(answers) for person in people for answers in history(person).values()]
    assert {1, -1} <= {course.steps for course in courses}
    assert any(course.last.first != course.last.assessment for course in courses)


def test_participants_rate_their_advisers_and_write_to_them(serco: Tenant) -> None:
    with looking_as(viewer_named("Amara Pickering")):
        assert Rating.objects.count() >= 5
        assert Message.objects.filter(seen_at=None).exists()
