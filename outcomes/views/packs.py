"""Monthly performance packs: what there is, what is being made, the files, and how one is asked for."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from outcomes.actions import pack as actions
from outcomes.models import Pack
from outcomes.pack_forms import AskPackForm, PacksFilter
from outcomes.views.step import Page, answer
from partners import audit, files
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.office import XLSX
from partners.permissions import Permission
from partners.viewer import Viewer

PAGE: Final = 50
ABOVE: Final = "Performance"


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """The packs, a provider's own or all, the newest month first; while one is being made the list asks again."""
    viewer = viewer_of(request)
    form = PacksFilter(request.GET, packs=Pack.objects.all(), is_prime=viewer.kind == "prime")
    found = form.narrow(Pack.objects.select_related("contract", "organisation", "asked_by"))
    page = Paginator(found.order_by("-month", "-asked_at", "id"), PAGE).get_page(request.GET.get("page"))
    still = actions.standing_still(page.object_list, viewer)
    waits = any(one.made_at is None and one.pk not in still for one in page.object_list)
    context = {
        "form": form,
        "crumbs": [(ABOVE, reverse("performance"))],
        "page": page,
        "lines": [(one, one.pk in still) for one in page.object_list],
        "waits": waits,
        "is_prime": viewer.kind == "prime",
    }
    is_asked_again = request.htmx  # type: ignore[attr-defined]
    return render(request, f"performance/{'packs_list' if is_asked_again else 'packs'}.html", context)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_http_methods(["GET", "POST"])
def ask_pack(request: HttpRequest) -> HttpResponse:
    """Have a pack made."""
    viewer = viewer_of(request)
    form = AskPackForm(request.POST or None, viewer=viewer)
    if not form.contracts:
        raise Http404
    page = Page(
        "Make a performance pack",
        "Make it",
        "The pack is being made.",
        "Performance",
        reverse("packs"),
        follows="The figures of a month as they are known now, as PDF and as XLSX. The pack is kept as it is made;"
        " whoever asks again gets another one beside it.",
        above=[(ABOVE, reverse("performance")), ("Packs", reverse("packs"))],
    )
    return answer(request, page, form, lambda: actions.ask(**form.asked, by=viewer, at=viewer.now()))


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def pack_pdf(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """The paper."""
    viewer, pack = viewer_of(request), _made(pack_id)
    return _file(pack, pack.pdf_as, "pdf", "application/pdf", viewer)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def pack_xlsx(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """The workbook."""
    viewer, pack = viewer_of(request), _made(pack_id)
    return _file(pack, pack.xlsx_as, "xlsx", XLSX, viewer)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_POST
def make_again(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """Have a worker try again where one gave up."""
    viewer, pack = viewer_of(request), get_object_or_404(Pack, pk=pack_id)
    try:
        actions.take_up(pack=pack, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    return redirect("packs")


def _made(pack_id: UUID) -> Pack:
    found = Pack.objects.exclude(made_at=None).select_related("contract", "organisation")
    return get_object_or_404(found, pk=pack_id)


def _file(pack: Pack, name: str, ending: str, content_type: str, viewer: Viewer) -> HttpResponse:
    """A download under a name that says what it is. Raises Http404 where the store has it no more."""
    try:
        content = files.read(name, tenant_id=pack.tenant_id)
    except files.NoSuchFile:
        raise Http404 from None
    audit.exported(viewer, f"pack.{ending}", count=1, subject=pack)
    whose = pack.organisation.slug if pack.organisation else "all"
    return files.attachment(
        content, f"performance-{pack.contract.code}-{whose}-{pack.month:%Y-%m}.{ending}", content_type
    )
