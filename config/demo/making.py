"""Making the demo: the workspaces, then their people in bulk, then the figures; all of it or nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice

from django.db import connection, transaction

from config.demo import workspace
from config.demo.assessing import assess
from config.demo.days import Days
from config.demo.duties import answer_for_data
from config.demo.evidence import prove
from config.demo.journeys import Journey, Journeys
from config.demo.own_pages import let_them_look
from config.demo.people import CHAINS, NOTICE, Chain
from config.demo.promising import promise
from config.demo.querying import query_figures
from config.demo.reminding import agree_on_reminders
from config.demo.rows import Rows
from config.demo.safety import protect
from config.demo.settling import settle
from config.demo.staff import Staff
from config.demo.supply import Roster, Worker
from config.demo.terms import Terms
from outcomes.performance import case_mix
from outcomes.performance.nightly import rebuild
from outcomes.performance.refresh import refresh
from outcomes.performance.sharing import share
from participants.models import Participant
from partners.models import Tenant
from partners.viewer import Viewer, acting_as
from programmes.working_days import england_and_wales

# Journeys in memory at a time.
CHUNK = 500
# Named advisers joined so many days ago.
JOINED = timedelta(days=330)
# Of those referred, the part whom a provider accepts.
ACCEPTED = 0.85
SHOWN_TO = Worker("renaisi", 1)
Tell = Callable[[int, int], None]


class NotADemo(Exception):
    """A workspace of the demo's name holds something else; the message is a sentence."""


def make(people: int, seed: int, tell: Tell) -> dict[str, int]:
    """Make the workspaces that are lacking, and so many people in Serco's; tell is called with (made, in all).

    Returns how many people each workspace got, by its name. Raises NotADemo.
    """
    made: dict[str, int] = {}
    in_all = sum(count_of(chain, people) for chain in CHAINS)
    with transaction.atomic():
        for chain in CHAINS:
            tenant = Tenant.objects.filter(slug=chain.slug).first()
            if tenant is not None and tenant.notice != NOTICE:
                raise NotADemo(f"The workspace {chain.slug} is not a demo: nothing was made.")
            _make_workspace(tenant, chain, people, seed, partial(_tell, tell, sum(made.values()), in_all))
            made[chain.name] = count_of(chain, people)
    return made


def count_of(chain: Chain, people: int) -> int:
    """How many people a workspace gets."""
    return round(people * chain.weight)


def _tell(tell: Tell, before: int, in_all: int, so_far: int) -> None:
    tell(before + so_far, in_all)


def _make_workspace(
    tenant: Tenant | None, chain: Chain, people: int, seed: int, tell: Callable[[int], None]
) -> None:
    tenant, is_new = tenant or workspace.make_tenant(chain), tenant is None
    by = Viewer.system(tenant.pk, "demo", tenant.clock_offset)
    with acting_as(by):
        known = Participant.objects.count()
        if is_new:
            workspace.fill(tenant, chain, people, by)
        else:
            workspace.load_programmes(chain, people + round(known / chain.weight), by)
        staff = Staff(by, workspace.first_day(by.today))
        count = count_of(chain, people)
        journeys = generator(chain, staff, count, seed, by).make(count, first_serial=known)
        rows, made, analysed = Rows(by, staff, f"{seed} {known}"), 0, 0
        for chunk in chunks(journeys):
            for journey in chunk:
                rows.add(journey)
            rows.bulk.flush()
            made += len(chunk)
            tell(made)
            if made >= 2 * analysed:
                analyse()
                analysed = made
        prove(by, staff, seed)
        analyse()
        if is_new:
            _work_with_people(by, seed)
            settle(by)
        rebuild(by)
        while refresh(by):
            pass
        case_mix.count(by)
        if is_new:
            promise(by)
            query_figures(by)
        share(by)


def _work_with_people(by: Viewer, seed: int) -> None:
    """What advisers, participants and administrators do by the real actions."""
    agree_on_reminders(by)
    assess(by, seed)
    let_them_look(by, seed)
    protect(by)
    answer_for_data(by)


def analyse() -> None:
    """Tell PostgreSQL how full its tables are by now: a foreign key is looked up by guess until then."""
    with connection.cursor() as cursor:
        cursor.execute("select wall.analyse()")


def generator(chain: Chain, staff: Staff, count: int, seed: int, by: Viewer) -> Journeys:
    """The generator of a workspace's journeys, up to now by its clock."""
    days = Days(by.now(), england_and_wales())
    contracts = [(workspace.read_terms(source), source.weight) for source in chain.sources]
    roster = Roster(
        named={slug: number for (slug, role), number in staff.named.items() if role == "adviser"},
        expected=expected_cases(contracts, count),
        joined_on=days.today - JOINED,
    )
    return Journeys(days, contracts, roster, seed, SHOWN_TO)


def expected_cases(contracts: list[tuple[Terms, int]], count: int) -> dict[str, float]:
    """About how many cases each provider takes on in the time in which its named advisers have been there."""
    weights = sum(weight for _, weight in contracts)
    part = JOINED.days / (30.4 * workspace.MONTHS)
    expected: dict[str, float] = {}
    for terms, weight in contracts:
        going = [supplier for supplier in terms.suppliers if supplier.ends_on is None]
        shares = sum(supplier.share for supplier in going)
        for supplier in going:
            cases = count * weight / weights * supplier.share / shares * ACCEPTED * part
            expected[supplier.slug] = expected.get(supplier.slug, 0.0) + cases
    return expected


def chunks(journeys: Iterator[Journey]) -> Iterator[list[Journey]]:
    """The journeys, some hundreds at a time."""
    while chunk := list(islice(journeys, CHUNK)):
        yield chunk
