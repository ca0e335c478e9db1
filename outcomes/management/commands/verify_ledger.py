"""manage.py verify_ledger: works everything out anew from the facts and compares it with the ledger."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outcomes.replay import Page, replay
from partners.models import Tenant
from partners.viewer import Viewer, acting_as


class Command(BaseCommand):
    help = (
        "Works the milestones of every enrolment out anew from jobs, earnings and evidence, and compares them and their"
        " journals with what stands in the ledger. Writes nothing. Exits 1 when anything differs."
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
        """Print what differs, and how many enrolments were compared; returns how many findings."""
        compared = waiting = found = 0
        for page in pages(tenant):
            for enrolment_id, words in page.findings:
                self.stdout.write(f"{tenant.slug} enrolment {enrolment_id}: {words}")
            compared, waiting = compared + page.compared, waiting + page.waiting
            found += len(page.findings)
        self.stdout.write(
            f"{tenant.slug}: {compared:,} enrolments compared, {waiting:,} due for the next accrual"
        )
        return found


def pages(tenant: Tenant) -> Iterator[Page]:
    """Every enrolment of a workspace, a page at a time, each in a transaction of its own."""
    system = Viewer.system(tenant.pk, "verify the ledger", tenant.clock_offset)
    after = None
    while True:
        with transaction.atomic(), acting_as(system):
            page = replay(system, after)
        yield page
        if page.last is None:
            return
        after = page.last
