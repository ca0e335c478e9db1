"""manage.py verify_statements [TENANT]: prove that sealed statements are as they were sealed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outcomes.models import Statement
from outcomes.statements.chain import verify
from partners.models import Tenant
from partners.viewer import Viewer, acting_as


class Command(BaseCommand):
    help = "Computes the chain of sealed statements anew from their stored lines; fails where one is not as it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "tenant", nargs="?", help="the first part of its address; every workspace without one"
        )

    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        chosen = Tenant.objects.order_by("slug")
        if tenant is not None and not (chosen := chosen.filter(slug=tenant)).exists():
            raise CommandError(f"There is no workspace {tenant}.")
        problems = [f"{one.slug}: {problem}" for one in chosen for problem in self._verified(one)]
        if problems:
            raise CommandError("\n".join(problems))

    def _verified(self, tenant: Tenant) -> list[str]:
        with transaction.atomic(), acting_as(Viewer.system(tenant.pk, "verify statements")):
            problems = list(verify())
            sealed = Statement.objects.exclude(number=None).count()
        if not problems:
            self.stdout.write(f"{tenant.slug}: {sealed} sealed statements are as they were sealed.")
        return problems
