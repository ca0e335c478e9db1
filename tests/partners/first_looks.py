"""The functions that policies and sign-in ask, some of which look past the walls: each answers its one question.

As in tests.partners.matrix, each check yields a sentence for everything that is not as it should be.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.partners.matrix import REFUSED, Attempt, Matrix, planter_of
from tests.partners.sights import Look, of_referral
from tests.partners.small_world import NOW, TODAY, Onlooker, Values, look_as

# Domains of which services of both tenants know, of services that ended, and of services that wait to be confirmed.
BOTH, ENDED, WAITING = "both.example", "ended.example", "waiting.example"


class FirstLooks:
    """The checks of every function of the schema wall, on a planted world."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix, self.world, self.doors = matrix, matrix.world, matrix.doors
        self.place, self.other = matrix.places
        self.system = Onlooker("the system", self.place.tenant_id, "system")
        self.approved: Values = {
            "kind": "erasure",
            "opened_by_id": self.place.users["adviser"],
            "approved_at": NOW,
            "approved_by_id": self.place.users["manager"],
        }

    def check(self, name: str) -> Iterator[str]:
        """Everything that is wrong with a function."""
        for sentence in CHECKS[name](self):
            yield f"wall.{name}: {sentence}"

    def asked(self, cursor: Any, statement: str, *values: Any) -> Any:
        cursor.execute(statement, values)
        return cursor.fetchall()

    def context(self) -> Iterator[str]:
        """What the settings say, and nothing where they are empty or were never made."""
        cursor = self.doors.cursor("baton_app")
        names = ("tenant", "organisation", "viewing_user", "participant", "kind", "cleared", "today")
        everything = "select " + ", ".join(f"wall.{name}()" for name in names)
        for one in self.matrix.onlookers:
            look_as(cursor, one)
            ids = (one.tenant_id, one.organisation_id, one.user_id, one.participant_id)
            expected = (*ids, one.kind, one.cleared, one.today)
            if (found := self.asked(cursor, everything)) != [expected]:
                yield f"{one.name}: {found}"
        cursor = self.doors.cursor("baton_app")
        if (found := self.asked(cursor, everything)) != [(None, None, None, None, "", False, None)]:
            yield f"without settings: {found}"

    def held(self, name: str) -> Iterator[str]:
        """Whom the onlooker's organisation holds, on which contract, and when; the restricted stay apart."""
        cursor = self.doors.cursor("baton_app")
        for one in self.matrix.onlookers:
            look_as(cursor, one)
            look = Look(self.world, one)
            # Whoever is neither prime nor provider sees no assignment, whatever one may name.
            is_told = one.kind in ("prime", "provider")
            cases = [c for c in look.cases if is_told and not look.is_beyond(c[0], 2)]
            today = [c for c in cases if c[3] >= one.today]
            expected: dict[str, set[Any]] = {
                "held": {(person,) for person, *_ in today},
                "held_cases": {case[:2] for case in today},
                "case_periods": {case[:3] for case in cases},
            }
            columns = "participant_id, contract_id, starts_on" if name == "case_periods" else "*"
            found = set(self.asked(cursor, f"select {columns} from wall.{name}()"))
            if found != expected[name]:
                yield f"{one.name}: {len(found - expected[name])} too many, {len(expected[name] - found)} too few"

    def beyond(self) -> Iterator[str]:
        """Who is restricted in this tenant and keeps the onlooker out; never a person of another tenant."""
        cursor = self.doors.cursor("baton_app")
        for one in self.matrix.onlookers:
            look_as(cursor, one)
            look = Look(self.world, one)
            for level in (1, 2):
                found = {row[0] for row in self.asked(cursor, "select wall.beyond(%s)", level)}
                people = self.of_tenant("participants_participant", one.tenant_id)
                if found != {person for person in people if look.is_beyond(person, level)}:
                    yield f"{one.name}, level {level}: {found}"

    def of_tenant(self, table: str, tenant_id: UUID) -> set[UUID]:
        return {row.id for row in self.world.of(table) if row.tenant_id == tenant_id}

    def hanging(self, name: str, table: str, person: Callable[[Look, Any], UUID | None]) -> Iterator[str]:
        """The rows of this tenant that hang on somebody restricted."""
        cursor = self.doors.cursor("baton_app")
        for one in self.matrix.onlookers:
            look_as(cursor, one)
            look = Look(self.world, one)
            expected = {
                row.id
                for row in self.world.of(table)
                if row.tenant_id == one.tenant_id and look.is_beyond(person(look, row), 2)
            }
            if {row[0] for row in self.asked(cursor, f"select wall.{name}()")} != expected:
                yield f"{one.name} is told of others"

    def memberships(self) -> Iterator[str]:
        """A person's places that hold today, in every tenant."""
        cursor = self.doors.cursor("baton_app")
        places = list(self.world.of("partners_membership"))
        for user_id in {place.user_id for place in places}:
            expected = {
                (place.id, place.tenant_id, place.organisation_id, place.role, place.cleared)
                for place in places
                if place.user_id == user_id
                and place.started_on <= TODAY
                and (place.ended_on is None or (place.ended_on >= TODAY and place.ended_at is None))
            }
            columns = "membership_id, tenant_id, organisation_id, role, cleared"
            found = self.asked(cursor, f"select {columns} from wall.memberships(%s)", user_id)
            if set(found) != expected:
                yield f"{len(found)} places, not {len(expected)}"

    def api_key(self) -> Iterator[str]:
        """The key with this digest, while it is neither revoked nor expired."""
        cursor = self.doors.cursor("baton_app")
        for key in self.world.of("partners_apikey"):
            is_live = key.revoked_at is None and key.expires_at > NOW
            question = "select key_id, tenant_id, organisation_id from wall.api_key(%s)"
            found = self.asked(cursor, question, key.digest)
            if found != ([(key.id, key.tenant_id, key.organisation_id)] if is_live else []):
                yield f"a key answers {found}"

    def due(self) -> set[UUID]:
        return {
            item.id
            for item in self.world.of("partners_outboxitem")
            if item.done_at is None and item.dead_at is None and item.available_at <= NOW
        }

    def lease_outbox(self) -> Iterator[str]:
        """What is due, once."""
        cursor = self.doors.cursor("baton_app")
        for expected in (self.due(), set()):
            found = self.asked(cursor, "select id from wall.lease_outbox(100000, 60)")
            if {row[0] for row in found} != expected:
                yield f"leases {len(found)}, not {len(expected)}"

    def open_job(self) -> Iterator[str]:
        cursor = self.doors.cursor("baton_app")
        for item in self.world.of("partners_outboxitem"):
            if self.asked(cursor, "select tenant_id from wall.open_job(%s)", item.id) != [(item.tenant_id,)]:
                yield "a job of another tenant"

    def oldest_due(self) -> Iterator[str]:
        """How long the oldest work waits that is neither done nor dead."""
        [(waited,)] = self.asked(self.doors.cursor("baton_app"), "select wall.oldest_due()")
        made = min(
            item.created_at
            for item in self.world.of("partners_outboxitem")
            if item.done_at is None and item.dead_at is None
        )
        if waited is None or abs(waited - (NOW - made)) > timedelta(hours=2):
            yield f"{waited}"

    def sign_in_service(self) -> Iterator[str]:
        """The service that an organisation uses now: confirmed, not ended, and no other's."""
        cursor = self.doors.cursor("baton_app")
        services = list(self.world.of("partners_signinservice"))
        for organisation in {service.organisation_id for service in services}:
            expected = [
                (s.id, s.tenant_id)
                for s in services
                if s.organisation_id == organisation and s.confirmed_at and not s.ended_at
            ]
            question = "select service_id, tenant_id from wall.sign_in_service(%s)"
            if self.asked(cursor, question, organisation) != expected:
                yield "another service answers"

    def sign_in_domain(self) -> Iterator[str]:
        """The organisations whose service answers for a domain, in every tenant."""
        cursor = self.doors.cursor("baton_app")
        services = [s for s in self.world.of("partners_signinservice") if s.confirmed_at and not s.ended_at]
        for domain in (self.place.canary, BOTH, ENDED, WAITING, "nobody.example"):
            expected = {s.organisation_id for s in services if domain in s.domains}
            found = self.asked(cursor, "select organisation_id from wall.sign_in_domain(%s)", domain)
            if {row[0] for row in found} != expected:
                yield f"{len(found)} organisations, not {len(expected)}"

    def analyse(self) -> Iterator[str]:
        """Reads the tables' statistics anew; gives nothing away."""
        if self.asked(self.doors.cursor("baton_app"), "select wall.analyse()") != [("",)]:
            yield "says something"

    def erase(self) -> Iterator[str]:
        """Only the system, only who was approved, only while no hold stands, and only in its own tenant."""
        approved, lifted = self.approved, {"lifted_at": NOW}
        foreign = Onlooker("the system", self.other.tenant_id, "system")
        prime = Onlooker("the prime", self.place.tenant_id, "prime", cleared=True)
        closed = {**approved, "closed_at": NOW, "outcome": "erased"}
        for request, hold, onlooker, is_done in (
            (approved, None, self.system, True),
            (approved, lifted, self.system, True),
            (approved, None, prime, False),
            (approved, None, foreign, False),
            (approved, {}, self.system, False),
            (None, None, self.system, False),
            ({"kind": "erasure"}, None, self.system, False),
            ({**approved, "kind": "access"}, None, self.system, False),
            (closed, None, self.system, False),
        ):
            told, is_named = self.erased(request, hold, onlooker)
            if (told.refused == "") != is_done or told.refused not in ("", REFUSED) or is_named == is_done:
                yield f"{request}, {hold}, {onlooker.name}: {told.told}"

    def erased(self, request: Any, hold: Any, onlooker: Onlooker) -> tuple[Attempt, bool]:
        """What came of erasing somebody new, and whether their name can still be read."""
        cursor = self.doors.cursor("baton_app")
        look_as(cursor, self.system)
        planter = planter_of(cursor, self.place)
        person = planter.plant("participants_participant")
        # What was approved for somebody else is not approved for this person.
        other = planter.plant("participants_participant")["id"]
        planter.plant("participants_subjectrequest", participant_id=other, **self.approved)
        for table, given in (("participants_subjectrequest", request), ("participants_legalhold", hold)):
            if given is not None:
                planter.plant(table, participant_id=person["id"], **given)
        look_as(cursor, onlooker)
        attempt = Attempt(cursor, "select wall.erase(%s)", [person["id"]])
        if not attempt.refused:
            cursor.execute("select wall.erase(%s)", [person["id"]])
        look_as(cursor, self.system)
        names = self.asked(
            cursor, "select given_name from participants_participant where id = %s", person["id"]
        )
        named = "select count(*) from participants_participant where given_name like %s and id <> %s"
        others = self.asked(cursor, named, f"{self.place.canary}%", person["id"])
        kept = len(self.of_tenant("participants_participant", self.place.tenant_id))
        is_named = names == [(person["given_name"],)]
        return attempt, is_named or others != [(kept + 1,)]


CHECKS: dict[str, Callable[[FirstLooks], Iterator[str]]] = {
    **dict.fromkeys(
        ("tenant", "organisation", "viewing_user", "participant", "kind", "cleared", "today"),
        FirstLooks.context,
    ),
    "held": lambda looks: looks.held("held"),
    "held_cases": lambda looks: looks.held("held_cases"),
    "case_periods": lambda looks: looks.held("case_periods"),
    "beyond": FirstLooks.beyond,
    "beyond_referrals": lambda looks: looks.hanging(
        "beyond_referrals", "referrals_referral", lambda _, referral: referral.participant_id
    ),
    "beyond_allocations": lambda looks: looks.hanging(
        "beyond_allocations", "referrals_allocation", of_referral
    ),
    "beyond_decisions": lambda looks: looks.hanging(
        "beyond_decisions", "referrals_eligibilitydecision", of_referral
    ),
    "beyond_journals": lambda looks: looks.hanging(
        "beyond_journals", "outcomes_journal", lambda _, journal: journal.participant_id
    ),
    "memberships": FirstLooks.memberships,
    "api_key": FirstLooks.api_key,
    "lease_outbox": FirstLooks.lease_outbox,
    "open_job": FirstLooks.open_job,
    "oldest_due": FirstLooks.oldest_due,
    "sign_in_service": FirstLooks.sign_in_service,
    "sign_in_domain": FirstLooks.sign_in_domain,
    "analyse": FirstLooks.analyse,
    "erase": FirstLooks.erase,
}
# What triggers call is tried through them (tests.partners.keepers).
CALLED_BY_TRIGGERS = {
    "audit_events",
    "keep_audit",
    "refuse_change",
    "journal_balances",
    "journal_is_whole",
    "journal_is_written",
    "on_an_open_statement",
    "keep_sealed",
}
