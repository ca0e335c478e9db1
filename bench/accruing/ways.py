"""The two ways of accruing a caseload that one would write first: a loop over people, and chunks of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch

from accruing.caseload import Caseload
from outcomes import pricing
from outcomes.facts import Facts
from outcomes.ledger import Statements
from outcomes.milestones import Reached, reached
from outcomes.models import DirtyMark, Earning, Entry, Evidence, Job, Journal, Milestone, Statement
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment
from partners.events import event
from partners.models import DomainEvent
from partners.viewer import london_date
from programmes.working_days import england_and_wales

CHUNK = 500


@dataclass(frozen=True)
class Rows:
    """What one milestone that was reached comes to, not written yet."""

    milestone: Milestone
    journals: list[Journal]
    entries: list[Entry]
    event: DomainEvent
    mark: DirtyMark


class Way:
    """What both ways have in common: the same engines, and terms that are read once, which is more than they deserve.

    Neither could take anything back or price anything late, which costs further reads.
    """

    def __init__(self, caseload: Caseload, at: datetime) -> None:
        self.caseload, self.at = caseload, at
        self.terms = Terms.of([caseload.contract.pk])

    def new(self, enrolment: Enrolment, facts: Facts, stored: Iterable[Milestone]) -> list[Reached]:
        """What was reached and is not stored."""
        rules = self.terms.rules(enrolment.contract_id, enrolment.payment_group)
        case = self.terms.case(enrolment, facts)
        known = {(one.code, one.ordinal): one.reached_on for one in stored}
        found = reached(case, rules, london_date(self.at), england_and_wales())
        assert known.items() <= {((one.code, one.ordinal), one.reached_on) for one in found}
        return [one for one in found if (one.code, one.ordinal) not in known]

    def rows(self, enrolment: Enrolment, one: Reached, leads: Iterable[Assignment], statement: Any) -> Rows:
        """The rows of one milestone; statement finds the provider's of a day."""
        provider = next(
            lead.organisation_id
            for lead in leads
            if lead.starts_on <= one.reached_on and (lead.ends_on is None or lead.ends_on >= one.reached_on)
        )
        whose: dict[str, Any] = {
            "tenant_id": enrolment.tenant_id,
            "participant_id": enrolment.participant_id,
            "contract_id": enrolment.contract_id,
        }
        milestone = Milestone(
            **whose,
            enrolment_id=enrolment.pk,
            organisation_id=provider,
            payment_group=enrolment.payment_group,
            code=one.code,
            ordinal=one.ordinal,
            reached_on=one.reached_on,
            claimable_from=one.claimable_from,
            why=one.why,
            computed_at=self.at,
        )
        journals = list(self.journals(enrolment, milestone, whose, statement))
        entries = [
            Entry(tenant_id=enrolment.tenant_id, journal=journal, account=account, pence=pence)
            for journal in journals
            for account, pence in pricing.entries_for(journal.side, journal.pence)  # type: ignore[arg-type]
        ]
        return Rows(milestone, journals, entries, self.told(milestone), DirtyMark(**whose))

    def journals(
        self, enrolment: Enrolment, milestone: Milestone, whose: dict[str, Any], statement: Any
    ) -> Iterator[Journal]:
        """What it earns on each side."""
        provider, on = milestone.organisation_id, milestone.claimable_from
        for side in pricing.SIDES:
            price = self.terms.price(enrolment, side, provider, milestone.code, milestone.ordinal)
            if isinstance(price, pricing.Priced) and price.pence:
                of = (enrolment.tenant_id, enrolment.pk, side, milestone.code, milestone.ordinal, 0)
                yield Journal(
                    **whose,
                    id=pricing.journal_id(*of),
                    milestone=milestone,
                    organisation_id=provider,
                    side=side,
                    kind=Journal.Kind.ACCRUAL,
                    price_id=UUID(price.price_id),
                    illustrative=price.illustrative,
                    pence=price.pence,
                    claimable_from=on,
                    statement_id=statement(provider, on) if side == "provider" else None,
                    recorded_at=self.at,
                )

    def told(self, milestone: Milestone) -> DomainEvent:
        """The event that says so."""
        return event(
            "milestone.reached",
            milestone,
            self.caseload.system,
            at=self.at,
            on=milestone.reached_on,
            participant_id=milestone.participant_id,
            organisation_id=milestone.organisation_id,
            enrolment=milestone.enrolment_id,
            contract=milestone.contract_id,
            code=milestone.code,
            ordinal=milestone.ordinal,
            reached_on=milestone.reached_on,
            payment_group=milestone.payment_group,
        )


def loop(caseload: Caseload, ids: list[UUID], at: datetime) -> None:
    """One person after another: reads, the engine, and a save() for each row."""
    way = Way(caseload, at)

    def statement(provider: UUID, on: date) -> UUID:
        of: dict[str, Any] = {"tenant": caseload.tenant, "contract": caseload.contract}
        month = on.replace(day=1)
        return Statement.objects.get_or_create(**of, organisation_id=provider, month=month)[0].pk

    for pk in ids:
        with transaction.atomic():
            enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=pk)
            facts = Facts(
                tuple(Job.objects.filter(enrolment=enrolment, voided_at=None)),
                tuple(Earning.objects.filter(enrolment=enrolment, voided_at=None)),
                tuple(Evidence.objects.filter(enrolment=enrolment, voided_at=None)),
            )
            stored = Milestone.objects.filter(enrolment=enrolment, reversed_at=None)
            for one in way.new(enrolment, facts, stored):
                leads = Assignment.objects.filter(
                    participant=enrolment.participant_id, contract=enrolment.contract_id, voided_at=None
                )
                rows = way.rows(enrolment, one, leads, statement)
                for row in (rows.milestone, *rows.journals, *rows.entries, rows.event, rows.mark):
                    row.save(force_insert=True)


def chunks(caseload: Caseload, ids: list[UUID], at: datetime) -> None:
    """Chunks of people with everything prefetched, the engine, and bulk_create for each table."""
    way = Way(caseload, at)
    statements = Statements()

    def statement(provider: UUID, on: date) -> UUID:
        of = {"tenant_id": caseload.tenant.pk, "contract_id": caseload.contract.pk}
        return statements.open_from(**of, organisation_id=provider, on=on).pk

    in_force = [
        Prefetch(name, rows.filter(**{f"{column}_at": None}), to_attr=f"known_{name}")
        for name, rows, column in (
            ("jobs", Job.objects.all(), "voided"),
            ("earnings", Earning.objects.all(), "voided"),
            ("evidence", Evidence.objects.all(), "voided"),
            ("milestones", Milestone.objects.all(), "reversed"),
        )
    ]
    for first in range(0, len(ids), CHUNK):
        some = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=ids[first : first + CHUNK])
        enrolments: list[Any] = list(some.order_by("pk").prefetch_related(*in_force))
        leads = defaultdict(list)
        people = [one.participant_id for one in enrolments]
        for lead in Assignment.objects.filter(participant__in=people, voided_at=None):
            leads[lead.participant_id].append(lead)
        new: list[Rows] = []
        for one in enrolments:
            facts = Facts(tuple(one.known_jobs), tuple(one.known_earnings), tuple(one.known_evidence))
            new += [
                way.rows(one, found, leads[one.participant_id], statement)
                for found in way.new(one, facts, one.known_milestones)
            ]
        Milestone.objects.bulk_create(rows.milestone for rows in new)
        Journal.objects.bulk_create(journal for rows in new for journal in rows.journals)
        Entry.objects.bulk_create(entry for rows in new for entry in rows.entries)
        DomainEvent.objects.bulk_create(rows.event for rows in new)
        DirtyMark.objects.bulk_create(rows.mark for rows in new)


def ledger_of(ids: list[UUID]) -> list[tuple[Any, ...]]:
    """Everything that accrual writes about some enrolments, but for random ids."""
    milestones = Milestone.objects.filter(enrolment__in=ids).order_by(
        "enrolment", "reached_on", "code", "ordinal"
    )
    columns = (
        "enrolment",
        "organisation",
        "code",
        "ordinal",
        "reached_on",
        "claimable_from",
        "why",
        "generation",
    )
    journals = Journal.objects.filter(milestone__enrolment__in=ids).order_by("pk")
    entries = Entry.objects.filter(journal__milestone__enrolment__in=ids).order_by("journal", "account")
    people = list(Enrolment.objects.filter(pk__in=ids).values_list("participant", flat=True))
    told = DomainEvent.objects.filter(participant_id__in=people).order_by("participant_id", "on", "facts")
    return [
        *milestones.values_list(*columns),
        *journals.values_list("pk", "side", "kind", "pence", "price", "claimable_from", "statement__month"),
        *entries.values_list("journal", "account", "pence"),
        *told.values_list("participant_id", "kind", "on", "organisation", "facts__code", "facts__ordinal"),
    ]
