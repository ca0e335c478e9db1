"""A person's jobs and what they earned: two tabs of the participant page, and the forms that change a job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import job as jobs
from outcomes.forms import AboutAJob, CorrectJobForm, EndJobForm, JobForm
from outcomes.models import Job
from outcomes.money import money_of
from outcomes.work import contracts_held, enrolments_held, what_changed, work_of
from participants import tabs
from participants.models import Participant
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer


@dataclass(frozen=True)
class Page:
    """The words of a form's page, the person it is about and, where there is one already, the job."""

    title: str
    submit: str
    done: str
    participant: Participant
    job: Job | None = None


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_work(request: HttpRequest, reference: str) -> HttpResponse:
    """Jobs, what was reached and why, and what comes next."""
    person = tabs.find(reference)
    context = {"work": work_of(person.pk, viewer_of(request))}
    return tabs.render_tab(
        request, person, url_name="participant_work", template="outcomes/work.html", context=context
    )


@for_members("provider", "prime", permission=Permission.SEE_MONEY)
@require_GET
def participant_money(request: HttpRequest, reference: str) -> HttpResponse:
    """What the milestones earned, and what was taken back; by reference alone for those who may not see people."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    sums, totals = money_of(person.pk, viewer)
    context = {"sums": sums, "totals": totals}
    if not can(viewer, Permission.SEE_PEOPLE):
        audit.look(viewer, "participant.money", participant_id=person.pk)
        crumbs = [("Statements", reverse("statements"))]
        return render(
            request, "outcomes/money_page.html", {**context, "crumbs": crumbs, "reference": person.reference}
        )
    return tabs.render_tab(
        request, person, url_name="participant_money", template="outcomes/money.html", context=context
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def record_job(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a job of somebody who has started and whom the provider holds today."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    enrolments = enrolments_held(person.pk, viewer)
    if not enrolments:
        raise Http404
    page = Page("Record a job", "Record job", "Job recorded.", person)
    form = JobForm(request.POST or None, enrolments=enrolments)
    return _answer(request, page, form, lambda at: jobs.record(**form.cleaned_data, by=viewer, at=at))


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def end_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """End a job that is still held."""
    viewer = viewer_of(request)
    job = _job(job_id, viewer)
    page = Page("End a job", "End job", "Job ended.", job.participant, job)
    form = EndJobForm(request.POST or None)
    return _answer(request, page, form, lambda at: jobs.end(job=job, **form.cleaned_data, by=viewer, at=at))


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def correct_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Correct the dates of a job."""
    viewer = viewer_of(request)
    job = _job(job_id, viewer)
    page = Page("Correct a job", "Correct dates", "Dates corrected.", job.participant, job)
    form = CorrectJobForm(request.POST or None, initial={"starts_on": job.starts_on, "ends_on": job.ends_on})
    return _answer(
        request, page, form, lambda at: jobs.correct(job=job, **form.cleaned_data, by=viewer, at=at)
    )


def _job(job_id: UUID, viewer: Viewer) -> Job:
    """The job, if the viewer's organisation holds the person on its contract today. Raises Http404."""
    job = get_object_or_404(Job.objects.select_related("participant", "enrolment__participant"), pk=job_id)
    if job.enrolment.contract_id not in contracts_held(job.participant_id, viewer):
        raise Http404
    return job


def _answer(
    request: HttpRequest, page: Page, form: AboutAJob, act: Callable[[datetime], Job]
) -> HttpResponse:
    """Do what a valid form asks and say what it changed, or show the form with what was typed."""
    viewer = viewer_of(request)
    back = reverse("participant_work", args=[page.participant.reference])
    if form.is_valid():
        at = viewer.now()
        try:
            job = act(at)
        except ActionError as error:
            form.refuse(error)
        else:
            before = (
                " Days before the start do not count." if job.starts_on < job.enrolment.started_on else ""
            )
            messages.success(
                request, f"{page.done}{before} {what_changed(job.enrolment, at, viewer)}".strip()
            )
            return redirect(back)
    audit.look(viewer, "participant.job_form", participant_id=page.participant.pk, subject=page.job)
    trail = [("Caseload", reverse("caseload")), (str(page.participant), back)]
    context = {"page": page, "form": form, "back": back, "trail": trail}
    return render(request, "outcomes/job_form.html", context, status=422 if form.errors else 200)
