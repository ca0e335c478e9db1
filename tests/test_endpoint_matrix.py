"""Every operation that there is, for every role, on somebody in every position: who gets what, and what leaks.

What is not theirs is answered to the byte as what does not exist, and nobody reads a word of a person whom they may
not see, in whatever they call.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from partners.permissions import can
from partners.viewer import Viewer
from tests.cast import PEOPLE, Cast, join, looking_as, make_cast
from tests.test_addresses import audience_of, own_operations
from tests.world import Somebody, world

# What the parameters of an operation name, by the beginning of its route. An operation that is not here is red.
THINGS = {
    r"participants/<str:reference>/safety/named/<uuid:user_id>/": "naming",
    r"participants/<str:reference>/safety/measures/<uuid:measure_id>/": "measure",
    r"participants/<str:reference>/assessments/<uuid:template_id>/": "assessment",
    r"participants/<str:reference>/": "participant",
    r"data-protection/requests/<str:reference>/copy/<str:section>/": "section",
    r"data-protection/requests/<str:reference>/": "request",
    r"data-protection/copies/<uuid:copy_id>/<slug:kind>/": "copy",
    r"data-protection/holds/<uuid:hold_id>/": "hold",
    r"data-protection/sharing/<uuid:basis_id>/": "basis",
    r"documents/<uuid:document_id>/": "document",
    r"diary/<uuid:appointment_id>/": "appointment",
    r"safeguarding/<uuid:report_id>/": "report",
    r"messages/<uuid:message_id>/": "message",
    r"workspace/people/<uuid:membership_id>/": "membership",
    r"workspace/invitations/<uuid:invitation_id>/": "invitation",
    r"sign-in/<uuid:organisation_id>/": "organisation",
    r"referrals/<str:reference>/": "referral",
    r"api/v1/referrals/<str:reference>": "referral",
    r"jobs/<uuid:job_id>/": "job",
    r"benefits/<uuid:spell_id>/": "benefit",
    r"earnings/<uuid:earning_id>/": "earning",
    r"evidence/<uuid:evidence_id>/": "evidence",
    r"statements/<uuid:statement_id>/query/<uuid:journal_id>/": "statement line",
    r"statements/<uuid:statement_id>": "statement",
    r"queries/<uuid:query_id>/": "query",
    r"performance/queries/<uuid:figure_query_id>/": "figure query",
    r"adjustments/<uuid:adjustment_id>/": "adjustment",
    r"claims/<uuid:claim_id>/": "claim",
    r"claims/drawn/<uuid:item_id>/": "drawn",
    r"claims/samples/<uuid:sample_id>/": "sample",
    r"audits/<uuid:sample_id>/": "sample",
    r"claims/grants/<uuid:grant_id>/": "grant",
}
# Reviewed: operations on what belongs to the workspace and to nobody's case; the roles' test covers them.
NOBODYS_CASE = (
    "billing/<slug:slug>/",
    "contracts/<slug:code>/",
    "refer/<slug:code>/",
    "imports/<uuid:import_id>/",
    "performance/packs/<uuid:pack_id>/",
    "invitations/<str:token>/",
    "claims/unclaimed/<uuid:unclaimed_id>/",
    "claims/costs/<uuid:cost_id>/",
    "calendar/<uuid:user_id>/",
    "my/<uuid:page_id>/",
    "caseload/views/<uuid:view_id>/",
)
# Reviewed: the page on which a cleared administrator of the prime names somebody for a restricted person whom nobody
# named can help any more. It says the reference and nothing else; tests/participants/test_restriction_view.py.
WITHOUT_NAMES = ("restricted/<str:reference>/",)
# Reviewed: these change the session alone, and answer with a redirect.
SESSION = {"places", "choose_place", "healthz", "home"}
# Reviewed: operations that find something only once something else has happened, and the tests that reach them.
IN_ANOTHER_STATE = {
    "answer_lowering": "participants/test_restriction_view.py",
    "ask_lowering": "participants/test_restriction_view.py",
    "end_naming": "participants/test_restriction_view.py",
    "name_person": "participants/test_restriction_view.py",
    "reveal_number": "participants/test_unmask_view.py",
    "unmask_number": "participants/test_unmask_view.py",
    "did_not_start": "referrals/test_answering_views.py",
    "start_of_participant": "referrals/test_answering_views.py",
    "statement_pdf": "outcomes/test_sealing_views.py",
    "withdraw_not_eligible": "outcomes/test_eligibility_view.py",
    "audit_sample": "outcomes/test_samples_view.py",
    "mark_plan": "participants/test_plan_view.py",
    "take_up": "participants/test_handover_view.py",
    "start_referral": "referrals/test_answering_views.py",
    "confirm_sign_in_service": "partners/test_sign_in_confirmed.py",
    "end_sign_in_service": "partners/test_sign_in_by_organisation.py",
}
VARYING = re.compile(
    rb"Expires: [^\n]+|Content-Length: \d+|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    rb'|name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"|nonce="[^"]+"'
)
# Those of whom no other test needs somebody, so that every role is here.
MORE_ROLES = {"vera": ("serco", "viewer"), "amos": ("renaisi", "administrator")}
API_KEYS = ["hackney-childrens-services", "jobcentre-plus-hackney", "renaisi"]


def thing_of(route: str) -> str | None:
    """Which thing an operation takes: None for one on nobody's case. Fails on one that nobody listed."""
    if route.startswith(NOBODYS_CASE + WITHOUT_NAMES):
        return None
    found = [thing for start, thing in THINGS.items() if route.startswith(start)]
    assert found, f"{route} takes an id: say in THINGS of what"
    return found[0]


def on_somebody() -> Iterator[tuple[str, URLPattern, str]]:
    """Every operation that takes the id of something about a person."""
    for route, pattern in own_operations():
        if pattern.pattern.converters and (thing := thing_of(route)):
            yield route, pattern, thing


def addresses(pattern: URLPattern, thing: str, somebody: Somebody) -> list[str]:
    """The addresses of an operation for this person's things; none where there is no such thing."""
    return ["/serco" + reverse(str(pattern.name), args=one) for one in somebody.ids.get(thing, [])]


@dataclass
class Caller:
    """Somebody of the cast in a browser, or a key."""

    viewer: Viewer | None
    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, address: str) -> Any:
        data: dict[str, Any] = {"data": "{}", "content_type": "application/json"} if self.headers else {}
        if method == "GET":
            return self.client.get(address, headers=self.headers)
        return self.client.post(address, **data, headers={**self.headers, "Idempotency-Key": uuid4().hex})


def body_of(response: Any) -> bytes:
    """All that is sent: headers and content."""
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return headers.encode() + b"\n\n" + content


def without_varying(response: Any) -> bytes:
    """The answer without request ids, tokens and ids, which differ from call to call, and without its length."""
    return VARYING.sub(b"", body_of(response))


def check_no_word(response: Any, viewer: Viewer | None, everybody: list[Somebody], where: Any) -> None:
    """Nobody whom the caller may not see is in the answer; nor how to reach whom they may not reach."""
    body = body_of(response)
    for somebody in everybody:
        sees = viewer is not None and somebody.sees(viewer) and viewer.kind != "referrer"
        for canary in () if sees else somebody.canaries:
            assert canary.encode() not in body, (where, somebody.position, canary)
        reaches = viewer is not None and sees and somebody.may_reach(viewer)
        for canary in () if reaches else somebody.reaches:
            assert canary.encode() not in body, (where, somebody.position, canary)


def is_theirs(viewer: Viewer, somebody: Somebody, thing: str) -> bool:
    """Whether the viewer may see that thing of somebody: of what it referred, a referrer sees the referral alone."""
    return somebody.sees(viewer) and (viewer.kind != "referrer" or thing == "referral")


def is_for(viewer: Viewer, pattern: URLPattern) -> bool:
    """Whether the operation is for this kind of organisation, and in this role."""
    audience = audience_of(pattern)
    assert audience is not None
    if audience.public or audience.permission is None:
        return True
    return viewer.kind in audience.kinds and can(viewer, audience.permission)


def check_audience(caller: Caller, pattern: URLPattern, method: str, address: str, status: int) -> None:
    """The wrong kind of organisation finds nothing; the right kind in the wrong role is refused, whatever the id."""
    audience = audience_of(pattern)
    if method != "GET" or caller.viewer is None or caller.headers:
        return
    assert audience is not None
    assert audience.permission is not None, pattern.name
    if caller.viewer.kind not in audience.kinds:
        assert status == 404, (address, status)
    elif not can(caller.viewer, audience.permission):
        assert status == 403, (address, status)


def check_matrix(caller: Caller, everybody: dict[str, Somebody], operations: list[Any]) -> set[str]:
    """Call every operation on everybody; returns the names of those that found something."""
    found: set[str] = set()
    for _, pattern, thing in operations:
        for method in ("GET", "POST"):
            [nothing] = addresses(pattern, thing, everybody["absent"])
            answer = caller.call(method, nothing)
            assert answer.status_code in {302, 401, 403, 404, 405}, (method, nothing, answer.status_code)
            check_audience(caller, pattern, method, nothing, answer.status_code)
            as_absent = without_varying(answer)
            for somebody in on_whom(caller, pattern, everybody):
                for address in addresses(pattern, thing, somebody):
                    where = (method, address, somebody.position)
                    response = caller.call(method, address)
                    assert response.status_code < 500, where
                    check_audience(caller, pattern, method, address, response.status_code)
                    check_no_word(response, caller.viewer, list(everybody.values()), where)
                    if caller.viewer is None or not is_theirs(caller.viewer, somebody, thing):
                        theirs = without_varying(response).replace(address.encode(), nothing.encode())
                        assert theirs == as_absent, (where, response.status_code)
                    elif response.status_code not in {401, 403, 404, 405}:
                        found.add(str(pattern.name))
    return found


def on_whom(caller: Caller, pattern: URLPattern, everybody: dict[str, Somebody]) -> list[Somebody]:
    """Everybody; of what is for others, which is refused before it is looked for, the first of them alone."""
    for_others = caller.viewer is not None and not caller.headers and not is_for(caller.viewer, pattern)
    return list(everybody.values())[: 1 if for_others else None]


def in_browser() -> list[tuple[str, URLPattern, str]]:
    return [one for one in on_somebody() if not one[0].startswith("api/")]


def over_api() -> list[tuple[str, URLPattern, str]]:
    return [one for one in on_somebody() if one[0].startswith("api/")]


@pytest.fixture(scope="module")
def stage(standing: None) -> tuple[Cast, dict[str, Somebody]]:
    """The cast and everybody, made once for all."""
    cast = make_cast()
    with looking_as(cast.system()):
        for name, place in MORE_ROLES.items():
            join(cast, name, *place)
    return cast, world(cast)


@pytest.fixture
def cast(stage: tuple[Cast, dict[str, Somebody]], db: None) -> Cast:
    return stage[0]


@pytest.fixture
def everybody(stage: tuple[Cast, dict[str, Somebody]], db: None) -> dict[str, Somebody]:
    return stage[1]


@pytest.mark.parametrize("name", [*PEOPLE, *MORE_ROLES, "sam", "rita"])
def test_what_is_not_theirs_does_not_exist(cast: Cast, everybody: dict[str, Somebody], name: str) -> None:
    viewer: Viewer = getattr(cast, name)
    caller = Caller(viewer if viewer.tenant_id == cast.serco.pk else None, cast.client(name))
    if name == "rita":  # her place at Serco's Renaisi is the one that counts here
        caller.viewer = cast.ada
    found = check_matrix(caller, everybody, in_browser())
    expected = {"ada", "mona", "priya", "sara", "hana"}
    assert bool(found) or name not in expected


def test_nobody_gets_anything_without_signing_in(cast: Cast, everybody: dict[str, Somebody]) -> None:
    client = Client()
    for _, pattern, thing in in_browser():
        for somebody in everybody.values():
            for address in addresses(pattern, thing, somebody):
                for answer in (client.get(address), client.post(address)):
                    assert answer.status_code == 302, address
                    assert answer.headers["Location"].endswith(f"/account/login/?next={address}"), address


@pytest.mark.parametrize("slug", API_KEYS)
def test_a_key_finds_what_its_organisation_sent_and_nothing_else(
    cast: Cast, everybody: dict[str, Somebody], slug: str
) -> None:
    kind = "provider" if slug == "renaisi" else "referrer"
    organisation_id: UUID = cast.organisation(slug)
    viewer = Viewer(tenant_id=cast.serco.pk, kind=kind, organisation_id=organisation_id)
    caller = Caller(viewer, Client(), {"Authorization": f"Bearer {cast.keys[slug]}"})
    if kind == "provider":  # the operations are for referrers
        caller.viewer = None
    found = check_matrix(caller, everybody, over_api())
    assert bool(found) == (slug == "hackney-childrens-services")


def test_every_operation_on_somebody_is_reached_by_somebody(
    cast: Cast, everybody: dict[str, Somebody]
) -> None:
    """A matrix in which nobody ever finds anything proves nothing."""
    found = {position: everybody[position] for position in ("own", "offered", "absent")}
    left = in_browser()
    for name in ("ada", "mona", "sara", "frank", "priya", "hana"):
        reached = check_matrix(Caller(getattr(cast, name), cast.client(name)), found, left)
        left = [one for one in left if one[1].name not in reached]
    assert sorted(str(pattern.name) for _, pattern, _ in left) == sorted(IN_ANOTHER_STATE)


@pytest.mark.parametrize("name", [*PEOPLE, *MORE_ROLES, "sam"])
def test_no_list_or_form_has_a_word_of_anybody_else(
    cast: Cast, everybody: dict[str, Somebody], name: str
) -> None:
    viewer: Viewer = getattr(cast, name)
    here = viewer if viewer.tenant_id == cast.serco.pk else None
    client = cast.client(name)
    queries: list[dict[str, str]] = [
        {},
        {"provider": "i2i", "contract": "inspiring-families", "measure": "referrals"},
        {"provider": str(cast.organisation("i2i")), "adviser": "everyone"},
    ]
    for route, pattern in own_operations():
        if pattern.pattern.converters or str(pattern.name) in SESSION:
            continue
        # No filter makes a list of what is for others.
        for query in queries if is_for(viewer, pattern) else queries[:1]:
            response = client.get("/serco" + reverse(str(pattern.name)), query)
            assert response.status_code < 500, (route, query)
            check_no_word(response, here, list(everybody.values()), (route, query))
        response = client.post("/serco" + reverse(str(pattern.name)))
        assert response.status_code < 500, ("POST", route)
        check_no_word(response, here, list(everybody.values()), ("POST", route))


def test_problems_of_the_api_say_nothing_of_the_thing(cast: Cast, everybody: dict[str, Somebody]) -> None:
    headers = {"Authorization": f"Bearer {cast.keys['jobcentre-plus-hackney']}"}
    [(reference,)] = everybody["own"].ids["referral"]
    problem = json.loads(Client().get(f"/serco/api/v1/referrals/{reference}", headers=headers).content)
    assert reference not in json.dumps({**problem, "instance": ""})
