"""What a provider commits to in the forecast call."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from outcomes.models import Commitment, CommittedPerson
from participants.models import Participant
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import Contract, SupplyAgreement
from programmes.months import shifted

# The counts of the registry that are committed to.
COUNTED = ("starts", "job_starts", "job_outcomes")


class NotDelivering(ActionError):
    """The organisation does not deliver the contract."""

    code = "not_delivering"


class NotThisMonth(ActionError):
    """It is about a month that is over, or too far ahead."""

    code = "not_this_month"


class TooManyNamed(ActionError):
    """More people are named than committed to; the code says of which count."""

    def __init__(self, sentence: str, counted: str) -> None:
        super().__init__(sentence)
        self.code = f"too_many_{counted}"


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@action
def commit(
    *,
    contract: Contract,
    month: date,
    numbers: Mapping[str, int],
    people: Mapping[str, Iterable[Participant]],
    note: str = "",
    by: Viewer,
    at: datetime,
) -> Commitment:
    """Commit to so many starts, job starts and job outcomes of the caller's organisation in this month or the next.

    numbers and people: by the counts in COUNTED; a count that is missing is nought. The people are of the caller's own
    caseload, loaded as the caller. Said again in the same week, the later one counts, and nothing is changed.

    Raises NotDelivering, NotThisMonth or TooManyNamed.
    """
    assert by.user_id is not None  # a person commits, never a key
    assert by.organisation_id is not None
    named = {counted: {one.pk for one in people.get(counted, ())} for counted in COUNTED}
    _check(contract, month, numbers, named, by.organisation_id, london_date(at))
    made = Commitment(
        tenant_id=by.tenant_id,
        contract=contract,
        organisation_id=by.organisation_id,
        week=week_of(london_date(at)),
        month=month,
        **{counted: numbers.get(counted, 0) for counted in COUNTED},
        note=note,
        committed_by_id=by.user_id,
        committed_at=at,
    )
    made.save(force_insert=True)
    _name(made, named)
    _record(made, by, at)
    return made


def _check(
    contract: Contract,
    month: date,
    numbers: Mapping[str, int],
    named: Mapping[str, Collection[UUID]],
    organisation_id: UUID,
    today: date,
) -> None:
    """Raises NotDelivering, NotThisMonth or TooManyNamed."""
    if not SupplyAgreement.objects.filter(contract=contract, organisation=organisation_id).exists():
        raise NotDelivering("You do not deliver this contract.")
    this = today.replace(day=1)
    if month not in (this, shifted(this, 1)):
        raise NotThisMonth("Commit to this month or the next.")
    for counted in COUNTED:
        if len(named[counted]) > numbers.get(counted, 0):
            words = counted.replace("_", " ")
            raise TooManyNamed(f"You name more people than {words} that you commit to.", counted)


def _name(commitment: Commitment, named: Mapping[str, Iterable[UUID]]) -> None:
    """Write down of whom it is expected."""
    CommittedPerson.objects.bulk_create(
        CommittedPerson(
            tenant_id=commitment.tenant_id,
            commitment=commitment,
            contract_id=commitment.contract_id,
            organisation_id=commitment.organisation_id,
            participant_id=person,
            count=counted,
        )
        for counted, found in named.items()
        for person in found
    )


def _record(made: Commitment, by: Viewer, at: datetime) -> None:
    """For the prime and the provider: numbers alone, nobody by name."""
    events.record(
        "commitment.made",
        made,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=made.organisation_id,
        contract=made.contract_id,
        month=made.month,
        week=made.week,
        **{counted: getattr(made, counted) for counted in COUNTED},
    )
