"""Whether the rows of a programme file fit its contract, and what they come to: prices, promises and agreements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from programmes.checking_evidence import evidence_rows
from programmes.checking_fees import fee_rows
from programmes.ground import Ground, Workspace
from programmes.lines import Path
from programmes.measure import COUNTS
from programmes.months import month_number, shifted
from programmes.reading import Fault
from programmes.tables import AgreementTable, LevelTable, PriceTable, ProfileTable, StandardTable
from programmes.terms import (
    AgreementRow,
    LevelRow,
    PriceRow,
    ProfileRow,
    RateRow,
    Row,
    StandardRow,
    Terms,
)

Table = TypeVar("Table")
# A row with the place of the table it comes from.
Placed = tuple[Path, Any]
WHOLE = 10_000  # basis points in one
# Columns that a file calls otherwise.
CALLED = {"payment_group": "payment_groups", "area_codes": "areas"}


@dataclass
class Checker:
    """Checks one file that was read; what is wrong is added to its faults.

    source is the one sentence behind every row of a companion; the file of a contract names one of its sources.
    """

    workspace: Workspace
    faults: list[Fault]
    illustrative: bool
    sources: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        # Where something stands in for what could not be read: nothing more is to be said of it.
        self.unread = frozenset(fault.path for fault in self.faults)

    def fault(self, path: Path, message: str) -> None:
        if path not in self.unread:
            self.faults.append(Fault(path, message))

    def was_read(self, path: Path) -> bool:
        """Whether everything at and below the path was read, so that its parts can be held against each other."""
        return not any(unread[: len(path)] == path for unread in self.unread)

    def terms(self, tables: Any, ground: Ground) -> Terms:
        """The rows of a file for one contract, apart from each other and from its terms of the other kind."""
        found: dict[str, list[Placed]] = {
            "prices": list(self.prices(tables.prices, ground)),
            "fees": list(fee_rows(self, tables.fees, ground)),
            "evidence": list(evidence_rows(self, tables.evidence, ground)),
            "standards": list(self.standards(tables.standards)),
            "profile": list(self.profile(tables.profile, ground)),
            "agreements": list(self.agreements(tables.agreements, ground)),
        }
        for name, rows in found.items():
            self.keep_apart(rows, getattr(ground.others, name))
        terms: Any = {name: tuple(row for _, row in rows) for name, rows in found.items()}
        return Terms(contract=ground.code, illustrative=self.illustrative, published=None, **terms)

    def prices(self, tables: Iterable[PriceTable], ground: Ground) -> Iterator[Placed]:
        """One row for each payment group named, or one for every group."""
        for path, table in placed("prices", tables):
            self.check_amount(path, table)
            self.check_ordinals(path, table, ground)
            if table.starts_from and table.starts_to and table.starts_to < table.starts_from:
                self.fault((*path, "starts_to"), "must not be before starts_from")
            source, confidence = self.cited(path, table)
            for group in self.groups(path, table.payment_groups, ground):
                row = PriceRow(
                    side=table.side,
                    organisation_id=self.organisation((*path, "provider"), table.provider, "provider"),
                    payment_group=group,
                    milestone=table.milestone,
                    ordinal_from=table.ordinal_from,
                    ordinal_to=table.ordinal_to,
                    starts_from=table.starts_from and shifted(table.starts_from, ground.moved_by),
                    starts_to=table.starts_to and shifted(table.starts_to, ground.moved_by),
                    pence=table.pence,
                    share_basis_points=table.share_basis_points,
                    rounding=table.rounding,
                    illustrative=self.illustrative,
                    source=source,
                    confidence=confidence,
                )
                yield self.fitting(path, row)

    def check_amount(self, path: Path, table: PriceTable) -> None:
        """An amount or a share, and only the provider's side may share or name a provider.

        A published row may have neither: its source says that the milestone is paid for, and nobody how much.
        """
        given = [value for value in (table.pence, table.share_basis_points) if value is not None]
        if self.was_read(path) and (len(given) > 1 or (self.illustrative and not given)):
            self.fault(path, "needs pence or share_basis_points, and not both")
        if (table.share_basis_points or 0) > WHOLE:
            self.fault((*path, "share_basis_points"), f"must be at most {WHOLE}")
        if table.side == "commissioner":
            for name in ("provider", "share_basis_points"):
                if getattr(table, name) is not None:
                    self.fault((*path, name), "is for prices on the provider's side")

    def check_ordinals(self, path: Path, table: PriceTable, ground: Ground) -> None:
        """The milestone is known in the groups, and can be reached that often in one of them."""
        named = [ground.most[group] for group in table.payment_groups if group in ground.most]
        most = [milestones.get(table.milestone, 0) for milestones in named or ground.most.values()]
        if most and not any(most):
            known = ", ".join(
                dict.fromkeys(code for milestones in ground.most.values() for code in milestones)
            )
            self.fault((*path, "milestone"), f"{table.milestone!r} is not a milestone here (known: {known})")
        elif not 1 <= table.ordinal_from <= table.ordinal_to:
            self.fault((*path, "ordinal_to"), "the ordinals must begin at 1 or more and end no earlier")
        elif most and table.ordinal_to > max(most):
            self.fault((*path, "ordinal_to"), f"{table.milestone} can be reached at most {max(most)} times")

    def levels(self, tables: Iterable[LevelTable], ground: Ground) -> Iterator[Placed]:
        """Minimum performance levels, a row for each payment group."""
        for path, table in placed("minimum_levels", tables):
            if table.contract_year < 1:
                self.fault((*path, "contract_year"), "must be 1 or more")
            source, confidence = self.cited(path, table)
            for group in self.groups(path, table.payment_groups, ground):
                row = LevelRow(
                    contract_year=table.contract_year,
                    payment_group=group,
                    measure=table.measure,
                    basis_points=table.basis_points,
                    source=source,
                    confidence=confidence,
                )
                yield self.fitting(path, row)

    def standards(self, tables: Iterable[StandardTable]) -> Iterator[Placed]:
        """Service standards."""
        for path, table in placed("standards", tables):
            row = StandardRow(
                code=table.code,
                sentence=table.sentence,
                limit=table.limit,
                unit=table.unit,
                illustrative=self.illustrative,
                source=self.cited(path, table)[0],
            )
            yield self.fitting(path, row)

    def profile(self, tables: Iterable[ProfileTable], ground: Ground) -> Iterator[Placed]:
        """What is promised for each month, of the whole contract and of single providers."""
        for path, table in placed("profile", tables):
            if table.measure not in COUNTS:
                self.fault((*path, "measure"), f"is not a count (known: {', '.join(COUNTS)})")
            if not self.months_fit(path, table.first_month, table.last_month, ground):
                continue
            source = self.cited(path, table)[0]
            for organisation_id, amount in self.parts(path, table):
                for number in range(table.first_month, table.last_month + 1):
                    row = ProfileRow(
                        organisation_id=organisation_id,
                        month=month_number(ground.starts_on, number)[0],
                        measure=table.measure,
                        amount=amount,
                        illustrative=self.illustrative,
                        source=source,
                    )
                    yield self.fitting(path, row)

    def parts(self, path: Path, table: ProfileTable) -> Iterator[tuple[UUID | None, int]]:
        """The whole, and the parts of it that single providers promise."""
        yield None, table.amount
        path = (*path, "of_which")
        amounts = [amount for amount in table.of_which.values() if type(amount) is int and amount >= 0]
        if len(amounts) < len(table.of_which):
            self.fault(path, "must give each provider's amount: a whole number, 0 or more")
        elif sum(amounts) > table.amount:
            self.fault(path, f"comes to {sum(amounts)}, more than {table.amount}")
        else:
            for slug, amount in table.of_which.items():
                yield self.organisation((*path, slug), slug, "provider"), amount

    def agreements(self, tables: Iterable[AgreementTable], ground: Ground) -> Iterator[Placed]:
        """What was agreed with each provider; no areas means the whole contract."""
        for path, table in placed("agreements", tables):
            last = ground.months if table.last_month is None else table.last_month
            organisation_id = self.organisation((*path, "provider"), table.provider, "provider")
            for position, area in enumerate(table.areas):
                if area not in ground.areas:
                    self.fault((*path, "areas", position), f"{area!r} is not an area of {ground.code}")
            if table.share_basis_points > WHOLE:
                self.fault((*path, "share_basis_points"), f"must be at most {WHOLE}")
            if organisation_id is None or not self.months_fit(path, table.first_month, last, ground):
                continue
            row = AgreementRow(
                organisation_id=organisation_id,
                area_codes=table.areas,
                specialisms=table.specialisms,
                share_basis_points=table.share_basis_points,
                capacity=table.capacity,
                starts_on=max(month_number(ground.starts_on, table.first_month)[0], ground.starts_on),
                ends_on=None if table.last_month is None else month_number(ground.starts_on, last)[1],
                illustrative=self.illustrative,
            )
            yield self.fitting(path, row)

    def months_fit(self, path: Path, first: int, last: int, ground: Ground) -> bool:
        """Whether these months are months of the contract, in order."""
        if 1 <= first <= last <= ground.months:
            return True
        name = "first_month" if first < 1 or first > ground.months else "last_month"
        self.fault((*path, name), f"must be a month of the contract, 1 to {ground.months}, in order")
        return False

    def groups(self, path: Path, codes: tuple[str, ...], ground: Ground) -> tuple[str, ...]:
        """The payment groups, each of which must be one of the contract."""
        for position, code in enumerate(codes):
            if code and code not in ground.most:
                known = ", ".join(ground.most)
                message = f"{code!r} is not a payment group of {ground.code} (known: {known})"
                self.fault((*path, "payment_groups", position), message)
        return codes

    def organisation(self, path: Path, slug: str | None, kind: str) -> UUID | None:
        """The id of an organisation of the workspace, which must be of the kind."""
        if slug is None:
            return None
        found = self.workspace.organisations.get(slug)
        if found is None or found[1] != kind:
            known = ", ".join(
                sorted(slug for slug, (_, its) in self.workspace.organisations.items() if its == kind)
            )
            self.fault(path, f"{slug!r} is not a {kind} of this workspace (known: {known or 'none'})")
            return None
        return found[0]

    def cited(self, path: Path, table: Any) -> tuple[str, str]:
        """Where the figure comes from, in words, and how sure it is."""
        if self.illustrative:
            return self.source, ""
        return self.words_of((*path, "source"), table.source), getattr(table, "confidence", "")

    def words_of(self, path: Path, name: str) -> str:
        """The words of a source that the file names."""
        words = self.sources.get(name)
        if not isinstance(words, str) or not words.strip():
            self.fault(path, f"{name!r} is not in [sources] (known: {', '.join(self.sources)})")
            return "unknown"
        return words

    def fitting(self, path: Path, row: Row) -> Placed:
        """The row with its place, once its values were found to fit their columns."""
        self.fit(row.model, row.values(), path)
        return path, row

    def fit(self, model: type[models.Model], values: Mapping[str, Any], path: Path) -> None:
        """Lengths, forms and ranges, as the columns ask; references are checked by name."""
        fields = model._meta.concrete_fields
        left_out = {f.name for f in fields if f.is_relation or values.get(f.attname, []) == []}
        try:
            model(**values).clean_fields(exclude=left_out)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.fault((*path, CALLED.get(name, name)), messages[0])

    def keep_apart(self, rows: Iterable[Placed], others: Iterable[Row] = ()) -> None:
        """No two rows say the same, here or among the contract's terms of the other kind."""
        standing: defaultdict[Any, list[tuple[Path | None, Any]]] = defaultdict(list)
        for row in others:
            standing[row.key].append((None, row))
        for path, row in rows:
            if not self.was_read(path):
                continue
            for where, other in standing[row.key]:
                if not isinstance(row, PriceRow | RateRow) or row.clashes_with(other):
                    kind = "a published" if self.illustrative else "an illustrative"
                    twin = Fault(where, "").field if where else f"{kind} one of the contract"
                    self.fault(path, f"covers the same as {twin}")
            standing[row.key].append((path, row))


def placed(name: str, tables: Iterable[Table]) -> Iterator[tuple[Path, Table]]:
    """The tables of a list with their places."""
    return (((name, position), table) for position, table in enumerate(tables))
