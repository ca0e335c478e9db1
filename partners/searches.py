"""Names that people search for, kept out of addresses: a browser's history and a proxy's log never learn them.

A list whose filters ask for a name is asked by POST. What is private in it is sealed into the session under a short
random id; the person is sent on to the same list with that id, and everything else, in its address. So the list can be
paged, sorted, downloaded and returned to as ever, by that person in that session alone.
"""

import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from partners import sealing
from partners.middleware import viewer_of

PURPOSE = "search"
KEY = "searches"
# How many searches a session remembers, and of how many characters.
MOST, LONGEST = 20, 200


def to_address(request: HttpRequest, *private: str) -> HttpResponse:
    """Send whoever posted filters on to the list that they ask for; these fields are private."""
    asked = QueryDict(mutable=True)
    for name, value in request.POST.items():
        if value and name != "csrfmiddlewaretoken":
            asked[name] = _keep(request, str(value)) if name in private else str(value)
    return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)


def in_words(request: HttpRequest, *private: str) -> QueryDict:
    """The filters of the address, with the words of the private ones in the place of their ids; an id that this
    session does not know asks for nothing.
    """
    asked = request.GET.copy()
    for name in private:
        if name in asked:
            asked[name] = _words(request, str(asked[name]))
    return asked


def _keep(request: HttpRequest, words: str) -> str:
    viewer = viewer_of(request)
    key_id, sealed = sealing.seal(
        words[:LONGEST].encode(), purpose=PURPOSE, tenant_id=viewer.tenant_id, bound_to=str(viewer.user_id)
    )
    search = secrets.token_urlsafe(6)
    kept = [*request.session.get(KEY, {}).items(), (search, [key_id, b64encode(sealed).decode()])]
    request.session[KEY] = dict(kept[-MOST:])
    return search


def _words(request: HttpRequest, search: str) -> str:
    viewer = viewer_of(request)
    if search not in (kept := request.session.get(KEY, {})):
        return ""
    key_id, sealed = kept[search]
    try:
        plain = sealing.unseal(
            b64decode(sealed),
            key_id=key_id,
            purpose=PURPOSE,
            tenant_id=viewer.tenant_id,
            bound_to=str(viewer.user_id),
        )
    except (sealing.UnknownKey, InvalidTag):
        # Of another workspace, or of a key that has gone since.
        return ""
    return plain.decode()
