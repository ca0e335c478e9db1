"""What went wrong, as problem details (RFC 9457): one shape for every answer of the API that is not a success."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from partners.acting import ActionError
from partners.locks import is_busy

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
BUSY = (
    "Another request with the same Idempotency-Key, or for the same contract, is still at work."
    " Send this one again unchanged."
)


@dataclass(frozen=True)
class FieldError:
    """What is wrong at one place of the body (a JSON pointer), or of the query, where pointer is empty."""

    pointer: str
    code: str
    detail: str
    parameter: str = ""

    def as_dict(self) -> dict[str, str]:
        where = {"parameter": self.parameter} if self.parameter else {"pointer": self.pointer}
        return {**where, "code": self.code, "detail": self.detail}


class Refused(exceptions.APIException):
    """A request that is refused with a status, a code for programs, a sentence, and what is wrong where."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        errors: Sequence[FieldError] = (),
        wait: int | None = None,
    ) -> None:
        super().__init__(sentence, code)
        self.status_code = status
        self.errors = errors
        self.wait = wait


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer as a fragment: ("person", "given_name") is #/person/given_name."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def invalid(errors: Sequence[FieldError]) -> Refused:
    """A request that was understood, but whose fields cannot be taken."""
    return Refused(400, "invalid", "Some fields cannot be taken as they are; nothing was stored.", errors)


def field_errors(detail: Any, path: tuple[str | int, ...] = ()) -> Iterator[FieldError]:
    """The errors of a serializer, one for each place and reason."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from field_errors(below, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list):
        for below in detail:
            yield from field_errors(below, path)
    else:
        yield FieldError(pointer(path), detail.code, str(detail))


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's exception handler; what is none of the caller's doing is left to the server's own handler."""
    refused = refusal(error)
    if refused is None:
        return None
    if connection.in_atomic_block:
        transaction.set_rollback(True)  # what is refused leaves nothing behind
    request: HttpRequest = context["request"]._request
    headers = {}
    if header := getattr(refused, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(refused, "wait", None):
        headers["Retry-After"] = str(int(wait))
    errors = getattr(refused, "errors", ())
    body = problem(request, refused.status_code, code_of(refused), str(refused.detail), errors)
    return Response(body, status=refused.status_code, headers=headers, content_type=MEDIA_TYPE)


def refusal(error: Exception) -> exceptions.APIException | None:
    """The error as one that has a status and a sentence; None for a fault of the server."""
    match error:
        case exceptions.ValidationError():
            return invalid(list(field_errors(error.detail)))
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound("There is nothing at this address for this key.")
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case ActionError():
            return Refused(409, error.code, str(error))
        case RequestDataTooBig():
            return Refused(413, "too_large", "The body is too large.")
        case UnreadablePostError():
            return Refused(400, "unreadable", "The body could not be read to its end.")
        case OperationalError() if is_busy(error):
            return Refused(409, "busy", BUSY, wait=1)
    return None


def code_of(error: exceptions.APIException) -> str:
    """The code for programs."""
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "error"


def problem(
    request: HttpRequest, status: int, code: str, sentence: str, errors: Sequence[FieldError] = ()
) -> dict[str, Any]:
    """The body of a problem. instance names this one answer: the same id is in the X-Request-Id header and the logs."""
    request_id: str = request.request_id  # type: ignore[attr-defined]
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code,
        "instance": UUID(request_id).urn,
        "request_id": request_id,
        "errors": [error.as_dict() for error in errors[:MOST_ERRORS]],
    }


def is_for_api(request: HttpRequest) -> bool:
    """Whether the address lies under the API, of a tenant or not."""
    return "/api/" in request.path_info


def answer(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    """A problem outside the API's own views."""
    return JsonResponse(problem(request, status, code, sentence), status=status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a request that Django itself refused."""
    if not is_for_api(request):
        return defaults.bad_request(request, exception)
    return answer(request, 400, "bad_request", "The request cannot be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if not is_for_api(request):
        return defaults.permission_denied(request, exception)
    return answer(request, 403, "permission_denied", "This may not be done.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    if not is_for_api(request):
        return defaults.page_not_found(request, exception)
    return answer(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    if not is_for_api(request):
        return defaults.server_error(request)
    return answer(request, 500, "server_error", "Something went wrong here. Send the request again later.")
