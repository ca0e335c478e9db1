"""Somebody who was found not eligible after the start: recorded by those who claim, and taken back by them.

Either is grave: by one person alone it takes back everything that was earned, or has it earned anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import ineligibility as actions
from outcomes.fact_forms import EligibleForm, FindingForm, NotEligibleForm
from outcomes.findings import GoesBack, as_rows, by_reference, goes_back, standing_of, starts_without
from outcomes.milestones import spoken
from outcomes.models import Ineligibility
from outcomes.views.guessing import typed
from outcomes.views.step import Page, Words, answer
from outcomes.work import what_changed
from participants import tabs
from participants.models import Enrolment
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer, acting_as

CODE: Final = "findings.reference"
FOR_WHOM: Final = (
    "For people who are shown to named people only. Whoever is named tells you the reference; you see sums, never the"
    " person. Every look is recorded."
)
Standing = Mapping[Enrolment, Ineligibility]


FIND: Final = Words(
    "Found not eligible",
    "Record the finding",
    "Everything that was earned from this start goes back at the price that was paid, on the earliest open statement,"
    " and its claims go to clawback. Nothing more is earned while the finding stands.",
)
TAKE_BACK: Final = Words(
    "Take the finding back",
    "Take it back",
    "Everything that the facts support is earned anew, as new lines. Claims are made again.",
)


@dataclass(frozen=True)
class About:
    """About whom a page is, by reference alone: whoever claims need not see people.

    back: where the page leads back to, and above the pages above. code: what a look at it is called. carried: whose
    the reference is, where the address does not say it.
    """

    participant_id: UUID
    reference: str
    back: str
    above: Sequence[tuple[str, str]]
    code: str = "participant.eligibility_form"
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_seen(self) -> bool:
        """Whether the viewer sees the person, and so what was written about them."""
        return not self.carried

    def page(self, words: Words, rows: Sequence[tuple[str, str]], viewer: Viewer, at: datetime) -> Page:
        """The page of a step; afterwards it says what that did, whoever may see the person."""

        def done(found: Ineligibility) -> str:
            with acting_as(viewer.as_system("what a finding did")):
                return f"Recorded. {what_changed(found.enrolment, at, viewer)}".strip()

        caption = f"Participant {self.reference}"
        return Page(
            *(words.title, words.submit, done, caption, self.back, words.follows),
            rows=rows,
            above=self.above,
            carried=self.carried,
        )

    def look(self, viewer: Viewer) -> None:
        audit.look(viewer, self.code, participant_id=self.participant_id)


@for_members("prime", permission=Permission.CLAIM)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def find_not_eligible(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that somebody who started had not been eligible, and see what that takes back."""
    about = _about(reference)
    starts = starts_without(about.participant_id)
    if not starts:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    return find(request, about, starts, goes_back(starts), sent)


@for_members("prime", permission=Permission.CLAIM)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def withdraw_not_eligible(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the finding back, so that what the facts support is earned anew."""
    about = _about(reference)
    standing = standing_of(about.participant_id)
    if not standing:
        raise Http404
    return take_back(request, about, standing, request.POST if request.method == "POST" else None)


@for_members("prime", permission=Permission.CLAIM)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def find_by_reference(request: HttpRequest) -> HttpResponse:
    """Make a finding, or take one back, for somebody whom the one who claims does not see."""
    viewer = viewer_of(request)
    form = FindingForm(request.POST if request.method == "POST" else None)
    found = typed(
        request, form, CODE, lambda reference: by_reference(viewer, reference), has=form.is_possible
    )
    back, claims = reverse("find_by_reference"), reverse("claim_by_reference")
    if found is None:
        page = Page("Finding by reference", "Go on", "", "Claims", claims, FOR_WHOM)
        status = 422 if form.errors else 200
        return render(request, "outcomes/step.html", {"page": page, "form": form}, status=status)
    reference, step = form.cleaned_data["reference"], form.cleaned_data["step"]
    carried = {"reference": reference, "step": step, "sent": "yes"}
    above = [("Claims", reverse("claims_due")), ("Finding by reference", back)]
    about = About(found.participant_id, reference, back, above, CODE, carried)
    sent = request.POST if "sent" in request.POST else None
    if step == FindingForm.FIND:
        return find(request, about, found.starts, found.back, sent)
    return take_back(request, about, found.standing, sent)


def find(
    request: HttpRequest, about: About, starts: Sequence[Enrolment], back: Mapping[UUID, GoesBack], sent: Any
) -> HttpResponse:
    """The page on which a finding is made. sent: what was typed on it, if anything."""
    viewer, at = viewer_of(request), viewer_of(request).now()
    page = about.page(FIND, list(as_rows(starts, back)), viewer, at)
    form = NotEligibleForm(sent, starts=starts, shown=back, today=viewer.today)
    return answer(
        request,
        page,
        form,
        lambda: actions.find(**form.finding, by=viewer, at=at),
        look=lambda: about.look(viewer),
    )


def take_back(request: HttpRequest, about: About, standing: Standing, sent: Any) -> HttpResponse:
    """The page on which a finding is taken back. sent: what was typed on it, if anything."""
    viewer, at = viewer_of(request), viewer_of(request).now()
    rows = [row for one in standing.values() for row in _said(one, about)]
    page = about.page(TAKE_BACK, rows, viewer, at)
    form = EligibleForm(sent, starts=list(standing))
    return answer(
        request,
        page,
        form,
        lambda: actions.withdraw(
            found=standing[form.cleaned_data["enrolment"]], why=form.cleaned_data["why"], by=viewer, at=at
        ),
        look=lambda: about.look(viewer),
    )


def _about(reference: str) -> About:
    """Somebody whom the viewer sees. Raises Http404."""
    person = tabs.find(reference)
    back = reverse("participant_money", args=[person.reference])
    above = [("Statements", reverse("statements")), (person.reference, back)]
    return About(person.pk, person.reference, back, above)


def _said(found: Ineligibility, about: About) -> list[tuple[str, str]]:
    return [
        ("Start", f"{found.contract.name}, {spoken(found.enrolment.started_on)}"),
        ("Found on", spoken(found.found_on)),
        ("Rule", found.says),
        *([("What showed it", found.words)] if about.is_seen else []),
    ]
