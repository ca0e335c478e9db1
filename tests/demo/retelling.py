"""A generated journey retold by the real actions, step by step, each at its moment and by whoever took it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from config.demo.appointments import Booked
from config.demo.days import at_night
from config.demo.journeys import Journey, Offer
from config.demo.plans import Planned
from config.demo.staff import Staff
from config.demo.supply import Worker
from config.demo.support import Held, Talk
from outcomes.accrual import recompute
from outcomes.actions import job as jobs
from outcomes.models import Job
from participants.actions import appointment, contact, enrolment, plan
from participants.models import Appointment, Enrolment, Plan
from partners.models import ApiKey
from partners.viewer import Viewer
from programmes.models import Contract
from referrals.actions import allocation, referral
from referrals.actions import start as starts
from referrals.models import Referral

Step = tuple[datetime, int, Callable[[], object]]


class Retelling:
    """One journey; its steps are taken with those of others in the order of their moments."""

    def __init__(self, journey: Journey, staff: Staff) -> None:
        self.journey, self.staff = journey, staff
        self.system = staff.by
        self.contract = Contract.objects.get(code=journey.terms.code)
        self.referral: Referral
        self.enrolment: Enrolment
        self.open_job: Job
        self.plan: Plan
        self.booked: dict[Booked, Appointment] = {}

    def steps(self) -> Iterable[Step]:
        """Every step with its moment."""
        journey = self.journey
        yield self.step(journey.received_at, self.submit)
        for said in journey.said[1:]:
            yield self.step(said.at, partial(self.answer, said.added, said.at))
        if journey.withdrawn_at:
            yield self.step(journey.withdrawn_at, self.withdraw)
        for offer in journey.offers:
            if offer.answered_at:
                yield self.step(offer.answered_at, partial(self.respond, offer))
        of_appointments = {booked.talk for booked in journey.appointments}
        for talk in journey.talks:
            if talk not in of_appointments:
                yield self.step(talk.at, partial(self.log, talk))
        for booked in journey.appointments:
            yield self.step(booked.at, partial(self.book, booked))
            if booked.talk:
                yield self.step(booked.talk.at, partial(self.meet, booked, booked.talk))
        if journey.no_start:
            yield self.step(journey.no_start[1], self.give_up)
        if journey.enrolled:
            yield from self.on_programme()

    def on_programme(self) -> Iterable[Step]:
        journey = self.journey
        assert journey.enrolled
        yield self.step(journey.enrolled.started_at, self.start)
        if planned := journey.planned:
            yield self.step(planned.at, partial(self.agree, planned))
            for one, done_at in planned.steps:
                if done_at:
                    yield self.step(done_at, partial(self.tick, one.position, done_at))
        for held in journey.jobs:
            yield self.step(held.recorded_at, partial(self.take_job, held))
            if held.ended_at:
                yield self.step(held.ended_at, partial(self.end_job, held))
        for reached in journey.reached:
            if reached.code not in ("start", "job_start"):
                at = at_night(reached.reached_on)
                yield self.step(at, partial(self.accrue, at))
        if journey.ending:
            yield self.step(journey.ending.at, self.end)

    def step(self, at: datetime, take: Callable[[], object]) -> Step:
        return at, self.journey.serial, take

    def provider(self, worker: Worker) -> Viewer:
        return self.member(worker.provider, self.staff.worker(worker), "provider")

    def member(self, slug: str, user_id: UUID | None, kind: str, key_id: UUID | None = None) -> Viewer:
        organisation_id = self.staff.organisations[slug]
        return Viewer(
            self.system.tenant_id, kind, organisation_id=organisation_id, user_id=user_id, key_id=key_id
        )

    @property
    def referrer(self) -> Viewer:
        slug, channel = self.journey.referrer, self.journey.channel
        if channel == "api":
            key = ApiKey.objects.get(organisation__slug=slug)
            return self.member(slug, None, "referrer", key.pk)
        user_id = self.staff.member(slug, "submitter", 0) if channel == "form" else None
        return self.member(slug, user_id, "referrer")

    @property
    def adviser(self) -> Viewer:
        assert self.journey.accepted
        assert self.journey.accepted.adviser
        return self.provider(self.journey.accepted.adviser)

    def submit(self) -> None:
        journey = self.journey
        self.referral = referral.submit(
            contract=self.contract,
            sent=journey.arrival.sent,
            channel=journey.channel,
            by=self.referrer,
            at=journey.received_at,
        )

    def answer(self, added: dict[str, object], at: datetime) -> None:
        referral.answer(
            referral=self.referral,
            circumstances=added,
            local_authority="",
            payment_group="",
            by=self.referrer,
            at=at,
        )

    def withdraw(self) -> None:
        assert self.journey.withdrawn_at
        referral.withdraw(referral=self.referral, by=self.referrer, at=self.journey.withdrawn_at)

    def respond(self, offer: Offer) -> None:
        by, at = self.provider(Worker(offer.provider, 0)), offer.answered_at
        offered = allocation.current_allocation(self.referral)
        assert offered
        assert at
        if offer.hand_back:
            allocation.hand_back(allocation=offered, reason=offer.hand_back, note="", by=by, at=at)
        else:
            assert offer.adviser
            assert offer.appointment_on
            allocation.accept(
                allocation=offered,
                adviser_id=self.staff.worker(offer.adviser),
                first_appointment_on=offer.appointment_on,
                by=by,
                at=at,
            )

    def log(self, talk: Talk) -> None:
        assert self.referral.participant
        contact.log(
            participant=self.referral.participant,
            contract=self.contract,
            channel=talk.channel,
            result=talk.result,
            contacted_on=talk.on,
            minutes=talk.minutes,
            note=talk.note,
            next_step=talk.next_step,
            next_on=talk.next_on,
            by=self.adviser,
            at=talk.at,
        )

    def book(self, booked: Booked) -> None:
        assert self.referral.participant
        assert self.adviser.user_id
        [self.booked[booked]] = appointment.book(
            participant=self.referral.participant,
            contract=self.contract,
            adviser_id=self.adviser.user_id,
            times=[booked.starts_at],
            minutes=booked.minutes,
            channel=booked.channel,
            about=booked.about,
            place=booked.place,
            link="",
            despite_clash=True,
            by=self.adviser,
            at=booked.at,
        )

    def meet(self, booked: Booked, talk: Talk) -> None:
        said: dict[str, Any] = {
            "appointment": self.booked[booked],
            "note": talk.note,
            "next_step": talk.next_step,
            "next_on": talk.next_on,
            "by": self.adviser,
            "at": talk.at,
        }
        if booked.is_kept:
            appointment.keep(minutes=talk.minutes, **said)
        else:
            appointment.miss(why=booked.why, **said)

    def give_up(self) -> None:
        assert self.journey.no_start
        reason, at = self.journey.no_start
        starts.did_not_start(referral=self.referral, reason=reason, by=self.adviser, at=at)

    def start(self) -> None:
        enrolled = self.journey.enrolled
        assert enrolled
        self.enrolment = starts.start(
            referral=self.referral, started_on=enrolled.started_on, by=self.adviser, at=enrolled.started_at
        )

    def agree(self, planned: Planned) -> None:
        self.plan = plan.agree(
            participant=self.enrolment.participant,
            contract=self.contract,
            goal=planned.goal,
            actions=[one for one, _ in planned.steps],
            how="in_person",
            agreed_on=planned.agreed_on,
            review_on=planned.review_on,
            seen="",
            by=self.adviser,
            at=planned.at,
        )

    def tick(self, position: int, at: datetime) -> None:
        plan.mark(plan=self.plan, position=position, is_done=True, by=self.adviser, at=at)

    def take_job(self, held: Held) -> None:
        self.open_job = jobs.record(
            enrolment=self.enrolment,
            employer=held.employer,
            title=held.title,
            hours_per_week=held.hours_per_week,
            starts_on=held.starts_on,
            ends_on=None,
            by=self.adviser,
            at=held.recorded_at,
        )

    def end_job(self, held: Held) -> None:
        assert held.ends_on
        assert held.ended_at
        jobs.end(
            job=self.open_job,
            ends_on=held.ends_on,
            end_reason=held.end_reason,
            by=self.adviser,
            at=held.ended_at,
        )

    def accrue(self, at: datetime) -> None:
        recompute(enrolments=[self.enrolment], by=self.system, at=at)

    def end(self) -> None:
        ending = self.journey.ending
        assert ending
        enrolment.end(
            enrolment=self.enrolment,
            ended_on=ending.ended_on,
            reason=ending.reason,
            by=self.adviser,
            at=ending.at,
        )


def retell(journeys: Iterable[Journey], staff: Staff) -> None:
    """Take every step of the journeys by the real actions, in the order of time."""
    steps = [step for journey in journeys for step in Retelling(journey, staff).steps()]
    for _, _, take in sorted(steps, key=lambda step: step[:2]):
        take()
