"""Who is referred and what is said of them: mostly people whom the contract is for, and some whom it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, TypeVar

from config.demo import chances
from config.demo.names import Person, invented_person
from config.demo.terms import Place, Terms
from participants.overview import age
from referrals.actions.sending import NOT_DESCRIBED, OWN_HEALTH, SentReferral

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A referral as it is sent, and what follows from it: the facts for the rules, and what is kept of health."""

    sent: SentReferral
    person: Person
    facts: dict[str, Any]
    health: str
    concerns: tuple[str, ...]
    # What the referrer has not said, and will when asked.
    unsaid: dict[str, Any]


def weighted(chance: Random, weights: Mapping[Thing, int]) -> Thing:
    """One of the keys, by its weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def arrival(chance: Random, terms: Terms, *, serial: int, channel: str, on: date) -> Arrival:
    """Somebody who is referred to the contract on a day."""
    make = work_programme if terms.programme == "work-programme" else families
    place, ages, circumstances, group, health = make(chance, terms)
    unsaid = {}
    if chance.random() < 0.05:
        name = "employment_status" if "concerns" in circumstances else "months_on_benefit"
        unsaid[name] = circumstances.pop(name)
    person = invented_person(
        chance, serial=serial, area_code=place.code, districts=list(place.districts), on=on, ages=ages
    )
    sent = SentReferral(
        given_name=person.given_name,
        family_name=person.family_name,
        born_on=person.born_on,
        number=person.number if channel != "self" or chance.random() < 0.5 else "",
        address=person.address,
        postcode=person.postcode,
        local_authority=place.code,
        phone=person.phone if chance.random() < 0.96 else "",
        email=person.email if chance.random() < 0.6 else "",
        safe_contact="Text first, please do not call before 9.30" if chance.random() < 0.06 else "",
        circumstances=circumstances,
        health_conditions=health,
        payment_group=group if len(terms.milestones) > 1 else "",
        external_reference=f"C-{chance.randint(10_000, 99_999)}" if channel == "api" else "",
    )
    return Arrival(sent, person, *known(sent, group, on), unsaid)


def known(sent: SentReferral, group: str, on: date) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """What the facts, the health and the family's concerns are that follow from what was sent."""
    facts = dict(sent.circumstances)
    concerns = facts.get("concerns")
    if sent.health_conditions:
        concerns = sorted({*(concerns or ()), OWN_HEALTH})
    if concerns is not None:
        facts["concerns"] = list(concerns)
    health = sent.health_conditions or (NOT_DESCRIBED if OWN_HEALTH in (concerns or ()) else "")
    facts |= {"lives_in": sent.local_authority, "age": age(sent.born_on, on), "payment_group": group}
    return facts, health, tuple(code for code in concerns or () if code != OWN_HEALTH)


def families(chance: Random, terms: Terms) -> tuple[Place, tuple[int, int], dict[str, Any], str, str]:
    """A family of the five boroughs, or next door to them; the group is the contract's only one."""
    place = chance.choice(terms.places)
    if chance.random() < 0.05:
        code, districts = chance.choice(list(chances.NEIGHBOURS.items()))
        place = Place(code, "", tuple(districts))
    count = chance.choices((0, 1, 2, 3), (4, 56, 30, 10))[0]
    concerns = sorted({weighted(chance, chances.CONCERNS) for _ in range(count)})
    status = chance.choices(("unemployed", "inactive", "employed"), (60, 36, 4))[0]
    circumstances: dict[str, Any] = {"employment_status": status, "concerns": concerns}
    if chance.random() < 0.7:
        circumstances["benefit"] = ["universal_credit"]
    says = OWN_HEALTH in concerns and chance.random() < 0.8
    return place, (18, 58), circumstances, next(iter(terms.milestones)), _condition(chance) if says else ""


def work_programme(chance: Random, terms: Terms) -> tuple[Place, tuple[int, int], dict[str, Any], str, str]:
    """Somebody on benefit for long enough, mostly, for the payment group that the Jobcentre names."""
    group = weighted(chance, {code: weight for code, (weight, _, _) in chances.GROUPS.items()})
    _, benefit, ages = chances.GROUPS[group]
    long_enough = chance.random() > 0.03
    months = chance.randint(12, 40) if long_enough else chance.randint(2, 8)
    circumstances = {"employment_status": "unemployed", "benefit": [benefit], "months_on_benefit": months}
    is_ill = benefit == "employment_and_support_allowance" and chance.random() < 0.7
    return chance.choice(terms.places), ages, circumstances, group, _condition(chance) if is_ill else ""


def _condition(chance: Random) -> str:
    return chance.choice(chances.CONDITIONS)
