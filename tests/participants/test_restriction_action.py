"""One person restricts, two lower it again, and nobody is ever lost."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from participants.actions import assignment, lowering, restriction
from participants.actions.assignment import NotAnAdviserHere
from participants.models import (
    Assignment,
    ContactDetails,
    NamedAccess,
    Participant,
    Restriction,
    RestrictionReason,
)
from partners.acting import ActionError
from partners.models import DomainEvent, Membership
from partners.viewer import Viewer
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.participants.restricting import restrict

EVERYBODY = ("ada", "col", "mona", "priya", "sara")


def seen_by(cast: Cast, model: Any = Participant) -> set[str]:
    """Who of those who would see the person sees a row."""
    found = set()
    for name in EVERYBODY:
        with looking_as(getattr(cast, name)):
            found |= {name} if model.objects.exists() else set()
    return found


def act(cast: Cast, who: str, action: Any, person: Participant, **more: Any) -> Any:
    """One of the actions by somebody of the cast."""
    viewer: Viewer = getattr(cast, who)
    with looking_as(viewer):
        return action(participant=person, by=viewer, at=viewer.now(), **more)


def ask(cast: Cast, person: Participant, who: str = "mona", to: int = 0) -> None:
    act(cast, who, lowering.ask_lowering, person, to=to, words="He is in prison.")


def test_level_1_keeps_contact_details_for_named_people_alone(cast: Cast) -> None:
    person = new_person(cast)
    assert seen_by(cast, ContactDetails) == set(EVERYBODY)
    restrict(cast, person, "ada", "mona", level=1)
    assert seen_by(cast) == set(EVERYBODY)
    assert seen_by(cast, ContactDetails) == {"ada", "mona"}


def test_level_2_leaves_the_person_to_named_people_alone(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "sara")
    for model in (Participant, ContactDetails, Assignment, Restriction, NamedAccess, DomainEvent):
        assert seen_by(cast, model) == {"ada", "sara"}, model


def test_the_cause_is_for_the_named_and_the_cleared_and_no_fact_of_an_event(cast: Cast) -> None:
    restrict(cast, new_person(cast), "ada", level=1)
    assert seen_by(cast, RestrictionReason) == {"ada", "sara"}
    with looking_as(cast.system()):
        event = DomainEvent.objects.get(kind="participant.restricted")
    assert event.facts == {"level": 1}
    assert event.by_user_id == cast.users["ada"].pk


def test_level_2_follows_level_1_and_not_the_other_way_round(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, level=1)
    with pytest.raises(restriction.AlreadyRestricted):
        restrict(cast, person, level=1)
    restrict(cast, person, level=2)
    for level in (1, 2):
        with pytest.raises(restriction.AlreadyRestricted):
            restrict(cast, person, level=level)


def test_raising_further_is_no_way_to_the_contact_details(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", level=1)
    with pytest.raises(restriction.CannotBeNamed):
        restrict(cast, person, "col", "mona")
    restrict(cast, person, "col", "sara")
    assert seen_by(cast, ContactDetails) == seen_by(cast) == {"ada", "sara"}


def test_who_raises_further_without_being_named_leaves_the_person_to_somebody(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.hana) as hana:
        restriction.withhold(participant=person, by=hana, at=hana.now())
    with pytest.raises(restriction.LastNamed):
        restrict(cast, person, "col")


@pytest.mark.parametrize("name", ["ivo", "frank", "hana", "dee", "sam"])
def test_only_who_works_with_the_person_can_be_named(cast: Cast, name: str) -> None:
    with pytest.raises(restriction.CannotBeNamed):
        restrict(cast, new_person(cast), "ada", name)


def test_naming_lets_one_more_see_the_person_and_ending_it_takes_that_away(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person)
    act(cast, "ada", restriction.name_person, person, user_id=cast.users["col"].pk, words="Stands in for me.")
    assert seen_by(cast) == {"ada", "col"}
    act(cast, "col", restriction.end_naming, person, user_id=cast.users["ada"].pk)
    assert seen_by(cast) == {"col"}
    with looking_as(cast.col):
        kinds = list(DomainEvent.objects.order_by("at", "id").values_list("kind", flat=True))
        assert kinds == ["participant.restricted", "participant.named", "participant.naming_ended"]


def test_whoever_is_not_named_names_nobody_not_even_themselves(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, level=1)
    for name in ("col", "mona"):
        with pytest.raises(restriction.NotYoursToName):
            act(
                cast, "mona", restriction.name_person, person, user_id=cast.users[name].pk, words="I need it."
            )
    with pytest.raises(restriction.NotYoursToName):
        act(cast, "mona", restriction.end_naming, person, user_id=cast.users["ada"].pk)


def test_not_even_the_cleared_name_themselves(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, level=1)
    with pytest.raises(restriction.NotYoursToName):
        act(
            cast,
            "sara",
            restriction.name_person,
            person,
            user_id=cast.users["sara"].pk,
            words="To have a look.",
        )


def test_somebody_always_sees_the_person(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "col")
    with looking_as(cast.system()) as system:
        Membership.objects.filter(user=cast.users["col"]).update(ended_on=system.today - timedelta(days=1))
    with pytest.raises(restriction.LastNamed):
        act(cast, "ada", restriction.end_naming, person, user_id=cast.users["ada"].pk)
    act(cast, "ada", restriction.end_naming, person, user_id=cast.users["col"].pk)


def test_lowering_takes_two(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara")
    ask(cast, person, "mona")
    with pytest.raises(lowering.AlreadyAsked):
        ask(cast, person, "sara")
    with pytest.raises(lowering.TakesTwo):
        act(cast, "mona", lowering.agree_lowering, person, to=0)
    assert act(cast, "sara", lowering.agree_lowering, person, to=0) is None
    assert seen_by(cast, ContactDetails) == set(EVERYBODY)
    with looking_as(cast.system()):
        assert not NamedAccess.objects.filter(ended_at=None).exists()
        lowered = Restriction.objects.get()
        assert (lowered.lowering_asked_by_id, lowered.lowered_by_id) == (
            cast.users["mona"].pk,
            cast.users["sara"].pk,
        )


@pytest.mark.parametrize("through_level_1", [False, True])
def test_level_2_can_become_level_1(cast: Cast, through_level_1: bool) -> None:
    person = new_person(cast)
    if through_level_1:
        restrict(cast, person, "ada", "mona", "sara", level=1)
    restrict(cast, person, "ada", "mona", "sara", level=2)
    ask(cast, person, "mona", to=1)
    left = act(cast, "sara", lowering.agree_lowering, person, to=1)
    assert left.level == 1
    assert seen_by(cast) == set(EVERYBODY)
    assert seen_by(cast, ContactDetails) == {"ada", "mona", "sara"}
    ask(cast, person, "mona", to=0)
    assert act(cast, "priya", lowering.agree_lowering, person, to=0) is None
    assert seen_by(cast, ContactDetails) == set(EVERYBODY)


def test_none_at_once_ends_both_levels(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", level=1)
    restrict(cast, person, "ada", "sara", level=2)
    ask(cast, person, "mona", to=0)
    act(cast, "sara", lowering.agree_lowering, person, to=0)
    with looking_as(cast.system()):
        assert not Restriction.objects.filter(lowered_at=None).exists()


def test_who_asked_must_still_be_there_and_see_the_person(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara")
    ask(cast, person, "mona")
    act(cast, "sara", restriction.end_naming, person, user_id=cast.users["mona"].pk)
    with pytest.raises(lowering.TakesTwo):
        act(cast, "sara", lowering.agree_lowering, person, to=0)
    act(cast, "sara", lowering.refuse_lowering, person, to=0)
    ask(cast, person, "sara")


def test_a_question_that_was_refused_or_overtaken_is_not_agreed_to(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara")
    ask(cast, person, to=0)
    with pytest.raises(lowering.NothingAsked):
        act(cast, "sara", lowering.agree_lowering, person, to=1)
    act(cast, "sara", lowering.refuse_lowering, person, to=0)
    with pytest.raises(lowering.NothingAsked):
        act(cast, "sara", lowering.agree_lowering, person, to=0)
    with looking_as(cast.sara):
        assert restriction.in_force(person).level == 2  # type: ignore[union-attr]


def test_raising_further_ends_the_question_to_lower(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara", level=1)
    ask(cast, person, "mona")
    restrict(cast, person, "ada", level=2)
    with pytest.raises(lowering.NothingAsked):
        act(cast, "sara", lowering.agree_lowering, person, to=0)


def test_nothing_is_lowered_or_named_where_nothing_is_restricted(cast: Cast) -> None:
    person = new_person(cast)
    with pytest.raises(restriction.NotRestricted):
        ask(cast, person)
    with pytest.raises(restriction.NotRestricted):
        act(cast, "ada", restriction.name_person, person, user_id=cast.users["col"].pk, words="x")
    restrict(cast, person, "ada", "mona", level=1)
    with pytest.raises(restriction.NotRestricted):
        ask(cast, person, to=1)


def test_the_database_refuses_one_person_in_both_parts(cast: Cast) -> None:
    person = new_person(cast)
    found = restrict(cast, person, "ada", "mona")
    mona, ada = cast.users["mona"].pk, cast.users["ada"].pk
    for asked_by, lowered_by in ((mona, mona), (None, ada)):
        with pytest.raises(IntegrityError), looking_as(cast.system()), connection.cursor() as cursor:
            cursor.execute(
                "update participants_restriction set lowering_asked_by_id = %s, lowering_asked_at = now(),"
                " lowered_by_id = %s, lowered_at = now() where id = %s",
                [asked_by, lowered_by, found.pk],
            )


def test_the_database_keeps_one_restriction_of_a_level_and_no_other_level(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person)
    for level in (2, 0, 3):
        with looking_as(cast.system()) as system, pytest.raises(IntegrityError):
            Restriction.objects.create(
                tenant=cast.serco, participant=person, level=level, raised_at=system.now()
            )


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_viewer_writes_past_the_actions(cast: Cast, name: str) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", *[one for one in EVERYBODY if one != "ada"])
    with looking_as(getattr(cast, name)):
        assert Restriction.objects.update(lowered_at=None) == 0
        assert NamedAccess.objects.update(ended_at=None) == 0


def test_an_adviser_who_is_not_named_is_not_given_the_person(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona")
    with looking_as(cast.mona) as mona:
        held = Assignment.objects.get()
        with pytest.raises(NotAnAdviserHere):
            assignment.choose_adviser(
                assignment=held, adviser_id=cast.users["col"].pk, by=mona, at=mona.now()
            )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_once_one_does(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara", "priya")
    ask(cast, person, "mona")
    together, answers = Barrier(2), []

    def agree(name: str) -> None:
        together.wait()
        try:
            act(cast, name, lowering.agree_lowering, person, to=0)
            answers.append("agreed")
        except ActionError as error:
            answers.append(error.code)
        connection.close()

    threads = [Thread(target=agree, args=[name]) for name in ("sara", "priya")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["agreed", "nothing_asked"]
    with looking_as(cast.system()):
        assert DomainEvent.objects.filter(kind="participant.lowered").count() == 1
