"""manage.py verify_audit: finds what was changed in the audit, taken out of it or kept from it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partners.audit_check import Finding, check_around, check_day
from partners.models import AuditDay, Tenant
from partners.viewer import Viewer, acting_as


class Command(BaseCommand):
    help = (
        "Walks every day of the audit's chain, prints the digest that closes each, to be kept elsewhere, and every"
        " finding. Exits 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="one workspace; all of them unless given")
        parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="one day alone")
        parser.add_argument(
            "--expect",
            metavar="DIGEST",
            help="the digest that closed the day, or the newest day, when it was printed and kept; needs --tenant",
        )

    def handle(self, *args: Any, tenant: str, day: date | None, expect: str, **options: Any) -> None:
        tenants = list(Tenant.objects.filter(slug=tenant) if tenant else Tenant.objects.order_by("slug"))
        if tenant and not tenants:
            raise CommandError(f"There is no workspace {tenant}.")
        if expect and not tenant:
            raise CommandError("--expect needs --tenant.")
        found = sum(self.verify(one, day, expect) for one in tenants)
        if found:
            self.stdout.write(f"{found} found.")
            sys.exit(1)
        self.stdout.write("The audit is whole.")

    def verify(self, tenant: Tenant, only: date | None, expect: str) -> int:
        """Print what there is and what is wrong, day by day; returns how many findings."""
        found, closed_by = 0, ""
        for day, findings in days_of(tenant, only):
            self.stdout.write(f"{tenant.slug} {day.day}: {day.entries:,} rows, closed by {day.digest}")
            found += self.tell(tenant, findings)
            closed_by = day.digest
        if only and not closed_by:
            self.stdout.write(f"{tenant.slug} {only}: no rows")
        if expect and closed_by != expect:
            found += self.tell(tenant, [Finding(only, None, f"The close is not {expect}.")])
        if only is None:
            with transaction.atomic(), acting_as(Viewer.system(tenant.pk, "verify the audit")):
                found += self.tell(tenant, check_around())
        return found

    def tell(self, tenant: Tenant, findings: list[Finding]) -> int:
        """Print findings; returns how many."""
        for day, sequence, words in findings:
            place = f" {day}" if day else ""
            row = f" row {sequence}" if sequence else ""
            self.stdout.write(f"{tenant.slug}{place}{row}: {words}")
        return len(findings)


def days_of(tenant: Tenant, only: date | None) -> Iterator[tuple[AuditDay, list[Finding]]]:
    """Each day of the tenant's chain, or one alone, with what is wrong with it; each in a transaction of its own."""
    system = Viewer.system(tenant.pk, "verify the audit")
    with transaction.atomic(), acting_as(system):
        days = AuditDay.objects.order_by("day")
        known = list(days.filter(day=only) if only else days)
    for day in known:
        with transaction.atomic(), acting_as(system):
            findings = check_day(day)
        yield day, findings
