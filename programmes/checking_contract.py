"""Whether the file of a contract holds together: its dates, areas, groups, milestones and eligibility rules."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from programmes.checking import Checker, Placed, placed
from programmes.checking_data import data_rows
from programmes.eligibility import NODES, check_rules, speakers_of_private_facts
from programmes.ground import Ground
from programmes.lines import Path
from programmes.milestones import meanings
from programmes.models import Area, Contract, PaymentGroup, Programme
from programmes.months import months_between, shifted
from programmes.tables import ContractFile, ContractTable, RateTable
from programmes.terms import Published, RateRow, Terms

GSS_CODE = re.compile(r"[EWSN]\d{8}", re.ASCII)
DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.ASCII)
RULE_FAULT = re.compile(r"milestones\[(\d+)\]\.(\w+): (.*)", re.DOTALL)
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


class ContractChecker(Checker):
    """Checks the file of a contract."""

    def contract(self, tables: ContractFile, first_day: date | None) -> Terms:
        """The whole of its published terms, on moved dates where a first day is given."""
        table = tables.contract
        moved_by = months_between(table.starts_on, first_day) if first_day else 0
        values = self.contract_values(table, moved_by)
        areas, groups = self.areas(tables), self.groups_of(tables)
        ground = Ground(
            code=table.code,
            starts_on=values["starts_on"],
            # A contract that ends before it starts has no months; its promises are judged all the same.
            ends_on=values["ends_on"] if table.ends_on >= table.starts_on else date.max,
            areas=frozenset(areas),
            most=self.most(tables),
            others=self.workspace.illustrative_terms(table.code),
            moved_by=moved_by,
        )
        levels, rates = list(self.levels(tables.minimum_levels, ground)), list(self.rates(tables.rates))
        self.keep_apart(levels)
        self.keep_apart(rates)
        self.check_rates_named(tables)
        terms = replace(
            self.terms(tables, ground),
            levels=tuple(row for _, row in levels),
            rates=tuple(row for _, row in rates),
            data=tuple(row for _, row in data_rows(self, tables, ground)),
            published=Published(
                programme=self.programme_values(tables),
                contract=values,
                areas=areas,
                groups=groups,
                rules=self.rules(tables, ground),
                rules_source=self.words_of(("eligibility", "source"), tables.eligibility.source),
            ),
        )
        self.workspace.grounds[table.code] = replace(ground, others=terms)
        return terms

    def contract_values(self, table: ContractTable, moved_by: int) -> dict[str, Any]:
        """The columns of the contract."""
        path: Path = ("contract",)
        if table.ends_on < table.starts_on:
            self.fault((*path, "ends_on"), "must not be before starts_on")
        if table.allotted_days < 1:
            self.fault((*path, "allotted_days"), "must be 1 or more")
        values = {
            "code": table.code,
            "name": table.name,
            "commissioner_id": self.organisation((*path, "commissioner"), table.commissioner, "commissioner"),
            "starts_on": shifted(table.starts_on, moved_by),
            "ends_on": shifted(table.ends_on, moved_by),
            "allotted_days": table.allotted_days,
            "clock": table.clock,
            "reading": table.reading,
            "source": self.words_of((*path, "source"), table.source),
        }
        self.fit(Contract, values, path)
        return values

    def programme_values(self, tables: ContractFile) -> dict[str, Any]:
        """The columns of the programme; the files of one run must say the same of it."""
        table = tables.programme
        values: dict[str, Any] = {"code": table.code, "name": table.name, "description": table.description}
        self.fit(Programme, values, ("programme",))
        values["milestones"] = list(tables.milestones)
        if self.workspace.programmes.setdefault(table.code, values) != values:
            self.fault(("programme",), "another of these files says something else of this programme")
        return values

    def areas(self, tables: ContractFile) -> dict[str, dict[str, Any]]:
        """The columns of each area by its code."""
        found: dict[str, dict[str, Any]] = {}
        for path, table in placed("areas", tables.areas):
            if not GSS_CODE.fullmatch(table.code):
                self.fault((*path, "code"), "must be a GSS code: a letter and eight digits")
            for position, district in enumerate(table.postcode_districts):
                if not DISTRICT.fullmatch(district):
                    self.fault(
                        (*path, "postcode_districts", position), f"{district!r} is not like E8 or EC2A"
                    )
            values = {"name": table.name, "postcode_districts": list(table.postcode_districts)}
            self.once(found, table.code, values, path)
            self.fit(Area, {"code": table.code, **values}, path)
        self.at_least_one(tables.areas, "areas")
        return found

    def groups_of(self, tables: ContractFile) -> dict[str, dict[str, Any]]:
        """The columns of each payment group by its code."""
        found: dict[str, dict[str, Any]] = {}
        for path, table in placed("payment_groups", tables.payment_groups):
            values = {"name": table.name, "milestones": list(table.milestones)}
            self.once(found, table.code, values, path)
            self.fit(PaymentGroup, {"code": table.code, "name": table.name}, path)
        self.at_least_one(tables.payment_groups, "payment_groups")
        return found

    def once(self, found: dict[str, dict[str, Any]], code: str, values: dict[str, Any], path: Path) -> None:
        """Keep the values under the code, which must be new."""
        if code in found:
            self.fault((*path, "code"), f"{code!r} stands here twice")
        found[code] = values

    def at_least_one(self, tables: Collection[Any], name: str) -> None:
        if not tables:
            self.fault((name,), "needs at least one")

    def most(self, tables: ContractFile) -> dict[str, dict[str, int]]:
        """How often each milestone can be reached in each payment group; a wrong rule is told once."""
        self.at_least_one(tables.milestones, "milestones")
        programme = list(placed("milestones", tables.milestones))
        common, found = self.meant(programme), {}
        for path, group in placed("payment_groups", tables.payment_groups):
            own = [((*path, *place), row) for place, row in placed("milestones", group.milestones)]
            by_code = {str(row.get("code")): (place, row) for place, row in programme + own}
            found[group.code] = self.meant(list(by_code.values())) if own else common
        return found

    def meant(self, rows: Sequence[Placed]) -> dict[str, int]:
        """How often each milestone can be reached; a wrong rule is told with its place and taken for right."""
        left, most = list(rows), {str(row.get("code")): sys.maxsize for _, row in rows}
        while True:
            try:
                return {
                    **most,
                    **{meaning.code: meaning.most for meaning in meanings([row for _, row in left])},
                }
            except ValueError as error:
                found = RULE_FAULT.fullmatch(str(error))
                if found is None:
                    raise
                path, row = left.pop(int(found[1]))
                # A rule that follows a wrong one is not wrong itself.
                if found[2] != "follows" or str(row.get("follows")) not in most:
                    self.fault((*path, found[2]), found[3])

    def rates(self, tables: Iterable[RateTable]) -> Iterator[Placed]:
        """Hourly rates. They are the law's and not the contract's, so they stay where they are when it moves."""
        for path, table in placed("rates", tables):
            if table.effective_to and table.effective_to < table.effective_from:
                self.fault((*path, "effective_to"), "must not be before effective_from")
            source, confidence = self.cited(path, table)
            row = RateRow(
                name=table.name,
                effective_from=table.effective_from,
                effective_to=table.effective_to,
                pence_per_hour=table.pence_per_hour,
                source=source,
                confidence=confidence,
            )
            yield self.fitting(path, row)

    def check_rates_named(self, tables: ContractFile) -> None:
        """A rule names a rate of this file; that it has none for some days is told where it is missing."""
        known = {table.name for table in tables.rates}
        rows = [
            *placed("milestones", tables.milestones),
            *(
                ((*path, *place), row)
                for path, group in placed("payment_groups", tables.payment_groups)
                for place, row in placed("milestones", group.milestones)
            ),
        ]
        for path, row in rows:
            if "rate" in row and str(row["rate"]) not in known:
                listed = ", ".join(sorted(known)) or "none"
                self.fault((*path, "rate"), f"{row['rate']!r} is not in [[rates]] (known: {listed})")

    def rules(self, tables: ContractFile, ground: Ground) -> dict[str, Any]:
        """The eligibility rules; what they say of areas and payment groups must be this contract's."""
        top: Path = ("eligibility", "rules")
        rules = tables.eligibility.rules
        problems = check_rules(rules)
        for problem in problems:
            where, _, message = problem.partition(": ")
            steps = [name or int(number) for name, number in STEP.findall(where.removeprefix("eligibility"))]
            self.fault((*top, *steps), message)
        if not problems and len(telling := list(speakers_of_private_facts(rules))) > 1:
            named = ", ".join(telling)
            self.fault(
                top, f"{named} would tell which private fact is met: let one node speak for all of them"
            )
        known = {"lives_in": ground.areas, "payment_group": ground.most.keys()}
        for path, leaf in leaves(rules, top) if not problems else ():
            for operator in {"is", "is_one_of"} & leaf.keys():
                asked = leaf[operator] if isinstance(leaf[operator], list) else [leaf[operator]]
                strange = [code for code in asked if code not in known.get(leaf["fact"], asked)]
                if strange:
                    self.fault((*path, operator), f"{strange[0]!r} is not in this contract")
        return rules


def leaves(node: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The leaves of a sound rule tree with their places."""
    if "fact" in node:
        yield path, node
    for kind in NODES:
        for position, child in enumerate(node.get(kind, [])):
            yield from leaves(child, (*path, kind, position))
