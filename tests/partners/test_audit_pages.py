"""Whoever sees anything of a participant leaves a row: every operation there is, asked for by every kind of viewer."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from participants import vault
from participants.models import Identity, Participant
from partners import outbox
from partners.models import ApiKey, AuditEntry
from tests.cast import Cast, looking_as
from tests.journey import held_by, walk
from tests.referrals.people import accept
from tests.test_addresses import own_operations
from tests.test_endpoint_matrix import addresses, thing_of
from tests.test_roles import ASKED
from tests.world import Somebody, of_referral, world

COUNCIL = "hackney-childrens-services"
# Between them they may open everything. Strangers see nobody, which tests/test_endpoint_matrix.py holds.
WHO_SEE_SOMEBODY = ("sara", "mona", "frank", "hana")
# Reviewed: these only take a POST,
ONLY_POSTED = {
    *("api_answers", "bring_document_back", "choose_place", "csp_report", "make_copy", "reveal_number"),
    *("discard_import", "take_up_import", "mark_plan", "acknowledge_concern"),
    *("end_own_page", "see_message"),
    "withdraw_referral",
}
# these show nobody,
SHOW_NOBODY = {
    *("accept_invitation", "confirm_sign_in_service", "contract", "contract_prices", "end_sign_in_service"),
    *("record_agreement", "record_vat_status", "shared", "shared_csv", "audit_samples"),
    *("withdraw_cost", "change_profile", "load_profile", "answer_figure", "api_figures", "api_measures"),
    *("pack_pdf", "pack_xlsx", "make_again", "calendar_feed", "remove_view"),
    # a participant sees themself, which is an event: tests/participants/test_own_page.py
    "enter_own_page",
}
# and these show only what was just sent, a bare reference, the same form as ask_lowering, or what has to be sealed.
TESTED_APART = {
    *("self_referral", "self_referral_sent", "name_for_restricted", "answer_lowering", "end_naming"),
    *("statement_pdf", "audit_sample", "explain_unclaimed", "withdraw_not_eligible"),
    *("import_run", "import_columns", "import_report", "import_rows_left", "take_up"),
}
HTMX = {"HX-Request": "true"}


@dataclass
class Walked:
    """What an operation did when everybody had asked for it."""

    opened: bool = False
    showed_somebody: bool = False
    silent_to: set[str] = field(default_factory=set)


def of_operation(route: str, pattern: URLPattern, people: list[Somebody]) -> list[str]:
    """The operation's addresses: where it takes an id, for the things of each of these people."""
    if not pattern.pattern.converters:
        return ["/serco" + reverse(str(pattern.name))]
    thing = thing_of(route)
    return [address for one in people for address in addresses(pattern, thing, one)] if thing else []


def is_open(response: Any) -> bool:
    """Whether the operation answered, be it with another address; not if it asked to sign in."""
    return response.status_code == 200 or (
        response.status_code == 302 and "/account/" not in response["Location"]
    )


def traces_of(somebody: Somebody) -> list[str]:
    """Words by which the person is known."""
    references = [one for thing in ("participant", "referral") for (one,) in somebody.ids[thing]]
    return [*somebody.canaries, *references]


def shows(response: Any, traces: list[str]) -> bool:
    """Whether an answer has one of the traces."""
    body = b"".join(response) if response.streaming else response.content
    text = bytes(body).decode(errors="replace")
    return response.status_code == 200 and any(trace in text for trace in traces)


def rows_of(cast: Cast, response: Any) -> list[AuditEntry]:
    """What the audit has of the request."""
    with looking_as(cast.system()):
        return list(AuditEntry.objects.filter(request_id=response["X-Request-Id"]))


@dataclass
class Walker:
    """Somebody, or a key, who asks for everything."""

    cast: Cast
    client: Client
    name: str
    who: UUID
    headers: dict[str, str] = field(default_factory=dict)

    def walk(self, people: list[Somebody], walked: dict[str, Walked]) -> None:
        """Note of every operation whether it opened, showed one of these people, and left no row of that."""
        traces = [trace for somebody in people for trace in traces_of(somebody)]
        for route, pattern in own_operations():
            seen = walked.setdefault(str(pattern.name), Walked())
            for address in of_operation(route, pattern, people):
                self.ask(address, ASKED.get(str(pattern.name), {}), traces, seen)

    def ask(self, address: str, query: dict[str, str], traces: list[str], seen: Walked) -> None:
        """As a page, and as a part of one where it showed somebody."""
        for more in ({}, HTMX):
            response = self.client.get(address, query, headers={**self.headers, **more})
            seen.opened |= is_open(response)
            if not shows(response, traces):
                return
            seen.showed_somebody = True
            if [row.by_user_id or row.by_key_id for row in rows_of(self.cast, response)] != [self.who]:
                seen.silent_to.add(self.name)


def people_in_every_position(cast: Cast) -> list[Somebody]:
    """Whom Renaisi was offered, accepted, works with and keeps apart; the figures know them, and one has a number."""
    accepted = accept(cast, held_by(cast, "renaisi", given_name="Edda", family_name="Farthingale"))
    everybody = world(cast)
    with looking_as(cast.system()) as system:
        person = Participant.objects.get(reference=everybody["own"].ids["participant"][0][0])
        key_id, sealed = vault.seal("QQ654321A", tenant_id=system.tenant_id, participant_id=person.pk)
        Identity.objects.create(
            tenant=cast.serco, participant=person, key_id=key_id, sealed=sealed, blind_index="x"
        )
    outbox.work_off()
    known = [everybody[position] for position in ("own", "offered", "restricted")]
    return [*known, of_referral(cast, "accepted", accepted, {"renaisi"})]


def test_nobody_sees_a_participant_without_a_row(cast: Cast) -> None:
    people = people_in_every_position(cast)
    walked: dict[str, Walked] = {}
    with looking_as(cast.system()):
        key = ApiKey.objects.get(organisation=cast.organisations[COUNCIL])
    bearer = {"Authorization": f"Bearer {cast.keys[COUNCIL]}"}
    walkers = [Walker(cast, cast.client(name), name, cast.users[name].pk) for name in WHO_SEE_SOMEBODY]
    for walker in (*walkers, Walker(cast, Client(), "key", key.pk, bearer)):
        walker.walk(people, walked)
    assert {name: seen.silent_to for name, seen in walked.items() if seen.silent_to} == {}
    closed = {name for name, seen in walked.items() if not seen.opened}
    reviewed = ONLY_POSTED | SHOW_NOBODY | TESTED_APART
    assert closed == reviewed, " ".join(sorted(closed ^ reviewed))
    assert sum(seen.showed_somebody for seen in walked.values()) > 30


def test_a_look_says_at_whom_by_whom_for_what_and_in_which_request(cast: Cast) -> None:
    journey = walk(cast, "renaisi", "ada")
    response = cast.client("ada").get(f"/serco/participants/{journey.participant.reference}/work/")
    [row] = rows_of(cast, response)
    assert (row.act, row.kind, row.purpose) == ("look", "participant.work", "delivery")
    assert (row.participant_id, row.subject_type) == (journey.participant.pk, "participant")
    assert (row.by_user_id, row.by_key_id) == (cast.users["ada"].pk, None)
    assert row.organisation_id == cast.organisation("renaisi")


def test_lists_and_files_leave_one_row_with_their_count(cast: Cast) -> None:
    walk(cast, "renaisi", "ada")
    ada = cast.client("ada")
    [row] = rows_of(cast, ada.get("/serco/caseload/?adviser=everyone"))
    assert (row.act, row.kind, row.participant_id) == ("search", "caseload.list", None)
    many = row.facts["found"]
    assert many >= 1
    [row] = rows_of(cast, ada.get("/serco/caseload.csv?adviser=everyone"))
    assert (row.act, row.facts) == ("export", {"count": many})


@pytest.mark.parametrize("path", ["participants/PT-0000-00/", "referrals/RF-0000-00/"])
def test_what_is_not_found_leaves_no_row(cast: Cast, path: str) -> None:
    response = cast.client("ada").get(f"/serco/{path}")
    assert response.status_code == 404
    assert rows_of(cast, response) == []
