"""People who were not taken for somebody known: for want of a basis between controllers, or of proof."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from programmes.models import Contract
from referrals.models import Match, Referral

MOST_SHOWN = 200


@for_members("prime", permission=Permission.HANDLE_DATA_RIGHTS)
@require_GET
def kept_apart(request: HttpRequest) -> HttpResponse:
    """The newest of them, with the contracts on which each was known."""
    shown_here = (Match.Ground.NO_BASIS, Match.Ground.NOT_PROVEN)
    matches = Match.objects.filter(ground__in=shown_here).select_related(
        "participant", "referral__contract", "referral__participant"
    )
    found = list(matches.order_by("-pk")[:MOST_SHOWN])
    audit.searched(viewer_of(request), "data_rights.kept_apart", found=len(found))
    contracts = contracts_of({match.participant_id for match in found})
    shown = {
        "rows": [(match, contracts[match.participant_id]) for match in found],
        "trail": [("Workspace", reverse("workspace")), ("Data protection", reverse("data_protection"))],
    }
    return render(request, "referrals/kept_apart.html", shown)


def contracts_of(participants: Iterable[UUID]) -> dict[UUID, list[Contract]]:
    """The contracts to which each of them was referred, by name."""
    found: defaultdict[UUID, list[Contract]] = defaultdict(list)
    referred = Referral.objects.filter(participant__in=participants).order_by("contract__name")
    pairs = referred.values_list("participant_id", "contract_id").distinct()
    contracts = Contract.objects.in_bulk({contract for _, contract in pairs})
    for participant, contract in pairs:
        if participant is not None:
            found[participant].append(contracts[contract])
    return found
