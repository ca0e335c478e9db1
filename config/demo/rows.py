"""A journey as the rows that the real actions would have written; a test writes some both ways and compares."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from config.demo.bulk import Bulk
from config.demo.casework import Case
from config.demo.journeys import Journey, Offer, Said
from config.demo.money import Books
from config.demo.record import NOBODY, Ids, Record, References, Wall, Who
from config.demo.staff import Staff
from config.demo.supply import Worker
from config.demo.terms import Terms
from outcomes.models import Entry, Job, Journal, Milestone, Statement
from participants import vault
from participants.actions.person import search_name
from participants.models import (
    Appointment,
    Assignment,
    Concern,
    Contact,
    ContactDetails,
    Enrolment,
    Health,
    Identity,
    Participant,
    Plan,
)
from participants.spelling import phone
from partners.models import ApiKey, DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import Contract, RuleSet
from referrals.actions.allocation import as_kept
from referrals.models import (
    Acceptance,
    Allocation,
    AllocationBasis,
    DecisionFacts,
    EligibilityDecision,
    HandBack,
    Referral,
)

TABLES = (
    *(Participant, ContactDetails, Identity, Health, Concern),
    *(
        Referral,
        EligibilityDecision,
        DecisionFacts,
        Assignment,
        Allocation,
        AllocationBasis,
        Acceptance,
        HandBack,
    ),
    *(Enrolment, Contact, Appointment, Plan, Job, Milestone, Statement, Journal, Entry, DomainEvent),
)
Status = Referral.Status


class Rows:
    """Writes journeys of one workspace in bulk; reads what they refer to once, as the system."""

    def __init__(self, by: Viewer, staff: Staff, seed: str) -> None:
        self.by, self.staff, self.ids = by, staff, Ids(seed)
        self.bulk = Bulk(*TABLES)
        self.books = Books(by.tenant_id, self.bulk, self.ids)
        self.contracts = dict(Contract.objects.values_list("code", "pk"))
        versions = RuleSet.objects.order_by("version").values_list("contract__code", "pk", "version")
        self.rule_sets = {code: (pk, version) for code, pk, version in versions}
        self.keys = dict(ApiKey.objects.values_list("organisation__slug", "pk"))
        self.referrals = References("RF", set(Referral.objects.values_list("reference", flat=True)))
        self.people = References("PT", set(Participant.objects.values_list("reference", flat=True)))
        self.numbers = set(Identity.objects.values_list("blind_index", flat=True))

    def add(self, journey: Journey) -> None:
        """Have the rows of a journey written at the next flush."""
        Person(self, journey).add()

    def user(self, worker: Worker) -> Who:
        """Somebody at a provider as the one by whom something was done."""
        return {"by_user_id": self.staff.worker(worker)}

    def referrer(self, journey: Journey) -> Who:
        """Whoever sent the referral: a key, a person, or nobody who signed in."""
        if journey.channel == "api":
            return {"by_key_id": self.keys[journey.referrer]}
        if journey.channel == "form":
            return {"by_user_id": self.staff.member(journey.referrer, "submitter", 0)}
        return NOBODY


class Person:
    """One journey on its way into rows."""

    def __init__(self, rows: Rows, journey: Journey) -> None:
        self.rows, self.journey = rows, journey
        self.tenant_id = rows.by.tenant_id
        self.contract_id = rows.contracts[journey.terms.code]
        self.referrer_id = rows.staff.organisations[journey.referrer]
        self.sender = rows.referrer(journey)
        self.participant_id, self.referral_id = self.id(journey.received_at), self.id(journey.received_at)
        self.record = Record(rows.bulk, rows.ids, self.tenant_id, self.participant_id)

    def id(self, at: datetime) -> UUID:
        return self.rows.ids.new(at)

    def put(self, model: Any, at: datetime, **values: Any) -> UUID:
        """A row of the person, made at the moment; returns its id."""
        row_id = values.pop("id", None) or self.id(at)
        self.rows.bulk.add(model, id=row_id, tenant_id=self.tenant_id, **values)
        return row_id

    def add(self) -> None:
        self.taken_in()
        self.referred()
        for said in self.journey.said:
            self.decided(said)
        if self.journey.withdrawn_at:
            self.of_referral("referral.withdrawn", self.journey.withdrawn_at)
        for offer in self.journey.offers:
            self.offered(offer)

    def taken_in(self) -> None:
        """The person, split by sensitivity."""
        journey, at = self.journey, self.journey.received_at
        sent, person = journey.arrival.sent, {"participant_id": self.participant_id}
        self.put(
            Participant,
            at,
            id=self.participant_id,
            reference=self.rows.people.new(),
            given_name=sent.given_name,
            family_name=sent.family_name,
            search_name=search_name(sent.given_name, sent.family_name),
            born_on=sent.born_on,
            made_at=at,
        )
        self.put(
            ContactDetails,
            at,
            **person,
            address=sent.address,
            postcode=sent.postcode,
            area_code=sent.local_authority,
            phone=phone(sent.phone) if sent.phone else "",
            email=sent.email,
            safe_contact=sent.safe_contact,
        )
        self.identified(sent.number, at)
        if journey.arrival.health:
            self.put(Health, at, **person, conditions=journey.arrival.health, noted_on=journey.received_on)
        for code in sorted(journey.arrival.concerns):
            self.put(Concern, at, **person, code=code, noted_on=journey.received_on)

    def identified(self, number: str, at: datetime) -> None:
        """The number, sealed, unless somebody has it already."""
        index = vault.blind_index(number, self.tenant_id) if number else ""
        if not index or index in self.rows.numbers:
            return
        self.rows.numbers.add(index)
        key_id, sealed = vault.seal(number, tenant_id=self.tenant_id, participant_id=self.participant_id)
        self.put(
            Identity, at, participant_id=self.participant_id, key_id=key_id, sealed=sealed, blind_index=index
        )

    def referred(self) -> None:
        """The referral, with the status that it has by now."""
        journey = self.journey
        self.put(
            Referral,
            journey.received_at,
            id=self.referral_id,
            reference=self.rows.referrals.new(),
            contract_id=self.contract_id,
            organisation_id=self.referrer_id,
            participant_id=self.participant_id,
            channel=journey.channel,
            external_reference=journey.arrival.sent.external_reference,
            payment_group=journey.arrival.facts["payment_group"],
            area=area_in(journey.terms, journey.arrival.sent.local_authority),
            status=status_of(journey),
            received_at=journey.received_at,
            received_on=journey.received_on,
        )
        self.of_referral("referral.received", journey.received_at, channel=journey.channel)

    def of_referral(self, kind: str, at: datetime, **facts: Any) -> None:
        """An event that the referrer may know of."""
        self.record.event(
            kind,
            "referral",
            self.referral_id,
            at,
            by=self.sender,
            organisation_id=self.referrer_id,
            wall=Wall.REFERRAL,
            contract=self.contract_id,
            **facts,
        )

    def decided(self, said: Said) -> None:
        """A decision, its facts, and what was said for it."""
        rule_set_id, version = self.rows.rule_sets[self.journey.terms.code]
        decision = said.decision
        if said.added:
            self.of_referral("referral.answered", said.at)
        decision_id = self.put(
            EligibilityDecision,
            said.at,
            referral_id=self.referral_id,
            rule_set_id=rule_set_id,
            outcome=decision.outcome,
            reasons=[{"code": r.code, "result": r.result, "sentence": r.sentence} for r in decision.reasons],
            missing=[{"fact": m.fact, "question": m.question} for m in decision.missing],
            decided_at=said.at,
        )
        self.put(DecisionFacts, said.at, decision_id=decision_id, facts=said.facts)
        self.of_referral("referral.decided", said.at, outcome=decision.outcome, rule_set_version=version)

    def offered(self, offer: Offer) -> None:
        """An offer with its basis, the assignment that came with it, and the answer."""
        contract, adviser = {"contract_id": self.contract_id}, offer.adviser
        provider_id = self.rows.staff.organisations[offer.provider]
        gone_at = offer.answered_at if offer.hand_back else self.journey.no_start and self.journey.no_start[1]
        assignment_id = self.put(
            Assignment,
            offer.at,
            **contract,
            participant_id=self.participant_id,
            organisation_id=provider_id,
            adviser_id=self.rows.staff.worker(adviser) if adviser else None,
            starts_on=day_of(offer.at),
            ends_on=day_of(gone_at) if gone_at else None,
        )
        allocation_id = self.put(
            Allocation,
            offer.at,
            referral_id=self.referral_id,
            organisation_id=provider_id,
            assignment_id=assignment_id,
            reason=offer.choice.reason,
            allocated_at=offer.at,
        )
        figures = [as_kept(figure) for figure in offer.choice.figures]
        self.put(AllocationBasis, offer.at, allocation_id=allocation_id, candidates=figures)
        case = Case(self, offer, provider_id, assignment_id, allocation_id)
        case.event("referral.allocated", offer.at, self.offered_by(offer))
        if offer.hand_back:
            case.handed_back()
        elif adviser:
            case.accepted(adviser)

    def offered_by(self, offer: Offer) -> Who:
        """Whoever's act led to the offer: the sender's, the provider's that handed back, or the nightly round's."""
        if any(said.at == offer.at for said in self.journey.said):
            return self.sender
        before = [one for one in self.journey.offers if one.answered_at == offer.at]
        return self.rows.user(Worker(before[0].provider, 0)) if before else NOBODY


def area_in(terms: Terms, place: str) -> str:
    """The code of the contract's area; empty where the place is none of them."""
    return place if place in {one.code for one in terms.places} else ""


def day_of(at: datetime) -> date:
    """The London day of a moment."""
    return london_date(at)


def status_of(journey: Journey) -> str:
    """How far the referral has come."""
    outcome = journey.said[-1].decision.outcome
    if journey.withdrawn_at:
        return Status.WITHDRAWN
    if outcome != "eligible":
        return Status(outcome)
    if journey.enrolled or journey.no_start:
        return Status.STARTED if journey.enrolled else Status.DID_NOT_START
    newest = journey.offers[-1] if journey.offers else None
    if newest is None or newest.hand_back:
        return Status.ELIGIBLE
    return Status.ACCEPTED if newest.adviser else Status.ALLOCATED
