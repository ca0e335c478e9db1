"""Offering a referral to a provider, and what the provider answers."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from participants.actions.assignment import assign, choose_adviser, release
from participants.models import Assignment, Enrolment, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.models import Contract, SupplyAgreement
from referrals.allocation import Candidate, Choice, Figure, choose
from referrals.models import Acceptance, Allocation, AllocationBasis, DecisionFacts, HandBack, Referral

Status = Referral.Status
# Open: somebody still has to do something before the person starts.
LIVE = (Status.ELIGIBLE, Status.ALLOCATED, Status.ACCEPTED)
JOIN = "Already with you on this contract: join this referral to the existing record."
MOST_WAITING = 200
FURTHEST_APPOINTMENT = timedelta(days=183)


class NoLongerOffered(ActionError):
    """The referral was answered, withdrawn or offered to somebody else."""

    code = "no_longer_offered"


class AppointmentInPast(ActionError):
    """A first appointment lies ahead when a referral is accepted."""

    code = "appointment_in_past"


class AppointmentTooFar(ActionError):
    """A first appointment in half a year is none."""

    code = "appointment_too_far"


class AlreadyWithYou(ActionError):
    """The provider works with the person already, so that there is nothing to hand back."""

    code = "already_with_you"


def holding(participant: Participant, contract: Contract) -> Assignment | None:
    """The assignment by which a provider works with the person on the contract; None once their time there ended."""
    return still_working(open_leads(contract)).filter(participant=participant).first()


def open_leads(contract: Contract) -> QuerySet[Assignment]:
    """The open lead assignments on a contract; a provider holds people also when their time on it has ended."""
    return Assignment.objects.filter(
        contract=contract, role=Assignment.Role.LEAD, ends_on=None, voided_at=None
    )


def still_working(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those of the assignments under which the person has not ended their time on the contract."""
    enrolled = Enrolment.objects.filter(
        participant=OuterRef("participant"),
        contract=OuterRef("contract"),
        started_on__gte=OuterRef("starts_on"),
    )
    return assignments.filter(Exists(enrolled.filter(ended_on=None)) | ~Exists(enrolled))


def allocate(*, referral: Referral, by: Viewer, at: datetime) -> Allocation | None:
    """Offer an eligible referral to the provider that the engine chooses; None while no provider fits.

    Part of a greater action, or of the system's daily round. Allocations on a contract are made one after another, so
    that each counts those before it.
    """
    contract = in_turn(referral.contract_id)
    choice = choice_for(referral, contract, london_date(at))
    if choice.chosen is None:
        return None
    return offer(referral=referral, contract=contract, choice=choice, by=by, at=at)


def in_turn(contract_id: UUID) -> Contract:
    """The contract, locked: whoever offers somebody on it sees what was offered before."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract_id)


def choice_for(referral: Referral, contract: Contract, today: date) -> Choice:
    """What the engine chooses by the facts of the newest decision.

    A specialism is matched with the payment group, employment status and benefits only: to match it with a concern
    would tell everyone who reads the reason what only cleared people may know.
    """
    newest = DecisionFacts.objects.filter(decision__referral=referral).order_by(
        "-decision__decided_at", "-id"
    )
    facts: dict[str, Any] = newest.values_list("facts", flat=True)[0]
    area = facts.get("lives_in")
    needs = {referral.payment_group, facts.get("employment_status"), *(facts.get("benefit") or ())}
    return choose(
        candidates_for(referral, contract, today),
        area=area,
        area_name=next(iter(contract.areas.filter(code=area).values_list("name", flat=True)), ""),
        needs=frozenset(needs - {"", None}),
    )


def newest_facts(referral: Referral) -> dict[str, Any]:
    """The facts of the newest decision; only the system sees them all."""
    decided = DecisionFacts.objects.filter(decision__referral=referral)
    return dict(decided.order_by("-decision__decided_at", "-id").values_list("facts", flat=True)[0])


def candidates_for(referral: Referral, contract: Contract, today: date) -> list[Candidate]:
    """Every provider with an agreement in force, with its figures.

    Shares count from the day on which the youngest of these agreements began, so that a newcomer does not have to be
    given everything until it has caught up. A referral that was handed back, or joined to an existing record, does
    not count as received.
    """
    agreements = agreements_on(contract, today)
    since = max((agreement.starts_on for agreement in agreements), default=today)
    given = Allocation.objects.filter(
        referral__contract=contract, hand_backs=None, assignment__starts_on__gte=since
    )
    received = dict(given.values_list("organisation_id").annotate(Count("assignment", distinct=True)))
    open_cases = open_cases_on(contract)
    # Also what was handed back while this referral was joined to another; nothing else may tell that there is one.
    offered_under = Allocation.objects.filter(referral=referral).values("assignment")
    handed_back = HandBack.objects.filter(allocation__assignment__in=offered_under)
    refused = set(handed_back.values_list("organisation_id", flat=True))
    return [
        Candidate(
            code=str(agreement.organisation_id),
            share=agreement.share_basis_points,
            received=received.get(agreement.organisation_id, 0),
            open=open_cases.get(agreement.organisation_id, 0),
            capacity=agreement.capacity,
            areas=frozenset(agreement.area_codes),
            specialisms=frozenset(agreement.specialisms),
            has_handed_back=agreement.organisation_id in refused,
        )
        for agreement in agreements
    ]


def agreements_on(contract: Contract, today: date) -> list[SupplyAgreement]:
    """The supply agreements of a contract that are in force."""
    in_force = Q(ends_on=None) | Q(ends_on__gte=today)
    return list(SupplyAgreement.objects.filter(in_force, contract=contract, starts_on__lte=today))


def open_cases_on(contract: Contract) -> dict[UUID, int]:
    """With how many people each provider works on a contract."""
    cases = still_working(open_leads(contract)).values_list("organisation_id")
    return dict(cases.annotate(Count("id")))


def places_on(contract: Contract, today: date) -> int:
    """For how many more people the providers of a contract have room, wherever they live. Runs as the system."""
    open_cases = open_cases_on(contract)
    return sum(
        max(agreement.capacity - open_cases.get(agreement.organisation_id, 0), 0)
        for agreement in agreements_on(contract, today)
    )


@action
def offer(*, referral: Referral, contract: Contract, choice: Choice, by: Viewer, at: datetime) -> Allocation:
    """Offer the referral to the chosen provider, or to the one that works with the person on this contract already.

    A person who is held waits for a place like everybody else, so that the referrer cannot tell by the wait.
    """
    assert referral.participant is not None
    assert choice.chosen is not None
    held = holding(referral.participant, contract)
    assignment = held or assign_anew(referral.participant, contract, UUID(choice.chosen.code), by, at)
    allocation = Allocation(
        tenant_id=by.tenant_id,
        referral=referral,
        organisation_id=assignment.organisation_id,
        assignment=assignment,
        reason=JOIN if held else choice.reason,
        allocated_at=at,
    )
    allocation.save(force_insert=True)
    if not held:
        figures = [as_kept(figure) for figure in choice.figures]
        AllocationBasis(tenant_id=by.tenant_id, allocation=allocation, candidates=figures).save(
            force_insert=True
        )
    referral.status = Status.ALLOCATED
    referral.save(update_fields=["status"])
    record("referral.allocated", referral, allocation, by, at)
    return allocation


def assign_anew(
    participant: Participant, contract: Contract, organisation_id: UUID, by: Viewer, at: datetime
) -> Assignment:
    """Let the provider hold the person from today on; whoever held them through an enrolment that is over lets go."""
    today = london_date(at)
    for over in open_leads(contract).filter(participant=participant):
        release(assignment=over, ends_on=max(over.starts_on, today - timedelta(days=1)))
    return assign(
        participant=participant, contract=contract, organisation_id=organisation_id, starts_on=today, by=by
    )


def as_kept(figure: Figure) -> dict[str, Any]:
    """A candidate's figures as AllocationBasis keeps them; behind in hundredths of a referral."""
    candidate = figure.candidate
    return {
        "organisation": candidate.code,
        "share_basis_points": candidate.share,
        "received": candidate.received,
        "open": candidate.open,
        "capacity": candidate.capacity,
        "behind_hundredths": round(figure.behind * 100),
        "fits": not figure.why_not,
        "why_not": figure.why_not,
    }


def current_allocation(referral: Referral) -> Allocation | None:
    """The newest offer of the referral, as far as the walls show it."""
    newest = referral.allocations.order_by("-allocated_at", "-id")
    return newest.select_related("assignment").first()


def joining() -> Exists:
    """Of offers: that the provider held the person already, by an earlier referral that stands or was started."""
    earlier = Allocation.objects.filter(
        assignment=OuterRef("assignment"), id__lt=OuterRef("pk"), referral__status__in=(*LIVE, Status.STARTED)
    )
    return Exists(earlier)


def is_join(allocation: Allocation) -> bool:
    """Whether the offer adds a referral to a record that the provider has."""
    return Allocation.objects.filter(joining(), pk=allocation.pk).exists()


def locked(referral: Referral) -> Referral:
    """The referral as it is now, locked after its person.

    What is said of one referral may be for the others of the person as well: two answers that began with different
    ones would wait for each other.
    """
    if referral.participant_id is not None:
        Participant.objects.select_for_update(no_key=True).get(pk=referral.participant_id)
    return Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)


def offered(allocation: Allocation) -> Referral:
    """The referral behind an offer, locked. Raises NoLongerOffered unless it still waits for this provider's answer."""
    referral = locked(allocation.referral)
    if referral.status != Status.ALLOCATED or current_allocation(referral) != allocation:
        raise NoLongerOffered("This referral no longer waits for your answer.")
    return referral


@action
def accept(
    *, allocation: Allocation, adviser_id: UUID | None, first_appointment_on: date, by: Viewer, at: datetime
) -> Acceptance:
    """Take the person on, with an adviser (None: chosen later) and the day of the first appointment, today or later.

    Raises NoLongerOffered, AppointmentInPast, AppointmentTooFar or participants.actions.assignment.NotAnAdviserHere.
    """
    assert by.user_id is not None
    referral = offered(allocation)
    today = london_date(at)
    if first_appointment_on < today:
        raise AppointmentInPast("The first appointment cannot be in the past.")
    if first_appointment_on > today + FURTHEST_APPOINTMENT:
        raise AppointmentTooFar("The first appointment must be within half a year.")
    acceptance = Acceptance(
        tenant_id=by.tenant_id,
        allocation=allocation,
        organisation_id=allocation.organisation_id,
        accepted_at=at,
        first_appointment_on=first_appointment_on,
        by_id=by.user_id,
    )
    acceptance.save(force_insert=True)
    referral.status = Status.ACCEPTED
    referral.save(update_fields=["status"])
    if adviser_id is not None and allocation.assignment.adviser_id != adviser_id:
        choose_adviser(assignment=allocation.assignment, adviser_id=adviser_id, by=by, at=at)
    record("referral.accepted", referral, allocation, by, at, first_appointment_on=first_appointment_on)
    return acceptance


@action
def hand_back(*, allocation: Allocation, reason: str, note: str, by: Viewer, at: datetime) -> HandBack:
    """Give an offer back, for a reason of HandBack.Reason; the referral is offered anew, to nobody who gave it back.

    The provider keeps sight of the person until the day ends. Raises NoLongerOffered or AlreadyWithYou.
    """
    assert by.user_id is not None
    referral = offered(allocation)
    if is_join(allocation):
        raise AlreadyWithYou(
            "You work with this person already. If it is somebody else, tell the prime contractor."
        )
    together = joined_to(allocation.assignment, referral)
    if any(other.status == Status.ACCEPTED for other in together):
        raise AlreadyWithYou(
            "You accepted another referral of this person. Record there that they did not start."
        )
    answer = HandBack(
        tenant_id=by.tenant_id,
        allocation=allocation,
        organisation_id=allocation.organisation_id,
        reason=HandBack.Reason(reason),
        note=note,
        handed_back_at=at,
        by_id=by.user_id,
    )
    answer.save(force_insert=True)
    record("referral.handed_back", referral, allocation, by, at, reason=answer.reason)
    release(assignment=allocation.assignment, ends_on=london_date(at))
    for waiting in [referral, *together]:
        waiting.status = Status.ELIGIBLE
        waiting.save(update_fields=["status"])
        allocate(referral=waiting, by=by, at=at)
    return answer


def joined_to(assignment: Assignment, besides: Referral) -> list[Referral]:
    """The other live referrals of the person that were offered under the same assignment, locked."""
    shared = Allocation.objects.filter(assignment=assignment).values("referral")
    live = Referral.objects.filter(pk__in=shared, status__in=LIVE).exclude(pk=besides.pk)
    return list(live.select_for_update(no_key=True).order_by("received_at", "id"))


def let_go(referral: Referral, day: date) -> None:
    """Let the provider go with this day, unless the person has started or another live referral needs it."""
    allocation = current_allocation(referral)
    if allocation is None or allocation.assignment.ends_on is not None:
        return
    held = allocation.assignment
    started = Enrolment.objects.filter(
        participant=held.participant_id, contract=held.contract_id, started_on__gte=held.starts_on
    )
    if not started.exists() and not joined_to(held, referral):
        release(assignment=held, ends_on=max(day, held.starts_on))


def place_waiting(*, by: Viewer, at: datetime) -> int:
    """Offer those that wait for a place, oldest first, at most 200 a round; returns how many were placed."""
    waiting = Referral.objects.select_for_update(no_key=True).filter(status=Status.ELIGIBLE)
    oldest = waiting.order_by("received_at", "id")[:MOST_WAITING]
    return sum(allocate(referral=referral, by=by, at=at) is not None for referral in oldest)


def record(
    kind: str, referral: Referral, allocation: Allocation, by: Viewer, at: datetime, **facts: Any
) -> None:
    """Record what became of an offer, behind the case wall: a referrer is never told who the provider is."""
    events.record(
        kind,
        referral,
        by,
        at=at,
        participant_id=referral.participant_id,
        organisation_id=allocation.organisation_id,
        contract=referral.contract_id,
        allocation=allocation.pk,
        **facts,
    )
