"""manage.py export_ledger --tenant TENANT --contract CODE --format csv: every line of a contract's ledger."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When

from outcomes.models import Claim, Journal
from partners import audit
from partners.exports import write_csv
from partners.models import Tenant
from partners.viewer import Viewer, acting_as
from programmes.models import Contract

HEADER = (
    "participant_reference",
    "side",
    "milestone",
    "ordinal",
    "reached_on",
    "claimable_from",
    "pence",
    "state",
    "statement",
)


class Command(BaseCommand):
    help = (
        "Writes every line of a contract's ledger to standard output, both sides, in the order in which they were"
        " recorded. A charge of a month has no participant and no milestone; what reverses a line follows it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="the workspace, such as serco")
        parser.add_argument("--contract", required=True, metavar="CODE", help="the code of the contract")
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, tenant: str, contract: str, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no workspace {tenant}.")
        system = Viewer.system(found.pk, "export_ledger", found.clock_offset)
        with transaction.atomic(), acting_as(system):
            of = Contract.objects.filter(code=contract).first()
            if of is None:
                raise CommandError(f"There is no contract {contract} in {found.name}.")
            write_csv(self.stdout, HEADER, rows(of))
            audit.exported(system, "ledger", count=lines(of).count(), subject=of)


def rows(contract: Contract) -> Iterator[tuple[Any, ...]]:
    """The cells of each line, a page of them in memory at a time."""
    found = lines(contract).values_list(
        *("participant__reference", "side", "milestone__code", "charge__kind", "milestone__ordinal"),
        *(
            "milestone__reached_on",
            "charge__month",
            "claimable_from",
            "pence",
            "kind",
            "is_reversed",
            "claim",
        ),
        *("statement__month", "statement__status"),
    )
    for line in found.iterator(chunk_size=5000):
        person, side, code, charge, ordinal, reached_on, charged, claimable, pence, *rest = line
        kind, is_reversed, claim, month, status = rest
        yield (
            *(person or "", side, code or charge, ordinal or "", reached_on or charged, claimable, pence),
            state(kind, is_reversed, claim, status),
            f"{month:%Y-%m}" if month else "",
        )


def state(kind: str, is_reversed: bool, claim: str | None, status: str | None) -> str:
    """How far a line has come: earned, claimed … paid by the commissioner, sealed or paid on a statement, or undone."""
    if kind == Journal.Kind.REVERSAL:
        return "reversal"
    if is_reversed:
        return "reversed"
    if claim:
        return claim
    return status if status in {"sealed", "paid"} else "charged" if kind == Journal.Kind.CHARGE else "earned"


def lines(contract: Contract) -> QuerySet[Journal]:
    """The journals of a contract, each with whether it was reversed and, from the commissioner, its claim's state."""
    claims = Claim.objects.filter(milestone=OuterRef("milestone")).order_by("-claimed_at")
    return (
        Journal.objects.filter(contract=contract)
        .annotate(
            is_reversed=Exists(Journal.objects.filter(reverses=OuterRef("pk"))),
            claim=Case(When(side="commissioner", then=Subquery(claims.values("state")[:1]))),
        )
        .order_by("recorded_at", "side", "pk")
    )
