"""What a provider made of an offer: the answer, the start, contacts, jobs and what they earned, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from config.demo.appointments import Booked
from config.demo.plans import Planned
from config.demo.record import Who
from config.demo.supply import Worker
from config.demo.support import Enrolled, Held, Talk
from outcomes.models import Job
from participants.models import Appointment, Contact, Enrolment, Plan
from partners.viewer import london_date
from referrals.models import Acceptance, HandBack

if TYPE_CHECKING:
    from config.demo.journeys import Offer
    from config.demo.rows import Person


@dataclass
class Case:
    """A person in the hands of a provider."""

    person: Person
    offer: Offer
    provider_id: UUID
    assignment_id: UUID
    allocation_id: UUID

    def event(self, kind: str, at: datetime, by: Who, **facts: Any) -> None:
        """An event about the offer."""
        self.happened(
            kind, "referral", self.person.referral_id, at, by, allocation=self.allocation_id, **facts
        )

    def happened(
        self,
        kind: str,
        subject_type: str,
        subject_id: UUID,
        at: datetime,
        by: Who,
        on: Any = None,
        **facts: Any,
    ) -> None:
        """An event of the provider."""
        self.person.record.event(
            kind,
            subject_type,
            subject_id,
            at,
            by=by,
            organisation_id=self.provider_id,
            on=on,
            contract=self.person.contract_id,
            **facts,
        )

    def answer(self) -> dict[str, Any]:
        """What both answers have."""
        return {
            "allocation_id": self.allocation_id,
            "organisation_id": self.provider_id,
            "by_id": self.person.rows.staff.worker(self.manager),
        }

    @property
    def manager(self) -> Worker:
        """Whoever answers for the provider."""
        return Worker(self.offer.provider, 0)

    def handed_back(self) -> None:
        """The provider gave the referral back."""
        at = self.offer.answered_at
        assert at is not None
        self.person.put(HandBack, at, **self.answer(), reason=self.offer.hand_back, handed_back_at=at)
        self.event(
            "referral.handed_back", at, self.person.rows.user(self.manager), reason=self.offer.hand_back
        )

    def accepted(self, adviser: Worker) -> None:
        """The provider took the person on, with everything that came of it."""
        journey, rows, at = self.person.journey, self.person.rows, self.offer.answered_at
        assert at is not None
        first = {"first_appointment_on": self.offer.appointment_on}
        self.person.put(Acceptance, at, **self.answer(), **first, accepted_at=at)
        chosen = {"adviser": rows.staff.worker(adviser)}
        manager = rows.user(self.manager)
        self.happened("assignment.adviser_chosen", "assignment", self.assignment_id, at, manager, **chosen)
        self.event("referral.accepted", at, manager, **first)
        by = rows.user(adviser)
        logged = {talk: self.talked(talk, by) for talk in journey.talks}
        for booked in journey.appointments:
            self.met(booked, by, logged.get(booked.talk) if booked.talk else None)
        if journey.no_start:
            reason, given_up_at = journey.no_start
            self.event("referral.did_not_start", given_up_at, by, reason=reason)
        if journey.enrolled:
            self.started(journey.enrolled, by)

    def talked(self, talk: Talk, by: Who) -> UUID:
        """One contact; returns its id."""
        contact_id = self.person.put(
            Contact,
            talk.at,
            participant_id=self.person.participant_id,
            contract_id=self.person.contract_id,
            organisation_id=self.provider_id,
            adviser_id=by["by_user_id"],
            channel=talk.channel,
            result=talk.result,
            contacted_on=talk.on,
            recorded_at=talk.at,
            minutes=talk.minutes,
            note=talk.note,
            next_step=talk.next_step,
            next_on=talk.next_on,
        )
        said = {"channel": talk.channel, "result": talk.result}
        self.happened("contact.logged", "contact", contact_id, talk.at, by, on=talk.on, **said)
        return contact_id

    def met(self, booked: Booked, by: Who, contact_id: UUID | None) -> None:
        """One appointment, and what came of it."""
        user, talk = by["by_user_id"], booked.talk
        state = "booked" if talk is None else "kept" if booked.is_kept else "missed"
        appointment_id = self.person.put(
            Appointment,
            booked.at,
            participant_id=self.person.participant_id,
            contract_id=self.person.contract_id,
            organisation_id=self.provider_id,
            adviser_id=user,
            channel=booked.channel,
            about=booked.about,
            place=booked.place,
            starts_at=booked.starts_at,
            starts_on=london_date(booked.starts_at),
            minutes=booked.minutes,
            booked_at=booked.at,
            booked_by_id=user,
            state=state,
            why=booked.why,
            contact_id=contact_id,
            closed_at=talk.at if talk else None,
            closed_by_id=user if talk else None,
        )
        said = {"starts_at": booked.starts_at, "channel": booked.channel}
        self.happened("appointment.booked", "appointment", appointment_id, booked.at, by, **said)
        if talk:
            why = {"why": booked.why} if booked.why else {}
            self.happened(f"appointment.{state}", "appointment", appointment_id, talk.at, by, **said, **why)

    def started(self, enrolled: Enrolled, by: Who) -> None:
        """The enrolment, its jobs and milestones, and its end."""
        at, ending = enrolled.started_at, self.person.journey.ending
        enrolment_id = self.person.put(
            Enrolment,
            at,
            participant_id=self.person.participant_id,
            contract_id=self.person.contract_id,
            payment_group=enrolled.group,
            referred_on=enrolled.referred_on,
            started_on=enrolled.started_on,
            ended_on=ending.ended_on if ending else None,
            end_reason=ending.reason if ending else "",
        )
        same = {"enrolment": enrolment_id}
        started = {**same, "started_on": enrolled.started_on}
        of_group = {"payment_group": enrolled.group}
        self.happened(
            "enrolment.started",
            "enrolment",
            enrolment_id,
            at,
            by,
            on=enrolled.started_on,
            **started,
            **of_group,
        )
        self.event("referral.started", at, by, **started)
        if planned := self.person.journey.planned:
            self.planned(planned, by)
        for job in self.person.journey.jobs:
            self.worked(job, enrolment_id, by)
        self.person.rows.books.earned(self, enrolled, enrolment_id, by)
        if ending:
            ended = {**same, "ended_on": ending.ended_on, "reason": ending.reason}
            self.happened(
                "enrolment.ended", "enrolment", enrolment_id, ending.at, by, on=ending.ended_on, **ended
            )

    def planned(self, planned: Planned, by: Who) -> None:
        """The plan, and what of it was done since."""
        plan_id = self.person.put(
            Plan,
            planned.at,
            participant_id=self.person.participant_id,
            contract_id=self.person.contract_id,
            organisation_id=self.provider_id,
            adviser_id=by["by_user_id"],
            number=1,
            goal=planned.goal,
            actions=[
                {"what": one.what, "whose": one.whose.value, "due_on": one.due_on.isoformat()}
                for one, _ in planned.steps
            ],
            done={str(one.position): london_date(at).isoformat() for one, at in planned.steps if at},
            how=Plan.How.IN_PERSON,
            agreed_on=planned.agreed_on,
            review_on=planned.review_on,
            recorded_at=planned.at,
        )
        self.happened("plan.agreed", "plan", plan_id, planned.at, by, on=planned.agreed_on, number=1)
        for one, at in planned.steps:
            if at:
                said = {"number": 1, "position": one.position}
                self.happened("plan.action_done", "plan", plan_id, at, by, **said)

    def worked(self, job: Held, enrolment_id: UUID, by: Who) -> None:
        """A job as it was recorded, and the row that replaced it when it ended."""
        same = {
            "participant_id": self.person.participant_id,
            "enrolment_id": enrolment_id,
            "contract_id": self.person.contract_id,
            "organisation_id": self.provider_id,
            "employer": job.employer,
            "title": job.title,
            "hours_per_week": job.hours_per_week,
            "starts_on": job.starts_on,
        }
        at, ended_at = job.recorded_at, job.ended_at
        first_id = self.person.put(Job, at, **same, recorded_at=at, voided_at=ended_at)
        told = {"enrolment": enrolment_id, "starts_on": job.starts_on}
        self.happened(
            "job.recorded", "job", first_id, at, by, on=job.starts_on, **told, ends_on=None, replaces=None
        )
        if ended_at:
            ends = {"ends_on": job.ends_on}
            second_id = self.person.put(
                Job,
                ended_at,
                **same,
                **ends,
                end_reason=job.end_reason,
                recorded_at=ended_at,
                replaces_id=first_id,
            )
            self.happened(
                "job.ended", "job", second_id, ended_at, by, on=job.ends_on, **told, **ends, replaces=first_id
            )
