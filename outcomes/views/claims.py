"""What is due from the commissioner, claims, and how they stand against the commissioner's own system."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import claim as actions
from outcomes.claim_forms import BalanceFilter, ClaimFilter, DueFilter
from outcomes.claims import due, reading
from outcomes.claims.checklist import checklists
from outcomes.claims.costs import months_by_contract
from outcomes.claims.pages import KeyPage, by_key
from outcomes.claims.related import counted_apart
from outcomes.models import Claim, Milestone
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.exports import csv_response, xlsx_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer

PAGE = 50
MOST_AT_ONCE = 200
READERS = ("prime", "provider")
DUE_HEADER = [
    *("Reference", "Milestone", "Provider", "Contract", "Reached on", "Claimable from", "Claim by"),
    *("Worth in pence", "Claimed before", "Employer of the supply chain", "Evidence"),
]
KEY_HEADER = [
    *("Participant", "Contract", "Milestone", "Number", "Reached on", "Claimed on", "Worth in pence"),
    *("Employer of the supply chain", "What to do", "Reference there"),
]


def way(request: HttpRequest, orders: dict[str, str], first: str) -> tuple[str, str, bool]:
    """What the list is sorted by as the address says it, the column, and whether downwards."""
    sort = request.GET.get("sort", first)
    if sort.removeprefix("-") not in orders:
        sort = first
    return sort, orders[sort.removeprefix("-")], sort.startswith("-")


def links(request: HttpRequest, page: KeyPage) -> dict[str, str]:
    """The addresses of the pages before and after, with the same filters."""

    def link(**key: str) -> str:
        asked = request.GET.copy()
        for name in ("before", "after"):
            asked.pop(name, None)
        asked.update(key)
        return f"?{asked.urlencode()}"

    return {
        "previous": link(before=page.before) if page.before else "",
        "next": link(after=page.after) if page.after else "",
    }


def shown_to(viewer: Viewer) -> dict[str, bool]:
    """What the pages about claims show of each other."""
    return {
        "is_prime": viewer.kind == "prime",
        "may_claim": can(viewer, Permission.CLAIM),
        "may_sample": can(viewer, Permission.SAMPLE),
        "pays_cost": viewer.kind == "prime" and bool(months_by_contract()),
    }


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def claims_due(request: HttpRequest) -> HttpResponse:
    """Earned, not claimed: the oldest first."""
    viewer, form = viewer_of(request), DueFilter(request.GET, viewer_of(request))
    sort, column, down = way(request, due.ORDERS, "claimable")
    found = due.find(viewer, form.narrowed, form.ready_only)
    page = by_key(found.rows, column, down=down, asked=request.GET.dict(), size=PAGE)
    audit.searched(viewer, "claims.due", found=found.totals.count)
    context = {
        "form": form,
        "sort": sort,
        "lines": due.lines(page.rows),
        "totals": found.totals,
        "sees_people": can(viewer, Permission.SEE_PEOPLE),
        **shown_to(viewer),
        **links(request, page),
    }
    return render(request, "outcomes/claims/due.html", context)


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def claims_due_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet, all pages of it."""
    viewer, form = viewer_of(request), DueFilter(request.GET, viewer_of(request))
    _, column, down = way(request, due.ORDERS, "claimable")
    found = due.find(viewer, form.narrowed, form.ready_only)
    rows = found.rows.select_related("contract")
    lines = due.lines(list(rows.order_by(f"{'-' * down}{column}", "pk")))
    audit.exported(viewer, "claims.due", count=len(lines))
    return csv_response(
        "earned-not-claimed.csv",
        DUE_HEADER,
        [
            [
                *(line.reference, line.label, line.milestone.organisation.name, line.milestone.contract.name),
                *(line.milestone.reached_on, line.milestone.claimable_from, line.milestone.deadline),
                *(line.milestone.pence, "yes" if line.milestone.was_rejected else "no"),
                *("yes" if line.is_with_the_chain else "no", line.checklist.sentence),
            ]
            for line in lines
        ],
    )


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def claim_selected(request: HttpRequest) -> HttpResponse:
    """Show what was ticked with its total; claim it once that is confirmed: all of it, or nothing."""
    if request.method == "GET":
        return redirect("claims_due")
    viewer = viewer_of(request)
    ticked = request.POST.getlist("ready" if "all" in request.POST else "milestone")
    ids = reading.ids_of(ticked)[:MOST_AT_ONCE]
    rows = due.described(Milestone.objects.filter(pk__in=ids)).order_by("claimable_from", "pk")
    lines = due.lines(list(rows))
    errors: dict[UUID, str] = {}
    if lines and "confirmed" in request.POST:
        errors = claim_all([line.milestone for line in lines], viewer)
        if not errors:
            messages.success(
                request,
                f"{len(lines)} claim{'s' * (len(lines) != 1)} made. Key them in the commissioner's system.",
            )
            return redirect("claims_to_key")
    audit.searched(viewer, "claims.due", found=len(lines))
    context = {
        "lines": [(line, errors.get(line.milestone.pk, "")) for line in lines],
        "total": sum(line.milestone.pence or 0 for line in lines),
        "without_price": sum(line.milestone.pence is None for line in lines),
        "related": sum(line.is_with_the_chain for line in lines),
        "good": [line for line in lines if line.milestone.pk not in errors],
        "errors": errors,
    }
    return render(
        request, "outcomes/claims/confirm.html", context, status=422 if errors or not lines else 200
    )


def claim_all(milestones: list[Milestone], viewer: Viewer) -> dict[UUID, str]:
    """Claim all of them, or none: returns why, by the id of the milestone that cannot be claimed."""
    errors: dict[UUID, str] = {}
    at = viewer.now()
    with transaction.atomic():
        # By id, so that two who claim the same cannot wait for each other.
        for milestone in sorted(milestones, key=lambda one: one.pk):
            try:
                actions.claim(milestone=milestone, by=viewer, at=at)
            except ActionError as error:
                errors[milestone.pk] = str(error)
        if errors:
            transaction.set_rollback(True)
    return errors


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim that the viewer may see, the newest first."""
    viewer, form = viewer_of(request), ClaimFilter(request.GET, viewer_of(request))
    sort, column, down = way(request, reading.ORDERS, "-claimed")
    found = reading.described(Claim.objects.filter(form.narrowed))
    page = by_key(found, column, down=down, asked=request.GET.dict(), size=PAGE)
    count = found.count()
    audit.searched(viewer, "claims", found=count)
    context = {
        "form": form,
        "sort": sort,
        "lines": reading.lines(page.rows),
        "count": count,
        "hidden": reading.hidden(viewer, form.narrowed, count),
        "apart": list(counted_apart(form.of_whom)),
        **shown_to(viewer),
        **links(request, page),
    }
    return render(request, "outcomes/claims/claims.html", context)


@for_members(*READERS, permission=Permission.SEE_CLAIMS)
@require_GET
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim: what it is for, what proves it, and what became of it."""
    viewer = viewer_of(request)
    found = find(claim_id)
    [line] = reading.lines([found])
    milestone = Milestone.objects.filter(pk=found.milestone_id).first()
    audit.look(viewer, "claim", participant_id=found.participant_id, subject=found)
    may = can(viewer, Permission.CLAIM)
    is_open = found.state in (Claim.State.CLAIMED, Claim.State.VALIDATED)
    context = {
        "claim": found,
        "line": line,
        "milestone": milestone,
        "checklist": checklists([milestone])[milestone.pk] if milestone else None,
        "history": reading.history(found),
        **shown_to(viewer),
        "may_key": may and found.state not in (Claim.State.REJECTED, Claim.State.WITHDRAWN),
        "may_withdraw": may and is_open,
        "may_settle": may and (is_open or found.state == Claim.State.CLAWBACK),
        "may_claim_again": may
        and found.state in (Claim.State.REJECTED, Claim.State.WITHDRAWN)
        and milestone is not None
        and milestone.reversed_at is None
        and not Claim.objects.filter(replaces=found).exists(),
        "sees_people": can(viewer, Permission.SEE_PEOPLE),
        "crumbs": [("Claims", reverse("claims"))],
    }
    return render(request, "outcomes/claims/claim.html", context)


def find(claim_id: UUID) -> Any:
    """The claim, if the viewer may see it. Raises Http404."""
    return get_object_or_404(reading.described(Claim.objects.all()), pk=claim_id)


@for_members("prime", permission=Permission.CLAIM)
@require_GET
def claims_to_key(request: HttpRequest) -> HttpResponse:
    """What is to be keyed in the commissioner's system, or taken back there."""
    viewer, form = viewer_of(request), BalanceFilter(request.GET, viewer_of(request))
    found = reading.to_key(form.narrowed)
    page = by_key(found, "claimed_on", down=False, asked=request.GET.dict(), size=PAGE)
    count = found.count()
    audit.searched(viewer, "claims.to_key", found=count)
    context = {
        "form": form,
        "lines": reading.lines(page.rows),
        "count": count,
        **shown_to(viewer),
        **links(request, page),
    }
    return render(request, "outcomes/claims/to_key.html", context)


def _keyed_rows(narrowed: Q) -> list[list[Any]]:
    lines = reading.lines(list(reading.to_key(narrowed).order_by("claimed_on", "pk")))
    milestones = Milestone.objects.in_bulk({line.claim.milestone_id for line in lines})
    return [
        [
            *(line.reference, line.claim.contract.code, milestones[line.claim.milestone_id].code),
            *(milestones[line.claim.milestone_id].ordinal, line.reached_on, line.claim.claimed_on),
            *(line.claim.pence, "yes" if line.claim.related_employer else "no"),
            "Take back" if line.claim.state == Claim.State.CLAWBACK else "Key",
            line.claim.reference,
        ]
        for line in lines
    ]


def _export(request: HttpRequest, name: str, respond: Callable[..., HttpResponse]) -> HttpResponse:
    viewer, form = viewer_of(request), BalanceFilter(request.GET, viewer_of(request))
    rows = _keyed_rows(form.narrowed)
    audit.exported(viewer, "claims.to_key", count=len(rows))
    return respond(name, KEY_HEADER, rows)


@for_members("prime", permission=Permission.CLAIM)
@require_GET
def claims_to_key_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet or another program."""
    return _export(request, "claims-to-key.csv", csv_response)


@for_members("prime", permission=Permission.CLAIM)
@require_GET
def claims_to_key_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    return _export(request, "claims-to-key.xlsx", xlsx_response)


@for_members("prime", permission=Permission.SEE_CLAIMS)
@require_GET
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Every claim held against what the commissioner's system says."""
    viewer, form = viewer_of(request), BalanceFilter(request.GET, viewer_of(request))
    kind = form.wanted("kind")
    found = reading.described(Claim.objects.filter(form.narrowed)).exclude(state=Claim.State.WITHDRAWN)
    chosen = found.filter(kind=kind) if kind else found.exclude(kind=reading.Kind.MATCHED)
    page = by_key(chosen, "claimed_on", down=True, asked=request.GET.dict(), size=PAGE)
    audit.searched(viewer, "claims", found=chosen.count())
    shows_strays = kind in ("", reading.Kind.THERE_ONLY)
    context = {
        "form": form,
        "kind": kind,
        "balances": reading.balances(viewer, form.narrowed),
        "lines": reading.lines(page.rows),
        "strays": list(reading.there_only(form.narrowed).order_by("-result_on", "pk")[:PAGE])
        if shows_strays
        else [],
        **shown_to(viewer),
        **links(request, page),
    }
    return render(request, "outcomes/claims/reconciliation.html", context)
