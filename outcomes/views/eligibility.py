"""Somebody who was found not eligible after the start: recorded by those who claim, and taken back by them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import ineligibility as actions
from outcomes.fact_forms import EligibleForm, NotEligibleForm
from outcomes.findings import findings_of, goes_back, starts_without
from outcomes.milestones import spoken
from outcomes.models import Ineligibility
from outcomes.views.step import Page, answer
from outcomes.work import what_changed
from participants import tabs
from participants.models import Participant
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer

CODE = "participant.eligibility_form"


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def find_not_eligible(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that somebody who started had not been eligible, and see what that takes back."""
    viewer, person = viewer_of(request), tabs.find(reference)
    starts, at = starts_without(person.pk), viewer.now()
    if not starts:
        raise Http404
    follows = (
        "Everything that was earned from this start goes back at the price that was paid, on the earliest open"
        " statement, and its claims go to clawback. Nothing more is earned while the finding stands."
    )
    page = _page(
        "Found not eligible", "Record the finding", person, viewer, at, list(goes_back(starts)), follows
    )
    form = NotEligibleForm(
        request.POST if request.method == "POST" else None, starts=starts, today=viewer.today
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.find(**form.cleaned_data, by=viewer, at=at),
        look=lambda: audit.look(viewer, CODE, participant_id=person.pk),
    )


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def withdraw_not_eligible(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the finding back, so that what the facts support is earned anew."""
    viewer, person, at = viewer_of(request), tabs.find(reference), viewer_of(request).now()
    standing = {one.enrolment: one for one in findings_of(person.pk) if one.withdrawn_at is None}
    if not standing:
        raise Http404
    follows = "Everything that the facts support is earned anew, as new lines. Claims are made again."
    rows = [row for one in standing.values() for row in _said(one)]
    page = _page("Take the finding back", "Take it back", person, viewer, at, rows, follows)
    form = EligibleForm(request.POST if request.method == "POST" else None, starts=list(standing))
    return answer(
        request,
        page,
        form,
        lambda: actions.withdraw(
            found=standing[form.cleaned_data["enrolment"]], why=form.cleaned_data["why"], by=viewer, at=at
        ),
        look=lambda: audit.look(viewer, CODE, participant_id=person.pk),
    )


def _page(
    title: str,
    submit: str,
    person: Participant,
    viewer: Viewer,
    at: datetime,
    rows: Sequence[tuple[str, str]],
    follows: str,
) -> Page:
    """By reference alone: whoever claims need not see people."""
    back = reverse("participant_money", args=[person.reference])

    def done(found: Ineligibility) -> str:
        return f"Recorded. {what_changed(found.enrolment, at, viewer)}".strip()

    above = [("Statements", reverse("statements")), (person.reference, back)]
    return Page(title, submit, done, f"Participant {person.reference}", back, follows, rows, above)


def _said(found: Ineligibility) -> list[tuple[str, str]]:
    return [
        ("Start", f"{found.contract.name}, {spoken(found.enrolment.started_on)}"),
        ("Found on", spoken(found.found_on)),
        ("Rule", found.says),
        ("What showed it", found.words),
    ]
