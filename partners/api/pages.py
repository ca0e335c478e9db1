"""The API's own description, and its pages to read, which need nothing from elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from partners.audience import Audience, for_anyone

DESCRIPTION = """
Send referrals and follow what becomes of them; read the figures of a contract.

* **Keys.** Send `Authorization: Bearer <key>`. A key belongs to one organisation and carries scopes.
* **Sending once.** Every POST carries an `Idempotency-Key` of your own making. The same key with the same body gives
  the same answer again, with `Idempotency-Replayed: true`, and has no second effect.
* **Problems.** Whatever is not a success is `application/problem+json` (RFC 9457) with a `code` for programs and, for
  fields, a JSON pointer to each. Fields that are not described here are refused.
* **People.** No address and no answer names a person, and no answer tells whether a person is already known.
"""


class Generator(SchemaGenerator):
    """The whole description, for the tenant whose address was called."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        schema = super().get_schema(request, public)
        schema["info"]["description"] = DESCRIPTION.strip()
        return {**schema, "servers": [{"url": get_script_prefix().rstrip("/")}]}


class Description(SpectacularAPIView):
    """OpenAPI as JSON or, with ?format=openapi, as YAML."""

    audience = Audience(public=True)
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer]
    generator_class = Generator

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request._request.tenant is None:
            raise Http404


@for_anyone
@require_GET
def documentation(request: HttpRequest) -> HttpResponse:
    """The description as pages to read and to try out, in a workspace."""
    if request.tenant is None:  # type: ignore[attr-defined]
        raise Http404
    return render(request, "api/docs.html")
