"""Who looked at a person: for the prime, and for the manager of whoever works with the person today."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from participants import tabs
from partners import audit_lists
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import AuditEntry
from partners.permissions import Permission


@for_members("provider", "prime", permission=Permission.SEE_LOOKS)
@require_GET
def participant_looks(request: HttpRequest, reference: str) -> HttpResponse:
    """Every look, download and unmasking, newest first; a provider reads its own people's, and that the prime's did."""
    viewer, person = viewer_of(request), tabs.find(reference)
    rows = AuditEntry.objects.filter(participant_id=person.pk).exclude(act=AuditEntry.Act.CHANGE)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    page = audit_lists.page(rows, before=before, after=after)
    return tabs.render_tab(
        request,
        person,
        url_name="participant_looks",
        template="participants/looks.html",
        context={
            "lines": audit_lists.lines(page.entries, viewer),
            "newer": f"?after={page.newer}" if page.newer else "",
            "older": f"?before={page.older}" if page.older else "",
        },
    )
