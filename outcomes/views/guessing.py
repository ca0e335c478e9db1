"""References that are typed to learn what stands under them: whoever guesses learns nothing, and soon may not ask."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from outcomes.forms import Referring
from partners import audit
from partners.middleware import viewer_of
from partners.throttle import count, counted

# In an hour, of one account wherever it is: more than anybody mistypes.
PURPOSE, MOST_GUESSES = "by reference", 20
TOO_MANY = "Too many references under which there was nothing. Try again in an hour."
Found = TypeVar("Found")


def typed(
    request: HttpRequest,
    form: Referring,
    code: str,
    find: Callable[[str], Found | None],
    has: Callable[[Found], object] = bool,
) -> Found | None:
    """What stands under the reference that was typed; None where none was, where nothing does (or only what `has` says
    is not asked for), or after too many guesses, which the form then says, of nobody and of somebody alike.

    code: what such a search is called in the audit.
    """
    if not form.is_valid():
        return None
    viewer = viewer_of(request)
    whose = str(viewer.user_id)
    if counted(request, PURPOSE, whose) >= MOST_GUESSES:
        form.add_error(None, TOO_MANY)
        return None
    found = find(form.cleaned_data["reference"])
    if found is not None and has(found):
        return found
    count(request, PURPOSE, whose)
    audit.searched(viewer, code, found=0)
    form.add_error("reference", form.NOTHING)
    return None
