"""What a provider answers to a referral: accept, hand back, record the start or that there will be none."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import tabs
from participants.actions.assignment import advisers_of
from participants.actions.restriction import who_sees
from participants.models import ControlMeasure
from participants.safety import measures_of
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer
from referrals import steps
from referrals.actions import allocation, start
from referrals.forms import AcceptForm, DidNotStartForm, HandBackForm, StartForm, typed
from referrals.inbox import offers
from referrals.models import Allocation, Referral
from referrals.views.referrals import find

Answer = Callable[[dict[str, Any]], object]


def own_offer(reference: str, viewer: Viewer, status: str) -> Allocation:
    """The viewer's offer of a referral that has the status. Raises Http404."""
    found = (
        offers(viewer, status)
        .filter(referral=find(reference))
        .select_related("referral__participant", "referral__contract", "assignment")
    )
    offer = found.order_by("-allocated_at", "-id").first()
    if offer is None:
        raise Http404
    return offer


def answer(
    request: HttpRequest,
    offer: Allocation,
    form: Any,
    act: Answer,
    *,
    title: str,
    submit: str,
    done: str,
    to: str,
) -> HttpResponse:
    """Show the form, or do what it says and go on; a refusal is said in the form, which keeps what was typed."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect(to)
    found = offer.referral
    audit.look(viewer_of(request), "referral.answer_form", participant_id=found.participant_id, subject=found)
    shown = {
        "form": form,
        "offer": offer,
        "referral": found,
        "measures": measures_of_offer(offer),
        "title": title,
        "submit": submit,
        "trail": [
            ("Referrals", reverse("referrals")),
            (found.reference, reverse("referral", args=[found.reference])),
        ],
    }
    return render(request, "referrals/answer.html", shown, status=422 if form.errors else 200)


def measures_of_offer(offer: Allocation) -> list[ControlMeasure]:
    """What whoever books or meets the person must know to be safe."""
    person = offer.referral.participant_id
    return measures_of([person])[person] if person else []


def after(offer: Allocation, viewer: Viewer) -> str:
    """Where to go when all is done: to the person, for those who see people."""
    if can(viewer, Permission.SEE_PEOPLE) and offer.referral.participant is not None:
        return reverse("participant", args=[offer.referral.participant.reference])
    return reverse("referrals")


@for_members("provider", permission=Permission.ANSWER_REFERRAL)
@require_http_methods(["GET", "POST"])
def accept_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the person on, with an adviser and a first appointment."""
    viewer = viewer_of(request)
    offer = own_offer(reference, viewer, Referral.Status.ALLOCATED)
    places = list(advisers_of(offer.organisation_id, viewer.today))
    advisers = {place.user_id for place in places}
    if offer.referral.participant is not None:
        advisers = who_sees(offer.referral.participant, advisers)
        places = [place for place in places if place.user_id in advisers]
    usual = offer.assignment.adviser_id or (viewer.user_id if viewer.user_id in advisers else None)
    form = AcceptForm(typed(request), places=places, chosen=usual)

    def act(data: dict[str, Any]) -> object:
        chosen = next(one for one in advisers if str(one) == data["adviser"])
        day: date = data["first_appointment_on"]
        return allocation.accept(
            allocation=offer, adviser_id=chosen, first_appointment_on=day, by=viewer, at=viewer.now()
        )

    return answer(
        request,
        offer,
        form,
        act,
        title="Join the referral to the record" if allocation.is_join(offer) else "Accept the referral",
        submit="Accept",
        done=f"{offer.referral.participant} is with you.",
        to=after(offer, viewer),
    )


@for_members("provider", permission=Permission.ANSWER_REFERRAL)
@require_http_methods(["GET", "POST"])
def hand_back_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the referral back, with a reason."""
    viewer = viewer_of(request)
    offer = own_offer(reference, viewer, Referral.Status.ALLOCATED)
    return answer(
        request,
        offer,
        HandBackForm(typed(request)),
        lambda data: allocation.hand_back(allocation=offer, by=viewer, at=viewer.now(), **data),
        title="Hand the referral back",
        submit="Hand back",
        done="The referral was handed back.",
        to=reverse("referrals"),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def start_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the day on which the person started."""
    viewer = viewer_of(request)
    offer = own_offer(reference, viewer, Referral.Status.ACCEPTED)
    return answer(
        request,
        offer,
        StartForm(typed(request), today=viewer.today),
        lambda data: start.start(referral=offer.referral, by=viewer, at=viewer.now(), **data),
        title="Record the start",
        submit="Record the start",
        done=f"The start of {offer.referral.participant} is recorded.",
        to=after(offer, viewer),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def did_not_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that there will be no start."""
    viewer = viewer_of(request)
    offer = own_offer(reference, viewer, Referral.Status.ACCEPTED)
    return answer(
        request,
        offer,
        DidNotStartForm(typed(request)),
        lambda data: start.did_not_start(referral=offer.referral, by=viewer, at=viewer.now(), **data),
        title="Record that there will be no start",
        submit="Record",
        done="It is recorded that there will be no start.",
        to=reverse("referrals"),
    )


@for_members("provider", permission=Permission.ANSWER_REFERRAL)
@require_GET
def offer_of_participant(request: HttpRequest, reference: str) -> HttpResponse:
    """From the participant's page to the referral that waits for an answer."""
    offer = steps.offer_to_answer(tabs.find(reference), viewer_of(request))
    if offer is None:
        raise Http404
    return redirect("referral", offer.referral.reference)


@for_members("provider", permission=Permission.KEEP_CASE)
@require_GET
def start_of_participant(request: HttpRequest, reference: str) -> HttpResponse:
    """From the participant's page to the form that records the start."""
    offer = steps.offer_to_start(tabs.find(reference), viewer_of(request))
    if offer is None:
        raise Http404
    return redirect("start_referral", offer.referral.reference)
