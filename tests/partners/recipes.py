"""Which rows the small world has of each table: enough that every part of every wall makes a difference to one."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, product

from django.db import models

from tests.partners.money_recipes import (
    audit_grants,
    claim_sums,
    claims,
    entries,
    journals,
    papers,
    recoveries,
    sample_items,
    samples,
    statement_lines,
    unclaimed,
)
from tests.partners.row_shapes import (
    DAYS,
    IN_TURN,
    PARENTS,
    Given,
    Recipe,
    keys,
    of_parents,
    of_people,
    of_terms,
)
from tests.partners.small_world import NOW, TODAY, Place, Planter, day
from tests.partners.worries import safeguarding


def rows_for(model: type[models.Model], place: Place, planter: Planter) -> Iterator[Given]:
    """What each row of the table says for itself; its planter fills in the rest."""
    table = model._meta.db_table
    if table in RECIPES:
        return RECIPES[table](place, planter)
    columns = {str(field.column) for field in model._meta.concrete_fields}
    if "participant_id" in columns:
        return of_people(model, place)
    if parent := next((p for p in keys(model) if p[1] in PARENTS), None):
        return of_parents(*parent, place, planter, has_organisation="organisation_id" in columns)
    return of_terms(model, place)


def enrolments(place: Place, planter: Planter) -> Iterator[Given]:
    for given in of_people(planter.models["participants_enrolment"], place):
        yield {**given, "ended_on": given["started_on"]}


def plans(place: Place, planter: Planter) -> Iterator[Given]:
    """Each looked at again a day after it was agreed."""
    for number, given in enumerate(of_people(planter.models["participants_plan"], place), start=1):
        yield {**given, "number": number, "review_on": given["agreed_on"] + timedelta(days=1)}


def own_pages(place: Place, planter: Planter) -> Iterator[Given]:
    """Links that have ended, of which somebody may have many."""
    for given in of_people(planter.models["participants_ownpage"], place):
        yield {**given, "ended_at": NOW}


def ratings(place: Place, planter: Planter) -> Iterator[Given]:
    """One of every contact, on its day."""
    columns = ("contact_id", "participant_id", "contract_id", "organisation_id", "rated_on")
    planter.cursor.execute(
        "select id, participant_id, contract_id, organisation_id, contacted_on from participants_contact order by id"
    )
    for values in planter.cursor.fetchall():
        yield dict(zip(columns, values, strict=True))


def restriction_reasons(place: Place, planter: Planter) -> Iterator[Given]:
    """Of everybody, under one restriction: to give each one of their own would restrict them."""
    for person in place.people.values():
        yield {"participant_id": person, "restriction_id": planter.first["participants_restriction", None]}


def memberships(place: Place, planter: Planter) -> Iterator[Given]:
    """Places that hold, have ended, end today, were taken away today, and have not begun."""
    ages: list[Given] = [
        {"started_on": day(-9)},
        {"started_on": day(-9), "ended_on": day(-1)},
        {"started_on": day(-9), "ended_on": TODAY},
        {"started_on": day(-9), "ended_on": TODAY, "ended_at": NOW},
        {"started_on": day(1)},
    ]
    for number, (organisation, age) in enumerate(product(place.organisations.values(), ages)):
        user = list(place.users.values())[number % len(ages)]
        yield {"organisation_id": organisation, "user_id": user, "role": "viewer", **age}


def api_keys(place: Place, planter: Planter) -> Iterator[Given]:
    """Keys in use, revoked and expired."""
    ages: list[Given] = [{}, {"revoked_at": NOW}, {"expires_at": NOW - timedelta(days=1)}]
    for organisation, age in product(place.organisations.values(), ages):
        yield {"organisation_id": organisation, "expires_at": NOW + timedelta(days=9), **age}


def outbox_items(place: Place, planter: Planter) -> Iterator[Given]:
    """Work that is due, done, dead and not due yet; the oldest is not what is due."""
    for age in ({}, {"done_at": NOW}, {"dead_at": NOW}, {"available_at": NOW + timedelta(days=1)}):
        made = NOW - timedelta(days=9 if {"done_at", "dead_at"} & set(age) else 1)
        yield {"created_at": made, "available_at": made, **age}


def events(place: Place, planter: Planter) -> Iterator[Given]:
    """Behind every wall: of every person on both contracts, on none, and of nobody."""
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    walls = ("case", "referral", "money", "safeguarding", "workspace")
    contracts = (place.contracts["first"], place.contracts["second"], None)
    for wall, person, contract in product(walls, (*place.people.values(), None), contracts):
        facts = {"said": planter.word(), **({"contract": str(contract)} if contract else {})}
        for offset in DAYS if contract and wall == "case" else DAYS[:1]:
            yield {
                "wall": wall,
                "participant_id": person,
                "organisation_id": next(organisations),
                "facts": facts,
                "on": day(offset),
            }


def audit_entries(place: Place, planter: Planter) -> Iterator[Given]:
    organisations = [*place.organisations.values(), None]
    people = [place.people[name] for name in ("ann", "bob", "fay", "gus", "hal")] + [None]
    for act, wall, person in product(("change", "look", "unmask"), ("case", "safeguarding"), people):
        for organisation in organisations:
            yield {
                "act": act,
                "wall": wall,
                "participant_id": person,
                "organisation_id": organisation,
            }


def audit_days(place: Place, planter: Planter) -> Iterator[Given]:
    return ({"day": day(offset)} for offset in DAYS)


def referrals(place: Place, planter: Planter) -> Iterator[Given]:
    """Of every person on both contracts by both referrers and one who is none, and those of nobody yet."""
    referrers = [place.organisations[name] for name in ("referrer", "other referrer", "commissioner")]
    contracts = (place.contracts["first"], place.contracts["second"])
    for person, contract, referrer in product((*place.people.values(), None), contracts, referrers):
        yield {"participant_id": person, "contract_id": contract, "organisation_id": referrer}


def matches(place: Place, planter: Planter) -> Iterator[Given]:
    """Each with the person of its own referral."""
    planter.cursor.execute(
        "select id, participant_id from referrals_referral where participant_id is not null"
    )
    return (
        {"referral_id": referral, "participant_id": person} for referral, person in planter.cursor.fetchall()
    )


def on_both_sides(table: str) -> Recipe:
    def of_each_side(place: Place, planter: Planter) -> Iterator[Given]:
        for given in of_terms(planter.models[table], place):
            for side in ("provider", "commissioner"):
                yield {**given, "side": side}

    return of_each_side


def published_figures(place: Place, planter: Planter) -> Iterator[Given]:
    for given in of_terms(planter.models["outcomes_publishedfigure"], place):
        yield {**given, "part": "provider" if given.get("organisation_id") else "whole"}


def restatements(place: Place, planter: Planter) -> Iterator[Given]:
    """One of every published figure."""
    planter.cursor.execute(
        "select id, contract_id, organisation_id from outcomes_publishedfigure order by id"
    )
    for figure, contract, organisation in planter.cursor.fetchall():
        yield {"figure_id": figure, "contract_id": contract, "organisation_id": organisation}


def shared_measures(place: Place, planter: Planter) -> Iterator[Given]:
    for contract in place.contracts.values():
        yield {"contract_id": contract, "audience": "peers", "part": "peer"}
        yield {"contract_id": contract, "audience": "commissioner", "part": "whole"}


def sharing_bases(place: Place, planter: Planter) -> Iterator[Given]:
    yield {
        "from_contract_id": place.contracts["first"],
        "to_contract_id": place.contracts["second"],
    }


def services(place: Place, planter: Planter) -> Iterator[Given]:
    """Services in use, for domains of which both tenants know, services that ended, and one that nobody confirmed."""
    one, another, *_ = place.users.values()
    confirmed = {"changed_by_id": one, "confirmed_by_id": another, "confirmed_at": NOW}
    *others, last = place.organisations.values()
    for organisation in others:
        yield {"organisation_id": organisation, "domains": [planter.canary, "both.example"], **confirmed}
    yield {"organisation_id": last, "domains": ["waiting.example"]}
    for organisation in place.organisations.values():
        yield {"organisation_id": organisation, "domains": ["ended.example"], "ended_at": NOW, **confirmed}


def ineligibilities(place: Place, planter: Planter) -> Iterator[Given]:
    """Findings that were taken back, of which an enrolment may have many."""
    taken_back = {"withdrawn_by_id": planter.user_id, "withdrawn_at": NOW, "withdrawn_why": "so"}
    for given in of_people(planter.models["outcomes_ineligibility"], place):
        yield {**given, **taken_back}


RECIPES: dict[str, Recipe] = {
    "outcomes_auditgrant": audit_grants,
    "outcomes_claim": claims,
    "outcomes_claimsum": claim_sums,
    "outcomes_recovery": recoveries,
    "outcomes_sample": samples,
    "outcomes_sampleitem": sample_items,
    "outcomes_unclaimed": unclaimed,
    "outcomes_charge": on_both_sides("outcomes_charge"),
    "outcomes_entry": entries,
    "outcomes_forecast": on_both_sides("outcomes_forecast"),
    "outcomes_ineligibility": ineligibilities,
    "outcomes_journal": journals,
    "outcomes_paper": papers,
    "outcomes_publishedfigure": published_figures,
    "outcomes_restatement": restatements,
    "outcomes_sharedmeasure": shared_measures,
    "outcomes_statementline": statement_lines,
    "participants_enrolment": enrolments,
    "participants_ownpage": own_pages,
    "participants_plan": plans,
    "participants_rating": ratings,
    "participants_restrictionreason": restriction_reasons,
    "participants_safeguardingdecision": safeguarding("participants_safeguardingdecision"),
    "participants_safeguardingreport": safeguarding("participants_safeguardingreport"),
    "participants_sharingbasis": sharing_bases,
    "partners_apikey": api_keys,
    "partners_auditday": audit_days,
    "partners_auditentry": audit_entries,
    "partners_domainevent": events,
    "partners_membership": memberships,
    "partners_outboxitem": outbox_items,
    "partners_signinservice": services,
    "programmes_fee": on_both_sides("programmes_fee"),
    "programmes_price": on_both_sides("programmes_price"),
    "referrals_match": matches,
    "referrals_referral": referrals,
}
