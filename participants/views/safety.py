"""A person's safety: the tab, and the pages that restrict who sees them, name people, and lower it again."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import tabs
from participants.actions import control_measure, lowering, restriction
from participants.models import Assignment, ControlMeasure, Participant, Restriction
from participants.models.enrolment import AssignmentQuerySet
from participants.safety import choices, names_shown, safety_of
from participants.safety_forms import AnswerForm, AskForm, MeasureForm, NameForm, RaiseForm, SafetyForm
from participants.telling import level_in_words
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer

BOTH = ("provider", "prime")
LEVEL_1 = (
    "Level 1: telephone number, address, e-mail and the words on safe contact are shown to named people only."
    " Everybody else still sees the person and works with them."
)
LEVEL_2 = (
    "Level 2: everybody who is not named stops seeing the person at once: in lists, searches, statements, figures"
    " by name, documents and the timeline."
)


@dataclass(frozen=True)
class Page:
    """The words of a form's page. intro: what it does, in plain sentences; tone: of its button."""

    title: str
    submit: str
    done: str
    intro: tuple[str, ...] = ()
    tone: str = ""


def typed(request: HttpRequest) -> QueryDict | None:
    """What was filled in, be it nothing; None for a form that is only shown."""
    return request.POST if request.method == "POST" else None


def held(reference: str, viewer: Viewer) -> Participant:
    """The person, if the viewer sees them and works with them today, or is the prime. Raises Http404."""
    person = tabs.find(reference)
    if viewer.kind != "prime" and not _assignments(person, viewer).exists():
        raise Http404
    return person


def _assignments(person: Participant, viewer: Viewer) -> AssignmentQuerySet:
    return Assignment.objects.in_force(viewer.today).filter(participant=person)


@for_members(*BOTH, permission=Permission.SEE_PEOPLE)
@require_GET
def participant_safety(request: HttpRequest, reference: str) -> HttpResponse:
    """The tab: what is in force, who is named, the measures, and what was done."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    is_held = viewer.kind == "prime" or _assignments(person, viewer).exists()
    return tabs.render_tab(
        request,
        person,
        url_name="participant_safety",
        template="participants/safety.html",
        context={"safety": safety_of(person, viewer, is_held=is_held), "works_with": is_held},
    )


@for_members(*BOTH, permission=Permission.RESTRICT)
@require_http_methods(["GET", "POST"])
def raise_restriction(request: HttpRequest, reference: str) -> HttpResponse:
    """Restrict the person, or further."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    before = restriction.in_force(person)
    if before is not None and before.level == Restriction.Level.NAMED_ONLY:
        raise Http404
    reaches = before is None or restriction.is_trusted(person, viewer)
    places = choices(person, viewer, cleared_alone=not reaches)
    form = RaiseForm(
        typed(request),
        places=[place for place in places if place.user_id != viewer.user_id],
        advisers={one for one in _assignments(person, viewer).values_list("adviser_id", flat=True) if one},
        least=(before.level if before else 0) + 1,
        reaches=reaches,
    )
    page = Page(
        "Restrict who sees this person" if before is None else "Restrict further",
        "Restrict",
        "The restriction is in force.",
        (
            "Do this where somebody is at risk now. That a family has a concern is no reason.",
            LEVEL_1,
            LEVEL_2,
            "You alone can do this. Lowering it again takes two.",
        ),
        tone="warning",
    )
    return _answer(
        request,
        person,
        page,
        form,
        lambda: restriction.raise_level(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data),
    )


@for_members(*BOTH, permission=Permission.RESTRICT)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def name_person(request: HttpRequest, reference: str) -> HttpResponse:
    """Let one more person see the restricted person."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    if restriction.in_force(person) is None or not restriction.is_trusted(person, viewer):
        raise Http404
    form = NameForm(typed(request), places=choices(person, viewer))
    page = Page(
        "Name somebody",
        "Name",
        "They see this person from now on.",
        (
            "Whoever is named sees everything that their place allows. Why is read by the named and the cleared.",
        ),
    )
    return _answer(
        request,
        person,
        page,
        form,
        lambda: restriction.name_person(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data),
    )


@for_members(*BOTH, permission=Permission.RESTRICT)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def end_naming(request: HttpRequest, reference: str, user_id: UUID) -> HttpResponse:
    """Let a named person see the restricted person no longer."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    if (
        not restriction.is_trusted(person, viewer)
        or not restriction.named(person).filter(user=user_id).exists()
    ):
        raise Http404
    name = names_shown({user_id}, viewer)[user_id]
    page = Page(
        f"End the naming of {name}",
        "End it",
        f"{name} is no longer named.",
        ("From then on they see of this person only what everybody sees at this level.",),
        tone="warning",
    )
    return _answer(
        request,
        person,
        page,
        SafetyForm(typed(request)),
        lambda: restriction.end_naming(participant=person, user_id=user_id, by=viewer, at=viewer.now()),
    )


@for_members(*BOTH, permission=Permission.LIFT_RESTRICTION)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def ask_lowering(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask a second person to agree to a lower level."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    found = restriction.in_force(person)
    if found is None:
        raise Http404
    form = AskForm(typed(request), level=found.level)
    page = Page(
        "Ask to lower the restriction",
        "Ask",
        "Somebody else has to agree now.",
        ("It stays in force until somebody else who sees this person and may lower restrictions agrees.",),
    )
    return _answer(
        request,
        person,
        page,
        form,
        lambda: lowering.ask_lowering(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data),
    )


@for_members(*BOTH, permission=Permission.LIFT_RESTRICTION)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def answer_lowering(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree to the lower level that somebody else asked for, or refuse it."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    found = restriction.in_force(person)
    if found is None or found.lowering_asked_by_id is None or found.lowering_to is None:
        raise Http404
    may_agree = found.lowering_asked_by_id != viewer.user_id
    form = AnswerForm(typed(request), to=found.lowering_to, may_agree=may_agree)
    asked_by = names_shown({found.lowering_asked_by_id}, viewer)[found.lowering_asked_by_id]
    why = lowering.why_lower(found)
    page = Page(
        "Answer the question to lower the restriction",
        "Answer",
        "Answered.",
        (
            f"{asked_by} asked for: {level_in_words(found.lowering_to)}. In force is: {level_in_words(found.level)}.",
            f"Why: {why}" if why else "Why is read by people who are named or cleared. Ask one of them.",
            "If you agree, the lower level holds at once. Nobody else is asked.",
        ),
    )

    def act() -> object:
        acts = {"agree": lowering.agree_lowering, "refuse": lowering.refuse_lowering}
        chosen = acts[form.cleaned_data["answer"]]
        return chosen(participant=person, to=form.cleaned_data["to"], by=viewer, at=viewer.now())

    return _answer(request, person, page, form, act)


@for_members(*BOTH, permission=Permission.RESTRICT)
@require_http_methods(["GET", "POST"])
def add_measure(request: HttpRequest, reference: str) -> HttpResponse:
    """Note what staff must know to be safe."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    form = MeasureForm(typed(request))
    page = Page(
        "Add a control measure",
        "Add",
        "The control measure is in force.",
        ("Shown to everybody who books or meets this person. It says what to do, and never why.",),
    )
    return _answer(
        request,
        person,
        page,
        form,
        lambda: control_measure.add(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data),
    )


@for_members(*BOTH, permission=Permission.RESTRICT)
@require_http_methods(["GET", "POST"])
def end_measure(request: HttpRequest, reference: str, measure_id: UUID) -> HttpResponse:
    """End a measure that is no longer needed."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    measure = get_object_or_404(ControlMeasure, pk=measure_id, participant=person, ended_at=None)
    said = f": {measure.words}" if measure.words else ""
    page = Page(
        "End a control measure",
        "End it",
        "The control measure has ended.",
        (f"{measure.get_kind_display()}{said}.", "Nobody is reminded of it from then on."),
        tone="warning",
    )
    return _answer(
        request,
        person,
        page,
        SafetyForm(typed(request)),
        lambda: control_measure.end(measure=measure, by=viewer, at=viewer.now()),
    )


def _answer(
    request: HttpRequest, person: Participant, page: Page, form: SafetyForm, act: Callable[[], object]
) -> HttpResponse:
    """Do what a valid form asks, or show it with what was typed."""
    back = reverse("participant_safety", args=[person.reference])
    if form.is_valid():
        try:
            act()
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, page.done)
            # Whoever put the person out of their own sight has no page to go back to.
            still_seen = Participant.objects.filter(pk=person.pk).exists()
            return redirect(back if still_seen else reverse("home"))
    audit.look(viewer_of(request), "participant.safety_form", participant_id=person.pk)
    trail = [
        *[("Caseload", reverse("caseload"))] * (viewer_of(request).kind == "provider"),
        (str(person), back),
    ]
    shown = {"page": page, "form": form, "participant": person, "back": back, "trail": trail}
    return render(request, "participants/safety_form.html", shown, status=422 if form.errors else 200)
