"""What a partner may send: strict JSON, with fields that take one type and no field that nobody knows."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from partners.api.problems import MOST_ERRORS, FieldError, Refused, invalid, pointer

DEEPEST = 8
LONGEST_NAME = 80
UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
UNKNOWN = "There is no such field."


class Doubled(dict[str, Any]):
    """An object of JSON in which names appear more than once."""

    names: tuple[str, ...] = ()


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 of a limited size and depth, without names said twice, NUL characters or half characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            body = json.loads(read(stream), object_pairs_hook=as_object, parse_constant=no_constant)
        except (ValueError, RecursionError) as error:
            raise Refused(400, "malformed_json", "The body is not JSON in UTF-8.") from error
        errors = list(islice(faults(body, ()), MOST_ERRORS))
        if errors:
            raise invalid(errors)
        return body


def read(stream: IO[Any]) -> str:
    """The whole body, which may have as many bytes as the settings allow. Raises UnicodeDecodeError."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise Refused(413, "too_large", f"The body may have {most:,} bytes at most.")
    return body.decode("utf-8-sig")


def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says a name twice is marked, and refused when its place is known."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = Doubled(found)
    counts = Counter(name for name, _ in pairs)
    doubled.names = tuple(name for name, count in counts.items() if count > 1)
    return doubled


def no_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are not JSON."""
    raise ValueError(f"{name} is not JSON")


def faults(value: Any, path: tuple[str | int, ...]) -> Iterator[FieldError]:
    """What no field may hold, wherever it stands. Names that cannot be shown are spoken of from the object around."""
    if len(path) > DEEPEST:
        yield FieldError(pointer(path), "too_deep", f"Nested deeper than {DEEPEST} levels.")
    elif isinstance(value, str) and UNPRINTABLE.search(value):
        yield FieldError(pointer(path), "invalid_characters", "Leave out NUL and unpaired surrogates.")
    elif isinstance(value, list):
        for position, below in enumerate(value):
            yield from faults(below, (*path, position))
    elif isinstance(value, dict):
        for name in getattr(value, "names", ()):
            if not UNPRINTABLE.search(name):
                yield FieldError(
                    pointer((*path, name[:LONGEST_NAME])), "repeated_name", "This name is said twice."
                )
        for name, below in value.items():
            if UNPRINTABLE.search(name) or len(name) > LONGEST_NAME:
                yield FieldError(pointer(path), "unknown_field", "A name of a field cannot be read.")
            else:
                yield from faults(below, (*path, name))


class StrictSerializer(serializers.Serializer):
    """An object that has these fields and no other."""

    default_error_messages = {"invalid": "This must be an object with named fields."}

    def to_internal_value(self, data: Any) -> Any:
        names = data.keys() - self.fields.keys() if isinstance(data, Mapping) else set()
        wrong: dict[Any, Any] = {name: [ErrorDetail(UNKNOWN, "unknown_field")] for name in sorted(names)}
        found = None
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            wrong = {**dict(error.detail), **wrong}  # type: ignore[arg-type]
        if wrong:
            raise serializers.ValidationError(wrong)
        return found


class Text(serializers.CharField):
    """Text and nothing that could be turned into it."""

    default_error_messages = {"invalid": "This must be text."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Code(serializers.ChoiceField):
    """One of a closed list of codes."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = f"This must be one of: {', '.join(choices)}."


class Whole(serializers.IntegerField):
    """A whole number, as a number."""

    default_error_messages = {"invalid": "This must be a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class YesNo(serializers.BooleanField):
    """true or false."""

    default_error_messages = {"invalid": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Day(serializers.DateField):
    """A date as ISO 8601 writes it."""

    default_error_messages = {"invalid": "This must be a date such as 1990-05-17."}

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not ISO_DATE.fullmatch(data):
            self.fail("invalid")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")


def parameters(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """What the query asks for. Raises a problem that names each parameter that is wrong."""
    asked = serializer(data=request.query_params.dict())
    if asked.is_valid():
        return dict(asked.validated_data)
    raise invalid(
        [
            FieldError("", error.code, str(error), parameter=str(name))
            for name, errors in asked.errors.items()
            for error in errors
        ]
    )
