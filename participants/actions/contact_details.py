"""How somebody may be reached: changed when they say so, with how short messages may safely reach them."""

from collections.abc import Mapping
from datetime import datetime

from participants.actions import restriction
from participants.actions.holding import NotHeld
from participants.models import Assignment, ContactDetails, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date

Reminders = ContactDetails.Reminders
FIELDS = ("address", "postcode", "area_code", "phone", "email", "safe_contact")
# Where each kind of reminder goes.
GOES_TO: Mapping[str, str] = {Reminders.TEXT: "phone", Reminders.EMAIL: "email"}


class NotNamed(ActionError):
    """How to reach somebody under a restriction is for named people alone."""

    code = "not_named"


class ChangedMeanwhile(ActionError):
    """Somebody else changed them since they were looked at."""

    code = "changed_meanwhile"


class NowhereToRemind(ActionError):
    """There is no number or address to which such a reminder could go."""

    code = "nowhere_to_remind"


class NothingChanged(ActionError):
    """All of it is as it was."""

    code = "nothing_changed"


@action
def change(
    *,
    participant: Participant,
    details: Mapping[str, str],
    reminders: str,
    seen: datetime | None,
    by: Viewer,
    at: datetime,
) -> ContactDetails:
    """Keep what the person says of how to reach them. details: every one of FIELDS, in their one spelling; reminders:
    a code of ContactDetails or empty; seen: changed_at as it was when the details were looked at.

    Raises NotHeld, NotNamed, ChangedMeanwhile, NowhereToRemind or NothingChanged.
    """
    _check(participant, by, at)
    row = ContactDetails.objects.select_for_update(no_key=True).get(participant=participant)
    if row.changed_at != seen:
        raise ChangedMeanwhile("Somebody else changed these details. Look again, and change what is wrong.")
    if reminders and not details[GOES_TO[reminders]]:
        raise NowhereToRemind("Enter the number or address to which reminders go, or choose no reminders.")
    changed = _set(row, {**details, "reminders": reminders})
    if not changed:
        raise NothingChanged("Nothing is different from what was known. Change something, or cancel.")
    if reminders and {"reminders", GOES_TO[reminders]} & set(changed):
        row.reminders_on = london_date(at)
    elif not reminders:
        row.reminders_on = None
    row.changed_at = at
    row.save(update_fields=[*changed, "reminders_on", "changed_at"])
    events.record(
        "contact_details.changed",
        row,
        by,
        at=at,
        participant_id=row.participant_id,
        organisation_id=by.organisation_id,
        fields=" ".join(changed),
    )
    return row


def take_newer(participant: Participant, details: Mapping[str, str], at: datetime) -> None:
    """Put what a referral newly says in the place of what was known: a part of a greater action.

    Reminders end where what they go to changes: nobody said yet that they are safe there.
    """
    if not any(details.values()):
        return
    row = ContactDetails.objects.select_for_update(no_key=True).get(participant=participant)
    changed = _set(row, {name: value for name, value in details.items() if value})
    if not changed:
        return
    if row.reminders and GOES_TO[row.reminders] in changed:
        row.reminders, row.reminders_on = "", None
    row.changed_at = at
    row.save(update_fields=[*changed, "reminders", "reminders_on", "changed_at"])


def _set(row: ContactDetails, new: Mapping[str, str]) -> list[str]:
    """Put these values on the row, which is not saved yet; the names of those that are different."""
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, new[name])
    return changed


def _check(participant: Participant, by: Viewer, at: datetime) -> None:
    assert by.organisation_id is not None
    assert by.user_id is not None
    held = Assignment.objects.in_force(london_date(at)).filter(participant=participant)
    if not held.filter(organisation_id=by.organisation_id).exists():
        raise NotHeld("Your organisation does not work with this person.")
    if by.user_id not in restriction.who_reaches(participant, {by.user_id}):
        raise NotNamed("Only those who are named to reach this person change how they are reached.")
