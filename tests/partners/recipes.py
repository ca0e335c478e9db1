"""Which rows the small world has of each table: enough that every part of every wall makes a difference to one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle, product
from typing import Any

from django.db import models

from tests.partners.small_world import NOW, TODAY, Place, Planter, day
from tests.partners.worries import safeguarding

Given = dict[str, Any]
Recipe = Callable[[Place, Planter], Iterator[Given]]

# The first and the last day of an earlier holder, and the first of the holder of today.
DAYS = (-200, -101, -100)
# Whose the rows of a person are, in turn.
IN_TURN = ("holder", "earlier", "stranger", "referrer", "commissioner", "prime")
# Tables that carry no participant themselves, but whose rows hang on one.
PARENTS = (
    "referrals_referral",
    "referrals_allocation",
    "referrals_eligibilitydecision",
    "outcomes_journal",
    "outcomes_importrun",
    "partners_apikey",
)


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


def keys(model: type[models.Model]) -> list[tuple[str, str]]:
    """The columns that refer to other rows, and their tables."""
    return [
        (str(f.column), f.related_model._meta.db_table)
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey)
    ]


def dated(model: type[models.Model]) -> list[str]:
    """The columns that hold a date and cannot do without."""
    return [
        str(f.column)
        for f in model._meta.concrete_fields
        if type(f) is models.DateField and not f.null and not f.name.endswith("month")
    ]


def of_people(model: type[models.Model], place: Place) -> Iterator[Given]:
    """Of every person; where the row says on which contract, on two of them and on three days."""
    columns = {str(field.column) for field in model._meta.concrete_fields}
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    days = DAYS if "contract_id" in columns else DAYS[:1]
    contracts = ("first", "second") if "contract_id" in columns else ("",)
    for person, contract, offset in product(place.people.values(), contracts, days):
        given: Given = {"participant_id": person, **dict.fromkeys(dated(model), day(offset))}
        if contract:
            given["contract_id"] = place.contracts[contract]
        if "organisation_id" in columns:
            given["organisation_id"] = next(organisations)
        yield given


def of_parents(
    column: str, table: str, place: Place, planter: Planter, *, has_organisation: bool
) -> Iterator[Given]:
    """One for every row that it hangs on."""
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    planter.cursor.execute(f"select id from {table} order by id")
    for (parent,) in planter.cursor.fetchall():
        yield {column: parent, **({"organisation_id": next(organisations)} if has_organisation else {})}


def of_terms(model: type[models.Model], place: Place) -> Iterator[Given]:
    """On every contract, and of every organisation, where the row says so."""
    columns = {str(field.column): field for field in model._meta.concrete_fields}
    choices: dict[str, list[Any]] = {}
    if "contract_id" in columns:
        choices["contract_id"] = list(place.contracts.values())
    if "organisation_id" in columns:
        none = [None] if columns["organisation_id"].null else []
        choices["organisation_id"] = [*place.organisations.values(), *none]
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def enrolments(place: Place, planter: Planter) -> Iterator[Given]:
    for given in of_people(planter.models["participants_enrolment"], place):
        yield {**given, "ended_on": given["started_on"]}


def plans(place: Place, planter: Planter) -> Iterator[Given]:
    """Each looked at again a day after it was agreed."""
    for number, given in enumerate(of_people(planter.models["participants_plan"], place), start=1):
        yield {**given, "number": number, "review_on": given["agreed_on"] + timedelta(days=1)}


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


def journals(place: Place, planter: Planter) -> Iterator[Given]:
    sides = cycle(("provider", "commissioner"))
    for given in of_people(planter.models["outcomes_journal"], place):
        for _ in range(2):
            yield {**given, "side": next(sides), "kind": "reversal"}
    planter.cursor.execute("select id, organisation_id, side from outcomes_charge order by id")
    of_nobody = dict.fromkeys(("milestone_id", "participant_id", "price_id"))
    for charge, organisation, side in planter.cursor.fetchall():
        yield {
            **of_nobody,
            "charge_id": charge,
            "organisation_id": organisation,
            "side": side,
            "kind": "charge",
        }


def entries(place: Place, planter: Planter) -> Iterator[Given]:
    """Two to a journal, so that it balances."""
    for given in of_parents("journal_id", "outcomes_journal", place, planter, has_organisation=False):
        yield {**given, "pence": 5, "account": planter.word()}
        yield {**given, "pence": -5, "account": planter.word()}


def statement_lines(place: Place, planter: Planter) -> Iterator[Given]:
    """One for every journal, with its person."""
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    planter.cursor.execute("select id, participant_id from outcomes_journal order by id")
    for position, (journal, person) in enumerate(planter.cursor.fetchall()):
        yield {
            "journal_id": journal,
            "participant_id": person,
            "organisation_id": next(organisations),
            "position": position,
        }


def papers(place: Place, planter: Planter) -> Iterator[Given]:
    """One for every statement."""
    planter.cursor.execute("select id, organisation_id from outcomes_statement order by id")
    for number, (statement, organisation) in enumerate(planter.cursor.fetchall(), start=2):
        yield {"statement_id": statement, "organisation_id": organisation, "number": number}


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


def claims(place: Place, planter: Planter) -> Iterator[Given]:
    """Attempts that were turned down, of which a milestone may have many."""
    turned_down = {"state": "rejected", "rejected_on": TODAY, "rejection_reason": "other"}
    for given in of_people(planter.models["outcomes_claim"], place):
        yield {**given, **turned_down}


def ineligibilities(place: Place, planter: Planter) -> Iterator[Given]:
    """Findings that were taken back, of which an enrolment may have many."""
    taken_back = {"withdrawn_by_id": planter.user_id, "withdrawn_at": NOW, "withdrawn_why": "so"}
    for given in of_people(planter.models["outcomes_ineligibility"], place):
        yield {**given, **taken_back}


def claim_sums(place: Place, planter: Planter) -> Iterator[Given]:
    planter.cursor.execute("select id, participant_id from outcomes_claim order by id")
    return ({"claim_id": claim, "participant_id": person} for claim, person in planter.cursor.fetchall())


def unclaimed(place: Place, planter: Planter) -> Iterator[Given]:
    """Of nobody known, and of everybody."""
    known = {"explained_by_id": planter.user_id, "explained_at": NOW}
    for contract in place.contracts.values():
        yield {"contract_id": contract}
        for person in place.people.values():
            claim = planter.first["outcomes_claim", person]
            yield {"contract_id": contract, "participant_id": person, "claim_id": claim, **known}


def samples(place: Place, planter: Planter) -> Iterator[Given]:
    return ({"contract_id": contract} for contract in place.contracts.values() for _ in range(4))


def sample_items(place: Place, planter: Planter) -> Iterator[Given]:
    """Every claim is drawn once, into one sample after the other."""
    planter.cursor.execute("select id from outcomes_sample order by id")
    drawn_into = cycle([sample for (sample,) in planter.cursor.fetchall()])
    columns = "participant_id", "contract_id", "organisation_id"
    planter.cursor.execute(f"select id, {', '.join(columns)} from outcomes_claim order by id")
    for claim, *values in planter.cursor.fetchall():
        yield {"sample_id": next(drawn_into), "claim_id": claim, **dict(zip(columns, values, strict=True))}


def audit_grants(place: Place, planter: Planter) -> Iterator[Given]:
    """To everybody, in the name of commissioners and others: open, over, still to come, and ended."""
    organisations = cycle(
        place.organisations[name] for name in ("commissioner", "holder", "other commissioner")
    )
    ages: Iterator[Given] = cycle(
        [
            {"opens_on": day(-9), "closes_on": TODAY},
            {"opens_on": day(-9), "closes_on": day(-1)},
            {"opens_on": day(1), "closes_on": day(9)},
            {"opens_on": TODAY, "closes_on": day(9)},
            {"opens_on": day(-9), "closes_on": day(9), "ended_at": NOW, "ended_by_id": planter.user_id},
        ]
    )
    planter.cursor.execute("select id from outcomes_sample order by id")
    for (sample,) in planter.cursor.fetchall():
        for user in place.users.values():
            within = {"sample_id": sample, "organisation_id": next(organisations), "user_id": user}
            yield {**within, **next(ages)}


def recoveries(place: Place, planter: Planter) -> Iterator[Given]:
    planter.cursor.execute("select id from outcomes_sample order by id")
    for (sample,) in planter.cursor.fetchall():
        for organisation in place.organisations.values():
            yield {"sample_id": sample, "organisation_id": organisation}


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
    "participants_plan": plans,
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
