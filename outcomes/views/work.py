"""A person's jobs and what they earned: two tabs of the participant page, and the forms that change a job."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes import chain
from outcomes.actions import job as jobs
from outcomes.findings import findings_of, starts_without
from outcomes.forms import CorrectJobForm, EndJobForm, JobForm, MoveJobForm
from outcomes.in_work import support_of
from outcomes.leaving import signs_of
from outcomes.milestones import spoken
from outcomes.models import Job
from outcomes.money import money_of
from outcomes.views.changing import FOLLOWS, Page, answer
from outcomes.work import contracts_held, enrolments_held, work_of
from participants import tabs
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer

CODE = "participant.job_form"
NO_GAP = (
    "The old job ends and the new one begins in one step. Where one begins the day after the other ends, the person was"
    " in work throughout, and weeks towards the next milestone go on being counted."
)


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_work(request: HttpRequest, reference: str) -> HttpResponse:
    """Jobs, what was reached and why, and what comes next."""
    person = tabs.find(reference)
    viewer = viewer_of(request)
    work = work_of(person.pk, viewer)
    jobs_of_person = [worked.job for one in work for worked in one.jobs]
    asked = support_of(jobs_of_person)
    signs = signs_of(jobs_of_person, asked, viewer.today)
    support = [
        (job, [(step, step.state(viewer.today)) for step in steps], signs[job.pk]) for job, steps in asked
    ]
    context = {"work": work, "support": support, "findings": findings_of(person.pk)}
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
    may_find = can(viewer, Permission.CLAIM)
    context = {
        "sums": sums,
        "totals": totals,
        "findings": findings_of(person.pk),
        "may_find": may_find,
        "may_be_found": may_find and bool(starts_without(person.pk)),
        "reference": person.reference,
    }
    if not can(viewer, Permission.SEE_PEOPLE):
        audit.look(viewer, "participant.money", participant_id=person.pk)
        crumbs = [("Statements", reverse("statements"))]
        return render(request, "outcomes/money_page.html", {**context, "crumbs": crumbs})
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
    page = Page(CODE, "Record a job", "Record job", "Job recorded.", person)
    form = JobForm(request.POST or None, enrolments=enrolments, chain=chain.members())
    return answer(
        request, page, form, lambda at: jobs.record(**form.cleaned_data, by=viewer, at=at), day="starts_on"
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def end_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """End a job that is still held."""
    viewer = viewer_of(request)
    job = _job(job_id, viewer)
    page = Page(CODE, "End a job", "End job", "Job ended.", job.participant, job, _rows(job), FOLLOWS)
    form = EndJobForm(request.POST or None)
    return answer(request, page, form, lambda at: jobs.end(job=job, **form.cleaned_data, by=viewer, at=at))


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def move_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Change the employer in one step: the job ends and the next begins."""
    viewer = viewer_of(request)
    job = _job(job_id, viewer)
    page = Page(
        *(CODE, "Change employer", "Change employer", "Employer changed."),
        *(job.participant, job, _rows(job), f"{NO_GAP} {FOLLOWS}"),
    )
    form = MoveJobForm(request.POST or None, job=job, chain=chain.members())
    return answer(request, page, form, lambda at: jobs.move(job=job, **form.cleaned_data, by=viewer, at=at))


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def correct_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Correct the dates, hours and kind of a job, or declare its employer."""
    viewer = viewer_of(request)
    job = _job(job_id, viewer)
    page = Page(
        CODE, "Correct a job", "Correct job", "Job corrected.", job.participant, job, _rows(job), FOLLOWS
    )
    form = CorrectJobForm(request.POST or None, job=job, chain=chain.members())
    return answer(
        request, page, form, lambda at: jobs.correct(job=job, **form.cleaned_data, by=viewer, at=at)
    )


def _rows(job: Job) -> list[tuple[str, str]]:
    until = spoken(job.ends_on) if job.ends_on else "now"
    return [
        ("Job", f"{job.title}, {job.employer}"),
        ("Recorded dates", f"{spoken(job.starts_on)} to {until}"),
    ]


def _job(job_id: UUID, viewer: Viewer) -> Job:
    """The job, if the viewer's organisation holds the person on its contract today. Raises Http404."""
    job = get_object_or_404(Job.objects.select_related("participant", "enrolment__participant"), pk=job_id)
    if job.enrolment.contract_id not in contracts_held(job.participant_id, viewer):
        raise Http404
    return job
