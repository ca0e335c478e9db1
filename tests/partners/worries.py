"""The small world's concerns for somebody's safety, and what was decided: see tests.partners.recipes."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from tests.partners.small_world import Place, Planter

Given = dict[str, Any]


def safeguarding(table: str) -> Callable[[Place, Planter], Iterator[Given]]:
    """Of everybody, raised at each organisation that works with people, by each of the users."""

    def made(place: Place, planter: Planter) -> Iterator[Given]:
        where = [place.organisations[name] for name in ("prime", "holder", "earlier", "stranger")]
        for person, organisation in product(place.people.values(), where):
            here: Given = {"participant_id": person, "organisation_id": organisation}
            if table == "participants_safeguardingreport":
                for user in place.users.values():
                    yield {**here, "raised_by_id": user}
            else:
                yield {**here, "report_id": planter.plant("participants_safeguardingreport", **here)["id"]}

    return made
