"""Taking a person in, and finding out whether they are known: parts of greater actions, which record the event."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from participants import vault
from participants.actions.contact_details import take_newer
from participants.models import Concern, ContactDetails, Health, Identity, Participant
from participants.names import folded
from partners.identifiers import unused_reference
from partners.locks import hold
from partners.viewer import Viewer, london_date

LONGEST_SEARCH_NAME = 170
People = QuerySet[Participant] | None


def search_name(given_name: str, family_name: str) -> str:
    """How a name is searched: folded, the family name first."""
    return folded(family_name, given_name)[:LONGEST_SEARCH_NAME]


def holders_of(number: str, tenant_id: UUID, people: People = None) -> QuerySet[Participant]:
    """Whoever has this (normalised) National Insurance number, among the people or in the whole tenant.

    Several, where controllers keep the same person apart (participants.sharing). Runs as the system.
    """
    among = Participant.objects.all() if people is None else people
    return among.filter(identity__blind_index__in=vault.blind_indexes(number, tenant_id))


def find_known(
    *,
    tenant_id: UUID,
    number: str | None,
    given_name: str,
    family_name: str,
    born_on: date,
    people: People = None,
) -> tuple[Participant | None, str]:
    """The same person, where they are known, and by what: "number" or "name" (with the date of birth).

    A number alone is not enough, since one digit may be wrong: the name or the date of birth must agree. A name and
    date of birth are not enough where they fit several people, or somebody with another number. Runs as the system,
    and holds the name and the number until the transaction ends, so that nobody is taken in twice at once.
    people: among whom to look, in the order in which they are preferred; everybody unless given.
    """
    among = Participant.objects.all() if people is None else people
    name = search_name(given_name, family_name)
    names = [f"person {tenant_id} {name} {born_on}"]
    if number:
        # Under every key: while one takes another's place, some processes do not know the newest yet.
        names += [f"number {index}" for index in vault.blind_indexes(number, tenant_id)]
    hold(*names)
    for holder in holders_of(number, tenant_id, among) if number else ():
        if holder.born_on == born_on or holder.search_name == name:
            return holder, "number"
    namesakes = among.filter(search_name=name, born_on=born_on)
    if number:
        namesakes = namesakes.filter(identity=None)
    found = list(namesakes[:2]) if name else []
    return (found[0], "name") if len(found) == 1 else (None, "")


def take_in(
    *,
    given_name: str,
    family_name: str,
    born_on: date,
    contact_details: dict[str, str],
    number: str | None,
    health: str,
    concerns: tuple[str, ...],
    by: Viewer,
    at: datetime,
    people: People = None,
) -> Participant:
    """A new participant. contact_details: any fields of ContactDetails; number: normalised.

    A number that somebody else among the people has (in the whole tenant unless given) is not kept: one of the two is
    wrong, and a person has to find out which.
    """
    participant = Participant(
        tenant_id=by.tenant_id,
        reference=unused_reference("PT", lambda it: Participant.objects.filter(reference=it).exists()),
        given_name=given_name,
        family_name=family_name,
        search_name=search_name(given_name, family_name),
        born_on=born_on,
        made_at=at,
    )
    participant.save(force_insert=True)
    ContactDetails(tenant_id=by.tenant_id, participant=participant, **contact_details).save(force_insert=True)
    if number and not holders_of(number, by.tenant_id, people).exists():
        _keep_number(participant, number, by)
    _note(participant, health, concerns, by, at)
    return participant


def add_to(
    participant: Participant,
    *,
    contact_details: dict[str, str],
    number: str | None,
    health: str,
    concerns: tuple[str, ...],
    by: Viewer,
    at: datetime,
    people: People = None,
) -> None:
    """Add what was newly said of a known participant. Contact details that are given take the place of older ones.

    As when somebody is taken in, a number that somebody else among the people has is not kept.
    """
    take_newer(participant, contact_details, at)
    has_one = Identity.objects.filter(participant=participant).exists()
    if number and not has_one and not holders_of(number, by.tenant_id, people).exists():
        _keep_number(participant, number, by)
    _note(participant, health, concerns, by, at)


def not_yet_known(participant: Participant, contact_details: dict[str, str]) -> dict[str, str]:
    """Those of the contact details of which nothing is known."""
    known = ContactDetails.objects.filter(participant=participant).values(*contact_details).first() or {}
    return {name: value for name, value in contact_details.items() if not known.get(name)}


def _keep_number(participant: Participant, number: str, by: Viewer) -> None:
    key_id, sealed = vault.seal(number, tenant_id=by.tenant_id, participant_id=participant.pk)
    Identity(
        tenant_id=by.tenant_id,
        participant=participant,
        key_id=key_id,
        sealed=sealed,
        blind_index=vault.blind_index(number, by.tenant_id),
    ).save(force_insert=True)


def _note(participant: Participant, health: str, concerns: tuple[str, ...], by: Viewer, at: datetime) -> None:
    """Health and concerns are added to what is known and never taken away."""
    today = london_date(at)
    if health and not Health.objects.filter(participant=participant, conditions=health).exists():
        Health(tenant_id=by.tenant_id, participant=participant, conditions=health, noted_on=today).save(
            force_insert=True
        )
    known = Concern.objects.filter(participant=participant).values_list("code", flat=True)
    for code in sorted(set(concerns) - set(known)):
        Concern(tenant_id=by.tenant_id, participant=participant, code=code, noted_on=today).save(
            force_insert=True
        )
