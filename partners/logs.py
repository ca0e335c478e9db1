"""Logs as JSON lines from an allow-list: a field that is not named here is not written."""

import re
from typing import Any

import structlog
from structlog.types import EventDict

ALLOWED = frozenset(
    {"event", "level", "logger", "timestamp", "request_id", "kind", "error", "count", "seconds", "task"}
)

# Addresses that let somebody in: invitations, new passwords and second factors, an adviser's calendar,
# and a participant's own page.
SECRET_ADDRESS = re.compile(
    r"(/(?:invitations|password/reset/key|second-factor/reset|calendar/[0-9a-f-]{36}|my/[0-9a-f-]{36})/)[^/\s]+"
)


def only_allowed(logger: Any, name: str, entry: EventDict) -> EventDict:
    """Drop every field that is not on the list."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def without_secrets(logger: Any, name: str, entry: EventDict) -> EventDict:
    """Take the secret out of an address: Django names the page on which an error happened."""
    entry["event"] = SECRET_ADDRESS.sub(r"\1...", str(entry.get("event", "")))
    return entry


def error_kind(logger: Any, name: str, entry: EventDict) -> EventDict:
    """Of an exception its kind and place, not its words, which can quote a person's data."""
    raised = entry.get("exc_info")
    if isinstance(raised, tuple) and raised[1] is not None:
        _, error, trace = raised
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
        entry["error"] = type(error).__name__ + place
    return entry


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """The formatter named in the settings."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[error_kind, without_secrets, only_allowed, structlog.processors.JSONRenderer()],
    )
