"""A participant's own page, as their adviser sees it: its link made and ended, and what they sent."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from qrcode import QRCode
from qrcode.image.svg import SvgPathImage

from participants import tabs
from participants.actions import own_page as pages
from participants.caseload import contracts_held
from participants.models import Message, OwnPage, Restriction
from participants.own_page_forms import MakeOwnPageForm
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_own_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether there is a link and since when, and what was sent, the newest first."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = {one.pk for one in contracts_held(person, viewer)} if can(viewer, Permission.KEEP_CASE) else set()
    open_pages = OwnPage.objects.filter(participant=person, ended_at=None).select_related("contract")
    sent = Message.objects.filter(participant=person).select_related("seen_by").order_by("-sent_at", "-id")
    context = {
        "pages": [(one, one.contract_id in held) for one in open_pages],
        "sent": [(one, one.seen_at is None and one.contract_id in held) for one in sent],
        "may_make": bool(held)
        and not Restriction.objects.filter(participant=person, lowered_at=None).exists(),
    }
    return tabs.render_tab(
        request,
        person,
        url_name="participant_own_page",
        template="participants/own_page.html",
        context=context,
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def make_own_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Make a link in the place of the one before, with the number that the participant types; it is shown once."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    if not held:
        raise Http404
    form = MakeOwnPageForm(request.POST or None, contracts=held, initial={})
    link = ""
    if form.is_valid():
        try:
            made = pages.make(participant=person, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            link = settings.ADDRESS + reverse("enter_own_page", args=[made.page.pk, made.secret])
    audit.look(viewer, "participant.own_page_form", participant_id=person.pk)
    back = reverse("participant_own_page", args=[person.reference])
    context = {
        "participant": person,
        "form": form,
        "link": link,
        "picture": picture_of(link) if link else "",
        "back": back,
        "trail": [("Caseload", reverse("caseload")), (str(person), back)],
    }
    return render(request, "participants/make_own_page.html", context, status=422 if form.errors else 200)


def picture_of(link: str) -> str:
    """The link as a QR code that a phone reads off the screen: an SVG element."""
    code = QRCode(border=2, image_factory=SvgPathImage)
    code.add_data(link)
    drawn = code.make_image().to_string(encoding="unicode")
    # Drawn here from an address that is made here.
    return mark_safe(drawn)


@for_members("provider", permission=Permission.KEEP_CASE)
@require_POST
def end_own_page(request: HttpRequest, reference: str) -> HttpResponse:
    """End the link, so that it opens nothing any more."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    found = OwnPage.objects.filter(participant=person, contract__in=held, ended_at=None)
    asked = request.POST.get("page", "")
    for page in found:
        if str(page.pk) == asked:
            pages.end(page=page, by=viewer, at=viewer.now())
            messages.success(request, "The link opens nothing any more.")
    return redirect("participant_own_page", person.reference)


@for_members("provider", permission=Permission.KEEP_CASE)
@require_POST
def see_message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Say that it was read, and of new contact details whether they are right: take is yes or no."""
    viewer = viewer_of(request)
    message = get_object_or_404(Message.objects.select_related("participant"), pk=message_id)
    if message.contract_id not in {one.pk for one in contracts_held(message.participant, viewer)}:
        raise Http404
    take = {"yes": True, "no": False}.get(request.POST.get("take", ""))
    try:
        pages.see(message=message, take=take, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Contact details changed." if take else "Noted as read.")
    return redirect("participant_own_page", message.participant.reference)
