"""The forecast call: what every provider commits to for the month, and what came of what was said before."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import commitment as actions
from outcomes.call_forms import CommitForm
from outcomes.performance.beyond import Beyond
from outcomes.performance.call import Call, latest
from outcomes.performance.figures import offered, providers_of
from outcomes.performance.forms import NoContract
from outcomes.performance.known import Known
from outcomes.profile_forms import contract_asked
from outcomes.views.profiles import trail
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission, can
from programmes.measures import BY_CODE
from programmes.models import SupplyAgreement


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def call(request: HttpRequest) -> HttpResponse:
    """This month: committed, reached and expected, provider by provider; who is named; how good it was before."""
    viewer = viewer_of(request)
    try:
        contract, contracts = contract_asked(request.GET)
    except NoContract:
        return render(request, "performance/no_contract.html")
    codes = {measure.code for measure in offered(contract, money=False)}
    found = Call.of(
        contract,
        viewer,
        beyond=Beyond.of(contract, Known(viewer)),
        organisations=providers_of(contract, []),
        codes=codes,
    )
    people = found.people() if can(viewer, Permission.SEE_PEOPLE) else []
    if people:
        audit.searched(viewer, "call.people", found=len(people))
    context = {
        "contract": contract,
        "contracts": contracts,
        "crumbs": trail(contract, 1),
        "call": found,
        "people": [(one, BY_CODE[one.count].label) for one in people],
        "may_commit": can(viewer, Permission.COMMIT),
    }
    return render(request, "performance/call.html", context)


@for_members("provider", permission=Permission.COMMIT)
@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest) -> HttpResponse:
    """Commit to what will be reached, beginning from what was said last."""
    viewer = viewer_of(request)
    contract, _ = contract_asked(request.GET)
    if not SupplyAgreement.objects.filter(contract=contract).exists():
        raise Http404
    assert viewer.organisation_id is not None
    own = Organisation.objects.filter(pk=viewer.organisation_id)
    month, week = viewer.today.replace(day=1), actions.week_of(viewer.today)
    said = [one for one in latest(contract, own, since=actions.week_of(month)).values() if one.month == month]
    before = max(said, key=lambda one: (one.week, one.committed_at), default=None)
    codes = [measure.code for measure in offered(contract, money=False)]
    form = CommitForm(request.POST or None, contract=contract, viewer=viewer, codes=codes, before=before)
    back = f"{reverse('call')}?contract={contract.code}"
    if form.is_valid():
        try:
            actions.commit(**form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Your commitment is recorded.")
            return redirect(back)
    context = {
        "form": form,
        "contract": contract,
        "week": week,
        "crumbs": [*trail(contract, 1), ("Forecast call", back)],
        "back": back,
    }
    return render(request, "performance/commit.html", context, status=422 if form.errors else 200)
