"""On which line of a TOML file each field stands, so that an error can say where to look.

tomllib gives values without positions. This reads only keys, brackets and lines of a text that tomllib accepted.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]

TOKEN = re.compile(
    r'''(?P<text>"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r"|(?P<comment>\#[^\n]*)|(?P<line>\n)|(?P<mark>[\[\]{},.=])|(?P<bare>[^\s\[\]{},.=\#\"']+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """The token as a key."""
        return str(next(iter(tomllib.loads(f"{self.text} = 0")))) if self.kind == "text" else self.text


def lines_of(source: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and list entry: {("prices", 3, "pence"): 41, ...}."""
    return _Scan(source).run()


def place(lines: dict[Path, int], path: Path) -> int:
    """The line of the path, or of the nearest thing around it that is written down."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """One pass over the tokens of a text."""

    def __init__(self, source: str) -> None:
        self.tokens = [*_tokens(source), Token("line", "\n", 0)]
        self.at = 0
        self.found: dict[Path, int] = {}
        # How many tables stand in each list of tables so far.
        self.counts: Counter[Path] = Counter()

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == "[":
                table = self._header()
            elif token.kind == "line":
                self.at += 1
            else:
                self._pair(table)
        return self.found

    def _header(self) -> Path:
        """[a.b] or [[a.b]]: the table that the keys below it belong to."""
        line = self.tokens[self.at].line
        brackets = 2 if self.tokens[self.at + 1].text == "[" else 1
        self.at += brackets
        *above, name = self._key()
        self.at += brackets
        path: Path = ()
        for part in above:
            self.found.setdefault((*path, part), line)
            path = self._latest((*path, part))
        path = (*path, name)
        if brackets == 2:
            self.found.setdefault(path, line)
            self.counts[path] += 1
            path = self._latest(path)
        self.found[path] = line
        return path

    def _latest(self, path: Path) -> Path:
        """A list of tables means its last table."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _key(self) -> list[str]:
        names = [self.tokens[self.at].name]
        self.at += 1
        while self.tokens[self.at].text == ".":
            names.append(self.tokens[self.at + 1].name)
            self.at += 2
        return names

    def _pair(self, table: Path) -> None:
        line = self.tokens[self.at].line
        path = table
        for name in self._key():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.tokens[self.at]
        if opening.text not in ("[", "{"):
            while self.tokens[self.at].kind != "line" and self.tokens[self.at].text not in ("]", "}", ","):
                self.at += 1
            return
        self.at += 1
        entry = 0
        while (token := self.tokens[self.at]).text not in ("]", "}"):
            if token.text in ("\n", ","):
                self.at += 1
            elif opening.text == "{":
                self._pair(path)
            else:
                self.found[(*path, entry)] = token.line
                self._value((*path, entry))
                entry += 1
        self.at += 1


def _tokens(source: str) -> Iterator[Token]:
    line = 1
    for match in TOKEN.finditer(source):
        kind = match.lastgroup or ""
        if kind != "comment":
            yield Token(kind, match[0], line)
        line += match[0].count("\n")
