"""Milestones and journals brought in line with the facts: the one place where they come from.

Everything of a batch is read in a constant number of queries; only what changed is written, each milestone by an
action of its own. The lock on the enrolment keeps two changes of one person's facts apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from outcomes import pricing
from outcomes.actions import milestone as actions
from outcomes.facts import Facts, facts_of
from outcomes.ledger import Statements
from outcomes.milestones import Reached, reached, spoken
from outcomes.models import Journal, Milestone
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment
from partners.viewer import Viewer, acting_as, london_date
from programmes.working_days import england_and_wales

Mark = tuple[str, int]
SIDES: tuple[pricing.Side, ...] = ("commissioner", "provider")


class NobodyLed(Exception):
    """No provider ever led on the contract, so that a milestone can be attributed to none."""


def recompute(*, enrolments: Iterable[Enrolment], by: Viewer, at: datetime, because: str = "") -> int:
    """Bring the milestones and journals of the enrolments in line with the facts as of the London day of `at`.

    because says in words what changed, such as "a job was ended on 3 May 2026"; reversals carry it. Returns how many
    milestones were reached, priced or reversed: none where nothing changed. Raises NobodyLed.
    """
    ids = {enrolment.pk for enrolment in enrolments}
    with transaction.atomic(), acting_as(by.as_system("accrual")):
        # By id, so that two batches cannot wait for each other.
        locked = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        return _Batch.of(list(locked), by, at, because).bring_in_line()


@dataclass
class _Batch:
    """Everything that is known of some enrolments."""

    enrolments: list[Enrolment]
    by: Viewer
    at: datetime
    because: str
    terms: Terms
    statements: Statements
    facts: Mapping[UUID, Facts]
    in_force: defaultdict[UUID, dict[Mark, Milestone]] = field(default_factory=lambda: defaultdict(dict))
    reversals: Counter[tuple[UUID, Mark]] = field(default_factory=Counter)
    posted: defaultdict[UUID | None, list[Journal]] = field(default_factory=lambda: defaultdict(list))
    leads: defaultdict[tuple[UUID, UUID], list[Assignment]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, enrolments: list[Enrolment], by: Viewer, at: datetime, because: str) -> "_Batch":
        contracts = {enrolment.contract_id for enrolment in enrolments}
        terms, statements, facts = Terms.of(contracts), Statements.of(contracts), facts_of(enrolments)
        batch = cls(enrolments, by, at, because, terms, statements, facts)
        for milestone in Milestone.objects.filter(enrolment__in=enrolments):
            mark = (milestone.code, milestone.ordinal)
            if milestone.reversed_at is None:
                batch.in_force[milestone.enrolment_id][mark] = milestone
            else:
                batch.reversals[milestone.enrolment_id, mark] += 1
        accruals = Journal.objects.filter(kind=Journal.Kind.ACCRUAL, milestone__reversed_at=None)
        for journal in accruals.filter(milestone__enrolment__in=enrolments).order_by("side"):
            batch.posted[journal.milestone_id].append(journal)
        leads = Assignment.objects.filter(role=Assignment.Role.LEAD, voided_at=None, contract__in=contracts)
        people = {enrolment.participant_id for enrolment in enrolments}
        for lead in leads.filter(participant__in=people).order_by("starts_on", "pk"):
            batch.leads[lead.participant_id, lead.contract_id].append(lead)
        return batch

    def bring_in_line(self) -> int:
        return sum(self._one(enrolment) for enrolment in self.enrolments)

    def _one(self, enrolment: Enrolment) -> int:
        due = {(found.code, found.ordinal): found for found in self._reached(enrolment)}
        stored = self.in_force[enrolment.pk]
        wrong = [
            mark for mark, old in stored.items() if mark not in due or due[mark].reached_on != old.reached_on
        ]
        for mark in wrong:
            self._reverse(stored.pop(mark), due.get(mark))
            self.reversals[enrolment.pk, mark] += 1
        new = [found for mark, found in due.items() if mark not in stored]
        for found in new:
            self._reach(enrolment, found)
        return len(wrong) + len(new) + sum(self._price(enrolment, old) for old in stored.values())

    def _reached(self, enrolment: Enrolment) -> tuple[Reached, ...]:
        case = self.terms.case(enrolment, self.facts[enrolment.pk])
        rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
        return reached(case, rules, london_date(self.at), england_and_wales())

    def _reach(self, enrolment: Enrolment, found: Reached) -> None:
        organisation_id = self._lead_on(enrolment, found.reached_on)
        actions.reach(
            enrolment=enrolment,
            reached=found,
            organisation_id=organisation_id,
            generation=self.reversals[enrolment.pk, (found.code, found.ordinal)],
            earned=self._earned(enrolment, organisation_id, found.code, found.ordinal, SIDES),
            statements=self.statements,
            by=self.by,
            at=self.at,
        )

    def _price(self, enrolment: Enrolment, milestone: Milestone) -> bool:
        """Post what had no price before and has one now; returns whether there was any."""
        done = {journal.side for journal in self.posted[milestone.pk]}
        sides = tuple(side for side in SIDES if side not in done)
        earned = self._earned(enrolment, milestone.organisation_id, milestone.code, milestone.ordinal, sides)
        if earned:
            actions.price(
                milestone=milestone, earned=earned, statements=self.statements, by=self.by, at=self.at
            )
        return bool(earned)

    def _reverse(self, milestone: Milestone, now: Reached | None) -> None:
        label = self.terms.label(
            milestone.contract_id, milestone.payment_group, milestone.code, milestone.ordinal
        )
        then = f"is now reached on {spoken(now.reached_on)}" if now else "is no longer reached"
        verdict = f"{label} of {spoken(milestone.reached_on)} {then}."
        actions.reverse(
            milestone=milestone,
            posted=self.posted[milestone.pk],
            why=f"{self.because}. {verdict}" if self.because else verdict,
            statements=self.statements,
            by=self.by,
            at=self.at,
        )

    def _earned(
        self,
        enrolment: Enrolment,
        organisation_id: UUID,
        code: str,
        ordinal: int,
        sides: Iterable[pricing.Side],
    ) -> actions.Earned:
        prices = {side: self.terms.price(enrolment, side, organisation_id, code, ordinal) for side in sides}
        return {
            side: price for side, price in prices.items() if isinstance(price, pricing.Priced) and price.pence
        }

    def _lead_on(self, enrolment: Enrolment, day: date) -> UUID:
        """The lead provider on the day; where nobody led that day, the last before it, else the first after it."""
        leads = self.leads[enrolment.participant_id, enrolment.contract_id]
        if not leads:
            raise NobodyLed(str(enrolment.pk))
        begun = [lead for lead in leads if lead.starts_on <= day]
        holding = [lead for lead in begun if lead.ends_on is None or lead.ends_on >= day]
        return (holding or begun or leads[:1])[-1].organisation_id
