"""How operations are described in OpenAPI 3.1; partners.api.pages serves the description."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from partners.api.problems import MEDIA_TYPE

POST_ONCE = [
    OpenApiParameter(
        "Idempotency-Key",
        location=OpenApiParameter.HEADER,
        required=True,
        type={"type": "string", "pattern": "^[!-~]{1,255}$"},
        description="New for each referral, the same to repeat a request.",
    )
]


class FieldErrorGiven(serializers.Serializer):
    """What is wrong at one place: pointer for the body, parameter for the query."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """Why there was no success."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    errors = FieldErrorGiven(many=True)  # type: ignore[assignment]


# What any operation that asks for a key may answer.
EVERYWHERE = (401, 403, 404, 406)


def problems(*statuses: int) -> dict[tuple[int, str], type[Problem]]:
    """These statuses, and those that every operation may answer, as an operation's responses."""
    return {(status, MEDIA_TYPE): Problem for status in (*EVERYWHERE, *statuses)}


class Schema(AutoSchema):
    """An operation whose answers are each described by the phrase of their status."""

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: Any = None, direction: str = "response"
    ) -> Any:
        response = super()._get_response_for_code(serializer, status_code, media_types, direction)
        return {**response, "description": HTTPStatus(int(status_code)).phrase}


class KeySecurity(OpenApiAuthenticationExtension):
    """How a key is sent."""

    target_class = "partners.api.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
