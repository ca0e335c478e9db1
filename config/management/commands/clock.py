"""manage.py clock TENANT --days N: set a demo workspace's clock N days ahead of the real time."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.acting import ActionError
from partners.actions.clock import move
from partners.models import Tenant
from partners.viewer import Viewer


class Command(BaseCommand):
    help = "Sets how many days ahead of the real time a demo workspace's clock is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the first part of its address, such as serco")
        parser.add_argument("--days", type=int, required=True, help="days ahead; 0 is the real time")

    def handle(self, *args: Any, tenant: str, days: int, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no workspace {tenant}.")
        offset = timedelta(days=days)
        by = Viewer.system(found.pk, "clock command", offset)
        try:
            move(tenant=found, offset=offset, by=by, at=by.now())
        except ActionError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"The clock of {found.name} is {days} days ahead. Milestones and figures follow shortly."
        )
