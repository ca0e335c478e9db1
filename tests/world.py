"""People in every position that matters to who may see them, each with names that nobody else has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from outcomes.models import Job, Statement
from participants.actions.assignment import assign, release
from participants.models import (
    Assignment,
    ContactDetails,
    Enrolment,
    NamedAccess,
    Participant,
    Restriction,
)
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.models import Contract, Programme
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.journey import Journey, held_by, walk
from tests.outcomes.claimed import planted_claim, planted_sample
from tests.outcomes.questions import adjustment_of, queried_figures, query_about
from tests.participants.assessed import asked
from tests.rights import SECTION, basis_on, rights_of
from tests.things import (
    BY_UUID,
    Ids,
    appointment_of,
    facts_of,
    ids_of,
    measure_for,
    of_workspace,
    paper,
)


@dataclass(frozen=True)
class Somebody:
    """A participant in one position: the ids that addresses take, words that give them away, and who sees them."""

    position: str
    ids: Ids
    canaries: tuple[str, ...]
    sees: Callable[[Viewer], bool]
    # Words that whoever sees the person only in the past, or without being named, must not read.
    reaches: tuple[str, ...] = ()
    may_reach: Callable[[Viewer], bool] = lambda viewer: True


def world(cast: Cast) -> dict[str, Somebody]:
    """Somebody in each position, by its name."""
    own = walk(cast, "renaisi", "ada", given_name="Orla", family_name="Brackenridge", phone="07700 900201")
    theirs = walk(cast, "i2i", "ivo", given_name="Canary", family_name="Quillfeather", phone="07700 900202")
    restricted = walk(cast, "renaisi", "ada", given_name="Vesna", family_name="Thistlewood")
    ended = walk(cast, "renaisi", "ada", given_name="Tobin", family_name="Marchbanks", phone="07700 900204")
    offered = held_by(cast, "renaisi", given_name="Ines", family_name="Lathbury")
    restrict(cast, restricted, to="mona")
    move_on(cast, ended)
    return {
        "own": at_work(cast, of_journey(cast, "own", own, {"renaisi"}), own, "col", "renaisi"),
        "offered": of_referral(cast, "offered", offered, {"renaisi"}),
        "not mine": at_work(cast, of_journey(cast, "not mine", theirs, {"i2i"}), theirs, "ivo", "i2i"),
        "restricted": of_journey(cast, "restricted", restricted, {"renaisi"}, only={"mona"}),
        "ended": of_journey(cast, "ended", ended, {"renaisi", "i2i"}, reach={"i2i"}, phone="07700 900204"),
        "elsewhere": elsewhere(cast),
        "absent": absent(),
    }


def restrict(cast: Cast, journey: Journey, *, to: str) -> None:
    """A live risk: from now on only this member of the cast sees the person."""
    with looking_as(cast.system()) as system:
        within = {"tenant_id": system.tenant_id, "participant": journey.participant}
        Restriction(**within, level=2, raised_by=cast.users[to], raised_at=system.now()).save(
            force_insert=True
        )
        NamedAccess(**within, user=cast.users[to], named_at=system.now()).save(force_insert=True)


def move_on(cast: Cast, journey: Journey) -> None:
    """Ten days ago Renaisi let the person go, and i2i took them on."""
    with looking_as(cast.system()) as system:
        held = Assignment.objects.get(participant=journey.participant, ends_on=None)
        until = system.today - timedelta(days=10)
        release(assignment=held, ends_on=until)
        assign(
            participant=journey.participant,
            contract=cast.contract,
            organisation_id=cast.organisation("i2i"),
            starts_on=until + timedelta(days=1),
            by=system,
        )


def at_work(cast: Cast, somebody: Somebody, journey: Journey, name: str, slug: str) -> Somebody:
    """With what belongs to the provider besides: its statement, a place, an invitation."""
    more: Ids = {
        "statement": [(str(journey.statement.pk),)],
        "adjustment": [(adjustment_of(cast, journey.statement),)],
        "figure query": queried_figures(cast.contract, cast.organisation(slug), cast.users[name]),
        **planted_sample(cast, somebody.ids["drawn"][0][0]),
        **of_workspace(cast, name, slug),
    }
    if slug == "renaisi":
        more["basis"] = [(basis_on(cast, cast.contract),)]
    return replace(somebody, ids={**somebody.ids, **more})


def seen_by(cast: Cast, slugs: set[str], only: set[str] | None, referrer: str) -> Callable[[Viewer], bool]:
    """Serco, those providers and, of its own referral, the referrer; or of the people within them only those named."""
    organisations = {cast.organisation(slug) for slug in slugs}
    named = {cast.users[name].pk for name in only} if only is not None else None

    def sees(viewer: Viewer) -> bool:
        if viewer.tenant_id != cast.serco.pk:
            return False
        if viewer.kind == "referrer":
            return viewer.organisation_id == cast.organisation(referrer)
        if named is not None and viewer.user_id not in named:
            return False
        return viewer.kind == "prime" or viewer.organisation_id in organisations

    return sees


def of_journey(
    cast: Cast,
    position: str,
    journey: Journey,
    slugs: set[str],
    *,
    only: set[str] | None = None,
    reach: set[str] | None = None,
    phone: str = "",
) -> Somebody:
    """Somebody who came all the way to a job."""
    reaching = {cast.organisation(slug) for slug in reach or slugs}
    number = f"+44{phone.replace(' ', '')[1:]}" if phone else ""
    return Somebody(
        position,
        ids_of(cast, journey, sorted(slugs)[-1]),
        (
            journey.participant.family_name,
            str(journey.participant.pk),
            f"Bakery of {journey.participant.family_name}",
        ),
        seen_by(cast, slugs, only, "hackney-childrens-services"),
        reaches=(number, phone) if phone else (),
        may_reach=lambda viewer: viewer.kind == "prime" or viewer.organisation_id in reaching,
    )


def of_referral(cast: Cast, position: str, referral: Referral, slugs: set[str]) -> Somebody:
    """Somebody who was offered to a provider and not yet accepted."""
    with looking_as(cast.system()):
        person = Referral.objects.select_related("participant").get(pk=referral.pk).participant
        assert person is not None
    ids: Ids = {"participant": [(person.reference,)], "referral": [(referral.reference,)]}
    return Somebody(
        position,
        ids,
        (person.family_name, str(person.pk)),
        seen_by(cast, slugs, None, "hackney-childrens-services"),
    )


def elsewhere(cast: Cast) -> Somebody:
    """Somebody in the other prime's workspace, whom nobody at Serco can know."""
    with looking_as(Viewer.system(cast.meridian.pk, "test")) as system:
        here: dict[str, Any] = {"tenant_id": cast.meridian.pk}
        dwp = Organisation.objects.create(**here, kind="commissioner", slug="dwp", name="DWP")
        programme = Programme.objects.create(**here, code="elsewhere", name="Elsewhere", milestones=[])
        contract = Contract.objects.create(
            **here,
            programme=programme,
            commissioner=dwp,
            code="elsewhere",
            name="Elsewhere",
            starts_on=date(2024, 1, 1),
            ends_on=date(2028, 12, 31),
            allotted_days=365,
            clock="attachment",
        )
        person = Participant.objects.create(
            **here,
            reference="PT-3LSE-W4",
            given_name="Hollis",
            family_name="Penhaligon",
            search_name="penhaligon hollis",
            born_on=date(1990, 1, 1),
            made_at=datetime.now(UTC),
        )
        return foreign(cast, system, person, contract)


def foreign(cast: Cast, system: Viewer, person: Participant, contract: Contract) -> Somebody:
    """The rows of that person, written as they would be."""
    within: dict[str, Any] = {"tenant_id": system.tenant_id, "participant": person}
    provider: dict[str, Any] = {"organisation_id": cast.organisation("meridian-renaisi")}
    long_ago = system.today - timedelta(days=200)
    ContactDetails.objects.create(**within, phone="+447700900299")
    Assignment.objects.create(**within, **provider, contract=contract, starts_on=long_ago)
    referral = Referral.objects.create(
        **within,
        **provider,
        contract=contract,
        reference="RF-3LSE-W4",
        channel="form",
        status="started",
        received_at=system.now(),
        received_on=long_ago,
    )
    enrolment = Enrolment.objects.create(
        **within, contract=contract, payment_group="all", referred_on=long_ago, started_on=long_ago
    )
    job = Job.objects.create(
        **within,
        **provider,
        enrolment=enrolment,
        contract=contract,
        employer="Bakery of Penhaligon",
        title="Baker",
        hours_per_week=Decimal(30),
        starts_on=long_ago,
        recorded_at=system.now(),
    )
    statement = Statement.objects.create(
        **provider, tenant_id=system.tenant_id, contract=contract, month=date(2026, 1, 1)
    )
    return known_elsewhere(cast, person, referral, job, statement)


def known_elsewhere(
    cast: Cast, person: Participant, referral: Referral, job: Job, statement: Statement
) -> Somebody:
    """The ids of those rows."""
    claimed = planted_claim(cast, job.enrolment, cast.organisation("meridian-renaisi"))
    ids: Ids = {
        **claimed,
        **planted_sample(cast, claimed["drawn"][0][0]),
        "participant": [(person.reference,)],
        "referral": [(referral.reference,)],
        "job": [(str(job.pk),)],
        **facts_of(cast, job.enrolment, "meridian-renaisi", person.family_name),
        "statement": [(str(statement.pk),)],
        "query": [(str(query_about(cast, statement).pk),)],
        "adjustment": [(adjustment_of(cast, statement),)],
        "figure query": queried_figures(job.contract, statement.organisation_id, cast.users["rita"]),
        "document": [(str(paper(cast, person, job.contract, "meridian-renaisi").pk),)],
        "appointment": appointment_of(cast, person, job.contract, "meridian-renaisi", "rita"),
        "measure": [(person.reference, str(measure_for(cast, person, "meridian-renaisi").pk))],
        "naming": [(person.reference, str(cast.users["rita"].pk))],
        "assessment": [(person.reference, str(asked(cast).pk))],
        **of_workspace(cast, "sam", "meridian"),
        **rights_of(cast, person, "3LSE"),
        "basis": [(basis_on(cast, job.contract),)],
    }
    return Somebody(
        "elsewhere",
        ids,
        ("Penhaligon", str(person.pk), "7700900299"),
        lambda viewer: viewer.tenant_id == cast.meridian.pk,
    )


def absent() -> Somebody:
    """Nobody: well-formed ids that name nothing."""
    ids: Ids = {
        "participant": [("PT-2222-22",)],
        "referral": [("RF-2222-22",)],
        "request": [("DR-2222-22",)],
        "section": [("DR-2222-22", SECTION)],
        "statement line": [(str(uuid4()), str(uuid4()))],
        "copy": [(str(uuid4()), "data")],
        **{thing: [(str(uuid4()),)] for thing in BY_UUID},
        **{thing: [("PT-2222-22", str(uuid4()))] for thing in ("measure", "naming", "assessment")},
    }
    return Somebody("absent", ids, (), lambda viewer: False)
