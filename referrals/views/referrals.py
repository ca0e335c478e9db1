"""Lists of referrals, and one referral: each kind of viewer has its own page at the same address."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.views.decorators.http import require_GET

from participants import timeline
from participants.safety import measures_of
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.identifiers import is_reference
from partners.middleware import viewer_of
from partners.models import DomainEvent, Organisation
from partners.permissions import Permission, can
from partners.viewer import LONDON, Viewer
from programmes.models import Contract
from referrals.actions.allocation import LIVE, current_allocation, is_join
from referrals.clocks import standards_of, until_answer, until_start
from referrals.forms import AnswersForm
from referrals.inbox import offers, to_answer, to_start
from referrals.lists import PrimeFilter, ReferralFilter, all_rows, in_order, names_of
from referrals.models import Referral

PAGE = 50
TONES = {
    "need_to_know": "amber",
    "not_eligible": "grey",
    "eligible": "amber",
    "allocated": "blue",
    "accepted": "blue",
    "started": "green",
    "did_not_start": "grey",
    "withdrawn": "grey",
}
WHY_NOT = {
    "handed_back": "No: handed this referral back",
    "area": "No: other areas",
    "full": "No: full",
    "specialism": "Yes, but a specialist goes first",
}
HEADER = ["Reference", "Status", "Contract", "Received", "Referrer", "Channel", "Provider", "Payment group"]


@for_members("prime", "provider", "referrer", permission=Permission.SEE_REFERRALS)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """The prime's list of all, the provider's inbox, or the referrer's own."""
    viewer = viewer_of(request)
    if viewer.kind == "provider":
        return inbox(request, viewer)
    form, rows, sort = asked(request, viewer)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "referral.list", found=page.paginator.count)
    shown = {
        "form": form,
        "page": page,
        "sort": sort,
        "rows": [(referral, TONES[referral.status]) for referral in page],
        "is_any": bool(page.object_list) or Referral.objects.exists(),
        **neighbours(page),
    }
    template = "referrals/all.html" if viewer.kind == "prime" else "referrals/own.html"
    return render(request, template, shown)


def asked(request: HttpRequest, viewer: Viewer) -> tuple[ReferralFilter, Any, str]:
    """The filters, the rows they let through in order, and what they are sorted by."""
    contracts = Contract.objects.order_by("name")
    sort = request.GET.get("sort", "")
    if viewer.kind == "prime":
        organisations = Organisation.objects.order_by("name")
        everything = PrimeFilter(request.GET, contracts=contracts, organisations=list(organisations))
        return everything, *in_order(everything.narrow(all_rows()), sort)
    form = ReferralFilter(request.GET, contracts=contracts)
    return form, *in_order(form.narrow(Referral.objects.select_related("contract")), sort)


def neighbours(page: Page[Any]) -> dict[str, str]:
    """The numbers of the pages before and after, empty where there is none."""
    return {
        "previous": str(page.previous_page_number()) if page.has_previous() else "",
        "next": str(page.next_page_number()) if page.has_next() else "",
    }


def inbox(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What waits for the provider's answer, and who was accepted and has not started."""
    waiting, accepted = to_answer(viewer), to_start(viewer)
    audit.searched(viewer, "referral.inbox", found=len(waiting) + len(accepted))
    shown = {
        "waiting": waiting,
        "accepted": accepted,
        "may_answer": can(viewer, Permission.ANSWER_REFERRAL),
        "may_start": can(viewer, Permission.KEEP_CASE),
    }
    return render(request, "referrals/inbox.html", shown)


@for_members("prime", "referrer", permission=Permission.SEE_REFERRALS)
@require_GET
def referrals_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet; nobody is named in it."""
    viewer = viewer_of(request)
    _, rows, _ = asked(request, viewer)
    audit.exported(viewer, "referral.list", count=len(rows))
    if viewer.kind == "prime":
        return csv_response("referrals.csv", HEADER, [line(referral) for referral in rows])
    own = [
        [r.reference, r.external_reference, r.get_status_display(), r.contract.name, r.received_on]
        for r in rows
    ]
    return csv_response(
        "referrals.csv", ["Reference", "Your reference", "Status", "Contract", "Received"], own
    )


def line(referral: Any) -> list[Any]:
    """A referral as a line of the prime's export."""
    return [
        referral.reference,
        referral.get_status_display(),
        referral.contract.name,
        as_date(referral.received_at.astimezone(LONDON), "Y-m-d H:i"),
        referral.organisation.name,
        referral.get_channel_display(),
        referral.provider_name or "",
        referral.payment_group,
    ]


def find(reference: str) -> Referral:
    """The referral of that reference, if the viewer may see it. Raises Http404."""
    found = None
    if is_reference(reference, "RF"):
        rows = Referral.objects.select_related("contract", "organisation", "participant")
        found = rows.filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


@for_members("prime", "provider", "referrer", permission=Permission.SEE_REFERRALS)
@require_GET
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """One referral: what was decided and why, and what each kind of viewer may know and do."""
    viewer, found = viewer_of(request), find(reference)
    audit.look(viewer, "referral.page", participant_id=found.participant_id, subject=found)
    decisions = list(found.decisions.select_related("rule_set").order_by("-decided_at", "-id"))
    shown = {
        "referral": found,
        "tone": TONES[found.status],
        "group": found.contract.groups.filter(code=found.payment_group).first(),
        "decision": decisions[0],
        "outcome": Referral.Status(decisions[0].outcome).label.partition(",")[0],
        "trail": [("My referrals" if viewer.kind == "referrer" else "Referrals", reverse("referrals"))],
        "earlier": decisions[1:],
        "history": history(found, viewer),
    }
    own_page = {"prime": for_prime, "provider": for_provider, "referrer": for_referrer}[viewer.kind]
    return render(request, f"referrals/for_{viewer.kind}.html", shown | own_page(found, viewer))


def history(found: Referral, viewer: Viewer) -> list[timeline.Entry]:
    """What happened to the referral, newest first, as far as the walls show it."""
    told = DomainEvent.objects.filter(subject_id=found.pk).order_by("-at", "-id")
    return timeline.entries(list(told), viewer)


def for_referrer(found: Referral, viewer: Viewer) -> dict[str, Any]:
    """A referrer may answer what is missing and take the referral back."""
    newest = found.decisions.order_by("-decided_at", "-id")[0]
    missing = [one["fact"] for one in newest.missing]
    form = AnswersForm(None, contract=found.contract, missing=missing)
    may = can(viewer, Permission.SUBMIT_REFERRAL)
    needs_answers = found.status == Referral.Status.NEED_TO_KNOW
    return {
        "form": form if may and needs_answers and form.fields else None,
        "may_withdraw": may and (needs_answers or found.status in LIVE),
    }


def for_provider(found: Referral, viewer: Viewer) -> dict[str, Any]:
    """A provider reads why it was offered the referral, and answers it."""
    offer = current_allocation(found)
    stands = offer is not None and offers(viewer, found.status).filter(pk=offer.pk).exists()
    waits = stands and found.status == Referral.Status.ALLOCATED
    accepted = stands and found.status == Referral.Status.ACCEPTED
    standards = standards_of([found.contract_id])
    clock = None
    if offer and waits:
        clock = until_answer(offer, standards, viewer.today)
    elif accepted:
        clock = until_start(found, standards, viewer.today)
    joins = offer is not None and is_join(offer)
    return {
        "offer": offer,
        "measures": measures_of([found.participant_id])[found.participant_id] if found.participant_id else [],
        "is_join": joins,
        "clock": clock,
        "acceptance": offer.acceptances.first() if offer else None,
        "may_answer": waits and can(viewer, Permission.ANSWER_REFERRAL),
        "may_start": accepted and not joins and can(viewer, Permission.KEEP_CASE),
        "may_see_person": can(viewer, Permission.SEE_PEOPLE),
    }


def in_words(figures: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """A candidate's figures for people."""
    return {
        **figures,
        "name": names[figures["organisation"]],
        "share": f"{figures['share_basis_points'] / 100:g}%",
        "behind": f"{figures['behind_hundredths'] / 100:+.2f}",
        "words": WHY_NOT.get(figures["why_not"], "Yes"),
    }


def for_prime(found: Referral, viewer: Viewer) -> dict[str, Any]:
    """The prime reads every offer with the figures it was chosen by, and whether the person was known."""
    given = found.allocations.select_related("organisation").prefetch_related(
        "basis", "acceptances", "hand_backs"
    )
    figures = {offer: basis.candidates for offer in given for basis in offer.basis.all()}
    names = names_of({one["organisation"] for candidates in figures.values() for one in candidates})
    return {
        "offers": [
            (offer, [in_words(one, names) for one in figures.get(offer, [])])
            for offer in sorted(given, key=lambda offer: (offer.allocated_at, offer.pk), reverse=True)
        ],
        "matches": found.matches.select_related("participant"),
        "may_see_person": can(viewer, Permission.SEE_PEOPLE),
    }
