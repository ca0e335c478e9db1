"""Performance packs for tests: people to count, a pack that somebody asks for, and the worker that makes it."""

from datetime import date

from outcomes.actions import pack as packs
from outcomes.models import Pack
from outcomes.performance.periods import month_of, shift
from partners import outbox
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt

LAST_MONTH = shift(month_of(date.today()), -1)
# How long ago the fourth of last month is.
DAYS = (date.today() - LAST_MONTH).days - 3


def some_started(cast: Cast) -> Cast:
    """Six people of Renaisi and one of i2i who started last month, and one of Renaisi who started long ago."""
    for _ in range(6):
        person_with_a_past(cast, days=DAYS)
    person_with_a_past(cast, days=DAYS, provider="i2i")
    person_with_a_past(cast, days=420, in_work_for=330)
    rebuilt(cast)
    return cast


def asked(cast: Cast, whose: str | None = None, month: date = LAST_MONTH, by: str = "priya") -> Pack:
    """A pack that somebody asked for."""
    with looking_as(getattr(cast, by)) as viewer:
        organisation = cast.organisations[whose] if whose else None
        return packs.ask(
            contract=cast.contract, month=month, organisation=organisation, by=viewer, at=viewer.now()
        )


def made(cast: Cast, pack: Pack) -> Pack:
    """The same once the worker has made it."""
    outbox.work_off()
    with looking_as(cast.system()):
        return Pack.objects.select_related("contract", "organisation").get(pk=pack.pk)
