"""A participant's appointments: the tab, the page on which one is booked or moved, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import tabs
from participants.actions import appointment as appointments
from participants.actions.assignment import advisers_of
from participants.actions.restriction import in_force
from participants.appointment_forms import BookForm, MoveForm, OutcomeForm
from participants.caseload import contracts_held, held_by
from participants.models import Appointment, Participant
from participants.safety import hides_contacts, rules_of
from participants.views.caseload import page_link
from participants.views.contact import way_back
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer

PAGE = 50
State = Appointment.State


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_appointments(request: HttpRequest, reference: str) -> HttpResponse:
    """What is booked, the next first, and what was, the last first, 50 to a page."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    found = Appointment.objects.filter(participant=person).select_related("adviser", "contract")
    past = Paginator(found.exclude(state=State.BOOKED).order_by("-starts_at", "-id"), PAGE)
    page = past.get_page(request.GET.get("page"))
    held = contracts_held(person, viewer) if can(viewer, Permission.KEEP_CASE) else []
    is_hidden = in_force(person) is not None and hides_contacts(person, viewer)
    context = {
        "booked": list(found.filter(state=State.BOOKED).order_by("starts_at", "id")),
        "past": page,
        "previous": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": page_link(request, page.next_page_number()) if page.has_next() else "",
        "held": set() if is_hidden else {one.pk for one in held},
        "is_hidden": is_hidden,
        "here": reverse("participant_appointments", args=[person.reference]),
    }
    return tabs.render_tab(
        request,
        person,
        url_name="participant_appointments",
        template="participants/appointments.html",
        context=context,
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def book_appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """Book one or several with somebody whom the provider holds today; ?again= names one to book the like of."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    if not held:
        raise Http404
    assert viewer.organisation_id is not None
    form = BookForm(
        request.POST or None,
        contracts=held,
        advisers=advisers_of(viewer.organisation_id, viewer.today),
        again=_like(request.GET.get("again", ""), person),
        today=viewer.today,
        adviser=_adviser(person, viewer),
    )
    if form.is_valid():
        try:
            booked = appointments.book(participant=person, **form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            many = len(booked)
            messages.success(request, "Appointment booked." if many == 1 else f"{many} appointments booked.")
            return redirect(way_back(request, reverse("participant_appointments", args=[person.reference])))
    return _page(request, person, form, title="Book an appointment", submit="Book")


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def move_appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Book one at another time in its place."""
    viewer = viewer_of(request)
    one = _booked(appointment_id, viewer)
    assert viewer.organisation_id is not None
    advisers = advisers_of(viewer.organisation_id, viewer.today)
    form = MoveForm(request.POST or None, appointment=one, advisers=advisers)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("minutes", "despite_clash")}
        try:
            appointments.move(
                appointment=one,
                adviser_id=form.cleaned_data["adviser"],
                starts_at=form.starts_at,
                **said,
                by=viewer,
                at=viewer.now(),
            )
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Appointment moved.")
            return redirect(way_back(request, reverse("diary")))
    return _page(request, one.participant, form, title="Move the appointment", submit="Move", one=one)


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def appointment_outcome(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Say that one was kept, which logs the contact, or missed, which logs that, or cancelled."""
    viewer = viewer_of(request)
    one = _booked(appointment_id, viewer)
    form = OutcomeForm(request.POST or None, appointment=one, today=viewer.today)
    if form.is_valid():
        try:
            said = _say(one, form, viewer)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, said)
            return redirect(way_back(request, reverse("diary")))
    title = "Cancel the appointment" if form.is_ahead else "What came of the appointment"
    submit = title if form.is_ahead else "Save"
    return _page(request, one.participant, form, title=title, submit=submit, one=one)


def _say(one: Appointment, form: OutcomeForm, viewer: Viewer) -> str:
    """Act on the form; what is said of it then. Raises ActionError."""
    said, at = form.cleaned_data, viewer.now()
    words = {
        "note": said.get("note", ""),
        "next_step": said.get("next_step", ""),
        "next_on": said.get("next_on"),
    }
    if said["outcome"] == form.KEPT:
        appointments.keep(appointment=one, minutes=one.minutes, **words, by=viewer, at=at)
        return "Appointment kept; the contact is logged."
    if said["outcome"] == form.MISSED:
        appointments.miss(appointment=one, why=said["why"], **words, by=viewer, at=at)
        return "Noted that they did not attend. Book another time while you think of it."
    appointments.cancel(appointment=one, why=said["why"], by=viewer, at=at)
    return "Appointment cancelled."


def _booked(appointment_id: UUID, viewer: Viewer) -> Appointment:
    """One of the viewer's provider, with somebody whom it holds on its contract today. Raises Http404."""
    held = held_by(viewer).values("participant_id", "contract_id")
    found = Appointment.objects.filter(pk=appointment_id, organisation=viewer.organisation_id)
    one = found.select_related("participant", "adviser", "contract").first()
    if one is None or not held.filter(participant=one.participant_id, contract=one.contract_id).exists():
        raise Http404
    return one


def _like(asked: str, person: Participant) -> Appointment | None:
    """The person's appointment that another is to be like, if there is one of that id."""
    found = Appointment.objects.filter(participant=person).select_related("contract")
    return next((one for one in found if str(one.pk) == asked), None) if asked else None


def _adviser(person: Participant, viewer: Viewer) -> UUID | None:
    """Who meets the person unless somebody else is chosen: their adviser, or the viewer while they have none."""
    advisers = held_by(viewer).filter(participant=person).exclude(adviser=None)
    return advisers.values_list("adviser_id", flat=True).first() or viewer.user_id


def _page(request: HttpRequest, person: Participant, form: Any, **shown: Any) -> HttpResponse:
    viewer = viewer_of(request)
    page = reverse("participant", args=[person.reference])
    audit.look(viewer, "participant.appointment_form", participant_id=person.pk)
    back = way_back(request, reverse("participant_appointments", args=[person.reference]))
    context = {
        "participant": person,
        "form": form,
        **rules_of(person),
        "back": back,
        "trail": [("Caseload", reverse("caseload")), (str(person), page)],
        **shown,
    }
    status = 422 if form.errors else 200
    return render(request, "participants/appointment_form.html", context, status=status)
