"""An erasure removes who the person is and leaves what was done and paid; nothing else can bring it about."""

import pytest
from django.db import ProgrammingError, connection
from django.db.models import Sum

from outcomes.models import Entry, Journal, Milestone
from participants import erasing
from participants.actions import erasure, legal_hold, subject_request
from participants.models import Document, Erasure, Participant, SubjectRequest
from partners import files
from partners.models import DomainEvent
from programmes.models import DataTerms
from tests.cast import Cast, looking_as
from tests.journey import Journey
from tests.participants.canary import CANARIES, canary, end, traces
from tests.participants.people import new_person


def asked(cast: Cast, person: Participant, kind: str = "erasure") -> SubjectRequest:
    with looking_as(cast.sara) as sara:
        return subject_request.open_request(
            participant=person, kind=kind, received_on=sara.today, note="By letter", by=sara, at=sara.now()
        )


def erase(cast: Cast, request: SubjectRequest, name: str = "priya") -> Erasure:
    with looking_as(getattr(cast, name)) as viewer:
        return erasure.carry_out(request=request, by=viewer, at=viewer.now())


def against(cast: Cast, request: SubjectRequest) -> str:
    with looking_as(cast.system()):
        return " ".join(erasing.prospect(SubjectRequest.objects.get(pk=request.pk)).against)


def money(cast: Cast, found: Journey) -> tuple[int, int | None, int]:
    with looking_as(cast.system()):
        mine = Journal.objects.filter(participant=found.participant)
        entries = Entry.objects.filter(journal__in=mine)
        return mine.count(), entries.filter(pence__gt=0).aggregate(all=Sum("pence"))["all"], entries.count()


@pytest.mark.django_db(transaction=True)
def test_no_trace_is_left_in_the_whole_database_and_the_ledger_stays(cast: Cast) -> None:
    found = canary(cast)
    end(cast, found)
    before = {word for _, word in traces(*CANARIES)}
    assert before == set(CANARIES)
    paid = money(cast, found)
    with looking_as(cast.system()):
        reached = list(Milestone.objects.values_list("code", "reached_on"))
        paper = Document.objects.get().stored_as
    request = asked(cast, found.participant)
    erase(cast, request)
    assert traces(*CANARIES, "By letter") == []
    assert money(cast, found) == paid
    with looking_as(cast.system()):
        assert list(Milestone.objects.values_list("code", "reached_on")) == reached
        person = Participant.objects.get(pk=found.participant.pk)
    assert str(person) == f"Erased {found.participant.reference}"
    with pytest.raises(files.NoSuchFile):
        files.read(paper, tenant_id=cast.serco.pk)


def test_the_dry_run_says_exactly_what_will_change(cast: Cast) -> None:
    found = canary(cast)
    end(cast, found)
    request = asked(cast, found.participant)
    with looking_as(cast.system()):
        foretold = erasing.prospect(request)
    done = erase(cast, request)
    assert foretold.against == ()
    assert foretold.changed == sum(done.changed.values())
    assert {line.what for line in foretold.lines if not line.changed} == {"Stays as it is"}
    assert all(line.stays for line in foretold.lines if line.changed < line.rows)


def test_it_is_one_event_and_closes_the_request(cast: Cast) -> None:
    found = canary(cast)
    end(cast, found)
    request = asked(cast, found.participant)
    erase(cast, request)
    with looking_as(cast.sara):
        event = DomainEvent.objects.get(kind="participant.erased")
        assert event.facts["request_kind"] == "erasure"
        request = SubjectRequest.objects.get(pk=request.pk)
    assert (request.outcome, request.approved_by_id) == ("erased", cast.users["priya"].pk)


def test_whoever_opened_it_does_not_approve_it(cast: Cast) -> None:
    request = asked(cast, new_person(cast))
    with pytest.raises(erasure.SamePerson):
        erase(cast, request, "sara")


def test_a_copy_is_not_an_erasure(cast: Cast) -> None:
    with pytest.raises(erasure.NotAnErasure):
        erase(cast, asked(cast, new_person(cast), "access"))


def test_an_open_case_stands_against_it(cast: Cast) -> None:
    found = canary(cast)
    request = asked(cast, found.participant)
    assert "still open" in against(cast, request)
    with pytest.raises(erasure.StandsAgainst):
        erase(cast, request)


def test_a_legal_hold_stands_against_it_until_it_is_lifted(cast: Cast) -> None:
    person = new_person(cast)
    request = asked(cast, person)
    with looking_as(cast.sara) as sara:
        hold = legal_hold.place(
            participant=person,
            reason="A claim",
            review_on=sara.today.replace(year=2099),
            by=sara,
            at=sara.now(),
        )
    with pytest.raises(erasure.StandsAgainst):
        erase(cast, request)
    with looking_as(cast.sara) as sara:
        legal_hold.lift(hold=hold, because="Settled", by=sara, at=sara.now())
    erase(cast, request)


def test_where_the_terms_say_so_whoever_attended_is_kept(cast: Cast) -> None:
    with looking_as(cast.system()):
        DataTerms.objects.create(
            tenant=cast.serco, contract=cast.contract, erasure="never_attended", source="A memo."
        )
    attended = canary(cast)
    end(cast, attended)
    request = asked(cast, attended.participant)
    assert "A memo." in against(cast, request)
    assert against(cast, asked(cast, new_person(cast))) == ""


def test_the_function_refuses_without_an_approved_request_and_anybody_but_the_system(cast: Cast) -> None:
    person = new_person(cast)
    request = asked(cast, person)
    for viewer in (cast.system(), cast.sara):
        with pytest.raises(ProgrammingError), looking_as(viewer), connection.cursor() as cursor:
            cursor.execute("select wall.erase(%s)", [person.pk])
    with looking_as(cast.system()) as system:
        SubjectRequest.objects.filter(pk=request.pk).update(
            approved_by=cast.users["priya"].pk, approved_at=system.now()
        )
    with pytest.raises(ProgrammingError), looking_as(cast.sara), connection.cursor() as cursor:
        cursor.execute("select wall.erase(%s)", [person.pk])
    elsewhere = type(cast.system()).system(cast.meridian.pk, "test")
    with pytest.raises(ProgrammingError), looking_as(elsewhere), connection.cursor() as cursor:
        cursor.execute("select wall.erase(%s)", [person.pk])
    with looking_as(cast.system()), connection.cursor() as cursor:
        cursor.execute("select wall.erase(%s)", [person.pk])


def test_the_database_refuses_an_approval_by_the_same_person(cast: Cast) -> None:
    request = asked(cast, new_person(cast))
    with pytest.raises(Exception, match="approved_by_another"), looking_as(cast.system()) as system:
        SubjectRequest.objects.filter(pk=request.pk).update(
            approved_by=request.opened_by_id, approved_at=system.now()
        )
