"""The size of things: `python -m config.budget` fails when a file, a function or a template is too long to read.

Standard library only. Migrations are written by Django and are left out.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 120
FORBIDDEN_NAMES = frozenset({"utils", "util", "common", "core", "helpers", "services"})
_LEFT_OUT = frozenset({"migrations", "node_modules", "locks", "__pycache__"})
_SUFFIXES = frozenset({".py", ".js", ".css", ".sql", ".html"})


def files(root: Path) -> Iterator[Path]:
    """The files that people write, without hidden folders; `baton` has no suffix but is one."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix in _SUFFIXES or path.name == "baton":
            yield path


def long_functions(source: str) -> Iterator[tuple[int, str, int]]:
    """Line, name and length of every function that is too long, its docstring counted, its decorators not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, node.name, length


def offences(root: Path) -> Iterator[str]:
    """One sentence for everything under `root` that breaks the budget."""
    for path in files(root):
        where = path.relative_to(root)
        source = path.read_text(encoding="utf-8")
        is_template = path.suffix == ".html"
        length, limit = len(source.splitlines()), TEMPLATE_LINES if is_template else FILE_LINES
        if length > limit:
            yield f"{where}: {length} lines, {limit} are allowed"
        for name in FORBIDDEN_NAMES & {part.removesuffix(".py") for part in where.parts}:
            yield f"{where}: {name!r} says nothing; put the thing where it belongs"
        if path.suffix == ".py" or path.name == "baton":
            for line, function, lines in long_functions(source):
                yield f"{where}:{line}: {function} has {lines} lines, {FUNCTION_LINES} are allowed"


if __name__ == "__main__":
    found = list(offences(ROOT))
    print("\n".join(found) or "every file, function and template is within its size")
    sys.exit(1 if found else 0)
