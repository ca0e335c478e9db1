"""One person: who they are, what comes next, and everything that happened."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from participants import tabs, timeline
from participants.forms import TimelineFilter
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of one person, with the timeline open; ?kind= narrows it and ?page= leads to what is older."""
    person = tabs.find(reference)
    viewer = viewer_of(request)
    form = TimelineFilter(request.GET)
    asked = request.GET.get("page", "")
    number = int(asked) if PAGE_NUMBER.fullmatch(asked) else 1
    entries, is_more = timeline.page(person, viewer, group=form.group, number=number)
    return tabs.render_tab(
        request,
        person,
        url_name="participant_timeline",
        template="participants/timeline.html",
        context={
            "entries": entries,
            "form": form,
            "newer": f"?{urlencode({'kind': form.group, 'page': number - 1})}" if number > 1 else "",
            "older": f"?{urlencode({'kind': form.group, 'page': number + 1})}" if is_more else "",
        },
    )
