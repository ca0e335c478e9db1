"""manage.py import_journeys FILE --tenant TENANT --contract CODE: referrals, starts, jobs and earnings in bulk."""

from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outcomes.imports import journeys
from outcomes.imports.columns import Line, guessed, lines, missing, repeated
from outcomes.imports.sheet import Unreadable, read
from outcomes.imports.writing import Importer, Outcome, Told, judged
from partners.acting import ActionError
from partners.models import Membership, Organisation, Tenant
from partners.permissions import Role
from partners.viewer import Viewer, acting_as
from programmes.models import Contract


class Undo(Exception):
    """Takes back everything that was written."""


class Command(BaseCommand):
    help = (
        "Loads a contract's referrals, starts, jobs and earnings from a CSV or XLSX file with a row for each event"
        " (docs/imports.md says which columns). All of it or nothing, unless --good-rows; loading it again changes"
        " nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="the workspace, such as serco")
        parser.add_argument("--contract", required=True, metavar="CODE", help="the code of the contract")
        parser.add_argument(
            "--by", metavar="EMAIL", help="who answers for it; an administrator of the workspace"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument(
            "--good-rows", action="store_true", help="load what can be, and leave the rest out"
        )

    def handle(self, *args: Any, file: Path, tenant: str, contract: str, **options: Any) -> None:
        rows = _rows(file)
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no workspace {tenant}.")
        system = Viewer.system(found.pk, "import_journeys", found.clock_offset)
        counts: Counter[str] = Counter()
        with suppress(Undo), transaction.atomic(), acting_as(system):
            importer = _importer(system, contract, options["by"])
            for row, told in _put_all(rows, importer):
                counts[told.outcome] += 1
                words = Outcome(told.outcome).label
                self.stdout.write(f"Line {row.number}: {words}{f'. {told.says}' if told.says else ''}")
            stopped = bool(counts[Outcome.ERROR]) and not options["good_rows"]
            if options["dry_run"] or stopped:
                raise Undo
        summary = ", ".join(f"{label.lower()} {counts[code]}" for code, label in Outcome.choices)
        self.stdout.write(f"{len(rows)} rows: {summary}.")
        if stopped:
            raise CommandError("Nothing was loaded, because of the rows with errors.")
        self.stdout.write("Nothing was written." if options["dry_run"] else "Loaded.")


def _rows(file: Path) -> list[Line]:
    """The rows of a file, all referrals before all starts before all jobs before all earnings."""
    try:
        sheet = read(file.read_bytes())
    except (OSError, Unreadable) as error:
        raise CommandError(str(error)) from error
    columns = guessed(journeys.JOURNEYS, sheet.headings, {})
    if lacking := missing(journeys.JOURNEYS, columns):
        raise CommandError(" ".join(lacking))
    found = list(lines(journeys.JOURNEYS, sheet, columns))
    return sorted(found, key=lambda one: journeys.EVENTS.index(one.values.get("event", journeys.EVENTS[0])))


def _importer(system: Viewer, code: str, email: str | None) -> Importer:
    """Loads as the system, for an administrator of the prime who answers for it."""
    contract = Contract.objects.filter(code=code).first()
    if contract is None:
        raise CommandError(f"There is no contract {code}.")
    places = Membership.objects.in_force(system.today).filter(
        organisation__kind=Organisation.Kind.PRIME, role=Role.ADMINISTRATOR
    )
    if email:
        places = places.filter(user__email__iexact=email)
    place = places.order_by("started_on", "pk").first()
    if place is None:
        raise CommandError("No administrator of the workspace answers for it: name one with --by.")
    viewer = Viewer(
        tenant_id=system.tenant_id,
        kind="system",
        user_id=place.user_id,
        purpose="import_journeys",
        clock_offset=system.clock_offset,
    )
    return Importer(viewer, contract, viewer.now())


def _put_all(rows: list[Line], importer: Importer) -> list[tuple[Line, Told]]:
    """Write every row after those before it, each whole or not at all."""
    chain = journeys.Chain.of(Organisation.objects.all())
    same, clashing = repeated(rows)
    return [(row, judged(row, same, clashing) or _put(row, importer, chain)) for row in rows]


def _put(row: Line, importer: Importer, chain: journeys.Chain) -> Told:
    try:
        with transaction.atomic():
            return journeys.put(row.values, importer, chain)
    except ActionError as refusal:
        return Told(Outcome.ERROR, str(refusal))
