"""What the errors of a sample come to in its population, taken back: of the prime, and of each provider."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Sum

from outcomes.actions.charge import post
from outcomes.actions.sample import population
from outcomes.claims.sampling import Checked, Part, extrapolated
from outcomes.claims.second_look import stands
from outcomes.ledger import Statements
from outcomes.models import Charge, Claim, ClaimSum, Journal, Recovery, Sample, SampleItem
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent
from partners.templatetags.baton import on
from partners.viewer import Viewer, london_date


class NotJudged(ActionError):
    """Some of the sample was not looked at, or a provider may still answer."""

    code = "not_judged"


class AlreadyRecovered(ActionError):
    """What the sample comes to was taken back."""

    code = "already_recovered"


class NothingToRecover(ActionError):
    """No error stands that is worth anything."""

    code = "nothing_to_recover"


def reckoned(sample: Sample) -> tuple[Mapping[UUID, Part], int, int]:
    """By provider what goes back, what was checked, and what the population is worth, in pence. Runs as the system."""
    items = list(SampleItem.objects.filter(sample=sample).select_related("claim"))
    worth = dict(
        ClaimSum.objects.filter(claim__in=[one.claim_id for one in items]).values_list("claim_id", "pence")
    )
    accruals = Journal.objects.filter(
        side=Journal.Side.PROVIDER,
        kind=Journal.Kind.ACCRUAL,
        milestone__in=[one.claim.milestone_id for one in items],
    )
    paid = dict(accruals.values_list("milestone_id", "pence"))
    checked = [
        Checked(
            one.organisation_id,
            worth.get(one.claim_id) or 0,
            paid.get(one.claim.milestone_id, 0),
            stands(one),
        )
        for one in items
    ]
    drawn_from = population(sample.contract, sample.claimed_from, sample.claimed_to)
    claims = Claim.objects.filter(drawn_from)
    total = ClaimSum.objects.filter(claim__in=claims).aggregate(total=Sum("pence"))["total"] or 0
    return extrapolated(checked, total), sum(one.pence for one in checked), total


def waits(sample: Sample, today: date) -> int:
    """How many drawn claims were not judged, or may still be answered or wait for a decision. Runs as the system."""
    items = SampleItem.objects.filter(sample=sample)
    return sum(
        not one.finding
        or (
            one.finding == SampleItem.Finding.ERROR
            and not one.verdict
            and (bool(one.reply) or today <= sample.reply_by)
        )
        for one in items
    )


@action
def recover(*, sample: Sample, by: Viewer, at: datetime) -> list[Recovery]:
    """Charge the prime what goes back to the commissioner, and each provider its part, on its earliest open statement.

    Raises AlreadyRecovered, NotJudged or NothingToRecover.
    """
    assert by.user_id is not None  # a person takes back, never a key
    today = london_date(at)
    held = _settled(sample, today)
    parts, checked_pence, population_pence = reckoned(held)
    if not parts:
        raise NothingToRecover("No error stands that is worth anything.")
    made = [
        Recovery(
            tenant_id=held.tenant_id,
            sample=held,
            contract_id=held.contract_id,
            organisation_id=organisation_id,
            errors=part.errors,
            error_pence=part.error_pence,
            checked_pence=checked_pence,
            population_pence=population_pence,
            pence=part.pence,
            charge=_charge_provider(held, organisation_id, part, by, at) if part.provider_pence else None,
            made_by_id=by.user_id,
            made_at=at,
        )
        for organisation_id, part in parts.items()
    ]
    Recovery.objects.bulk_create(made)
    back = sum(one.pence for one in made)
    post(charge=_charge(held, None, today.replace(day=1), -back, at), statement=None, by=by, at=at)
    events.record(
        "sample.recovered",
        held,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        contract=held.contract_id,
        pence=back,
    )
    return made


def _settled(sample: Sample, today: date) -> Sample:
    """The sample as it stands, held until the transaction ends. Raises AlreadyRecovered or NotJudged."""
    hold(f"sample {sample.pk}")
    if Recovery.objects.filter(sample=sample).exists():
        raise AlreadyRecovered("What this sample comes to was taken back already.")
    if waiting := waits(sample, today):
        raise NotJudged(f"{waiting} of the drawn claims are not judged, or may still be answered.")
    return Sample.objects.select_related("contract").get(pk=sample.pk)


def _charge_provider(sample: Sample, organisation_id: UUID, part: Part, by: Viewer, at: datetime) -> Charge:
    statement = Statements.of([sample.contract_id]).open_from(
        tenant_id=sample.tenant_id,
        contract_id=sample.contract_id,
        organisation_id=organisation_id,
        on=london_date(at),
    )
    charge = _charge(sample, organisation_id, statement.month, -part.provider_pence, at)
    return post(charge=charge, statement=statement, by=by, at=at)


def _charge(sample: Sample, organisation_id: UUID | None, month: date, pence: int, at: datetime) -> Charge:
    """Of a provider, or of the prime where none is named."""
    period = f"{on(sample.claimed_from)} to {on(sample.claimed_to)}"
    # How many claims there are of all providers is none of one provider's business.
    whole = "" if organisation_id else f" of {sample.size} of {sample.population} claims"
    return Charge(
        tenant_id=sample.tenant_id,
        contract_id=sample.contract_id,
        organisation_id=organisation_id,
        side=Journal.Side.PROVIDER if organisation_id else Journal.Side.COMMISSIONER,
        kind=Charge.Kind.RECOVERY,
        month=month,
        pence=pence,
        why=f"Errors in a sample{whole} made from {period}, for all of them.",
        made_at=at,
    )
