"""The public page on which people refer themselves. It says the same to everybody, known or not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partners import audit
from partners.acting import ActionError
from partners.audience import for_anyone
from partners.models import Organisation, Tenant
from partners.throttle import is_too_many
from partners.viewer import Viewer, acting_as
from programmes.models import Contract
from referrals.actions import referral as actions
from referrals.forms import SelfAnswersForm, SelfReferralForm, typed
from referrals.models import Referral
from referrals.views.sending import answered, open_contracts, rules_of

# The organisation in whose name people refer themselves; a workspace without it has no such page.
ORGANISATION = "self-referral"
SENT = "self_referral"
# In an hour: more than any family could send.
MOST_FROM_ONE_ADDRESS = 20


def receiver(request: HttpRequest) -> Viewer:
    """The self-referral organisation of a workspace, as a viewer. Raises Http404."""
    tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
    if tenant is None:
        raise Http404
    system = Viewer.system(tenant.pk, "self-referral", tenant.clock_offset)
    with acting_as(system):
        found = Organisation.objects.filter(slug=ORGANISATION, kind="referrer").first()
    if found is None:
        raise Http404
    return Viewer(
        tenant_id=tenant.pk,
        kind="referrer",
        organisation_id=found.pk,
        request_id=request.request_id,  # type: ignore[attr-defined]
        clock_offset=tenant.clock_offset,
    )


@for_anyone
@require_http_methods(["GET", "POST"])
def self_referral(request: HttpRequest, code: str) -> HttpResponse:
    """Ask only what the rules need and how to reach the person; what was typed is kept."""
    viewer = receiver(request)
    with acting_as(viewer):
        contract = open_contracts(viewer).get(code)
        if contract is None:
            raise Http404
        form = SelfReferralForm(typed(request), contract=contract, rules=rules_of(contract))
        if form.is_valid() and is_too_many(request, SENT, MOST_FROM_ONE_ADDRESS):
            form.add_error(
                None, "Too much was sent from your network. Try again in an hour, or telephone us."
            )
        elif form.is_valid() and (made := submitted(form, contract, viewer)):
            request.session[SENT] = made.reference
            return redirect("self_referral_sent", contract.code)
        shown = {"form": form, "contract": contract}
        return render(request, "referrals/self.html", shown, status=422 if form.errors else 200)


def submitted(form: SelfReferralForm, contract: Contract, viewer: Viewer) -> Referral | None:
    """The referral that was made; None when it was refused, which the form then says."""
    try:
        return actions.submit(
            contract=contract,
            sent=form.as_sent(),
            channel=Referral.Channel.SELF,
            by=viewer,
            at=viewer.now(),
        )
    except ActionError as error:
        form.refuse(error)
        return None


@for_anyone
@require_http_methods(["GET", "POST"])
def self_referral_sent(request: HttpRequest, code: str) -> HttpResponse:
    """What was decided, what is still missing and what comes next, in the browser that sent the referral."""
    viewer = receiver(request)
    with acting_as(viewer):
        rows = Referral.objects.select_related("contract__programme")
        found = rows.filter(reference=request.session.get(SENT, ""), contract__code=code).first()
        if found is None:
            raise Http404
        decision = found.decisions.order_by("-decided_at", "-id")[0]
        missing = [one["fact"] for one in decision.missing]
        form = SelfAnswersForm(typed(request), contract=found.contract, missing=missing)
        if form.is_valid():
            try:
                answered(form, found, viewer)
            except ActionError as error:
                form.refuse(error)
            else:
                return redirect("self_referral_sent", code)
        audit.look(viewer, "referral.sent", participant_id=found.participant_id, subject=found)
        shown = {"referral": found, "decision": decision, "form": form}
        return render(request, "referrals/self_sent.html", shown, status=422 if form.errors else 200)
