"""Changing what a person may do, and ending their place: at once, on record, and never to nobody's loss."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from partners import leaving, outbox
from partners.acting import ActionError
from partners.actions import membership as actions
from partners.models import Membership, OutboxItem
from partners.places import places_of
from partners.viewer import Viewer
from tests.cast import PASSWORD, Cast, looking_as
from tests.partners.placing import new_place, places_in_serco, told


def change_role(cast: Cast, name: str, role: str, by: str = "sara") -> Membership:
    viewer: Viewer = getattr(cast, by)
    return actions.change_role(
        membership=cast.memberships[name], role=role, reason="cover", by=viewer, at=viewer.now()
    )


def clear(cast: Cast, name: str, cleared: bool = True, by: str = "sara") -> Membership:
    viewer: Viewer = getattr(cast, by)
    return actions.change_clearance(
        membership=cast.memberships[name], cleared=cleared, reason="needed", by=viewer, at=viewer.now()
    )


def end(cast: Cast, name: str, by: str = "sara", in_days: int = 0, **changes: Any) -> Membership:
    viewer: Viewer = getattr(cast, by)
    from_on = viewer.today + timedelta(days=in_days)
    asked = {"membership": cast.memberships[name], "from_on": from_on, "reason": "left", **changes}
    return actions.end(by=viewer, at=viewer.now(), **asked)


def roles(cast: Cast, name: str) -> list[str]:
    """The roles that the person has at this moment."""
    return [place.role for place in places_of(cast.users[name].pk)]


def test_a_role_changes_at_once_and_the_earlier_one_stays_on_record(cast: Cast) -> None:
    change_role(cast, "ada", "manager", by="mona")
    assert roles(cast, "ada") == ["manager"]
    before, after = places_in_serco(cast, "ada")
    assert (before.role, before.ended_on, before.end_reason) == ("adviser", cast.mona.today, "changed")
    assert before.ended_by_id == cast.mona.user_id
    assert before.ended_at is not None
    assert (after.role, after.started_on, after.ended_on) == ("manager", cast.mona.today, None)


def test_it_changes_twice_and_back_on_one_day(cast: Cast) -> None:
    for role in ("manager", "administrator", "adviser"):
        cast.memberships["ada"] = change_role(cast, "ada", role)
        assert roles(cast, "ada") == [role]
    assert [place.role for place in places_in_serco(cast, "ada")] == [
        "adviser",
        "manager",
        "administrator",
        "adviser",
    ]


def test_a_change_is_told_once_with_codes_and_ids_alone(cast: Cast) -> None:
    changed = change_role(cast, "ada", "manager")
    (event,) = told(cast)
    assert (event.kind, event.subject_id, event.by_user_id) == (
        "membership.role_changed",
        changed.pk,
        cast.sara.user_id,
    )
    assert event.organisation_id == cast.organisation("renaisi")
    assert event.facts == {
        "user": str(cast.users["ada"].pk),
        "was": "adviser",
        "role": "manager",
        "reason": "cover",
    }


def test_clearance_is_given_and_taken_like_a_role(cast: Cast) -> None:
    cast.memberships["ada"] = clear(cast, "ada")
    assert [place.cleared for place in places_of(cast.users["ada"].pk)] == [True]
    clear(cast, "ada", cleared=False)
    assert [place.cleared for place in places_of(cast.users["ada"].pk)] == [False]
    assert [place.cleared for place in places_in_serco(cast, "ada")] == [False, True, False]
    assert [event.kind for event in told(cast)] == ["membership.clearance_changed"] * 2


def test_a_new_role_keeps_the_clearance_and_a_planned_end(cast: Cast) -> None:
    cast.memberships["ada"] = clear(cast, "ada")
    cast.memberships["ada"] = end(cast, "ada", in_days=10)
    changed = change_role(cast, "ada", "manager")
    assert changed.cleared
    assert (changed.ended_on, changed.end_reason) == (cast.sara.today + timedelta(days=9), "left")
    assert changed.ended_at is None


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda cast: change_role(cast, "sara", "viewer"), "own_place"),
        (lambda cast: clear(cast, "sara", cleared=False), "own_place"),
        (lambda cast: end(cast, "sara"), "own_place"),
        (lambda cast: end(cast, "mona", by="mona"), "own_place"),
        (lambda cast: change_role(cast, "ada", "finance"), "wrong_role"),
        (lambda cast: change_role(cast, "ada", "wizard"), "wrong_role"),
        (lambda cast: change_role(cast, "ada", "adviser"), "unchanged"),
        (lambda cast: clear(cast, "ada", cleared=False), "unchanged"),
        (lambda cast: clear(cast, "ada", by="mona"), "not_yours_to_clear"),
        (lambda cast: clear(cast, "ada", by="priya"), "not_yours_to_clear"),
        (lambda cast: clear(cast, "hana"), "not_yours_to_clear"),
        (lambda cast: clear(cast, "dee"), "not_yours_to_clear"),
        (lambda cast: end(cast, "ada", in_days=-1), "ends_in_past"),
    ],
)
def test_what_nobody_may_do_is_refused_and_leaves_no_trace(cast: Cast, attempt: Any, code: str) -> None:
    with pytest.raises(ActionError) as refused:
        attempt(cast)
    assert refused.value.code == code
    assert told(cast) == []
    for name in ("sara", "mona", "ada", "hana", "dee"):
        assert [place.ended_on for place in places_in_serco(cast, name)] == [None]


def test_a_person_with_two_places_cannot_change_the_other_one_either(cast: Cast) -> None:
    cast.memberships["other"] = new_place(cast, "sara", "renaisi", "adviser")
    with pytest.raises(actions.OwnPlace):
        change_role(cast, "other", "manager")


def test_the_last_administrator_of_the_prime_stays(cast: Cast) -> None:
    new_place(cast, "adam", "serco", "administrator")
    end(cast, "adam", in_days=30)
    for attempt in (
        lambda: end(cast, "sara", by="adam"),
        lambda: end(cast, "sara", by="adam", in_days=60),
        lambda: change_role(cast, "sara", "viewer", by="adam"),
    ):
        with pytest.raises(actions.LastAdministrator):
            attempt()
    new_place(cast, "abel", "serco", "administrator")
    end(cast, "sara", by="adam")
    assert roles(cast, "sara") == []


def test_two_administrators_who_end_each_other_leave_one(cast: Cast) -> None:
    new_place(cast, "adam", "serco", "administrator")
    both = cast.sara, cast.adam
    end(cast, "adam")
    with pytest.raises(actions.LastAdministrator):
        actions.end(
            membership=cast.memberships["sara"],
            from_on=both[1].today,
            reason="left",
            by=both[1],
            at=both[1].now(),
        )


def test_the_last_manager_of_a_provider_may_go(cast: Cast) -> None:
    end(cast, "mona")
    assert roles(cast, "mona") == []


def test_an_end_today_takes_the_place_at_once_and_not_at_midnight(cast: Cast) -> None:
    ada = cast.client("ada")
    assert ada.get("/serco/caseload/").status_code == 200
    ended = end(cast, "ada", reason="security")
    assert (ended.ended_on, ended.end_reason, ended.ended_by_id) == (
        cast.sara.today,
        "security",
        cast.sara.user_id,
    )
    assert roles(cast, "ada") == []
    assert ada.get("/serco/caseload/").status_code == 302
    (event,) = told(cast)
    assert event.facts["from_on"] == cast.sara.today.isoformat()


def test_whoever_has_a_place_elsewhere_loses_this_one_on_the_next_request(cast: Cast) -> None:
    rita = cast.client("rita")
    assert rita.get("/serco/caseload/").status_code == 200
    (here,) = places_in_serco(cast, "rita")
    cast.memberships["rita at Serco"] = here
    end(cast, "rita at Serco")
    assert rita.get("/serco/caseload/").status_code == 404
    assert rita.get("/meridian/caseload/").status_code == 200
    cast.users["rita"].refresh_from_db()
    assert cast.users["rita"].is_active


def signed_in(cast: Cast, name: str) -> Client:
    """A browser in which the person signed in as people do."""
    client, code = Client(), cast.code(name)
    answer = client.post("/account/login/", {"login": cast.with_password(name), "password": PASSWORD})
    client.post(answer["Location"], {"code": code})
    assert client.get("/serco/caseload/").status_code == 200
    return client


def test_with_the_last_place_every_session_goes_and_the_account_closes(cast: Cast) -> None:
    laptop, phone = signed_in(cast, "ada"), signed_in(cast, "ada")
    col = signed_in(cast, "col")
    end(cast, "ada")
    assert Session.objects.count() == 1
    for client in (laptop, phone):
        assert "/account/login/" in client.get("/serco/caseload/")["Location"]
    assert col.get("/serco/caseload/").status_code == 200
    cast.users["ada"].refresh_from_db()
    assert not cast.users["ada"].is_active
    refused = Client().post("/account/login/", {"login": cast.users["ada"].email, "password": PASSWORD})
    assert refused.status_code == 302
    assert "/account/inactive/" in refused["Location"]


def test_an_end_to_come_holds_until_its_last_day_and_then_closes_the_account(cast: Cast) -> None:
    ended = end(cast, "ada", in_days=3)
    assert (ended.ended_on, ended.ended_at) == (cast.sara.today + timedelta(days=2), None)
    for days, expected in ((0, ["adviser"]), (2, ["adviser"]), (3, [])):
        cast.serco.clock_offset = timedelta(days=days)
        cast.serco.save(update_fields=["clock_offset"])
        assert roles(cast, "ada") == expected
        with looking_as(cast.system()) as system:
            assert Membership.objects.in_force(system.today).filter(pk=ended.pk).exists() == bool(expected)
            assert Membership.objects.get(pk=ended.pk).holds_on(system.today) == bool(expected)
            leaving.close_accounts(OutboxItem(), system)
        cast.users["ada"].refresh_from_db()
        assert cast.users["ada"].is_active == bool(expected)
    cast.users["col"].refresh_from_db()
    assert cast.users["col"].is_active


def test_accounts_are_closed_by_the_calendar(cast: Cast) -> None:
    with looking_as(cast.system()):
        Membership.objects.filter(pk=cast.memberships["ada"].pk).update(ended_on=date(2026, 1, 31))
    outbox.tick()
    outbox.work_off()
    cast.users["ada"].refresh_from_db()
    assert not cast.users["ada"].is_active


def test_an_end_that_was_planned_can_be_brought_forward_but_not_a_past_one(cast: Cast) -> None:
    end(cast, "ada", in_days=10)
    end(cast, "ada")
    assert roles(cast, "ada") == []
    for attempt in (
        lambda: end(cast, "ada", in_days=1),
        lambda: change_role(cast, "ada", "manager"),
        lambda: clear(cast, "ada"),
    ):
        with pytest.raises(actions.PlaceEnded):
            attempt()


def test_on_the_day_of_its_end_a_place_counts_only_where_it_was_not_taken_away(cast: Cast) -> None:
    end(cast, "ada")
    with looking_as(cast.system()) as system:
        place = Membership.objects.get(pk=cast.memberships["ada"].pk)
        assert not place.holds_on(system.today)
        assert place.holds_on(system.today - timedelta(days=1))
        yesterday = Membership.objects.in_force(system.today - timedelta(days=1))
        assert place in yesterday


def test_only_the_end_of_a_place_can_ever_be_written_into_its_row(cast: Cast) -> None:
    with looking_as(cast.system()):
        for change in ({"role": "manager"}, {"cleared": True}, {"started_on": date(2020, 1, 1)}):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                Membership.objects.filter(pk=cast.memberships["ada"].pk).update(**change)
        with pytest.raises(IntegrityError, match="partners_membership_once"), transaction.atomic():
            Membership.objects.create(
                tenant=cast.serco,
                user=cast.users["ada"],
                organisation=cast.organisations["renaisi"],
                role="manager",
                started_on=cast.sara.today,
            )


def test_whoever_left_today_is_offered_as_an_adviser_no_more(cast: Cast) -> None:
    from participants.actions.assignment import advisers_of

    end(cast, "ada")
    with looking_as(cast.mona) as mona:
        here = {place.user.name for place in advisers_of(cast.organisation("renaisi"), mona.today)}
    assert here == {"Mona", "Col", "Rita"}
