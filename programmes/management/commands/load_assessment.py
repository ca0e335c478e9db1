"""manage.py load_assessment FILE... --tenant TENANT: load assessments, all of them or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partners.models import Tenant
from partners.viewer import Viewer, acting_as
from programmes.actions.assessment import load
from programmes.actions.programme import NothingNew
from programmes.assessment_files import assessment_of
from programmes.loading import Unsound


class Command(BaseCommand):
    help = "Loads assessments into a workspace. What is wrong is told with file, line and field."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--tenant", required=True, help="the first part of its address, such as serco")

    def handle(self, *args: Any, files: list[Path], tenant: str, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no workspace {tenant}.")
        by = Viewer.system(found.pk, "load_assessment", found.clock_offset)
        try:
            with transaction.atomic(), acting_as(by):
                for terms in [assessment_of(file) for file in files]:
                    try:
                        load(terms=terms, by=by, at=by.now())
                        self.stdout.write(f"{terms.title}: loaded.")
                    except NothingNew:
                        self.stdout.write(f"{terms.title}: unchanged.")
        except Unsound as unsound:
            count = len(unsound.problems)
            raise CommandError(f"{unsound}\n{count} to correct; nothing was loaded.") from unsound
