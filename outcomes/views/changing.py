"""The page of a form that changes a fact of somebody's work, and what follows when it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from outcomes.forms import Refusable
from outcomes.models import BenefitSpell, Earning, Evidence, Job
from outcomes.views.step import Page as Step
from outcomes.views.step import answer as take
from outcomes.work import what_changed
from participants.models import Document, Participant
from partners import audit
from partners.middleware import viewer_of

FOLLOWS = "Milestones are worked out again. What no longer holds is reversed, and the statement says why."


Fact = Job | Earning | Evidence | BenefitSpell


@dataclass(frozen=True)
class Page:
    """The words of the page, the person it is about and, where there is one already, the fact and what it says.

    code: what the page is called in the audit. follows: what the change will do, if it may do something.
    document: what whoever decides must read.
    """

    code: str
    title: str
    submit: str
    done: str
    participant: Participant
    subject: Fact | None = None
    rows: Sequence[tuple[str, str]] = ()
    follows: str = ""
    document: Document | None = None


def answer(
    request: HttpRequest,
    page: Page,
    form: Refusable,
    act: Callable[[datetime], Fact],
    *,
    day: str = "",
) -> HttpResponse:
    """Do what a valid form asks and say what it changed, or show the form with what was typed.

    day: the field whose date does not count when it lies before the start.
    """
    viewer = viewer_of(request)
    at = viewer.now()
    back = reverse("participant_work", args=[page.participant.reference])

    def done(fact: Fact) -> str:
        on: date | None = form.cleaned_data.get(day)
        early = " Days before the start do not count." if on and on < fact.enrolment.started_on else ""
        return f"{page.done}{early} {what_changed(fact.enrolment, at, viewer)}".strip()

    step = Step(
        page.title,
        page.submit,
        done,
        f"{page.participant}, {page.participant.reference}",
        back,
        page.follows,
        page.rows,
        [("Caseload", reverse("caseload")), (str(page.participant), back)],
        page.document,
    )
    return take(
        request,
        step,
        form,
        lambda: act(at),
        look=lambda: audit.look(viewer, page.code, participant_id=page.participant.pk, subject=page.subject),
    )
