"""What the errors of a sample come to in its population, taken back: of the prime, and of each provider."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from outcomes.actions.charge import place
from outcomes.claims.sampling import Checked, Part, extrapolated
from outcomes.claims.second_look import stands
from outcomes.models import Charge, Claim, ClaimSum, Journal, Recovery, Sample, SampleItem
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent
from partners.templatetags.baton import on
from partners.viewer import Viewer, london_date

Side = Journal.Side


class NotJudged(ActionError):
    """Some of the sample was not looked at, a provider may still answer, or an error is not paid yet."""

    code = "not_judged"


class AlreadyRecovered(ActionError):
    """What the sample comes to was taken back."""

    code = "already_recovered"


class NothingToRecover(ActionError):
    """No error stands that is worth anything."""

    code = "nothing_to_recover"


class Changed(ActionError):
    """It comes to something else than the person saw who takes it back."""

    code = "changed"


@dataclass(frozen=True)
class Sums:
    """What goes back to the commissioner, and what is taken off the providers' statements, in pence."""

    pence: int
    provider_pence: int


@dataclass(frozen=True)
class Reckoned:
    """What the errors of a sample come to: by provider what goes back, and of what, in pence.

    checked: what was paid for the drawn claims. population: what was paid for all claims of the period that stand.
    earlier: samples of the same days for which money went back before, so that those days are left out.
    """

    parts: Mapping[UUID, Part]
    checked: int
    population: int
    earlier: Sequence[Sample]

    @property
    def sums(self) -> Sums:
        parts = self.parts.values()
        return Sums(sum(part.pence for part in parts), sum(part.provider_pence for part in parts))

    @property
    def left_out(self) -> str:
        """A sentence about the days that are left out; empty where none are."""
        days = [f"{on(one.claimed_from)} to {on(one.claimed_to)}" for one in self.earlier]
        return (
            f"What was claimed from {' and '.join(days)} was taken back for before, and is left out."
            if days
            else ""
        )


def reckoned(sample: Sample) -> Reckoned:
    """What goes back for the errors of a sample as things stand. Runs as the system.

    It is of claims that were paid and stand: one that was reversed since goes back by itself, and one that was
    rejected or waits was never paid.
    """
    before = _earlier(sample)
    standing = _standing(sample, before)
    paid = ClaimSum.objects.filter(claim__in=standing).aggregate(total=Sum("paid_pence"))["total"] or 0
    checked = _checked(sample, set(standing.values_list("pk", flat=True)))
    unseen = paid - sum(one.pence for one in checked if one.is_paid_still)
    return Reckoned(extrapolated(checked, unseen), sum(one.pence for one in checked), paid, before)


def _earlier(sample: Sample) -> list[Sample]:
    """Other samples of the contract, of some of the same days, for which money went back."""
    recovered = Recovery.objects.filter(contract=sample.contract_id).exclude(sample=sample.pk)
    found = Sample.objects.filter(pk__in=recovered.values("sample"))
    return list(
        found.filter(claimed_from__lte=sample.claimed_to, claimed_to__gte=sample.claimed_from).order_by(
            "claimed_from", "pk"
        )
    )


def _standing(sample: Sample, earlier: Sequence[Sample]) -> QuerySet[Claim]:
    """The claims of the period that were paid and stand, but for those of days for which money went back before."""
    found = Claim.objects.filter(
        contract=sample.contract_id,
        claimed_on__range=(sample.claimed_from, sample.claimed_to),
        state=Claim.State.PAID,
    )
    for one in earlier:
        found = found.exclude(claimed_on__range=(one.claimed_from, one.claimed_to))
    return found


def _checked(sample: Sample, standing: Container[UUID]) -> list[Checked]:
    """The drawn claims that were paid, whether they stand or went back since."""
    return _drawn(list(SampleItem.objects.filter(sample=sample)), standing)


def _drawn(items: Sequence[SampleItem], standing: Container[UUID]) -> list[Checked]:
    """Those of the drawn claims that were paid, with what was paid for each on both sides."""
    sums = ClaimSum.objects.filter(claim__in=[one.claim_id for one in items], paid_pence__isnull=False)
    received = dict(sums.values_list("claim_id", "paid_pence"))
    accruals = Journal.objects.filter(
        side=Journal.Side.PROVIDER, kind=Journal.Kind.ACCRUAL, milestone__claims__in=received
    )
    paid = dict(accruals.values_list("milestone__claims", "pence"))
    return [
        Checked(
            one.organisation_id,
            received[one.claim_id] or 0,
            paid.get(one.claim_id, 0),
            stands(one),
            one.claim_id in standing,
        )
        for one in items
        if one.claim_id in received
    ]


def waits(sample: Sample, today: date) -> int:
    """How many drawn claims were not judged, may still be answered, wait for a decision, or are errors that the
    commissioner has not paid for yet. Runs as the system.
    """
    items = SampleItem.objects.filter(sample=sample).select_related("claim")
    return sum(not one.finding or (stands(one) and _waits(one, today)) for one in items)


def _waits(error: SampleItem, today: date) -> bool:
    may_answer = error.reply_by is not None and today <= error.reply_by
    is_unpaid = error.claim.state in (Claim.State.CLAIMED, Claim.State.VALIDATED)
    return is_unpaid or (not error.verdict and (bool(error.reply) or may_answer))


@action
def give_back(*, item: SampleItem, by: Viewer, at: datetime) -> SampleItem:
    """A drawn error for which money went back is now reversed as well: what the recovery took for it is returned on
    both sides, since the reversal takes it. Called where a claim goes to clawback.
    """
    [found] = _drawn([item], {item.claim_id})
    why = "Taken back before for an error in a sample, and now reversed by itself."
    for side, pence in ((Side.COMMISSIONER, found.pence), (Side.PROVIDER, found.provider_pence)):
        if pence:
            _charged(item.sample, found.organisation, side, pence, why, by, at)
    events.record(
        "sample.returned",
        item.sample,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        contract=item.sample.contract_id,
        pence=found.pence,
    )
    return item


def taken_for(claim: Claim) -> SampleItem | None:
    """The drawn item of a paid claim, as an error that stands, for which money went back. Runs as the system."""
    if claim.state != Claim.State.PAID:
        return None
    recovered = Recovery.objects.filter(organisation=claim.organisation_id).values("sample")
    items = SampleItem.objects.filter(claim=claim, sample__in=recovered).select_related("sample", "claim")
    return next((one for one in items if stands(one)), None)


@action
def recover(*, sample: Sample, expected: Sums, by: Viewer, at: datetime) -> list[Recovery]:
    """Take back what the errors come to: for each provider a charge to the commissioner, and one to the provider on its
    earliest open statement. expected is what whoever takes it back has read.

    Raises AlreadyRecovered, NotJudged, NothingToRecover, or Changed where it is not what was expected.
    """
    held = _settled(sample, london_date(at))
    # Nothing of what goes back is reversed, and so taken back by itself, until this is done.
    list(_standing(held, ()).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = reckoned(held)
    if not found.parts:
        raise NothingToRecover(f"No error stands that is worth anything. {found.left_out}".strip())
    if found.sums != expected:
        raise Changed(
            "What goes back has changed since you opened this page. Open it again and read it anew."
        )
    made = [_recovered(held, found, organisation_id, by, at) for organisation_id in found.parts]
    Recovery.objects.bulk_create(made)
    events.record(
        "sample.recovered",
        held,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        contract=held.contract_id,
        pence=found.sums.pence,
    )
    return made


def _settled(sample: Sample, today: date) -> Sample:
    """The sample as it stands, held until the transaction ends. Raises AlreadyRecovered or NotJudged."""
    # Two samples of the same days wait for each other, so that the second leaves out what the first took back.
    hold(f"recoveries {sample.contract_id}")
    hold(f"sample {sample.pk}")
    if Recovery.objects.filter(sample=sample).exists():
        raise AlreadyRecovered("What this sample comes to was taken back already.")
    if waiting := waits(sample, today):
        raise NotJudged(
            f"{waiting} of the drawn claims are not judged, may still be answered, or are not paid yet."
        )
    return Sample.objects.select_related("contract").get(pk=sample.pk)


def _recovered(sample: Sample, found: Reckoned, organisation_id: UUID, by: Viewer, at: datetime) -> Recovery:
    """The part of one provider, charged on both sides; the commissioner's is attributed to it."""
    assert by.user_id is not None  # a person takes back, never a key
    part = found.parts[organisation_id]
    why = _why(sample, found, f" of {sample.size} of {sample.population} claims")
    _charged(sample, organisation_id, Side.COMMISSIONER, -part.pence, why, by, at)
    return Recovery(
        tenant_id=sample.tenant_id,
        sample=sample,
        contract_id=sample.contract_id,
        organisation_id=organisation_id,
        errors=part.errors,
        error_pence=part.error_pence,
        checked_pence=found.checked,
        population_pence=found.population,
        pence=part.pence,
        charge=_charged_provider(sample, found, organisation_id, by, at) if part.provider_pence else None,
        made_by_id=by.user_id,
        made_at=at,
    )


def _charged_provider(
    sample: Sample, found: Reckoned, organisation_id: UUID, by: Viewer, at: datetime
) -> Charge:
    # How many claims there are of all providers is none of one provider's business.
    pence, why = -found.parts[organisation_id].provider_pence, _why(sample, found, "")
    return _charged(sample, organisation_id, Side.PROVIDER, pence, why, by, at)


def _why(sample: Sample, found: Reckoned, whole: str) -> str:
    period = f"{on(sample.claimed_from)} to {on(sample.claimed_to)}"
    words = (
        f"Errors in a sample{whole} made from {period}, for all that were paid and stand. {found.left_out}"
    )
    return words.strip()


def _charged(
    sample: Sample, organisation_id: UUID, side: Side, pence: int, why: str, by: Viewer, at: datetime
) -> Charge:
    """Attributed to the provider on both sides."""
    charge = Charge(
        tenant_id=sample.tenant_id,
        contract_id=sample.contract_id,
        organisation_id=organisation_id,
        side=side,
        kind=Charge.Kind.RECOVERY,
        month=london_date(at).replace(day=1),
        pence=pence,
        why=why,
        made_at=at,
    )
    return place(charge=charge, by=by, at=at)
