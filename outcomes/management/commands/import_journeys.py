"""manage.py import_journeys FILE --tenant TENANT --contract CODE: referrals, starts, jobs and earnings in bulk.

Nobody waits for a whole file: the rows about one person are a transaction, tried out and taken back before anything is
written, and written one person after the other. What was written is known again, so that a file that was stopped in the
middle is loaded again from its beginning.
"""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from outcomes.imports import journeys
from outcomes.imports.columns import Line, guessed, lines, missing, repeated, together
from outcomes.imports.sheet import Unreadable, read
from outcomes.imports.writing import Importer, Outcome, Told, judged
from partners.acting import ActionError
from partners.models import Membership, Organisation, Tenant
from partners.permissions import Role
from partners.viewer import Viewer, acting_as
from programmes.models import Contract


class Undo(Exception):
    """Takes back everything that was written in a block."""


@dataclass(frozen=True)
class Load:
    """A file on its way in: its rows in groups that depend on nothing outside of them, and what writing them needs."""

    importer: Importer
    chain: journeys.Chain
    groups: Sequence[Sequence[Line]]
    same: Mapping[int, int]
    clashing: Mapping[int, int]

    @classmethod
    def of(cls, rows: Sequence[Line], importer: Importer) -> "Load":
        chain = journeys.Chain.of(Organisation.objects.all())
        return cls(importer, chain, together(rows, journeys.about), *repeated(rows))

    def run(self, system: Viewer, *, keep: bool, whole: bool = False) -> Iterator[tuple[Line, Told]]:
        """Write the groups one after the other, each in a transaction, and say of every row what came of it.

        keep: whether they stay written; whole: not those with a row that cannot be.
        """
        for group in self.groups:
            with suppress(Undo), transaction.atomic(), acting_as(system):
                told = [(row, self._put(row)) for row in group]
                has_failed = any(one.outcome == Outcome.ERROR for _, one in told)
                if not keep or (whole and has_failed):
                    raise Undo
            # Where one fails, the others of its person were undone with it.
            undone = keep and whole and has_failed
            yield from (each for each in told if not undone or each[1].outcome == Outcome.ERROR)

    def _put(self, row: Line) -> Told:
        """Write a row after those before it, whole or not at all."""
        by_itself = judged(row, self.same, self.clashing)
        if by_itself is not None:
            return by_itself
        try:
            with transaction.atomic():
                return journeys.put(row.values, self.importer, self.chain)
        except ActionError as refusal:
            return Told(Outcome.ERROR, str(refusal))


class Command(BaseCommand):
    help = (
        "Loads a contract's referrals, starts, jobs and earnings from a CSV or XLSX file with a row for each event"
        " (docs/imports.md says which columns). Nothing is loaded where a row has an error, unless --good-rows; loading"
        " the file again changes nothing, and goes on where the command was stopped."
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
        with transaction.atomic(), acting_as(system):
            load = Load.of(rows, _importer(system, contract, options["by"]))
        if options["good_rows"] and not options["dry_run"]:
            self._say(load.run(system, keep=True), len(rows))
        else:
            self._try_out(list(load.run(system, keep=False)), len(rows), **options)
            if options["dry_run"]:
                self.stdout.write("Nothing was written.")
                return
            self._say(_until_an_error(load.run(system, keep=True, whole=True)), len(rows))
        self.stdout.write("Loaded.")

    def _try_out(
        self, told: list[tuple[Line, Told]], rows: int, *, dry_run: bool, good_rows: bool, **options: Any
    ) -> None:
        """Say what every row would do, where that is all or where one cannot be loaded.

        Raises CommandError where nothing may be loaded.
        """
        has_failed = any(one.outcome == Outcome.ERROR for _, one in told)
        if dry_run or has_failed:
            self._say(told, rows)
        if has_failed and not good_rows:
            raise CommandError("Nothing was loaded, because of the rows with errors.")

    def _say(self, told: Iterable[tuple[Line, Told]], rows: int) -> None:
        """What came of every row, as it comes, and how many came to what."""
        counts: Counter[str] = Counter()
        for row, one in told:
            counts[one.outcome] += 1
            words = Outcome(one.outcome).label
            self.stdout.write(f"Line {row.number}: {words}{f'. {one.says}' if one.says else ''}")
        summary = ", ".join(f"{label.lower()} {counts[code]}" for code, label in Outcome.choices)
        self.stdout.write(f"{rows} rows: {summary}.")


def _until_an_error(told: Iterable[tuple[Line, Told]]) -> Iterator[tuple[Line, Told]]:
    """Raises CommandError at a row that could be loaded when it was tried out, and cannot any more."""
    for row, one in told:
        if one.outcome == Outcome.ERROR:
            raise CommandError(
                f"Stopped at line {row.number}, since things changed after it was tried out: {one.says} What was"
                " loaded before stays. Load the file again to go on."
            )
        yield row, one


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
