"""Programme files: read, checked line by line, and turned into terms. Writing them is programmes.actions.programme.

A file is sound as a whole or not at all, and every fault of every file is told at once. See programmes/files/README.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from programmes.checking import Checker
from programmes.checking_contract import ContractChecker
from programmes.ground import Workspace
from programmes.lines import Path, lines_of, place
from programmes.reading import Fault, read_table
from programmes.tables import CompanionFile, ContractFile
from programmes.terms import Terms

SYNTAX_AT = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: file, line (from 1) and field."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.field, self.message) if part)


class Unsound(Exception):
    """The files cannot be loaded; problems has every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass
class ProgrammeFile:
    """A file on its way: what it holds, where each field stands, and what is wrong with it."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unreadable: Problem | None = None

    @classmethod
    def read(cls, path: FilePath) -> ProgrammeFile:
        """Read a TOML file; one that is none is unreadable, and says in which line."""
        file = cls(path.name)
        try:
            source = path.read_text(encoding="utf-8")
            file.data = tomllib.loads(source)
            file.lines = lines_of(source)
        except OSError as error:
            file.unreadable = Problem(path.name, 1, "", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            file.unreadable = Problem(path.name, 1, "", "is not a text in UTF-8")
        except tomllib.TOMLDecodeError as error:
            found = SYNTAX_AT.search(str(error))
            line = int(found[1]) if found and found[1] else source.count("\n") + 1
            file.unreadable = Problem(path.name, line, "", f"is not TOML: {SYNTAX_AT.sub('', str(error))}")
        return file

    @property
    def named_contracts(self) -> list[Any]:
        """The contracts that a companion names, as far as it can be read."""
        named = self.data.get("contracts")
        return [code for code in named if isinstance(code, str)] if isinstance(named, list) else []

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the lines, each once."""
        if self.unreadable:
            return [self.unreadable]
        found = {Problem(self.name, place(self.lines, f.path), f.field, f.message) for f in self.faults}
        return sorted(found, key=lambda problem: (problem.line, problem.field, problem.message))


def terms_of(paths: Sequence[FilePath], *, first_day: date | None = None) -> list[Terms]:
    """What the files say, contracts before companions, checked against each other and against what is loaded.

    first_day moves every date of a contract's file by whole months, so that the contract starts in that month. Reads
    the workspace of the running viewer, in its transaction. Raises Unsound.
    """
    files = [ProgrammeFile.read(path) for path in paths]
    readable = [file for file in files if not file.unreadable]
    companions = [file for file in readable if "illustrative" in file.data]
    workspace = Workspace.stored()
    workspace.accompanied = frozenset(code for file in companions for code in file.named_contracts)
    found = [_contract_terms(file, workspace, first_day) for file in readable if file not in companions]
    all_read = len(readable) == len(files)
    found += [terms for file in companions for terms in _companion_terms(file, workspace, all_read)]
    problems = [problem for file in files for problem in file.problems]
    if problems:
        raise Unsound(problems)
    return found


def _contract_terms(file: ProgrammeFile, workspace: Workspace, first_day: date | None) -> Terms:
    tables = read_table(ContractFile, file.data, (), file.faults)
    checker = ContractChecker(workspace, file.faults, illustrative=False, sources=tables.sources)
    return checker.contract(tables, first_day)


def _companion_terms(file: ProgrammeFile, workspace: Workspace, all_read: bool) -> Iterator[Terms]:
    tables = read_table(CompanionFile, file.data, (), file.faults)
    checker = Checker(workspace, file.faults, illustrative=True, source=tables.source)
    for position, code in enumerate(tables.contracts):
        ground = workspace.ground(code)
        if ground is not None:
            yield checker.terms(tables, ground)
        elif all_read:  # else the contract may be in the file that could not be read
            message = f"there is no contract {code!r} in this workspace: load its file as well"
            checker.fault(("contracts", position), message)
