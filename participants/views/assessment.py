"""A participant's assessments: the tab that shows what they said and how it moved, and making one."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import tabs
from participants.actions import assessment as assessments
from participants.answers import Answer, Course, history, in_the_way
from participants.assessment_forms import AssessmentForm
from participants.caseload import contracts_held
from participants.safety import names_shown
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.assessing import questions_of
from programmes.models import AssessmentTemplate


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_assessments(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person said last, to whom and when, and how it moved since they were first asked."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    told = history(person)
    courses = [Course.of(answers) for answers in told.values()]
    # The newest assessment's headings come first, and its questions in their order.
    courses.sort(key=lambda course: course.last.on, reverse=True)
    by_heading = sorted(courses, key=lambda course: _place(course.last, courses))
    asked_by = _asked_by([course.last for course in courses], viewer)
    lines = [(course, asked_by[course.last.first.pk]) for course in by_heading]
    held = contracts_held(person, viewer) if can(viewer, Permission.KEEP_CASE) else []
    context = {
        "groups": [
            (heading, list(under))
            for heading, under in groupby(lines, lambda one: one[0].last.question.heading)
        ],
        "in_the_way": in_the_way(told),
        "templates": AssessmentTemplate.objects.filter(
            withdrawn_at=None, programme__in={contract.programme_id for contract in held}
        ).order_by("title"),
    }
    return tabs.render_tab(
        request,
        person,
        url_name="participant_assessments",
        template="participants/assessments.html",
        context=context,
    )


def _place(answer: Answer, courses: list[Course]) -> int:
    """Where the first question of the same heading stands."""
    return next(
        place for place, one in enumerate(courses) if one.last.question.heading == answer.question.heading
    )


def _asked_by(answers: list[Answer], viewer: Viewer) -> dict[UUID, str]:
    """By the assessment in which they were first given, who asked; a competitor and its people stay unnamed."""
    made = {answer.first.pk: answer.first for answer in answers}
    names = names_shown({one.adviser_id for one in made.values()}, viewer)
    providers = Organisation.objects.in_bulk({one.organisation_id for one in made.values()})
    return {
        pk: f"{names[one.adviser_id]}, {providers[one.organisation_id].name}"
        if one.organisation_id in providers
        else "another provider"
        for pk, one in made.items()
    }


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, reference: str, template_id: UUID) -> HttpResponse:
    """Assess somebody whom the provider holds today, by the questions of their programme."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    template = AssessmentTemplate.objects.filter(pk=template_id, withdrawn_at=None).first()
    held = contracts_held(person, viewer)
    on = [contract for contract in held if template and contract.programme_id == template.programme_id]
    if template is None or not on:
        raise Http404
    before = {code: answers[-1] for code, answers in history(person).items()}
    asked_by = _asked_by(list(before.values()), viewer)
    form = AssessmentForm(
        request.POST or None,
        contracts=on,
        questions=questions_of(template.questions),
        before=before,
        asked_by=asked_by,
        today=viewer.today,
    )
    if form.is_valid():
        try:
            assessments.assess(participant=person, template=template, **form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "The assessment is kept.")
            return redirect("participant_assessments", person.reference)
    audit.look(viewer, "participant.assessment_form", participant_id=person.pk)
    page = reverse("participant", args=[person.reference])
    context = {
        "participant": person,
        "template": template,
        "form": form,
        "carried": form.is_carried_over,
        "back": reverse("participant_assessments", args=[person.reference]),
        "trail": [("Caseload", reverse("caseload")), (str(person), page)],
    }
    return render(request, "participants/assess.html", context, status=422 if form.errors else 200)
