"""Actual cost: what providers spent by period, claimed of a commissioner who pays it, and withdrawn where wrong."""

from uuid import UUID

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import cost as actions
from outcomes.claim_forms import WithdrawForm
from outcomes.claims.costs import spoken
from outcomes.cost_forms import CostForm
from outcomes.models import ActualCost
from outcomes.views.claims import shown_to
from outcomes.views.step import Page, answer
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.templatetags.baton import pence

MOST_SHOWN = 200


@for_members("prime", permission=Permission.SEE_CLAIMS)
@require_GET
def costs(request: HttpRequest) -> HttpResponse:
    """What was claimed, the newest period first, with what was withdrawn."""
    found = ActualCost.objects.select_related("contract", "organisation", "claimed_by", "withdrawn_by")
    rows = [
        (one, spoken(one.quarter, one.months))
        for one in found.order_by("-quarter", "organisation__name", "-claimed_at")[:MOST_SHOWN]
    ]
    standing = ActualCost.objects.filter(withdrawn_at=None).aggregate(total=Sum("pence"))["total"] or 0
    context = {"rows": rows, "standing": standing, **shown_to(viewer_of(request))}
    return render(request, "outcomes/claims/costs.html", context)


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def claim_cost(request: HttpRequest) -> HttpResponse:
    """Claim what a provider spent in a period that is over."""
    viewer = viewer_of(request)
    form = CostForm(request.POST if request.method == "POST" else None, today=viewer.today)
    follows = (
        "It is charged to the commissioner in the last month of the period. Where the provider is paid its cost as"
        " well, it stands on the provider's statement of that month, or the earliest open one after it."
    )
    page = Page("Claim actual cost", "Claim", "Cost claimed.", "Claims", reverse("costs"), follows)
    return answer(request, page, form, lambda: actions.claim(**form.claimed, by=viewer, at=viewer.now()))


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def withdraw_cost(request: HttpRequest, cost_id: UUID) -> HttpResponse:
    """Take a claim of actual cost back."""
    viewer = viewer_of(request)
    found = get_object_or_404(
        ActualCost.objects.select_related("organisation"), pk=cost_id, withdrawn_at=None
    )
    caption = f"{found.organisation.name}, {pence(found.pence)} from {found.quarter:%B %Y}"
    follows = (
        "The same is taken off this month, on the provider's statement as well. You can then claim it anew."
    )
    page = Page("Withdraw the cost", "Withdraw", "Cost withdrawn.", caption, reverse("costs"), follows)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return answer(
        request,
        page,
        form,
        lambda: actions.withdraw(cost=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )
