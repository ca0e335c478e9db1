"""What a provider says about one of its figures, and the prime's answer: open, answered, closed, perhaps reopened."""

from datetime import datetime
from uuid import UUID

from outcomes.models import FigureQuery, FigureRemark
from outcomes.performance.periods import Window
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.measure import Measure
from programmes.models import Contract

State, Step = FigureQuery.State, FigureRemark.Step


class AskedAlready(ActionError):
    """One question about a figure at a time."""

    code = "asked_already"


class OutOfTurn(ActionError):
    """Somebody was quicker, or it is not their turn."""

    code = "out_of_turn"


@action
def ask(
    *, contract: Contract, measure: Measure, window: Window, words: str, by: Viewer, at: datetime
) -> FigureQuery:
    """Say what is wrong with a figure of the caller's own organisation. Raises AskedAlready."""
    assert by.user_id is not None
    assert by.organisation_id is not None
    figure = {
        "contract": contract,
        "organisation_id": by.organisation_id,
        "measure": measure.code,
        "first": window.first,
        "last": window.last,
        "by": window.by,
        "payment_group": window.group,
        "area": window.area,
    }
    _in_turn(contract.pk)
    if FigureQuery.objects.filter(**figure).exclude(state=State.CLOSED).exists():
        raise AskedAlready("This figure has been queried, and that is not closed yet.")
    query = FigureQuery(tenant_id=by.tenant_id, **figure, asked_by_id=by.user_id, asked_at=at)
    query.save(force_insert=True)
    _say(query, Step.ASKED, words, by, at)
    _record(query, "figure.queried", by, at)
    return query


@action
def answer(*, query: FigureQuery, words: str, by: Viewer, at: datetime) -> FigureQuery:
    """Answer what is open. Raises OutOfTurn."""
    return _step(query, (State.OPEN,), State.ANSWERED, Step.ANSWERED, words, by, at)


@action
def close(*, query: FigureQuery, words: str = "", by: Viewer, at: datetime) -> FigureQuery:
    """Say that it is settled, answered or not. Raises OutOfTurn."""
    return _step(query, (State.OPEN, State.ANSWERED), State.CLOSED, Step.CLOSED, words, by, at)


@action
def reopen(*, query: FigureQuery, words: str, by: Viewer, at: datetime) -> FigureQuery:
    """Say what is still wrong. Raises OutOfTurn, or AskedAlready where it was asked anew since."""
    _in_turn(query.contract_id)
    same = ("contract", "organisation", "measure", "first", "last", "by", "payment_group", "area")
    anew = FigureQuery.objects.filter(**{field: getattr(query, field) for field in same}).exclude(pk=query.pk)
    if anew.exclude(state=State.CLOSED).exists():
        raise AskedAlready("This figure has been queried anew, and that is not closed yet.")
    return _step(query, (State.ANSWERED, State.CLOSED), State.OPEN, Step.REOPENED, words, by, at)


def _in_turn(contract_id: UUID) -> None:
    """Whoever asks at the same moment waits here for the other; the unique key would refuse them unkindly."""
    Contract.objects.select_for_update(no_key=True).get(pk=contract_id)


def _step(
    query: FigureQuery,
    before: tuple[FigureQuery.State, ...],
    after: FigureQuery.State,
    step: FigureRemark.Step,
    words: str,
    by: Viewer,
    at: datetime,
) -> FigureQuery:
    """Take one step from the states in which it may be taken. Raises OutOfTurn."""
    held = FigureQuery.objects.select_for_update().get(pk=query.pk)
    if held.state not in before:
        raise OutOfTurn(f"This is {held.get_state_display().lower()} meanwhile.")
    held.state = after
    held.save(update_fields=["state"])
    _say(held, step, words, by, at)
    _record(held, f"figure.{step}", by, at)
    return held


def _say(query: FigureQuery, step: FigureRemark.Step, words: str, by: Viewer, at: datetime) -> None:
    assert by.user_id is not None
    FigureRemark(
        tenant_id=by.tenant_id,
        query=query,
        organisation_id=query.organisation_id,
        step=step,
        words=words,
        said_by_id=by.user_id,
        said_at=at,
    ).save(force_insert=True)


def _record(query: FigureQuery, kind: str, by: Viewer, at: datetime) -> None:
    """For the prime and the provider: which figure, without the words."""
    events.record(
        kind,
        query,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=query.organisation_id,
        contract=query.contract_id,
        measure=query.measure,
        first=query.first,
        last=query.last,
    )
