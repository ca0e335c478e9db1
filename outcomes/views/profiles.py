"""The profile of a contract: read by version and day, taken away as a file, loaded from one, and changed by hand."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import profile as actions
from outcomes.imports import sheet
from outcomes.imports.columns import guessed
from outcomes.performance import profile_file
from outcomes.performance.figures import providers_of
from outcomes.performance.forms import NoContract
from outcomes.performance.profiles import LABELS, Promise, bands_of, in_force, promises, versions
from outcomes.performance.words import status_rule
from outcomes.profile_forms import ChangeForm, LoadForm, ProfileFileForm, ProfileForm, WhichForm
from partners import audit, scanner
from partners.acting import ActionError
from partners.audience import for_members
from partners.exports import csv_response, write_csv, xlsx_response
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission, can
from partners.templatetags.baton import count
from partners.viewer import Viewer
from programmes.models import Contract

MOST_PROBLEMS = 50
MOST_ROWS = 20_000
ABOVE = (("Performance", "performance"), ("Profile", "profile"))


def trail(contract: Contract, depth: int = 2) -> list[tuple[str, str]]:
    """The pages above."""
    return [(name, f"{reverse(page)}?contract={contract.code}") for name, page in ABOVE[:depth]]


def names_of(contract: Contract, lines: Sequence[Promise]) -> dict[UUID, str]:
    """The providers of the contract and of the lines, by id, as the viewer may see them."""
    of_lines = {one.organisation_id for one in lines}
    return {one.pk: one.name for one in providers_of(contract, of_lines - {None})}


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """A year of the profile that was in force on a day, and all versions."""
    viewer = viewer_of(request)
    try:
        form = ProfileForm(request.GET, today=viewer.today)
    except NoContract:
        return render(request, "performance/no_contract.html")
    known = versions(form.asked)
    version = in_force(known, form.day)
    lines = promises(form.asked, version)
    context = {
        "form": form,
        "crumbs": trail(form.asked, 1),
        "version": version,
        "months": form.months,
        "rows": table(lines, form.months, names_of(form.asked, lines)),
        "has_lines": bool(lines),
        "illustrative": any(one.illustrative for one in lines),
        "rule": status_rule(bands_of(version)),
        "versions": known,
        "may_change": can(viewer, Permission.SET_PROFILE),
        "query": urlencode({"contract": form.asked.code, "year": f"{form.first:%Y-%m}", "on": form.day}),
    }
    return render(request, "performance/profile.html", context)


def table(
    lines: Sequence[Promise], months: Sequence[date], names: dict[UUID, str]
) -> list[tuple[str, str, list[str], str]]:
    """Measure, whose, each month's number (empty where nothing is promised) and the sum of the year."""
    found = {(one.measure, one.organisation_id): "" for one in lines if one.measure in LABELS}
    amounts = {(one.measure, one.organisation_id, one.month): one.amount for one in lines}
    order = list(LABELS)

    def place(key: tuple[str, UUID | None]) -> tuple[int, str]:
        return order.index(key[0]), names.get(key[1], "") if key[1] else ""

    rows = []
    for measure, whose in sorted(found, key=place):
        numbers = [amounts.get((measure, whose, month)) for month in months]
        said = ["" if one is None else count(one) for one in numbers]
        name = names.get(whose, "") if whose else profile_file.WHOLE
        rows.append((LABELS[measure], name, said, count(sum(one or 0 for one in numbers))))
    return rows


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def profile_csv(request: HttpRequest) -> HttpResponse:
    """The whole profile that was in force on a day, in the shape in which it can be loaded again."""
    viewer = viewer_of(request)
    code, rows = _rows(request, viewer)
    return csv_response(f"profile-{code}.csv", profile_file.HEADER, rows)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def profile_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    viewer = viewer_of(request)
    code, rows = _rows(request, viewer)
    return xlsx_response(f"profile-{code}.xlsx", profile_file.HEADER, rows)


def _rows(request: HttpRequest, viewer: Viewer) -> tuple[str, list[list[Any]]]:
    """The contract's code, and the lines that the viewer may see, written down as taken away."""
    form = ProfileForm(request.GET, today=viewer.today)
    lines = promises(form.asked, in_force(versions(form.asked), form.day))
    rows = list(profile_file.written(lines, names_of(form.asked, lines)))
    audit.exported(viewer, "profile", count=len(rows))
    return form.asked.code, rows


@for_members("prime", permission=Permission.SET_PROFILE)
@require_http_methods(["GET", "POST"])
def load_profile(request: HttpRequest) -> HttpResponse:
    """Send a file, see what is wrong with it and what it would change, and load it as a new version."""
    viewer = viewer_of(request)
    contract = ProfileForm(request.GET, today=viewer.today).asked
    if request.method == "POST" and "content" in request.POST:
        return _checked(request, contract, request.POST["content"], viewer)
    form = ProfileFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            scanner.scan(content)
            found = sheet.read(content)
        except (scanner.Infected, scanner.Unavailable, sheet.Unreadable) as reason:
            form.add_error("file", str(reason))
        else:
            if len(found.rows) <= MOST_ROWS:
                text = io.StringIO()
                write_csv(text, found.headings, (row.cells for row in found.rows))
                return _checked(request, contract, text.getvalue(), viewer)
            form.add_error("file", f"The file has too many rows. A profile has {MOST_ROWS:,} at most.")
    context = {"form": form, "contract": contract, "crumbs": trail(contract), "fields": profile_file.PROFILE}
    return render(request, "performance/profile_file.html", context, status=422 if form.errors else 200)


def _checked(request: HttpRequest, contract: Contract, content: str, viewer: Viewer) -> HttpResponse:
    """What the file says; where it is to be loaded and nothing is wrong with it, load it."""
    try:
        found = sheet.read(content.encode())
    except sheet.Unreadable as reason:
        messages.error(request, str(reason))
        return redirect(f"{reverse('load_profile')}?contract={contract.code}")
    standing = in_force(versions(contract), viewer.today)
    guess = guessed(profile_file.PROFILE, found.headings, {})
    bands = bands_of(standing)
    is_sent = request.POST.get("step") in ("load", "check")
    form = LoadForm(
        request.POST if request.POST.get("step") == "load" else None,
        headings=found.headings,
        initial={
            "content": content,
            "effective_from": viewer.today,
            "amber_below": bands.amber_below,
            "red_below": bands.red_below,
            **{f"column_{code}": heading for code, heading in guess.items()},
            **(dict(request.POST.items()) if is_sent else {}),
        },
    )
    return _report(request, contract, form, found, standing, viewer)


def _report(
    request: HttpRequest,
    contract: Contract,
    form: LoadForm,
    found: sheet.Sheet,
    standing: Any,
    viewer: Viewer,
) -> HttpResponse:
    read = profile_file.Read([], [])
    if not form.lacking:
        read = profile_file.read(found, form.columns, contract, providers_of(contract, []))
    if form.is_bound and form.is_valid() and not form.lacking and not read.problems:
        try:
            made = actions.load(
                contract=contract, lines=read.promises, **form.said, by=viewer, at=viewer.now()
            )
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Version {made.number} is loaded: {count(len(read.promises))} lines.")
            return redirect(f"{reverse('profile')}?contract={contract.code}")
    before = promises(contract, standing)
    context = {
        "form": form,
        "contract": contract,
        "crumbs": trail(contract),
        "lacking": form.lacking,
        "rows": len(found.rows),
        "good": len(read.promises),
        "problems": read.problems[:MOST_PROBLEMS],
        "more": max(0, len(read.problems) - MOST_PROBLEMS),
        "sums": sums(before, read.promises, names_of(contract, before)),
    }
    wrong = form.errors or read.problems or form.lacking
    return render(request, "performance/profile_check.html", context, status=422 if wrong else 200)


def sums(
    before: Sequence[Promise], after: Sequence[Promise], names: dict[UUID, str]
) -> list[tuple[str, str, str, str]]:
    """What each measure comes to for each provider over the contract, before and after; only what differs."""
    totals: dict[tuple[str, str], list[int]] = {}
    for place, lines in enumerate((before, after)):
        for one in lines:
            name = names.get(one.organisation_id, "") if one.organisation_id else profile_file.WHOLE
            totals.setdefault((LABELS.get(one.measure, one.measure), name), [0, 0])[place] += one.amount
    return [
        (measure, name, count(old), count(new))
        for (measure, name), (old, new) in sorted(totals.items())
        if old != new
    ]


@for_members("prime", permission=Permission.SET_PROFILE)
@require_http_methods(["GET", "POST"])
def change_profile(request: HttpRequest) -> HttpResponse:
    """Change the numbers of one measure for one provider, or the whole contract, in one year: a new version."""
    viewer = viewer_of(request)
    year = ProfileForm(request.GET, today=viewer.today)
    contract = year.asked
    standing = in_force(versions(contract), viewer.today)
    lines = promises(contract, standing)
    providers: list[Organisation] = providers_of(contract, [])
    which = WhichForm(request.GET, contract=contract, providers=providers, first=year.first)
    owner = which.whose.pk if which.whose else None
    bands = bands_of(standing)
    now = {
        f"in_{one.month:%Y_%m}": one.amount
        for one in lines
        if (one.organisation_id, one.measure) == (owner, which.counted)
    }
    usual = {
        "effective_from": viewer.today,
        "amber_below": bands.amber_below,
        "red_below": bands.red_below,
    }
    form = ChangeForm(request.POST or None, months=year.months, initial={**usual, **now})
    if form.is_valid():
        changed = form.changed(lines, which.whose, which.counted)
        try:
            made = actions.load(contract=contract, lines=changed, **form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Version {made.number} is loaded.")
            return redirect(f"{reverse('profile')}?contract={contract.code}")
    context = {"form": form, "which": which, "contract": contract, "crumbs": trail(contract)}
    return render(request, "performance/profile_change.html", context, status=422 if form.errors else 200)
