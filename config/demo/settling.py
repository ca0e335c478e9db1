"""Statements of the demo on their way to the money: earlier months sealed and paid, the last one still to be done.

By the real actions, on the days on which they would have been taken.
"""

from datetime import date, timedelta

from django.db.models import Max

from config.demo.days import at_night
from config.demo.safety import viewer_at
from outcomes.actions import billing, line_query
from outcomes.actions import statement as actions
from outcomes.actions.charge import charge_contract
from outcomes.models import Journal, Statement
from partners.models import Membership, Organisation
from partners.viewer import Viewer, london_date
from programmes.models import Contract
from programmes.months import month_number, shifted

FINANCE, CONTRACTS, ASKS = "callum.varga", "rhys.montero", "leila.brandt"
# Who is registered for VAT, and who has agreed to self-billing. Numbers that are never issued: their check digits fail.
REGISTERED = {"serco": "GB100000001", "renaisi": "GB200000001", "larkmoor": "GB300000001"}
SELF_BILLED = ("renaisi", "i2i", "larkmoor")
# Days after the end of a month.
SEALED_AFTER, PAID_AFTER = 9, 30
ASKED = "Two of these starts came late from the Jobcentre. Are they paid at this month's price?"


def settle(by: Viewer) -> int:
    """Seal and pay what is due of every month but the last that has ended; returns how many statements were sealed.

    Nothing where the workspace has nobody for it.
    """
    places = {
        place.user.email.partition("@")[0]: place
        for place in Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    }
    if not {FINANCE, CONTRACTS, ASKS} <= places.keys():
        return 0
    finance, contracts, asks = (viewer_at(places[name], by) for name in (FINANCE, CONTRACTS, ASKS))
    last = shifted(by.today.replace(day=1), -1)
    _bill(finance, shifted(last, -30))
    for contract in Contract.objects.order_by("code"):
        charge_contract(contract=contract, by=by, at=by.now())
    due = Statement.objects.filter(month__lte=last, lines__isnull=False).distinct()
    sealed = [
        _settled(statement, finance, contracts)
        for statement in due.filter(month__lt=last).order_by("month", "contract", "organisation")
    ]
    for number, statement in enumerate(due.filter(month=last).order_by("organisation__slug")):
        if number % 2:
            actions.propose(statement=statement, by=contracts, at=by.now())
        if statement.organisation_id == asks.organisation_id:
            line_query.ask(statement=statement, journal=None, words=ASKED, by=asks, at=by.now())
    return len(sealed)


def _settled(statement: Statement, finance: Viewer, contracts: Viewer) -> Statement:
    """Proposed, sealed when nothing more was recorded on it, and paid where that day has come."""
    _, last = month_number(statement.month, 1)
    recorded_at = Journal.objects.filter(statement=statement).aggregate(at=Max("recorded_at"))["at"]
    at = max(at_night(last + timedelta(days=SEALED_AFTER)), recorded_at + timedelta(hours=1))
    actions.propose(statement=statement, by=finance, at=at - timedelta(minutes=40))
    expected = actions.expected(statement)
    found = actions.seal(statement=statement, expected=expected, by=contracts, at=at)
    paid_on = max(last + timedelta(days=PAID_AFTER), london_date(at) + timedelta(days=1))
    if paid_on <= finance.today:
        actions.pay(
            statement=found,
            paid_on=paid_on,
            reference=f"BACS {found.number:05}",
            invoice=f"INV {found.number}",
            by=finance,
            at=at_night(paid_on) + timedelta(hours=10),
        )
    return found


def _bill(finance: Viewer, since: date) -> None:
    """Who trades as whom from before the first month on, and who lets the prime write its invoices."""
    at = at_night(since)
    chain = Organisation.objects.filter(kind__in=[Organisation.Kind.PRIME, Organisation.Kind.PROVIDER])
    for number, organisation in enumerate(chain.order_by("slug"), start=1):
        billing.record_vat_status(
            organisation=organisation,
            from_on=since,
            legal_name=f"{organisation.name} (invented)",
            address=f"{number} Invented Row\nLondon",
            vat_number=REGISTERED.get(organisation.slug, ""),
            by=finance,
            at=at,
        )
        if organisation.slug in SELF_BILLED:
            billing.record_agreement(
                organisation=organisation,
                signed_on=since,
                signed_by="Its manager",
                starts_on=since,
                ends_on=shifted(since, 48),
                by=finance,
                at=at,
            )
