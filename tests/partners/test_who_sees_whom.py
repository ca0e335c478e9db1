"""People are referred, passed on, restricted, withdrawn and erased in any order: who sees whom, after every step.

The machine calls the real actions as the people of the cast. It keeps its own account of who is restricted and named,
and after each step compares what everybody sees with the plain model of who sees what.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from participants.actions import contact, erasure, lowering, restriction, subject_request
from participants.actions.assignment import assign, release
from participants.models import Assignment, Participant
from partners.acting import ActionError
from partners.viewer import Viewer
from partners.walls import Wall, walled_models
from referrals.actions import allocation, referral, start
from referrals.models import Allocation, Referral
from tests.cast import Cast, looking_as
from tests.partners.sights import Look
from tests.partners.small_world import World
from tests.partners.who_sees import sees
from tests.referrals.people import sent

ADVISERS = ("ada", "col", "mona", "ivo", "ines", "ola")
PRIMES = ("priya", "sara")
ONLOOKERS = ("ada", "col", "ivo", "ola", *PRIMES, "hana", "jon", "dee", "sam")
PROVIDERS = ("renaisi", "i2i", "serco-delivery")
# Tables whose rows are about somebody, and what else decides who sees them.
ABOUT_PEOPLE = sorted(
    model._meta.db_table
    for model in walled_models()
    if any(isinstance(wall, Wall) and wall.apart for wall in model._meta.constraints)
)
DECIDING = ("partners_organisation", "programmes_contract", "programmes_supplyagreement")

some = st.integers(min_value=0, max_value=99)
advisers, primes = st.sampled_from(ADVISERS), st.sampled_from(PRIMES)
staff = st.sampled_from((*ADVISERS, *PRIMES))


@dataclass
class Known:
    """What the machine knows of a person by itself."""

    pk: UUID
    level: int = 0
    named: set[UUID] = field(default_factory=set)


class Workspace(RuleBasedStateMachine):
    """One tenant at work, in a transaction that is undone at the end."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast, self.people = cast, list[Known]()
        cast.serco.clock_offset = timedelta()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def viewer(self, name: str) -> Viewer:
        found: Viewer = getattr(self.cast, name)
        return found

    def loaded(self, by: Viewer, number: int) -> tuple[Known, Participant | None]:
        """One of the people, loaded as the viewer."""
        known = self.people[number % len(self.people)]
        with looking_as(by):
            return known, Participant.objects.filter(pk=known.pk).first()

    def newest(self, model: type[Any], by: Viewer, known: Known, **lookup: Any) -> Any:
        with looking_as(by):
            return model.objects.filter(**{**lookup, **({} if lookup else {"participant": known.pk})}).last()

    def try_to(self, by: Viewer, act: Callable[..., Any], **facts: Any) -> bool:
        """Whether the action was done; one that refuses changes nothing."""
        with suppress(ActionError), looking_as(by):
            act(**facts, by=by, at=by.now())
            return True
        return False

    @initialize()
    def begin(self) -> None:
        """There is somebody to begin with."""
        self.refer("hana", None)

    @rule(who=st.sampled_from(("hana", "jon")), again=st.none() | some)
    def refer(self, who: str, again: int | None) -> None:
        """Somebody new, or somebody whom another referrer referred before."""
        number = len(self.people) if again is None or not self.people else again % len(self.people)
        person = sent(given_name=f"Zola{chr(97 + number)}", number="", family_name="Okafor")
        by = self.viewer(who)
        self.try_to(by, referral.submit, contract=self.cast.contract, sent=person, channel="form")
        with looking_as(self.cast.system()):
            known = {one.pk for one in self.people}
            self.people += [
                Known(pk) for pk in Participant.objects.values_list("pk", flat=True) if pk not in known
            ]

    @precondition(lambda self: self.people)
    @rule(number=some, who=advisers, accepts=st.booleans())
    def answer(self, number: int, who: str, accepts: bool) -> None:
        """A provider accepts, or hands back, what was offered to it."""
        by = self.viewer(who)
        known, _ = self.loaded(by, number)
        offer = self.newest(Allocation, by, known, referral__participant=known.pk)
        if offer is None:
            return
        if accepts:
            meeting = {"adviser_id": by.user_id, "first_appointment_on": by.today}
            self.try_to(by, allocation.accept, allocation=offer, **meeting)
        else:
            self.try_to(by, allocation.hand_back, allocation=offer, reason="no_capacity", note="")

    @precondition(lambda self: self.people)
    @rule(number=some, who=advisers, how=st.sampled_from(("start", "did not start", "contact")))
    def work(self, number: int, who: str, how: str) -> None:
        """A provider starts somebody, or does not, or logs a contact."""
        by = self.viewer(who)
        known, person = self.loaded(by, number)
        sent_by = self.newest(Referral, by, known)
        if how == "contact" and person is not None:
            said: dict[str, Any] = {"note": "We met.", "next_step": "", "next_on": None, "minutes": 5}
            said |= {"channel": "phone", "result": "attended", "contacted_on": by.today}
            self.try_to(by, contact.log, participant=person, contract=self.cast.contract, **said)
        elif how == "start" and sent_by is not None:
            self.try_to(by, start.start, referral=sent_by, started_on=by.today)
        elif how == "did not start" and sent_by is not None:
            self.try_to(by, start.did_not_start, referral=sent_by, reason="not_reached")

    @precondition(lambda self: self.people)
    @rule(number=some, to=st.sampled_from(PROVIDERS))
    def transfer(self, number: int, to: str) -> None:
        """Whoever holds the person lets go today, and another provider begins."""
        system = self.cast.system()
        with suppress(ActionError), looking_as(system):
            person = Participant.objects.get(pk=self.people[number % len(self.people)].pk)
            for held in Assignment.objects.filter(participant=person, ends_on=None, voided_at=None):
                release(assignment=held, ends_on=max(system.today, held.starts_on))
            assign(
                participant=person,
                contract=self.cast.contract,
                organisation_id=self.cast.organisation(to),
                starts_on=system.today,
                by=system,
            )

    @precondition(lambda self: self.people)
    @rule(number=some, who=st.sampled_from(("hana", "jon")))
    def withdraw(self, number: int, who: str) -> None:
        """A referrer takes a referral of its own back."""
        by = self.viewer(who)
        known = self.people[number % len(self.people)]
        with looking_as(self.cast.system()):
            ids = list(Referral.objects.filter(participant=known.pk).values_list("pk", flat=True))
        sent_by = self.newest(Referral, by, known, pk__in=ids)
        if sent_by is not None:
            self.try_to(by, referral.withdraw, referral=sent_by)

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        """Days go by."""
        self.cast.serco.clock_offset += timedelta(days=days)

    @precondition(lambda self: self.people)
    @rule(number=some, who=staff, level=st.sampled_from((1, 2)), others=st.sets(staff, max_size=2))
    def restrict(self, number: int, who: str, level: int, others: set[str]) -> None:
        """Somebody who sees the person restricts who else does, and is named with the others."""
        by = self.viewer(who)
        known, person = self.loaded(by, number)
        if person is None:
            return
        people = {self.cast.users[name].pk for name in others}
        why: dict[str, Any] = {"cause": "threat", "words": "", "people": people}
        if self.try_to(by, restriction.raise_level, participant=person, level=level, **why):
            reached = known.level == 0 or by.cleared or by.user_id in known.named
            known.level = level
            known.named |= people | ({by.user_id} if reached and by.user_id else set())

    @precondition(lambda self: any(one.level for one in self.people))
    @rule(number=some, who=staff, other=staff, ends=st.booleans())
    def name(self, number: int, who: str, other: str, ends: bool) -> None:
        """One more is named, or one of the named is no longer."""
        by, user_id = self.viewer(who), self.cast.users[other].pk
        known, person = self.loaded(by, number)
        if person is None:
            return
        whom = {"participant": person, "user_id": user_id}
        if ends and self.try_to(by, restriction.end_naming, **whom):
            known.named.discard(user_id)
        if not ends and self.try_to(by, restriction.name_person, words="", **whom):
            known.named.add(user_id)

    @precondition(lambda self: any(one.level for one in self.people))
    @rule(number=some, who=staff, other=staff, to=st.sampled_from((0, 1)))
    def lower(self, number: int, who: str, other: str, to: int) -> None:
        """One asks, another agrees; alone nobody lowers anything."""
        known, person = self.loaded(self.viewer(who), number)
        if person is not None:
            asked = {"participant": person, "to": to, "words": "It is over."}
            self.try_to(self.viewer(who), lowering.ask_lowering, **asked)
        known, person = self.loaded(self.viewer(other), number)
        if person is not None and self.try_to(
            self.viewer(other), lowering.agree_lowering, participant=person, to=to
        ):
            known.level = to
            known.named = known.named if to else set()

    @precondition(lambda self: self.people)
    @rule(number=some, who=primes, other=primes)
    def erase(self, number: int, who: str, other: str) -> None:
        """The prime erases somebody, which takes two as well."""
        by = self.viewer(who)
        _, person = self.loaded(by, number)
        if person is None:
            return
        asked: dict[str, Any] = {"kind": "erasure", "received_on": by.today, "note": ""}
        self.try_to(by, subject_request.open_request, participant=person, **asked)
        by = self.viewer(other)
        with looking_as(by):
            request = person.subject_requests.filter(closed_at=None).first()
        if request is not None and self.try_to(by, erasure.carry_out, request=request):
            assert request.opened_by_id != by.user_id

    @invariant()
    def everybody_sees_what_they_should(self) -> None:
        world = World()
        with looking_as(self.cast.system()), connection.cursor() as cursor:
            world.add(cursor, (*DECIDING, *ABOUT_PEOPLE))
        filled = [table for table in ABOUT_PEOPLE if world.rows[table]]
        all_at_once = ", ".join(f'array(select id from "{table}")' for table in filled)
        for name in ONLOOKERS:
            by = self.viewer(name)
            look = Look(world, by)
            with looking_as(by), connection.cursor() as cursor:
                cursor.execute(f"select {all_at_once or 1}")
                found = dict(zip(filled, cursor.fetchone(), strict=False))
            for table in filled:
                expected = {row.id for row in world.of(table) if sees(look, table, row)}
                assert set(found[table]) == expected, (name, table)
            self.restricted_as_promised(look, by)

    def restricted_as_promised(self, look: Look, by: Viewer) -> None:
        """By the machine's own account nobody else sees whom only the named may see."""
        for known in self.people:
            assert look.levels.get(known.pk, 0) == known.level
            assert look.is_beyond(known.pk, 2) == (known.level == 2 and by.user_id not in known.named)


def run(cast: Cast, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        partial(Workspace, cast),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_everybody_sees_what_they_should_after_every_step(cast: Cast) -> None:
    run(cast, examples=6, steps=12)


@pytest.mark.long
def test_everybody_sees_what_they_should_after_many_steps(cast: Cast) -> None:
    run(cast, examples=25, steps=25)
