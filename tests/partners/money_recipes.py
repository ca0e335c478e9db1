"""The small world's rows about money: see tests.partners.recipes."""

from collections.abc import Iterator
from itertools import cycle

from tests.partners.row_shapes import IN_TURN, Given, of_parents, of_people
from tests.partners.small_world import NOW, TODAY, Place, Planter, day


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


def claims(place: Place, planter: Planter) -> Iterator[Given]:
    """Attempts that were turned down, of which a milestone may have many."""
    turned_down = {"state": "rejected", "rejected_on": TODAY, "rejection_reason": "other"}
    for given in of_people(planter.models["outcomes_claim"], place):
        yield {**given, **turned_down}


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
