"""manage.py load_programme FILE... --tenant TENANT: load programme files, all of them or none."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partners.acting import ActionError
from partners.models import Tenant
from partners.viewer import Viewer, acting_as
from programmes.actions.programme import NothingNew, load
from programmes.loading import Unsound, terms_of


class Command(BaseCommand):
    help = "Loads programme files into a workspace. What is wrong is told with file, line and field."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--tenant", required=True, help="the first part of its address, such as serco")
        parser.add_argument(
            "--starting",
            type=date.fromisoformat,
            metavar="DATE",
            help="move every date of a contract's file by whole months, so that it starts in the month of this day",
        )

    def handle(
        self, *args: Any, files: list[Path], tenant: str, starting: date | None, **options: Any
    ) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no workspace {tenant}.")
        by = Viewer.system(found.pk, "load_programme", found.clock_offset)
        try:
            with transaction.atomic(), acting_as(by):
                for terms in terms_of(files, first_day=starting):
                    self.stdout.write(one_loaded(terms.contract, terms, by))
        except Unsound as unsound:
            count = len(unsound.problems)
            raise CommandError(f"{unsound}\n{count} to correct; nothing was loaded.") from unsound
        except ActionError as refusal:
            raise CommandError(f"{refusal} Nothing was loaded.") from refusal


def one_loaded(contract: str, terms: Any, by: Viewer) -> str:
    """Load the terms of one contract and say so."""
    kind = "illustrative terms" if terms.illustrative else "terms"
    try:
        load(terms=terms, by=by, at=by.now())
    except NothingNew:
        return f"{contract}: {kind} unchanged."
    return f"{contract}: {kind} loaded."
