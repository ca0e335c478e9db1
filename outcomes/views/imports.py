"""Files on their way in: sent, their columns chosen, what each row would do, and what came of it.

A file is for whoever sent it alone: its rows may be about people whom a colleague may not see.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from outcomes.actions import import_run as runs
from outcomes.import_forms import ColumnsForm, SendForm, StartForm
from outcomes.imports.columns import guessed
from outcomes.imports.kinds import KINDS
from outcomes.imports.limits import LIMITS
from outcomes.imports.referrals import offers
from outcomes.imports.rights import kinds_for
from outcomes.imports.sheet import Sheet, read
from outcomes.models import ImportColumns, ImportLine, ImportRun
from partners import audit, files
from partners.acting import ActionError
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.models import Contract
from referrals.views.self_referral import ORGANISATION as SELF_REFERRAL

READERS = ("prime", "provider")
PAGE = 50
MOST_SHOWN = 50
TONES = {"new": "green", "changed": "blue", "same": "grey", "left": "amber", "error": "red"}
REPORT = ("Line", "Result", "What it says")


@for_members(*READERS, permission=Permission.IMPORT)
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The files that the viewer sent, newest first."""
    viewer = viewer_of(request)
    found = list(_own(viewer).select_related("contract", "referrer").order_by("-sent_at", "-pk")[:MOST_SHOWN])
    stalled = [run for run in found if runs.stands_still(run=run, by=viewer)]
    context = {"runs": found, "stalled": stalled, "limits": LIMITS}
    return render(request, "outcomes/imports/list.html", context)


@for_members(*READERS, permission=Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def send_import(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    viewer = viewer_of(request)
    form = SendForm(
        request.POST or None,
        request.FILES or None,
        kinds=kinds_for(viewer),
        contracts=list(Contract.objects.order_by("name")),
        referrers=_referrers(),
    )
    if form.is_valid():
        sent = form.cleaned_data
        try:
            run = runs.send(
                contract=sent["contract"],
                kind=sent["kind"],
                content=sent["file"],
                referrer=sent.get("referrer"),
                by=viewer,
                at=viewer.now(),
            )
        except ActionError as error:
            form.refuse(error)
        else:
            return redirect("import_columns", run.pk)
    context = {"form": form, "trail": _trail(), "kinds": [KINDS[kind] for kind in kinds_for(viewer)]}
    return render(request, "outcomes/imports/send.html", context, status=422 if form.errors else 200)


@for_members(*READERS, permission=Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Choose which column is which, and have every row tried out."""
    viewer, run = viewer_of(request), _run(request, import_id)
    if run.state not in (ImportRun.State.SENT, ImportRun.State.CHECKED):
        return redirect("import_run", run.pk)
    kind, sheet = KINDS[run.kind], _sheet(run)
    known = ImportColumns.objects.filter(organisation=run.organisation_id, kind=run.kind).first()
    guess = run.columns or guessed(kind, sheet.headings, known.columns if known else {})
    form = ColumnsForm(request.POST or None, kind=kind, headings=sheet.headings, guess=guess)
    if form.is_valid():
        try:
            runs.check(run=run, columns=form.columns, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            return redirect("import_run", run.pk)
    context = {"run": run, "form": form, "sheet": sheet, "trail": _trail(), "remembered": bool(known)}
    return render(request, "outcomes/imports/columns.html", context, status=422 if form.errors else 200)


@for_members(*READERS, permission=Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def import_run(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far a file is: being worked on, what each row would do and how much to write, or what came of it."""
    viewer, run = viewer_of(request), _run(request, import_id)
    if run.state == ImportRun.State.SENT:
        return redirect("import_columns", run.pk)
    if request.headers.get("HX-Request"):
        return _progress(request, run)
    form = StartForm(request.POST or None, run=run)
    if request.method == "POST" and form.is_valid():
        try:
            runs.start(run=run, mode=form.cleaned_data["mode"], by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            return redirect("import_run", run.pk)
    still = runs.stands_still(run=run, by=viewer)
    context = {
        "run": run,
        "form": form,
        "still": still,
        "offers": offers(run, viewer),
        "trail": _trail(),
        **_lines(request, run),
    }
    return render(request, "outcomes/imports/run.html", context, status=422 if form.errors else 200)


@for_members(*READERS, permission=Permission.IMPORT)
@require_POST
def take_up_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Have a worker go on with a file that stands still."""
    viewer, run = viewer_of(request), _run(request, import_id)
    try:
        runs.take_up(run=run, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    return redirect("import_run", run.pk)


@for_members(*READERS, permission=Permission.IMPORT)
@require_POST
def discard_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Do away with a file at once."""
    viewer, run = viewer_of(request), _run(request, import_id)
    try:
        runs.discard(run=run, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
        return redirect("import_run", run.pk)
    messages.success(request, "The file and what was said of its rows are gone. What was imported stays.")
    return redirect("imports")


@for_members(*READERS, permission=Permission.IMPORT)
@require_GET
def import_report(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What every row would do, or did, by the number of its line."""
    viewer, run = viewer_of(request), _run(request, import_id)
    found = list(ImportLine.objects.filter(run=run).order_by("line"))
    audit.exported(viewer, "import.report", count=len(found), subject=run)
    rows = [(one.line, one.get_outcome_display(), one.says) for one in found]
    return csv_response(f"import-{run.kind}-report.csv", REPORT, rows)


@for_members(*READERS, permission=Permission.IMPORT)
@require_GET
def import_rows_left(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows with errors as they were sent, each with what to do, so that they can be put right and sent again."""
    viewer, run = viewer_of(request), _run(request, import_id)
    sheet = _sheet(run)
    wrong = ImportLine.objects.filter(run=run, outcome=ImportLine.Outcome.ERROR)
    says = dict(wrong.values_list("line", "says"))
    rows = [(*row.cells, row.line, says[row.line]) for row in sheet.rows if row.line in says]
    audit.exported(viewer, "import.rows_left", count=len(rows), subject=run)
    header = (*sheet.headings, "Line in the file that was sent", "What to do")
    return csv_response(f"import-{run.kind}-rows-left.csv", header, rows)


def _referrers() -> list[Organisation]:
    """The organisations that refer people, but for the public page."""
    found = Organisation.objects.filter(kind=Organisation.Kind.REFERRER).exclude(slug=SELF_REFERRAL)
    return list(found.order_by("name"))


def _own(viewer: Viewer) -> QuerySet[ImportRun]:
    """The viewer's own files, of the kinds that they may import."""
    return ImportRun.objects.filter(sent_by=viewer.user_id, kind__in=kinds_for(viewer))


def _run(request: HttpRequest, import_id: UUID) -> ImportRun:
    """The file, if the viewer sent it. Raises Http404."""
    return get_object_or_404(_own(viewer_of(request)).select_related("contract", "referrer"), pk=import_id)


def _sheet(run: ImportRun) -> Sheet:
    """What the file holds. Raises Http404 once it is gone."""
    if not run.stored_as:
        raise Http404
    try:
        return read(files.read(run.stored_as, tenant_id=run.tenant_id))
    except files.NoSuchFile:
        raise Http404 from None


def _trail() -> list[tuple[str, str]]:
    return [("Imports", reverse("imports"))]


def _progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The part of the page that asks again; once the work is over the page is loaded anew."""
    response = render(request, "outcomes/imports/progress.html", {"run": run})
    if not run.is_at_work or runs.stands_still(run=run, by=viewer_of(request)):
        response["HX-Refresh"] = "true"
    return response


def _lines(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """A page of lines, of all or of those of one outcome, by the number of the line."""
    asked, after = request.GET.get("show", ""), request.GET.get("after", "")
    found = ImportLine.objects.filter(run=run).order_by("line")
    if asked in ImportLine.Outcome.values:
        found = found.filter(outcome=asked)
    if after.isdecimal() and len(after) < 9:
        found = found.filter(line__gt=int(after))
    shown = list(found[: PAGE + 1])
    tabs = [(one.value, one.label, run.counts.get(one.value, 0), one == asked) for one in ImportLine.Outcome]
    next_query = (
        f"?show={asked if asked in TONES else ''}&after={shown[PAGE - 1].line}" if shown[PAGE:] else ""
    )
    return {
        "lines": [(one, TONES[one.outcome]) for one in shown[:PAGE]],
        "tabs": [tab for tab in tabs if tab[2]],
        "is_all": asked not in TONES,
        "total": sum(run.counts.values()),
        "next": next_query,
    }
