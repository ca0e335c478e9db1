"""People with a past for the tests of figures, and the figures counted by hand, person by person."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from outcomes.claims.due import due
from outcomes.models import Claim, Contribution, Ineligibility, Journal, Milestone, PerformanceFact
from outcomes.performance import case_mix
from outcomes.performance.nightly import Corrected, rebuild
from outcomes.performance.refresh import refresh
from participants.models import Assignment, Contact, Enrolment, Participant, Plan
from partners.identifiers import new_reference
from programmes.working_days import is_working_day
from referrals.models import Acceptance, Allocation, Match, Referral
from tests.cast import Cast, looking_as
from tests.outcomes.working import work
from tests.participants.people import ago, new_person, start

Status = Referral.Status
# provider, area, cohort month, elapsed months, code: how much
Counted = dict[tuple[UUID | None, str, date, int, str], int]


def refer_back(
    cast: Cast,
    person: Participant,
    *,
    days: int,
    provider: str | None = "renaisi",
    status: str = "started",
    area: str = "",
) -> Referral:
    """A referral of the person so many days ago, which the provider accepted the same day."""
    with looking_as(cast.system()) as system:
        referral = Referral.objects.create(
            tenant=cast.serco,
            reference=new_reference("RF"),
            contract=cast.contract,
            organisation=cast.organisations["hackney-childrens-services"],
            participant=person,
            channel="form",
            payment_group="all",
            area=area,
            status=status,
            received_at=system.now(),
            received_on=ago(days),
        )
        if provider:
            held = Assignment.objects.filter(participant=person).latest("starts_on")
            whose = {"tenant": cast.serco, "organisation": cast.organisations[provider]}
            allocation = Allocation.objects.create(
                **whose, referral=referral, assignment=held, reason="A test.", allocated_at=system.now()
            )
            Acceptance.objects.create(
                **whose,
                allocation=allocation,
                accepted_at=system.now(),
                by=cast.users["ada"],
            )
        return referral


def person_with_a_past(
    cast: Cast, *, days: int, provider: str = "renaisi", in_work_for: int | None = None, area: str = ""
) -> tuple[Participant, Enrolment]:
    """Somebody referred, accepted and started so many days ago, perhaps in work for the last so many days."""
    person = new_person(cast, since=days, provider=provider)
    refer_back(cast, person, days=days, provider=provider, area=area)
    enrolment = start(cast, person, days=days)
    if in_work_for is not None:
        work(cast, enrolment, since=in_work_for, by={"renaisi": "ada", "i2i": "ivo"}[provider])
    return person, enrolment


def refreshed(cast: Cast) -> int:
    """Do what the worker does; how many people were recomputed."""
    with looking_as(cast.system()) as system:
        return refresh(system)


def rebuilt(cast: Cast) -> Corrected:
    """Do what the night does, and then refresh whoever waits; what the night found wrong."""
    with looking_as(cast.system()) as system:
        found = rebuild(system)
        while refresh(system):
            pass
        case_mix.count(system)
        return found


def facts(cast: Cast) -> Counted:
    """The facts as they are stored, all payment groups together."""
    with looking_as(cast.system()):
        return summed(
            ((fact.organisation_id, fact.area, fact.cohort_month, fact.elapsed_month, fact.code), fact.amount)
            for fact in PerformanceFact.objects.all()
        )


def contributed(cast: Cast) -> Counted:
    """The sum of what everybody adds."""
    with looking_as(cast.system()):
        return summed(
            ((one.organisation_id, one.area, one.cohort_month, one.elapsed_month, one.code), one.amount)
            for one in Contribution.objects.all()
        )


def summed(pairs) -> Counted:  # type: ignore[no-untyped-def]
    """Added up by key, without nothings."""
    total: Counter[tuple[UUID | None, str, date, int, str]] = Counter()
    for key, amount in pairs:
        total[key] += amount
    return {key: amount for key, amount in total.items() if amount}


def by_hand(cast: Cast) -> Counted:
    """What the facts must be, by going through every row in Python: a second definition, to test the first."""
    with looking_as(cast.system()):
        return summed(
            [
                *_referrals(),
                *_first_contacts(),
                *_plans(),
                *_meetings(),
                *_milestones(),
                *_earned(),
                *_claims(),
                *_held(),
                *_unclaimed(),
            ]
        )


def waits(cast: Cast) -> Counter[tuple[str, int]]:
    """How long people waited, as it is stored: how many by code and working days; of a caseload by its day."""
    with looking_as(cast.system()):
        timed = PerformanceFact.objects.exclude(days=None).values_list("code", "days", "amount")
        found: Counter[tuple[str, int]] = Counter()
        for code, days, amount in timed:
            found[code, days or 0] += amount
        return +found


def waits_by_hand(cast: Cast) -> Counter[tuple[str, int]]:
    """The same, by counting day by day."""
    with looking_as(cast.system()):
        starts = Milestone.objects.filter(reversed_at=None, code="start").values_list(
            "enrolment__referred_on", "reached_on"
        )
        met = [(referral.received_on, contact.contacted_on) for referral, contact in _met()]
        planned = [(referral.received_on, plan.agreed_on) for referral, plan in _planned()]
        return Counter(
            [("start", _working_days(*one)) for one in starts]
            + [("first_contact", _working_days(*one)) for one in met]
            + [("plan", _working_days(*one)) for one in planned]
            + [("caseload", (_reached_on(one) - date(2000, 1, 1)).days) for one, _ in _holders()]
        ) + Counter(_unclaimed_by_day())


def _working_days(since: date, on: date) -> int:
    days = (since + timedelta(days=n) for n in range(1, (on - since).days + 1))
    return sum(is_working_day(day) for day in days)


def _months(since: date, on: date) -> int:
    elapsed = 0
    while (since.year, since.month) < (on.year, on.month):
        elapsed += 1
        since = date(since.year + since.month // 12, since.month % 12 + 1, 1)
    return elapsed


def _counted() -> Iterator[Referral]:
    left_out = {Status.NEED_TO_KNOW, Status.NOT_ELIGIBLE, Status.WITHDRAWN}
    for referral in Referral.objects.all():
        here_already = Match.objects.filter(referral=referral, on_this_contract=True).exists()
        if referral.status in left_out or here_already or _has_joined(referral) or _is_found(referral):
            continue
        yield referral


def _referrals():  # type: ignore[no-untyped-def]
    for referral in _counted():
        accepted = Acceptance.objects.filter(allocation__referral=referral).order_by("accepted_at").first()
        provider = accepted.organisation_id if accepted else None
        yield (provider, referral.area, referral.received_on.replace(day=1), 0, "referral"), 1


def _referred_anew(referral: Referral) -> list[date]:
    """The days on which the person was referred to something new after this referral."""
    return [
        one.received_on
        for one in Referral.objects.filter(
            participant=referral.participant_id,
            contract=referral.contract_id,
            received_on__gt=referral.received_on,
        ).exclude(status__in=[Status.NEED_TO_KNOW, Status.NOT_ELIGIBLE, Status.WITHDRAWN])
        if not Match.objects.filter(referral=one, on_this_contract=True).exists()
    ]


def _met() -> Iterator[tuple[Referral, Contact]]:
    for referral in _counted():
        since = Contact.objects.filter(
            participant=referral.participant_id,
            contract=referral.contract_id,
            result="attended",
            contacted_on__gte=referral.received_on,
        )
        anew = _referred_anew(referral)
        contact = since.order_by("contacted_on", "pk").first()
        if contact and not any(day <= contact.contacted_on for day in anew):
            yield referral, contact


def _first_contacts():  # type: ignore[no-untyped-def]
    for referral, contact in _met():
        since = referral.received_on
        elapsed = _months(since, contact.contacted_on)
        whose = (contact.organisation_id, referral.area)
        yield (*whose, since.replace(day=1), elapsed, "first_contact"), 1


def _planned() -> Iterator[tuple[Referral, Plan]]:
    for referral in _counted():
        anew = _referred_anew(referral)
        of_person = Plan.objects.filter(
            participant=referral.participant_id,
            contract=referral.contract_id,
            agreed_on__gte=referral.received_on,
        )
        plan = of_person.order_by("agreed_on", "number").first()
        if plan and not any(day <= plan.agreed_on for day in anew):
            yield referral, plan


def _plans():  # type: ignore[no-untyped-def]
    for referral, plan in _planned():
        since = referral.received_on
        whose = (plan.organisation_id, referral.area)
        yield (*whose, since.replace(day=1), _months(since, plan.agreed_on), "plan"), 1


def _meetings():  # type: ignore[no-untyped-def]
    for contact in Contact.objects.filter(channel__in=["in_person", "video"]).exclude(result="not_reached"):
        asked = Referral.objects.filter(
            participant=contact.participant_id,
            contract=contact.contract_id,
            received_on__lte=contact.contacted_on,
        ).exclude(status__in=[Status.NOT_ELIGIBLE, Status.WITHDRAWN])
        if referral := asked.order_by("received_on", "pk").last():
            since = referral.received_on
            whose = (contact.organisation_id, referral.area)
            key = (*whose, since.replace(day=1), _months(since, contact.contacted_on))
            yield (*key, "meeting"), 1
            if contact.result == "did_not_attend":
                yield (*key, "meeting_missed"), 1


def _holders() -> Iterator[tuple[Enrolment, Assignment]]:
    for one in Enrolment.objects.filter(ended_on=None):
        leads = Assignment.objects.filter(
            participant=one.participant_id, contract=one.contract_id, role="lead"
        )
        if holder := leads.filter(ends_on=None, voided_at=None).first():
            yield one, holder


def _reached_on(enrolment: Enrolment) -> date:
    met = Contact.objects.filter(participant=enrolment.participant_id, contract=enrolment.contract_id)
    days = met.filter(result="attended").values_list("contacted_on", flat=True)
    return max(enrolment.started_on, *days) if days else enrolment.started_on


def _held():  # type: ignore[no-untyped-def]
    for one, holder in _holders():
        yield (holder.organisation_id, _area(one), one.referred_on.replace(day=1), 0, "caseload"), 1


def _not_claimed() -> Iterator[tuple[Milestone, Journal]]:
    for one in due(date.max).select_related("enrolment"):
        for journal in Journal.objects.filter(milestone=one, side="provider", kind="accrual"):
            yield one, journal


def _unclaimed():  # type: ignore[no-untyped-def]
    for one, journal in _not_claimed():
        code = "unclaimed_illustrative" if journal.illustrative else "earned_unclaimed"
        month = one.enrolment.referred_on.replace(day=1)
        yield (one.organisation_id, _area(one.enrolment), month, 0, code), journal.pence


def _unclaimed_by_day() -> dict[tuple[str, int], int]:
    found: Counter[tuple[str, int]] = Counter()
    for one, journal in _not_claimed():
        code = "unclaimed_illustrative" if journal.illustrative else "earned_unclaimed"
        found[code, (one.claimable_from - date(2000, 1, 1)).days] += journal.pence
    return found


def _has_joined(referral: Referral) -> bool:
    """Whether the provider held the person already when it was offered the referral."""
    standing = (Status.ELIGIBLE, Status.ALLOCATED, Status.ACCEPTED, Status.STARTED)
    for offer in Allocation.objects.filter(referral=referral):
        others = Allocation.objects.filter(assignment=offer.assignment_id).exclude(referral=referral)
        if any(one.pk < offer.pk and one.referral.status in standing for one in others):
            return True
    return False


def _is_found(referral: Referral) -> bool:
    """Whether somebody was found not eligible in the time that the referral began."""
    times = Enrolment.objects.filter(participant=referral.participant_id, contract=referral.contract_id)
    for one in times.order_by("started_on"):
        if one.ended_on is None or one.ended_on >= referral.received_on:
            found = Ineligibility.objects.filter(enrolment=one, withdrawn_at=None).exists()
            return found and referral.status == Status.STARTED
    return False


def _area(enrolment: Enrolment) -> str:
    """Where the person lived, as the referral said by which their time on the contract is dated."""
    whose = {"participant": enrolment.participant_id, "contract": enrolment.contract_id}
    came = list(Referral.objects.filter(**whose, received_on=enrolment.referred_on).order_by("pk"))
    started = [one for one in came if one.status == Status.STARTED]
    return next((one.area for one in started or came), "")


def _milestones():  # type: ignore[no-untyped-def]
    for one in Milestone.objects.filter(reversed_at=None).select_related("enrolment"):
        referred = one.enrolment.referred_on
        elapsed = _months(referred, one.reached_on)
        key = (one.organisation_id, _area(one.enrolment), referred.replace(day=1), elapsed)
        yield (*key, one.code), 1
        if (one.code, one.ordinal) == ("progress_measure", 1):
            yield (*key, "progressed"), 1


def _claims():  # type: ignore[no-untyped-def]
    for one in Claim.objects.select_related("milestone__enrolment"):
        answers = [day for day in (one.validated_on, one.rejected_on, one.paid_on) if day]
        if not answers:
            continue
        enrolment = one.milestone.enrolment
        referred = enrolment.referred_on
        whose = (one.organisation_id, _area(enrolment))
        key = (*whose, referred.replace(day=1), _months(referred, min(answers)))
        yield (*key, "claim_answered"), 1
        if one.rejected_on:
            yield (*key, "claim_rejected"), 1


def _earned():  # type: ignore[no-untyped-def]
    for one in Journal.objects.filter(side="provider").select_related("milestone__enrolment"):
        enrolment = one.milestone.enrolment
        referred = enrolment.referred_on
        code = "earned_illustrative" if one.illustrative else "earned"
        key = (one.organisation_id, _area(enrolment), referred.replace(day=1))
        yield (*key, _months(referred, one.claimable_from), code), one.pence
