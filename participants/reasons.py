"""The reasons to act that follow from the contacts themselves."""

from collections.abc import Iterator
from datetime import date, timedelta
from textwrap import shorten
from uuid import UUID

from participants.cases import Case, Stage, cases_of
from participants.last_contacts import Standing, standing
from participants.models import Assignment, Contact
from participants.needs import Need
from partners.viewer import Viewer
from programmes.measures import BY_CODE

# A person on the programme, or on the way to it, is spoken to at least once in so many days: those of the measure that
# counts them.
SILENCE_DAYS = BY_CODE["contacted_lately"].lately or 0
# So many days before that is over it is said.
NOTICE_DAYS = 3
LONGEST_ON_A_CHIP = 80
KINDS = {
    "step_overdue": "Next step overdue",
    "step_due": "Next step due today",
    "missed": "Did not attend",
    "first_contact": "First contact not made",
    "contact_due": f"Contact due within {NOTICE_DAYS} days",
    "silence": f"No contact in the last {SILENCE_DAYS} days",
}


def from_contacts(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Next steps that are due, missed appointments, first contacts not made and silences."""
    contacts = standing(participant_ids)
    held = Assignment.objects.in_force(today).filter(participant_id__in=participant_ids)
    cases = cases_of(held.order_by("starts_on", "id"), today)
    # A person on two contracts has each kind of reason once.
    found: dict[UUID, dict[str, Need]] = {participant_id: {} for participant_id in participant_ids}
    for case in cases:
        person = case.assignment.participant_id
        for need in (*_next_step(contacts[person], today), *_contact(case, contacts[person])):
            found[person].setdefault(need.code, need)
    return {person: list(needs.values()) for person, needs in found.items()}


def _next_step(contacts: Standing, today: date) -> Iterator[Need]:
    step = contacts.step
    if step is None or step.next_on is None or step.next_on > today:
        return
    words = shorten(step.next_step, LONGEST_ON_A_CHIP, placeholder="…")
    if step.next_on == today:
        yield Need(80, f"Next step due today: {words}", "step_due")
    else:
        late = days((today - step.next_on).days)
        yield Need(90, f"Next step overdue by {late}: {words}", "step_overdue")


def _contact(case: Case, contacts: Standing) -> Iterator[Need]:
    if case.stage == Stage.ENDED:
        return
    # What another provider did before does not count for the one that holds the person now.
    since, today = case.assignment.starts_on, case.today
    last, reached_on = contacts.last, contacts.reached_on
    if last and last.result == Contact.Result.DID_NOT_ATTEND and last.contacted_on >= since:
        yield Need(75, f"Did not attend on {last.contacted_on.day} {last.contacted_on:%B}", "missed")
    if reached_on is None or reached_on < since:
        yield Need(
            70, f"First contact not made: day {(today - since).days + 1} since allocated", "first_contact"
        )
    elif (silent := (today - reached_on).days) >= SILENCE_DAYS:
        yield Need(70 if silent >= 2 * SILENCE_DAYS else 50, f"No contact for {days(silent)}", "silence")
    elif silent >= SILENCE_DAYS - NOTICE_DAYS:
        last_day = reached_on + timedelta(days=SILENCE_DAYS - 1)
        by = "today" if last_day == today else f"by {last_day:%A} {last_day.day} {last_day:%B}"
        yield Need(42, f"Contact due {by}", "contact_due")


def days(count: int) -> str:
    """A number of days in words: 1 day, 2 days."""
    return f"{count} day" if count == 1 else f"{count} days"
