"""manage.py verify_ledger: works everything out anew from the facts and compares it with the ledger."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outcomes.models import Journal
from outcomes.recharged import Recharged, contract_after, recharge
from outcomes.replay import Page, replay
from partners.models import Tenant
from partners.viewer import Viewer, acting_as


class Command(BaseCommand):
    help = (
        "Works the whole ledger out anew and compares it with what stands: the milestones of every enrolment with their"
        " journals, from jobs, earnings and evidence, and what every contract charged by the month, from the terms,"
        " costs, adjustments and samples. Writes nothing. Exits 1 when anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="one workspace; all of them unless given")

    def handle(self, *args: Any, tenant: str, **options: Any) -> None:
        tenants = list(Tenant.objects.filter(slug=tenant) if tenant else Tenant.objects.order_by("slug"))
        if tenant and not tenants:
            raise CommandError(f"There is no workspace {tenant}.")
        found = sum(self.verify(one) for one in tenants)
        if found:
            self.stdout.write(f"{found} found.")
            sys.exit(1)
        self.stdout.write("The ledger is what the facts say.")

    def verify(self, tenant: Tenant) -> int:
        """Print what differs, and how much was compared; returns how many findings."""
        pages, contracts = list(pages_of(tenant)), list(contracts_of(tenant))
        findings = [finding for page in pages for finding in page.findings]
        findings += [finding for contract in contracts for finding in contract.findings]
        for finding in findings:
            self.stdout.write(f"{tenant.slug} {finding.of} {finding.about}: {finding.words}")
        compared, waiting = sum(one.compared for one in pages), sum(one.waiting for one in pages)
        self.stdout.write(
            f"{tenant.slug}: {compared:,} enrolments compared, {waiting:,} due for the next accrual"
        )
        journals = sum(one.journals for one in pages) + sum(one.journals for one in contracts)
        due = sum(one.journals_waiting for one in pages)
        with transaction.atomic(), acting_as(system_of(tenant)):
            whole = Journal.objects.count()
        self.stdout.write(
            f"{tenant.slug}: {journals:,} of {whole:,} journals compared, {due:,} of enrolments that are due"
        )
        return len(findings) + (journals + due != whole)


def system_of(tenant: Tenant) -> Viewer:
    """The system of a workspace, as it verifies."""
    return Viewer.system(tenant.pk, "verify the ledger", tenant.clock_offset)


def pages_of(tenant: Tenant) -> Iterator[Page]:
    """Every enrolment of a workspace, a page at a time, each in a transaction of its own."""
    after = None
    while True:
        system = system_of(tenant)
        with transaction.atomic(), acting_as(system):
            page = replay(system, after)
        yield page
        if page.last is None:
            return
        after = page.last


def contracts_of(tenant: Tenant) -> Iterator[Recharged]:
    """What every contract of a workspace charged, each in a transaction of its own."""
    after = None
    while True:
        with transaction.atomic(), acting_as(system_of(tenant)):
            contract = contract_after(after)
            found = recharge(contract) if contract else None
        if contract is None or found is None:
            return
        yield found
        after = contract.pk
