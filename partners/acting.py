"""The decorator of every action: one transaction, written as the system on somebody's behalf, one event."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from partners.viewer import Viewer, acting_as

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# How many events each running action has recorded; an action inside an action counts its own.
recorded: ContextVar[list[int] | None] = ContextVar("recorded", default=None)


class ActionError(Exception):
    """An action refused: the message is a sentence for the person who asked, code is for programs."""

    code = "refused"


class NotOneEvent(AssertionError):
    """An action must record exactly one event: no more, no fewer."""


def action(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Make an action of a keyword-only function with by= (Viewer) and at= (moment; the tenant's now by default).

    The caller loads the objects as itself first: loading is authorising. Inside, statements run as the system of the
    caller's tenant. Raises NotOneEvent, which rolls everything back, unless exactly one event was recorded.
    """

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
                if count[0] != 1:
                    raise NotOneEvent(f"{purpose} recorded {count[0]} events")
                return result
        finally:
            recorded.reset(token)

    run.is_action = True  # type: ignore[attr-defined]
    return run
