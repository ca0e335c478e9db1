"""The second look: samples of claims, what was found, the provider's answer, and what goes back."""

from dataclasses import asdict
from decimal import ROUND_UP, Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import recovery
from outcomes.actions import sample as actions
from outcomes.claims import second_look
from outcomes.models import AuditGrant, Claim, Recovery, Sample, SampleItem
from outcomes.sample_forms import (
    DrawForm,
    FindForm,
    LetInForm,
    RecoverForm,
    ReplyForm,
    ShutOutForm,
    VerdictForm,
)
from outcomes.views.claims import READERS, shown_to
from outcomes.views.step import Page, answer
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.second_factor import fresh_second_factor
from partners.templatetags.baton import on, pence
from partners.viewer import Viewer, acting_as

MOST_SHOWN = 50


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """The newest samples; a provider sees those with claims of its own."""
    viewer = viewer_of(request)
    found = Sample.objects.select_related("contract").order_by("-drawn_at")[:MOST_SHOWN]
    results = second_look.results(found, viewer)
    context = {"samples": [(one, results[one.pk]) for one in found], **shown_to(viewer)}
    return render(request, "outcomes/samples/samples.html", context)


@for_members("prime", permission=Permission.SAMPLE)
@require_http_methods(["GET", "POST"])
def draw_sample(request: HttpRequest) -> HttpResponse:
    """Draw claims for a second look."""
    viewer, form = viewer_of(request), DrawForm(request.POST or None)
    if form.is_valid():
        try:
            drawn = _drawn(form, viewer)
        except ActionError as error:
            form.refuse(error)
        else:
            return redirect("sample", drawn.pk)
    above = [("Claims", reverse("claims")), ("Second look", reverse("samples"))]
    page = Page("Draw a sample", "Draw", "", "Second look", reverse("samples"), above=above)
    context = {"page": page, "form": form}
    return render(request, "outcomes/step.html", context, status=422 if form.errors else 200)


def _drawn(form: DrawForm, viewer: Viewer) -> Sample:
    said = form.cleaned_data
    contract = form.contracts[said["contract"]]
    size = said["size"]
    if size is None:
        there = actions.population(contract, said["claimed_from"], said["claimed_to"])
        with acting_as(viewer.as_system("the size of a sample")):
            share = Claim.objects.filter(there).count() * said["percent"] / 100
        size = int(Decimal(share).to_integral_value(ROUND_UP))
    return actions.draw(
        contract=contract,
        claimed_from=said["claimed_from"],
        claimed_to=said["claimed_to"],
        size=size,
        seed=said["seed"],
        by=viewer,
        at=viewer.now(),
    )


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample with its claims, as far as the viewer sees them."""
    viewer, found = viewer_of(request), _sample(sample_id)
    items = list(SampleItem.objects.filter(sample=found).select_related("organisation").order_by("position"))
    audit.searched(viewer, "sample", found=len(items), subject=found)
    recoveries = list(Recovery.objects.filter(sample=found).select_related("organisation", "charge"))
    context = {
        "sample": found,
        "lines": second_look.lines(items),
        "result": second_look.results([found], viewer)[found.pk],
        "grants": AuditGrant.objects.filter(sample=found).select_related("user").order_by("opens_on", "pk"),
        "recoveries": recoveries,
        "recovered": sum(one.pence for one in recoveries),
        "may_reply": viewer.kind == "provider" and can(viewer, Permission.ACCEPT_EVIDENCE),
        "may_recover": can(viewer, Permission.RECOVER) and not recoveries,
        "waiting": _waiting(found, viewer) if viewer.kind == "prime" and not recoveries else 0,
        "crumbs": [("Claims", reverse("claims")), ("Second look", reverse("samples"))],
        **shown_to(viewer),
    }
    return render(request, "outcomes/samples/sample.html", context)


@for_members("prime", permission=Permission.SAMPLE)
@require_http_methods(["GET", "POST"])
def judge_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Say whether the evidence of a drawn claim shows it."""
    viewer, found = viewer_of(request), _item(item_id)
    form = FindForm(
        request.POST or None,
        initial={"finding": found.finding, "reason": found.reason, "words": found.words},
    )
    return answer(
        request,
        _page(request, found, "The second look", "Save finding", "Finding saved."),
        form,
        lambda: actions.find(item=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )


@for_members("provider", permission=Permission.ACCEPT_EVIDENCE)
@require_http_methods(["GET", "POST"])
def reply_to_finding(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Answer an error that was found in a claim of one's own organisation."""
    viewer, found = viewer_of(request), _item(item_id)
    form = ReplyForm(request.POST or None)
    return answer(
        request,
        _page(request, found, "Answer the finding", "Send answer", "Answer sent."),
        form,
        lambda: actions.reply(item=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.SAMPLE)
@require_http_methods(["GET", "POST"])
def decide_finding(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Decide whether an error stands after the provider's answer."""
    viewer, found = viewer_of(request), _item(item_id)
    form = VerdictForm(request.POST or None)
    return answer(
        request,
        _page(request, found, "Decide on the answer", "Decide", "Decided."),
        form,
        lambda: actions.decide(item=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.SAMPLE)
@require_http_methods(["GET", "POST"])
def open_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Let an auditor of the commissioner read the sample until a day."""
    viewer, found = viewer_of(request), _sample(sample_id)
    form = LetInForm(request.POST or None, contract=found.contract, viewer=viewer)
    follows = (
        "They read the drawn claims with names and evidence, and nothing else. Every look is in the audit."
    )
    page = Page(
        "Open to an auditor",
        "Open",
        "Opened.",
        found.contract.name,
        reverse("sample", args=[found.pk]),
        follows,
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.let_in(
            sample=found,
            auditor=form.places[form.cleaned_data["auditor"]],
            opens_on=form.cleaned_data["opens_on"],
            closes_on=form.cleaned_data["closes_on"],
            by=viewer,
            at=viewer.now(),
        ),
    )


@for_members("prime", permission=Permission.SAMPLE)
@require_http_methods(["GET", "POST"])
def close_sample(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Close the sample to an auditor before the last day."""
    viewer = viewer_of(request)
    found = get_object_or_404(AuditGrant.objects.select_related("sample", "user"), pk=grant_id)
    page = Page(
        "Close the sample", "Close", "Closed.", found.user.name, reverse("sample", args=[found.sample_id])
    )
    form = ShutOutForm(request.POST if request.method == "POST" else None)
    return answer(request, page, form, lambda: actions.shut_out(grant=found, by=viewer, at=viewer.now()))


@for_members("prime", permission=Permission.RECOVER)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def recover_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Take back what the errors of the sample come to in all claims of its period."""
    viewer, found = viewer_of(request), _sample(sample_id)
    with acting_as(viewer.as_system("what a sample comes to")):
        comes_to = recovery.reckoned(found)
    sums, wrong = comes_to.sums, sum(part.error_pence for part in comes_to.parts.values())
    follows = (
        f"Errors of {pence(wrong)} in {pence(comes_to.checked)} that were paid and"
        f" checked. {pence(comes_to.population)} was paid for all claims of the period that stand."
        f" {comes_to.left_out} {pence(sums.pence)} goes back to the commissioner, and"
        f" {pence(sums.provider_pence)} is taken off the next statements of the providers."
    )
    page = Page(
        "Take back",
        "Take back",
        "Taken back.",
        found.contract.name,
        reverse("sample", args=[found.pk]),
        follows,
    )
    form = RecoverForm(request.POST if request.method == "POST" else None, initial=asdict(sums))
    return answer(
        request,
        page,
        form,
        lambda: recovery.recover(sample=found, expected=form.expected, by=viewer, at=viewer.now()),
    )


def _waiting(found: Sample, viewer: Viewer) -> int:
    """How many drawn claims stand before anything is taken back, whoever they are about."""
    with acting_as(viewer.as_system("what a sample waits for")):
        return recovery.waits(found, viewer.today)


def _page(request: HttpRequest, item: SampleItem, title: str, submit: str, done: str) -> Page:
    """The page of a step of one drawn claim, with what is known of it; a look at whose it is."""
    [line] = second_look.lines([item])
    audit.look(viewer_of(request), "sample", participant_id=item.participant_id, subject=item)
    said = [line.checklist.sentence]
    if item.finding:
        said.append(
            f"Found: {item.get_finding_display().lower()}. {item.get_reason_display()} {item.words}".strip()
        )
    if item.reply_by and not item.reply:
        said.append(f"It may be answered until {on(item.reply_by)}.")
    if item.reply:
        said.append(f"The provider: {item.reply}")
    caption = f"{line.claim.label}, {line.claim.reference}"
    return Page(title, submit, done, caption, reverse("sample", args=[item.sample_id]), " ".join(said))


def _sample(sample_id: UUID) -> Sample:
    """The sample, if the viewer may see it. Raises Http404."""
    return get_object_or_404(Sample.objects.select_related("contract"), pk=sample_id)


def _item(item_id: UUID) -> SampleItem:
    """The drawn claim, if the viewer may see it. Raises Http404."""
    return get_object_or_404(SampleItem.objects.select_related("sample"), pk=item_id)
