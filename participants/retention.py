"""Until when the records of participants are kept, by the rules of every contract they were on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from participants import live_interest
from participants.models import Erasure
from programmes.models import Contract, DataTerms, RetentionRule
from programmes.months import months_after
from programmes.privacy import Privacy, privacy_of

Rule = RetentionRule


@dataclass(frozen=True)
class Kept:
    """One contract's claim on a person's records: to when, by which rule. until is None where nothing ends it yet."""

    privacy: Privacy
    until: date | None
    why: str


@dataclass(frozen=True)
class Standing:
    """A person's records: kept while any contract asks for them."""

    participant_id: UUID
    kept: tuple[Kept, ...]

    @property
    def until(self) -> date | None:
        """The last day on which they are kept; None while that cannot be said."""
        days = [one.until for one in self.kept]
        return None if None in days or not days else max(day for day in days if day)

    @property
    def is_automatic(self) -> bool:
        """Whether every contract's terms let the system erase by itself."""
        automatic = DataTerms.RetentionRun.AUTOMATIC
        return all(one.privacy.terms and one.privacy.terms.retention_run == automatic for one in self.kept)


def kept(privacy: Privacy, last: date | None) -> Kept:
    """What one contract says of somebody whose live interest ended with that day, or goes on (None)."""
    if not privacy.is_stated:
        return Kept(privacy, None, "It is not stated how long records are kept.")
    if last is None:
        return Kept(privacy, None, "Live interest in the case goes on.")
    rules = [
        rule
        for rule in privacy.retention
        if rule.records == Rule.Records.SUPPORTING and (rule.starts_from or date.min) <= last
    ]
    if not rules:
        return Kept(privacy, None, "No rule says how long records are kept.")
    rule = max(rules, key=lambda one: one.starts_from or date.min)
    return Kept(privacy, last_day(rule, privacy.contract, last), f"Kept {rule}.")


def last_day(rule: RetentionRule, contract: Contract, last: date) -> date:
    """The last day on which records are kept, never before the end of live interest."""
    if rule.keep_until:
        return max(rule.keep_until, last)
    assert rule.length is not None
    origin = max(contract.ends_on, last) if rule.counted_from == Rule.CountedFrom.CONTRACT_END else last
    if rule.unit == Rule.Unit.WEEKS:
        return origin + timedelta(weeks=rule.length)
    return months_after(origin, rule.length)


def copies_until(participant_id: UUID, made_on: date) -> date | None:
    """The last day on which a copy that was made on a day may be kept: by the shortest rule for ephemeral records.

    Of all contracts that the person was on; None where no rule says so. Runs as the system.
    """
    contracts = live_interest.ends(Q(participant=participant_id)).get(participant_id, {})
    days = [
        last_day(rule, privacy.contract, made_on)
        for privacy in privacy_of(Contract.objects.filter(pk__in=contracts))
        for rule in privacy.retention
        if rule.records == Rule.Records.EPHEMERAL and (rule.starts_from or date.min) <= made_on
    ]
    return min(days, default=None)


def standings(where: Q | None = None) -> list[Standing]:
    """How long everybody's records are kept, or those that meet a condition on participant; the soonest first.

    Whoever is erased already is left out. Runs as the system, or shows what the viewer may see.
    """
    found = live_interest.ends(where or Q())
    erased = set(Erasure.objects.filter(participant__in=found).values_list("participant_id", flat=True))
    contracts = Contract.objects.filter(pk__in={contract for cases in found.values() for contract in cases})
    said = {privacy.contract.pk: privacy for privacy in privacy_of(contracts)}
    known = [
        Standing(
            person, tuple(kept(said[contract], last) for contract, last in cases.items() if contract in said)
        )
        for person, cases in found.items()
        if person not in erased
    ]
    return sorted(known, key=lambda one: (one.until or date.max, one.participant_id))
