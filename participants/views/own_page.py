"""A participant's own page, as they see it: opened by their link and their number, without an account."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from participants import own_page
from participants.actions import own_page as pages
from participants.actions import plan as plans
from participants.models import Appointment, Message, OwnPage, Participant, Plan
from participants.own_page_forms import (
    NumberForm,
    OwnDetailsForm,
    PayslipForm,
    RatingForm,
    Refusable,
    WordsForm,
)
from partners.acting import ActionError
from partners.audience import for_anyone
from partners.models import Organisation
from partners.viewer import Viewer, acting_as

COOKIE, SALT, SECONDS = "own-page", "own page", 30 * 60
# A page that nobody wonders about, for whoever has to leave in a hurry.
ELSEWHERE = "https://www.bbc.co.uk/weather"
SHOWN = 3
OwnView = Callable[[HttpRequest, OwnPage, Viewer], HttpResponse]


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search. Links to elsewhere tell nothing: the referrer policy of every page."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def let_in(response: HttpResponse, page: OwnPage) -> HttpResponse:
    """Keep the page open in this browser for half an hour from now."""
    response.set_cookie(
        COOKIE,
        signing.dumps([str(page.pk), page.digest], salt=SALT),
        max_age=SECONDS,
        path=reverse("own_page"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def theirs(view: OwnView) -> Callable[..., HttpResponse]:
    """For the participant whose page was opened in this browser; anybody else is asked to open their link again."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        tenant = request.tenant  # type: ignore[attr-defined]
        try:
            page_id, digest = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
        except signing.BadSignature:
            page_id = digest = ""
        page = own_page.found(tenant, UUID(page_id)) if tenant and page_id else None
        if page is None or page.digest != digest:
            return private(render(request, "own/closed.html", status=200 if tenant else 404))
        viewer = own_page.viewer(page, tenant, request.request_id)  # type: ignore[attr-defined]
        with acting_as(viewer):
            return private(let_in(view(request, page, viewer), page))

    return for_anyone(guarded)


@for_anyone
@require_http_methods(["GET", "POST"])
def enter_own_page(request: HttpRequest, page_id: UUID, secret: str) -> HttpResponse:
    """Ask for the number of whoever has the link."""
    tenant = request.tenant  # type: ignore[attr-defined]
    page = own_page.opened(tenant, page_id, secret) if tenant else None
    if page is None:
        raise Http404
    form = NumberForm(request.POST or None)
    viewer = own_page.viewer(page, tenant, request.request_id)  # type: ignore[attr-defined]
    if form.is_valid():
        number = form.cleaned_data["number"].replace(" ", "")
        if pages.enter(page=page, secret=secret, number=number, by=viewer, at=viewer.now()):
            return private(let_in(redirect("own_page"), page))
        form.add_error(
            "number",
            f"That is not the number. After {pages.MOST_WRONG} wrong numbers the link ends,"
            " and your adviser makes a new one.",
        )
    return private(render(request, "own/enter.html", {"form": form}, status=422 if form.errors else 200))


@theirs
@require_GET
def own_page_home(request: HttpRequest, page: OwnPage, viewer: Viewer) -> HttpResponse:
    """What comes next, the plan, and what they sent."""
    booked = Appointment.objects.filter(
        participant=page.participant_id, state=Appointment.State.BOOKED, starts_at__gte=viewer.now()
    )
    agreed = Plan.objects.filter(participant=page.participant_id, contract=page.contract_id)
    sent = Message.objects.filter(participant=page.participant_id).order_by("-sent_at", "-id")
    context = {
        "person": Participant.objects.get(pk=page.participant_id),
        "provider": Organisation.objects.get(pk=page.organisation_id),
        "appointments": booked.select_related("adviser").order_by("starts_at", "id")[:SHOWN],
        "plan": agreed.order_by("-number").first(),
        "sent": sent[: SHOWN + 2],
        "to_rate": own_page.to_rate(page, request.tenant),  # type: ignore[attr-defined]
    }
    return render(request, "own/home.html", context)


@theirs
@require_POST
def own_plan(request: HttpRequest, page: OwnPage, viewer: Viewer) -> HttpResponse:
    """Agree to the plan that was shown, as long as it is the one in force."""
    shown = Plan.objects.filter(participant=page.participant_id, contract=page.contract_id)
    plan = next((one for one in shown if str(one.pk) == request.POST.get("plan")), None)
    if plan is None:
        raise Http404
    try:
        plans.confirm(plan=plan, by=viewer, at=viewer.now())
    except ActionError:
        messages.warning(request, "The plan has changed. Read it again before you agree.")
    else:
        messages.success(request, "Thank you. Your adviser sees that you agree.")
    return redirect("own_page")


def sending(title: str, form_of: type[Refusable], thanks: str) -> Callable[..., HttpResponse]:
    """The page from which they send one kind of thing; what was typed is kept where it is refused."""

    @theirs
    @require_http_methods(["GET", "POST"])
    def send(request: HttpRequest, page: OwnPage, viewer: Viewer) -> HttpResponse:
        form = form_of(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                pages.send(page=page, **form.cleaned_data, by=viewer, at=viewer.now())
            except ActionError as error:
                form.refuse(error)
            else:
                messages.success(request, thanks)
                return redirect("own_page")
        shown = {"form": form, "title": title}
        return render(request, "own/send.html", shown, status=422 if form.errors else 200)

    return send


own_message = sending("Write to your adviser", WordsForm, "Your message is with your adviser.")
own_payslip = sending("Send a payslip", PayslipForm, "Thank you. Your adviser has it now.")
own_details = sending(
    "New phone or e-mail", OwnDetailsForm, "Your adviser will check this with you before it is used."
)


@theirs
@require_http_methods(["GET", "POST"])
def own_rating(request: HttpRequest, page: OwnPage, viewer: Viewer) -> HttpResponse:
    """Say how the last contact was."""
    contact = own_page.to_rate(page, request.tenant)  # type: ignore[attr-defined]
    form = RatingForm(request.POST or None)
    if contact is None:
        return redirect("own_page")
    if form.is_valid():
        try:
            pages.rate(page=page, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Thank you for telling us.")
            return redirect("own_page")
    shown = {"form": form, "title": "Tell us how it was", "contact": contact}
    return render(request, "own/send.html", shown, status=422 if form.errors else 200)


@for_anyone
@require_GET
def leave_own_page(request: HttpRequest) -> HttpResponse:
    """Close the page in this browser and go somewhere else at once."""
    response = redirect(ELSEWHERE)
    response.delete_cookie(COOKIE, path=reverse("own_page"), samesite="Lax")
    return private(response)
