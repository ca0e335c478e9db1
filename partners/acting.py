"""The decorators of actions: one transaction, written as the system on somebody's behalf, one event for each row."""

from collections.abc import Callable, Sized
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from partners.viewer import Viewer, acting_as

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Rows = TypeVar("Rows", bound=Sized)

# How many events each running action has recorded; an action inside an action counts its own.
recorded: ContextVar[list[int] | None] = ContextVar("recorded", default=None)


class ActionError(Exception):
    """An action refused: the message is a sentence for the person who asked, code is for programs."""

    code = "refused"


class NotOneEvent(AssertionError):
    """An action must record exactly one event, or one for each row that it returns: no more, no fewer."""


def action(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Make an action of a keyword-only function with by= (Viewer) and at= (moment; the tenant's now by default).

    The caller loads the objects as itself first: loading is authorising. Inside, statements run as the system of the
    caller's tenant. Raises NotOneEvent, which rolls everything back, unless exactly one event was recorded.
    """
    return _recording(function, lambda _: 1)


def action_on_many(function: Callable[Parameters, Rows]) -> Callable[Parameters, Rows]:
    """As `action`, for a function that does the same to many rows and returns them: one event for each of them."""
    return _recording(function, len)


def _recording(
    function: Callable[Parameters, Result], events_of: Callable[[Result], int]
) -> Callable[Parameters, Result]:
    """The function as an action that records so many events for what it returns."""

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        if args:
            raise TypeError(f"{function.__name__} takes keywords only")
        by: Any = kwargs["by"]
        assert isinstance(by, Viewer)
        kwargs.setdefault("at", by.now())
        purpose = f"{function.__module__}.{function.__name__}"
        count = [0]
        token = recorded.set(count)
        try:
            with transaction.atomic(), acting_as(by.as_system(purpose)):
                result = function(*args, **kwargs)
                if count[0] != events_of(result):
                    raise NotOneEvent(f"{purpose} recorded {count[0]} events")
                return result
        finally:
            recorded.reset(token)

    run.is_action = True  # type: ignore[attr-defined]
    return run
