"""Roles that may see nobody read what a figure counts, and neither who it is nor in which order of names."""

import pytest

from participants.models import Participant
from partners.actions import membership
from partners.models import Membership
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_performance_view import head, listed, page
from tests.referrals.people import refer

BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all&measure="
UNSEEING = ["finance", "contract_manager", "viewer"]


def with_role(cast: Cast, role: str) -> None:
    """Priya in another role."""
    with looking_as(cast.sara) as sara:
        place = Membership.objects.get(user=cast.users["priya"], ended_on=None)
        membership.change_role(membership=place, role=role, reason="cover", by=sara, at=sara.now())


@pytest.mark.parametrize("role", UNSEEING)
def test_they_read_neither_name_nor_reference(cast: Cast, role: str) -> None:
    people = [person_with_a_past(cast, days=days)[0] for days in (300, 301)]
    rebuilt(cast)
    with_role(cast, role)
    client = cast.client("priya")
    text = page(client, f"{BEHIND}starts")
    assert head(text).endswith(": 2")
    rows = listed(client, f"{BEHIND}starts")
    assert [(row["Reference"], row["Name"]) for row in rows] == [("", ""), ("", "")]
    for person in people:
        assert person.reference not in text
        assert str(person) not in text


@pytest.mark.parametrize("role", UNSEEING)
def test_they_cannot_sort_by_name(cast: Cast, role: str) -> None:
    for name, days in (("a", 301), ("b", 302), ("c", 300)):
        person = person_with_a_past(cast, days=days)[0]
        with looking_as(cast.system()):
            Participant.objects.filter(pk=person.pk).update(search_name=name)
    rebuilt(cast)
    with_role(cast, role)
    client = cast.client("priya")
    newest_first = [row["Date"] for row in listed(client, f"{BEHIND}starts")]
    assert newest_first == sorted(newest_first, reverse=True)
    for sort in ("name", "-name"):
        assert [row["Date"] for row in listed(client, f"{BEHIND}starts&sort={sort}")] == newest_first


@pytest.mark.parametrize(
    ("role", "is_named"), [("finance", False), ("viewer", False), ("contract_manager", True)]
)
def test_a_referral_is_named_to_those_who_may_see_referrals(cast: Cast, role: str, is_named: bool) -> None:
    made: Referral = refer(cast)
    rebuilt(cast)
    with_role(cast, role)
    text = page(cast.client("priya"), f"{BEHIND}referrals")
    assert "offered to a provider" in text
    assert (made.reference in text) is is_named
