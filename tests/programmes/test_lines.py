"""Finding the line of a field in a TOML file."""

import tomllib
from pathlib import Path as FilePath
from typing import Any

from programmes.lines import Path, lines_of, place

FILES = FilePath(__file__).parents[2] / "programmes" / "files"
TEXT = '''# A comment = nothing
[programme]
code = "a.b" # ] = {
description = """several
lines "of" text"""
"odd key" = 1.5
x.y = 2011-06-01 07:00:00

[[prices]]
pence = 3
[[prices]]
pence = 4
list = [
  # a comment in a list
  1, "]",
  { a = 1, b = [ { c = 2 } ] },
]
[[prices.parts]]
q = \'\'\'[[prices]]
\'\'\'
[[prices.parts]]
q = ""
'''


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    """Every path that a parsed text has."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths_of(part, (*path, name)) for name, part in parts))


def test_every_field_is_found_on_its_line() -> None:
    lines = lines_of(TEXT)
    assert lines["programme",] == 2
    assert lines["programme", "code"] == 3
    assert lines["programme", "odd key"] == 6
    assert lines["programme", "x", "y"] == 7
    assert lines["prices", 0, "pence"] == 10
    assert lines["prices", 1] == 11
    assert lines["prices", 1, "list", 1] == 15
    assert lines["prices", 1, "list", 2, "b", 0, "c"] == 16
    assert lines["prices", 1, "parts", 0, "q"] == 19
    assert lines["prices", 1, "parts", 1, "q"] == 22


def test_a_field_that_is_missing_stands_where_it_should_be() -> None:
    lines = lines_of(TEXT)
    assert place(lines, ("prices", 1, "side")) == 11
    assert place(lines, ("areas",)) == 1


def test_every_path_of_the_repository_s_files_has_a_line_that_names_it() -> None:
    for file in FILES.glob("*.toml"):
        source = file.read_text()
        lines, rows = lines_of(source), source.splitlines()
        for path in paths_of(tomllib.loads(source)) - {()}:
            name = next(part for part in reversed(path) if isinstance(part, str))
            assert path in lines, path
            if isinstance(path[-1], str):
                assert name in rows[lines[path] - 1], path
