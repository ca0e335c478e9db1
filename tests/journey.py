"""One person walked by the real actions from the referral to a job outcome, in the hands of one provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from outcomes.actions import job as jobs
from outcomes.models import Job, Statement
from participants.actions import contact
from participants.models import Enrolment, Participant
from partners.viewer import Viewer
from referrals.actions import allocation, start
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import offer_of, refer


@dataclass(frozen=True)
class Journey:
    """What there is of one person."""

    referral: Referral
    participant: Participant
    enrolment: Enrolment
    job: Job
    statement: Statement

    def ids(self) -> dict[str, list[str]]:
        """What an address may ask for, by the kind of thing it asks."""
        return {
            "participant": [self.participant.reference],
            "referral": [self.referral.reference],
            "job": [str(self.job.pk)],
            "statement": [str(self.statement.pk)],
        }

    def traces(self) -> list[str]:
        """What must not be read in any page of somebody who may not know this person."""
        return [
            self.participant.reference,
            self.participant.family_name,
            self.referral.reference,
            self.job.employer,
            str(self.participant.pk),
        ]


def held_by(cast: Cast, slug: str, **person: Any) -> Referral:
    """A referral of 200 days ago that the shares bring to this provider: others before it go where they go."""
    long_ago = cast.priya.now() - timedelta(days=200)
    for number in range(20):
        here = (
            {"number": "", **person} if number == 0 else {**person, "number": "", "family_name": uuid4().hex}
        )
        found = refer(cast, at=long_ago, **here)
        if offer_of(cast, found).organisation_id == cast.organisation(slug):
            return found
    raise AssertionError(f"Nothing was offered to {slug}")


def walk(cast: Cast, slug: str, who: str, **person: Any) -> Journey:
    """Referred 200 days ago, accepted and started within days, in work for 120 days, still there today."""
    referral = held_by(cast, slug, **person)
    viewer: Viewer = getattr(cast, who)
    enrolment = take_on(cast, referral, viewer)
    participant = enrolment.participant
    with looking_as(viewer):
        contact.log(
            participant=participant,
            contract=cast.contract,
            channel="phone",
            result="attended",
            contacted_on=days_ago(viewer, 20).date(),
            minutes=15,
            note="Likes the work.",
            next_step="",
            next_on=None,
            by=viewer,
            at=days_ago(viewer, 20),
        )
        job = jobs.record(
            enrolment=enrolment,
            employer=f"Bakery of {participant.family_name}",
            title="Baker",
            hours_per_week=Decimal(30),
            starts_on=days_ago(viewer, 120).date(),
            ends_on=None,
            by=viewer,
            at=viewer.now(),
        )
    with looking_as(cast.system()):
        statement = Statement.objects.filter(organisation_id=cast.organisation(slug)).order_by("month")[0]
        return Journey(Referral.objects.get(pk=referral.pk), participant, enrolment, job, statement)


def days_ago(viewer: Viewer, days: int) -> datetime:
    """A moment by the viewer's clock."""
    return viewer.now() - timedelta(days=days)


def take_on(cast: Cast, referral: Referral, viewer: Viewer) -> Enrolment:
    """Accepted a day after the referral, started four days later."""
    assert viewer.user_id is not None
    offer = offer_of(cast, referral)
    accepted_at = days_ago(viewer, 199)
    with looking_as(viewer):
        allocation.accept(
            allocation=offer,
            adviser_id=viewer.user_id,
            first_appointment_on=accepted_at.date() + timedelta(days=1),
            by=viewer,
            at=accepted_at,
        )
        referral.refresh_from_db()
        started_at = days_ago(viewer, 195)
        start.start(referral=referral, started_on=started_at.date(), by=viewer, at=started_at)
        return Enrolment.objects.select_related("participant").get(participant=referral.participant)
