"""Making packs: those that are asked for, and one of everybody and of each provider when a month has closed."""

from outcomes.actions import pack as packs
from outcomes.models import Pack, PublishedFigure
from outcomes.packs import paper, sheet
from outcomes.packs.contents import Contents
from partners import audit_words, events, files, outbox
from partners.models import Organisation, OutboxItem
from partners.viewer import Viewer
from programmes.models import Contract

OF_THE_MONTH = "packs_of_the_month"
PAGES = {"pack.pdf": "a performance pack as PDF", "pack.xlsx": "a performance pack as XLSX"}


def make(item: OutboxItem, system: Viewer) -> outbox.Steps | None:
    """Make the pack of an item, which is its subject. Left half way it is begun anew: nothing of it was kept."""
    waiting = Pack.objects.filter(pk__in=[item.subject_id], made_at=None)
    pack = waiting.select_related("contract__programme", "organisation").first()
    return _steps(pack, system) if pack else None


def _steps(pack: Pack, system: Viewer) -> outbox.Steps:
    """Read the figures, draw them, write the PDF, write the workbook and keep both: Pack.STEPS of them."""
    contents = Contents.of(pack, system)
    _taken(pack, 1)
    yield
    drawn = paper.drawings(contents)
    _taken(pack, 2)
    yield
    pdf = paper.rendered(contents, drawn)
    _taken(pack, 3)
    yield
    packs.finish(pack=pack, pdf=pdf, xlsx=sheet.rendered(contents), by=system, at=system.now())
    if pack.asked_by_id is None:
        outbox.enqueue(OF_THE_MONTH, system, subject_id=pack.contract_id)


def _taken(pack: Pack, steps: int) -> None:
    pack.done = steps
    pack.save(update_fields=["done"])


def make_those_of_the_month(item: OutboxItem, system: Viewer) -> None:
    """Ask for the next pack of the last month that a contract published: of everybody together, then of each provider.

    One after the other, so that a hundred providers' packs keep nobody else's work waiting.
    """
    contract = Contract.objects.get(pk__in=[item.subject_id])
    published = PublishedFigure.objects.filter(contract=contract)
    month = published.order_by("-month").values_list("month", flat=True).first()
    if month is None:
        return
    providers = published.filter(month=month).exclude(organisation=None).values("organisation")
    there = set(Pack.objects.filter(contract=contract, month=month).values_list("organisation", flat=True))
    for whose in (None, *Organisation.objects.filter(pk__in=providers).order_by("name")):
        if (whose.pk if whose else None) not in there:
            packs.ask(contract=contract, month=month, organisation=whose, by=system, at=system.now())
            return


def connect() -> None:
    """Called when the app is ready."""
    events.declare("pack.asked", "pack.made", "pack.taken_up")
    audit_words.say(PAGES)
    files.name_in_use(packs.files_in_use)
    outbox.consume(packs.CONSUMER, make)
    outbox.consume(OF_THE_MONTH, make_those_of_the_month)
