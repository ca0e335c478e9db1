"""Logs hold what happened and where, and nothing of anybody."""

import json
import logging
import sys

from partners.logs import formatter


def written(message: str, **options: object) -> dict[str, str]:
    """A record as the log keeps it."""
    plain: dict[str, object] = {"name": "django.request", "levelname": "ERROR", "levelno": logging.ERROR}
    record = logging.makeLogRecord(
        {**plain, "msg": message, "national_insurance_number": "QQ123456C", **options}
    )
    line: dict[str, str] = json.loads(formatter().format(record))
    return line


def test_a_field_that_is_not_on_the_list_is_not_written() -> None:
    line = written("Internal Server Error")
    assert line["event"] == "Internal Server Error"
    assert set(line) == {"event", "level", "logger", "timestamp"}


def test_an_error_is_told_by_its_kind_and_place_without_its_words() -> None:
    try:
        raise ValueError("QQ123456C is not a number")
    except ValueError:
        line = written("Internal Server Error", exc_info=sys.exc_info())
    assert line["error"].startswith("ValueError at ")
    assert "test_logs.py" in line["error"]
    assert "QQ123456C" not in json.dumps(line)
