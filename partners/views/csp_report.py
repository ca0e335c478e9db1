"""Where browsers say that a page tried something that its policy forbids: a fault of ours, or an attack."""

import json
import logging
import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partners.audience import for_anyone
from partners.middleware import FIRST_PART, RESERVED
from partners.throttle import is_too_many

log = logging.getLogger(__name__)
LONGEST = 10_000
MOST_AN_HOUR = 60
DIRECTIVE = re.compile(r"[a-z][a-z-]{2,30}")


@csrf_exempt
@for_anyone
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log which rule was broken on which kind of page, and nothing else that was sent; never an error."""
    length = request.headers.get("Content-Length", "")
    is_read = length.isdecimal() and int(length) <= LONGEST
    if is_read and not is_too_many(request, "csp-report", MOST_AN_HOUR):
        directive, page = told(request.body)
        log.warning("Content-Security-Policy: %s broken on %s", directive, page)
    return HttpResponse(status=204)


def told(body: bytes) -> tuple[str, str]:
    """The rule, and the route of the page: an address could hold a reference, or what somebody typed."""
    try:
        report = json.loads(body)["csp-report"]
        directive = str(report.get("effective-directive") or report["violated-directive"]).partition(" ")[0]
        path = urlsplit(str(report["document-uri"])).path
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "an unknown rule", "an unknown page"
    return directive if DIRECTIVE.fullmatch(directive) else "an unknown rule", route_of(path)


def route_of(path: str) -> str:
    """The pattern of an address, without its tenant and without what it names."""
    found = FIRST_PART.match(path)
    inner = found[2] if found and found[1] not in RESERVED else path
    try:
        return f"/{resolve(inner).route}"
    except Resolver404:
        return "an unknown page"
