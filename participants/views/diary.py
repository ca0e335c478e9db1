"""The diary: the provider's appointments of a week."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from participants.actions.assignment import advisers_of
from participants.appointment_forms import DiaryFilter, day_asked_for
from participants.caseload import EVERYONE
from participants.diary import Week, appointments_of, by_day, places_of
from participants.views.caseload import page_link
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can

PAGE = 200


@for_members("provider", permission=Permission.SEE_PEOPLE)
@require_GET
def diary(request: HttpRequest) -> HttpResponse:
    """Whose appointments there are in the week of ?day=, this week unless one is asked for, 200 to a page."""
    viewer = viewer_of(request)
    assert viewer.organisation_id is not None
    week = Week.of(day_asked_for(request.GET, viewer.today))
    form = DiaryFilter(
        request.GET,
        own=str(viewer.user_id) if viewer.role == "adviser" else EVERYONE,
        advisers=advisers_of(viewer.organisation_id, viewer.today),
        places=places_of(viewer, week),
    )
    found = appointments_of(viewer, week, adviser=form.whose, place=form.where)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "diary.list", found=page.paginator.count)
    return render(
        request,
        "participants/diary.html",
        {
            "form": form,
            "week": week,
            "is_this_week": week == Week.of(viewer.today),
            "days": by_day(list(page), viewer.now()),
            "page": page,
            "own": str(viewer.user_id),
            "is_own": form.whose == str(viewer.user_id),
            "everyone": EVERYONE,
            "is_everyones": form.whose == EVERYONE,
            "previous": page_link(request, page.previous_page_number()) if page.has_previous() else "",
            "next": page_link(request, page.next_page_number()) if page.has_next() else "",
            "may_keep": can(viewer, Permission.KEEP_CASE),
        },
    )
