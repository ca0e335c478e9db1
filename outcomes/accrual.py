"""Milestones and journals brought in line with the facts: the one place where they come from.

Everything of a batch is read in a constant number of queries, and what changed is written in as many; one person is a
batch of one. With it goes a note on each enrolment of how long what it has reached stays as it is (Standing): whoever
has nothing to come before tomorrow is not looked at tonight. The lock on the enrolment keeps two changes of one
person's facts apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import Q

from outcomes import pricing
from outcomes.actions import milestone as actions
from outcomes.facts import Facts, facts_of
from outcomes.ledger import Statements
from outcomes.milestones import Course, Reached, course, spoken
from outcomes.models import Journal, Milestone, Standing
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment
from partners import events
from partners.locks import hold, share
from partners.models import DomainEvent
from partners.viewer import Viewer, acting_as, london_date
from programmes.working_days import england_and_wales

log = structlog.stdlib.get_logger("accrual")
Mark = tuple[str, int]
# The day to look again at what must not wait.
AT_ONCE = date.min
# The columns that decide.
NOTED = ("enrolment", "as_of", "again_on")
STORED = ("enrolment", "code", "ordinal", "reversed_at", "pk", "reached_on", "organisation")
# "not in" and not "not exists": behind walls PostgreSQL takes every table for a small one, and would go through the one
# for each row of the other.
NOTE_THE_UNKNOWN = """
insert into outcomes_standing (id, tenant_id, enrolment_id, participant_id, as_of, again_on)
select gen_random_uuid(), e.tenant_id, e.id, e.participant_id, %(day)s, %(day)s from participants_enrolment e
 where e.id not in (select s.enrolment_id from outcomes_standing s) on conflict do nothing
"""


class NobodyLed(Exception):
    """No provider ever led on the contract, so that a milestone can be attributed to none."""


def recompute(*, enrolments: Iterable[Enrolment], by: Viewer, at: datetime, because: str = "") -> int:
    """Bring the milestones and journals of the enrolments in line with the facts as of the London day of `at`.

    because says in words what changed, such as "a job was ended on 3 May 2026"; reversals carry it. Returns how many
    milestones were reached, priced or reversed: none where nothing changed. Raises NobodyLed.
    """
    return _bring_in_line({enrolment.pk for enrolment in enrolments}, by, at, because)


def recompute_due(*, most: int, by: Viewer, at: datetime) -> int:
    """The same for those enrolments that have something to come by the London day of `at`, the longest due first.

    Whoever's facts fail is left for tomorrow with the event accrual.failed; where everybody's fail, what failed is
    raised. Returns how many were looked at: fewer than `most` when nobody is left.
    """
    with transaction.atomic(), acting_as(by.as_system("accrual")):
        waiting = Standing.objects.filter(again_on__lte=london_date(at)).order_by("again_on", "enrolment")
        ids = list(waiting.values_list("enrolment", flat=True)[:most])
        failed = _in_parts(ids, by, at)
        if len(failed) == len(ids) > 1:  # nobody's facts, but terms or a fault of ours
            raise next(iter(failed.values()))
        for enrolment_id, error in failed.items():
            _leave_for_tomorrow(enrolment_id, error, by, at)
        return len(ids)


def _in_parts(ids: Sequence[UUID], by: Viewer, at: datetime) -> dict[UUID, Exception]:
    """All at once; where that fails by halves, so that one person's facts hold up nobody else. Returns who failed."""
    try:
        _bring_in_line(set(ids), by, at, "")
    except OperationalError:  # a lock or the connection, nobody's facts: the whole page is tried again
        raise
    except Exception as error:
        if len(ids) == 1:
            return {ids[0]: error}
        middle = len(ids) // 2
        return _in_parts(ids[:middle], by, at) | _in_parts(ids[middle:], by, at)
    return {}


def _leave_for_tomorrow(enrolment_id: UUID, error: Exception, by: Viewer, at: datetime) -> None:
    enrolment = Enrolment.objects.get(pk=enrolment_id)
    # As of no day yet: what the ledger should hold is not known.
    noted = {"as_of": date.max, "again_on": london_date(at) + timedelta(days=1)}
    Standing.objects.filter(enrolment=enrolment).update(**noted)
    kind = type(error).__name__
    log.error("an enrolment's milestones could not be worked out", enrolment=str(enrolment.pk), error=kind)
    events.record(
        "accrual.failed",
        enrolment,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=enrolment.participant_id,
        contract=enrolment.contract_id,
        enrolment=enrolment.pk,
        error=kind,
    )


def _bring_in_line(ids: set[UUID], by: Viewer, at: datetime, because: str) -> int:
    with transaction.atomic(), acting_as(by.as_system("accrual")):
        share(terms_of(by))
        # By id, so that two batches cannot wait for each other.
        locked = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        return _Batch.of(list(locked), by, at, because).bring_in_line()


def led_on(leads: Sequence[Assignment], day: date) -> UUID:
    """Who led on the day, of leads in the order of their first days, of which there is one at least.

    Where nobody led that day, the last before it, else the first after it.
    """
    begun = [lead for lead in leads if lead.starts_on <= day]
    holding = [lead for lead in begun if lead.ends_on is None or lead.ends_on >= day]
    return (holding or begun or leads[:1])[-1].organisation_id


def note_the_unknown() -> None:
    """Have those looked at who were written in bulk, and of whom nobody has worked out anything yet."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_THE_UNKNOWN, {"day": AT_ONCE})


def look_again(of: Q, by: Viewer) -> None:
    """Have enrolments looked at tonight, in the running transaction: the terms or the day that count for them changed.

    of is about Standing. Waits for those who work by the terms as they were; whoever comes later finds the new ones.
    """
    hold(terms_of(by))
    Standing.objects.filter(of).update(again_on=AT_ONCE)


def terms_of(by: Viewer) -> str:
    """The name of the lock on a workspace's terms: shared by those who work by them, held alone by whoever changes
    them and then notes whom that concerns."""
    return f"terms of {by.tenant_id}"


class _Stored(NamedTuple):
    """A milestone in force, as far as it decides anything."""

    pk: UUID
    reached_on: date
    organisation_id: UUID


@dataclass
class _Batch:
    """Everything that is known of some enrolments, and what has to change."""

    enrolments: list[Enrolment]
    by: Viewer
    at: datetime
    because: str
    terms: Terms
    facts: Mapping[UUID, Facts]
    standing: dict[UUID, tuple[date, date]]
    statements: Statements = field(default_factory=Statements)
    in_force: defaultdict[UUID, dict[Mark, _Stored]] = field(default_factory=lambda: defaultdict(dict))
    reversals: Counter[tuple[UUID, Mark]] = field(default_factory=Counter)
    posted: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    leads: defaultdict[tuple[UUID, UUID], list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    found: list[actions.Found] = field(default_factory=list)
    # By the id of the milestone: what it earns by now, and what it has become.
    priced: dict[UUID, actions.Earned] = field(default_factory=dict)
    wrong: dict[UUID, Reached | None] = field(default_factory=dict)

    @classmethod
    def of(cls, enrolments: list[Enrolment], by: Viewer, at: datetime, because: str) -> "_Batch":
        contracts = {enrolment.contract_id for enrolment in enrolments}
        terms, facts = Terms.of(contracts), facts_of(enrolments)
        noted = Standing.objects.filter(enrolment__in=enrolments)
        standing = {pk: (as_of, again_on) for pk, as_of, again_on in noted.values_list(*NOTED)}
        batch = cls(enrolments, by, at, because, terms, facts, standing)
        milestones = Milestone.objects.filter(enrolment__in=enrolments)
        for of, code, ordinal, reversed_at, *stored in milestones.values_list(*STORED):
            if reversed_at is None:
                batch.in_force[of][code, ordinal] = _Stored(*stored)
            else:
                batch.reversals[of, (code, ordinal)] += 1
        accruals = Journal.objects.filter(kind=Journal.Kind.ACCRUAL, milestone__reversed_at=None)
        for milestone_id, side in accruals.filter(milestone__enrolment__in=enrolments).values_list(
            "milestone", "side"
        ):
            batch.posted[milestone_id].add(side)
        leads = Assignment.objects.filter(role=Assignment.Role.LEAD, voided_at=None, contract__in=contracts)
        people = {enrolment.participant_id for enrolment in enrolments}
        for lead in leads.filter(participant__in=people).order_by("starts_on", "pk"):
            batch.leads[lead.participant_id, lead.contract_id].append(lead)
        return batch

    def bring_in_line(self) -> int:
        """What must change is found first and written at the end, reversals before what is reached anew."""
        courses = {enrolment.pk: self._compare(enrolment) for enrolment in self.enrolments}
        self._write()
        self._note(courses)
        return len(self.wrong) + len(self.found) + len(self.priced)

    def _compare(self, enrolment: Enrolment) -> Course:
        """Note down what has to change for one enrolment."""
        case = self.terms.case(enrolment, self.facts[enrolment.pk])
        rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
        now = course(case, rules, london_date(self.at), england_and_wales())
        due = {(found.code, found.ordinal): found for found in now.reached}
        stored = self.in_force[enrolment.pk]
        for mark, old in stored.items():
            if mark not in due or due[mark].reached_on != old.reached_on:
                self.wrong[old.pk] = due.get(mark)
                self.reversals[enrolment.pk, mark] += 1
            elif earned := self._earned_late(enrolment, old, due.pop(mark)):
                self.priced[old.pk] = earned
        self.found += [self._found(enrolment, reached) for reached in due.values()]
        return now

    def _found(self, enrolment: Enrolment, reached: Reached) -> actions.Found:
        organisation_id = self._lead_on(enrolment, reached.reached_on)
        generation = self.reversals[enrolment.pk, (reached.code, reached.ordinal)]
        earned = self._earned(enrolment, organisation_id, reached, pricing.SIDES)
        return actions.Found(enrolment, reached, organisation_id, generation, earned)

    def _earned_late(self, enrolment: Enrolment, old: _Stored, reached: Reached) -> actions.Earned:
        """What had no price before and has one now."""
        sides = [side for side in pricing.SIDES if side not in self.posted[old.pk]]
        return self._earned(enrolment, old.organisation_id, reached, sides)

    def _write(self) -> None:
        if not (self.wrong or self.priced or self.found):
            return
        rows = Milestone.objects.in_bulk([*self.wrong, *self.priced])
        if self.wrong:
            undone = self._undone(rows)
            actions.reverse(undone=undone, statements=self.statements, by=self.by, at=self.at)
        if self.priced:
            earned = [(rows[pk], earned) for pk, earned in self.priced.items()]
            actions.price(earned=earned, statements=self.statements, by=self.by, at=self.at)
        if self.found:
            actions.reach(found=self.found, statements=self.statements, by=self.by, at=self.at)

    def _undone(self, rows: Mapping[UUID, Milestone]) -> Sequence[actions.Undone]:
        posted: defaultdict[UUID | None, list[Journal]] = defaultdict(list)
        accruals = Journal.objects.filter(kind=Journal.Kind.ACCRUAL, milestone__in=self.wrong)
        for journal in accruals.order_by("side"):
            posted[journal.milestone_id].append(journal)
        return [
            actions.Undone(rows[pk], posted[pk], self._why(rows[pk], now)) for pk, now in self.wrong.items()
        ]

    def _why(self, milestone: Milestone, now: Reached | None) -> str:
        label = self.terms.label(
            milestone.contract_id, milestone.payment_group, milestone.code, milestone.ordinal
        )
        then = f"is now reached on {spoken(now.reached_on)}" if now else "is no longer reached"
        verdict = f"{label} of {spoken(milestone.reached_on)} {then}."
        return f"{self.because}. {verdict}" if self.because else verdict

    def _note(self, courses: Mapping[UUID, Course]) -> None:
        """How long it stays so; not written again where what was noted still says the same."""
        today = london_date(self.at)
        noted = []
        for enrolment in self.enrolments:
            as_of, before = self.standing.get(enrolment.pk, (date.max, AT_ONCE))
            again_on = courses[enrolment.pk].again_on
            if as_of > today or before != again_on:
                whose = {"enrolment": enrolment, "participant_id": enrolment.participant_id}
                noted.append(Standing(tenant_id=self.by.tenant_id, as_of=today, again_on=again_on, **whose))
        Standing.objects.bulk_create(
            noted,
            update_conflicts=True,
            unique_fields=["tenant", "enrolment"],
            update_fields=["as_of", "again_on"],
        )

    def _earned(
        self, enrolment: Enrolment, organisation_id: UUID, reached: Reached, sides: Iterable[pricing.Side]
    ) -> actions.Earned:
        prices = {
            side: self.terms.price(enrolment, side, organisation_id, reached.code, reached.ordinal)
            for side in sides
        }
        return {
            side: price for side, price in prices.items() if isinstance(price, pricing.Priced) and price.pence
        }

    def _lead_on(self, enrolment: Enrolment, day: date) -> UUID:
        leads = self.leads[enrolment.participant_id, enrolment.contract_id]
        if not leads:
            raise NobodyLed(str(enrolment.pk))
        return led_on(leads, day)
