"""The list of people with a place: what is asked to be seen, and the rows that answer."""

from datetime import date
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from partners import second_factor
from partners.models import Membership
from partners.permissions import GRANTS, Permission

# What the list may be sorted by, and the columns that do it.
SORTS = {
    "name": "user__name",
    "organisation": "organisation__name",
    "role": "role",
    "since": "started_on",
    "sign_in": "user__last_login",
}
BY_NAME = "name"
IN_FORCE, ENDING, ENDED, ALL = "in_force", "ending", "ended", "all"
STATES = [
    (IN_FORCE, "With a place today"),
    (ENDING, "With a place that is going to end"),
    (ENDED, "Whose place has ended"),
    (ALL, "Everyone, past and present"),
]


def every() -> QuerySet[Membership]:
    """Every place that the viewer sees, with has_second_factor of its person."""
    set_up = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=second_factor.MAIN)
    places = Membership.objects.select_related("user", "organisation")
    return places.annotate(has_second_factor=Exists(set_up))


def rows() -> QuerySet[Membership]:
    """Those of the list: all but those that went on in another role or clearance."""
    return every().exclude(end_reason=Membership.Ending.CHANGED)


def in_state(places: QuerySet[Membership], state: str, today: date) -> QuerySet[Membership]:
    """Those of the places that are in this state on the day."""
    holding = Membership.objects.in_force(today).values("pk")
    if state == ALL:
        return places
    if state == ENDED:
        return places.exclude(pk__in=holding)
    if state == ENDING:
        return places.filter(pk__in=holding, ended_on__isnull=False)
    return places.filter(pk__in=holding)


def found(places: QuerySet[Membership], words: str) -> QuerySet[Membership]:
    """Those of people whose name or e-mail address has these words."""
    for word in words.split():
        places = places.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return places


def in_order(places: QuerySet[Membership], sort: str) -> tuple[QuerySet[Membership], str]:
    """The places sorted as asked ("name", "-since" ...), and by what they are sorted: by name otherwise."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        sort, column = BY_NAME, SORTS[BY_NAME]
    down = "-" if sort.startswith("-") else ""
    return places.order_by(down + column, f"{down}id"), sort


def managers_of(organisation_id: UUID, day: date) -> set[UUID]:
    """The users who manage the people of an organisation on the day: its own managers, and the prime's."""
    over_them = Q(organisation__kind="prime") | Q(organisation_id=organisation_id)
    places = Membership.objects.in_force(day).filter(over_them, user__is_active=True)
    return {
        user_id
        for user_id, kind, role in places.values_list("user_id", "organisation__kind", "role")
        if Permission.MANAGE_PEOPLE in GRANTS.get((kind, role), frozenset())
    }


def history(membership: Membership) -> list[Any]:
    """Every place that the person had in the same organisation, newest first."""
    same = Membership.objects.filter(user_id=membership.user_id, organisation_id=membership.organisation_id)
    return list(same.select_related("ended_by").order_by("-started_on", "-id"))
