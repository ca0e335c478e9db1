"""People in the demo who are at risk: one whose contact details are hidden, one whom named people alone see; and the
concerns that their adviser raised.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from outcomes.models import Job
from participants.actions import control_measure, restriction, safeguarding
from participants.models import (
    Assignment,
    ContactDetails,
    ControlMeasure,
    Enrolment,
    Participant,
    RestrictionReason,
    SafeguardingReport,
)
from partners.models import Membership
from partners.viewer import Viewer

ADVISER, MANAGER, ADMINISTRATOR = ("amara.pickering", "leila.brandt", "thandi.whitlock")
CONTRACT, BOROUGH = "inspiring-families", "E09000012"
Cause, Kind = RestrictionReason.Cause, ControlMeasure.Kind


def protect(by: Viewer) -> int:
    """Restrict two of the adviser's people in Hackney by the real actions, and note how to meet two safely.

    Nothing where she holds too few, or the workspace has no such adviser; returns how many are protected.
    """
    places = {
        place.user.email.partition("@")[0]: place
        for place in Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    }
    if not {ADVISER, MANAGER, ADMINISTRATOR} <= places.keys():
        return 0
    people = _who_may_be(places[ADVISER], by)
    if len(people) < 3:
        return 0
    at_risk, hidden, careful = people[:3]
    adviser, manager = (viewer_at(places[name], by) for name in (ADVISER, MANAGER))
    ago = {days: by.now() - timedelta(days=days) for days in (2, 1)}
    agreed = "Agreed with the responsible officer."
    _restrict(hidden, 1, Cause.MAPPA, agreed, [places[ADVISER]], by=manager, at=ago[2])
    sought = "A former partner asks after her at services in the borough."
    _restrict(
        at_risk,
        2,
        Cause.DOMESTIC_ABUSE,
        sought,
        [places[MANAGER], places[ADMINISTRATOR]],
        by=adviser,
        at=ago[1],
    )
    for person, kind, words in (
        (hidden, Kind.NOT_ALONE, ""),
        (at_risk, Kind.NO_MESSAGES, ""),
        (careful, Kind.NOT_AT_SITE, "The library in Mare Street"),
    ):
        control_measure.add(participant=person, kind=kind, words=words, by=adviser, at=ago[1])
    _worry(hidden, careful, by=adviser, lead=viewer_at(places[ADMINISTRATOR], by))
    return 3


def _worry(first: Participant, second: Participant, *, by: Viewer, lead: Viewer) -> None:
    """One concern that was looked at, and one of today."""
    now = by.now()
    report = safeguarding.raise_concern(
        participant=first,
        kind=SafeguardingReport.Kind.HARMED,
        words="Came with a bruise, spoke of a fall, and did not want to talk about it.",
        did="Gave the number of the helpline.",
        in_danger=False,
        by=by,
        at=now - timedelta(days=2),
    )
    safeguarding.acknowledge(report=report, by=lead, at=now - timedelta(days=1))
    safeguarding.raise_concern(
        participant=second,
        kind=SafeguardingReport.Kind.NEGLECT,
        words="Came without a coat again and had not eaten since yesterday.",
        did="Food bank voucher; rings on Thursday.",
        in_danger=False,
        by=by,
        at=now,
    )


def _who_may_be(place: Membership, by: Viewer) -> list[Participant]:
    """Three of the adviser's people who have started: who live in the borough first, of them who have had no job."""
    held = Assignment.objects.in_force((by.now() - timedelta(days=2)).date()).filter(
        adviser=place.user_id, ends_on=None, contract__code=CONTRACT
    )
    started = Enrolment.objects.filter(participant__in=held.values("participant"), ended_on=None)
    living_here = ContactDetails.objects.filter(participant=OuterRef("pk"), area_code=BOROUGH)
    found = Participant.objects.filter(pk__in=started.values("participant")).annotate(
        is_near=Exists(living_here), has_worked=Exists(Job.objects.filter(participant=OuterRef("pk")))
    )
    return list(found.order_by("-is_near", "has_worked", "born_on", "pk")[:3])


def viewer_at(place: Membership, by: Viewer) -> Viewer:
    """Whoever has the place, by the workspace's clock."""
    return Viewer(
        tenant_id=by.tenant_id,
        kind=place.organisation.kind,
        organisation_id=place.organisation_id,
        user_id=place.user_id,
        role=place.role,
        cleared=place.cleared,
        clock_offset=by.clock_offset,
    )


def _restrict(
    person: Participant,
    level: int,
    cause: str,
    words: str,
    people: list[Membership],
    *,
    by: Viewer,
    at: datetime,
) -> None:
    restriction.raise_level(
        participant=person,
        level=level,
        cause=cause,
        words=words,
        people=[place.user_id for place in people],
        by=by,
        at=at,
    )
