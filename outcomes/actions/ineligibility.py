"""Found not eligible after the start: what was earned goes back, and is earned anew where the finding was wrong."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from outcomes.actions.holding import one_at_a_time
from outcomes.findings import GoesBack, goes_back
from outcomes.models import Ineligibility, Milestone
from participants.actions.assignment import lead_on
from participants.models import Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.eligibility import refusals
from programmes.models import RuleSet

# What a contract asks that no rule set has.
ANOTHER = "Another rule of the contract is not met."


class FoundInFuture(ActionError):
    """A finding is recorded when it was made."""

    code = "found_in_future"


class FoundBeforeStart(ActionError):
    """What is known before the start is decided on the referral."""

    code = "found_before_start"


class NoSuchRule(ActionError):
    """The rules of the contract have no such criterion."""

    code = "no_such_rule"


class AlreadyFound(ActionError):
    """The person was found not eligible already."""

    code = "already_found"


class AlreadyWithdrawn(ActionError):
    """The finding was taken back in the meantime."""

    code = "already_withdrawn"


class Changed(ActionError):
    """Something else goes back than the person saw who records the finding."""

    code = "changed"


def criteria(contract_id: UUID) -> Mapping[str, str]:
    """What the contract's newest rules say of somebody who does not meet them, by criterion, and of any other rule."""
    rule_set = RuleSet.objects.filter(contract=contract_id).order_by("-version").first()
    return {**(dict(refusals(rule_set.rules)) if rule_set else {}), Ineligibility.OTHER: ANOTHER}


@action
def find(
    *,
    enrolment: Enrolment,
    criterion: str,
    found_on: date,
    words: str,
    expected: GoesBack,
    by: Viewer,
    at: datetime,
) -> Ineligibility:
    """Record that somebody who started had not been eligible; what was earned is taken back in the same transaction.

    criterion is one of `criteria`, found_on the day of the finding, from the start to today; words say what showed it.
    expected is what whoever finds has read that it takes back. Raises NoSuchRule, FoundBeforeStart, FoundInFuture,
    AlreadyFound, or Changed where it is not what was expected.
    """
    assert by.user_id is not None  # a person finds, never a key
    asked = criteria(enrolment.contract_id)
    if criterion not in asked:
        raise NoSuchRule("Choose one of the rules of this contract.")
    _check_day(found_on, enrolment, london_date(at))
    one_at_a_time(enrolment)
    if Ineligibility.objects.filter(enrolment=enrolment, withdrawn_at=None).exists():
        raise AlreadyFound("This person was found not eligible already.")
    _check_expected(enrolment, expected)
    found = Ineligibility(
        tenant_id=by.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        criterion=criterion,
        says=asked[criterion],
        words=words,
        found_on=found_on,
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    found.save(force_insert=True)
    _record("ineligibility.found", found, by, at, on=found_on)
    return found


@action
def withdraw(*, found: Ineligibility, why: str, by: Viewer, at: datetime) -> Ineligibility:
    """Take a finding back, with why: what is earned is earned anew in the same transaction. Raises AlreadyWithdrawn."""
    one_at_a_time(found.enrolment)
    standing = Ineligibility.objects.filter(pk=found.pk, withdrawn_at=None).first()
    if standing is None:
        raise AlreadyWithdrawn("Somebody took this back in the meantime.")
    standing.withdrawn_by_id, standing.withdrawn_at, standing.withdrawn_why = by.user_id, at, why
    standing.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    _record("ineligibility.withdrawn", standing, by, at)
    return standing


def _check_day(found_on: date, enrolment: Enrolment, today: date) -> None:
    if found_on < enrolment.started_on:
        raise FoundBeforeStart("The day cannot be before the start.")
    if found_on > today:
        raise FoundInFuture("The day cannot be in the future.")


def _check_expected(enrolment: Enrolment, expected: GoesBack) -> None:
    """What goes back is what was read, and nothing more of it is claimed until the transaction ends. Raises Changed."""
    in_force = Milestone.objects.filter(enrolment=enrolment, reversed_at=None).order_by("pk")
    list(in_force.select_for_update(no_key=True).values_list("pk"))
    if goes_back([enrolment])[enrolment.pk] != expected:
        raise Changed(
            "What goes back has changed since you opened this page. Open it again and read it anew."
        )


def _record(kind: str, found: Ineligibility, by: Viewer, at: datetime, on: date | None = None) -> None:
    """Behind the wall of the case: whoever works with the person must know."""
    events.record(
        kind,
        found,
        by,
        at=at,
        on=on,
        participant_id=found.participant_id,
        organisation_id=lead_on(
            participant_id=found.participant_id, contract_id=found.contract_id, day=found.found_on
        ),
        enrolment=found.enrolment_id,
        contract=found.contract_id,
        criterion=found.criterion,
        found_on=found.found_on,
    )
