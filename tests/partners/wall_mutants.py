"""Ways to weaken the walls of a database, one at a time: what the mutation run (bench/walls.py) tries.

Everything is read from the catalogue of the database at hand, so that a new table or function brings its mutants along.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# What the words of a condition end with.
AFTER_WHERE = re.compile(r"\b(order by|group by|limit|for update|returning|union)\b", re.IGNORECASE)
COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True)
class Mutant:
    """One weakness: what it is, what it was done to, and the statements that bring it about.

    part is "table", "function", "reference", "constraint" or "trigger"; name is that of the part.
    """

    part: str
    name: str
    what: str
    statement: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def mutants(cursor: Any) -> list[Mutant]:
    """Every mutant of the database."""
    found = [*of_policies(cursor), *of_tables(cursor), *of_functions(cursor), *of_keepers(cursor)]
    return list({(one.name, one.statement): one for one in found}.values())


def asked(cursor: Any, question: str) -> list[Any]:
    cursor.execute(question)
    return list(cursor.fetchall())


def of_policies(cursor: Any) -> Iterator[Mutant]:
    """Each policy dropped, opened, and without each part of its condition that can be true at all."""
    never_empty = {
        (table, f"({column} IS NULL)")
        for table, column in asked(
            cursor,
            "select attrelid::regclass::text, attname from pg_attribute where attnotnull and attrelid in"
            " (select oid from pg_class where relrowsecurity)",
        )
    }
    for table, policy, condition, check in asked(
        cursor, "select tablename, policyname, qual, with_check from pg_policies where schemaname = 'public'"
    ):
        yield Mutant("table", table, f"{policy} dropped", f"drop policy {policy} on {table}")
        alter = f"alter policy {policy} on {table}"
        for words, text in (("using", condition), ("with check", check)):
            if text is not None:
                yield Mutant("table", table, f"{policy} {words} true", f"{alter} {words} (true)")
        for piece, weaker in without_each_piece(condition or check):
            if (table, piece) in never_empty:
                continue
            parts = [
                words for words, text in (("using", condition), ("with check", check)) if text is not None
            ]
            both = " ".join(f"{words} ({weaker})" for words in parts)
            yield Mutant("table", table, f"{policy} without {piece}", f"{alter} {both}")


def of_tables(cursor: Any) -> Iterator[Mutant]:
    """Row-level security off or not forced, and more granted than there was."""
    for (table,) in asked(
        cursor, "select relname from pg_class where relrowsecurity and relkind = 'r' order by 1"
    ):
        alter = f"alter table {table}"
        yield Mutant("table", table, "walls disabled", f"{alter} disable row level security")
        yield Mutant("table", table, "walls not forced", f"{alter} no force row level security")
        for right in ("update", "delete", "truncate"):
            cursor.execute("select has_table_privilege('baton_app', %s, %s)", [f"public.{table}", right])
            if cursor.fetchone() == (False,):
                yield Mutant("table", table, f"{right} granted", f"grant {right} on {table} to baton_app")


# What a function of one value could wrongly say.
LIES = {
    "kind": ["'prime'", "'system'", "'provider'", "''"],
    "cleared": ["true", "false"],
    "today": ["'infinity'::date", "'-infinity'::date"],
}


def of_functions(cursor: Any) -> Iterator[Mutant]:
    """Each function of the walls answering everything, nothing, or without each part of its condition."""
    for name, kind, result, is_set, body, definition in asked(
        cursor,
        "select p.proname, l.lanname, pg_get_function_result(p.oid), p.proretset, p.prosrc,"
        " pg_get_functiondef(p.oid) from pg_proc p join pg_language l on l.oid = p.prolang"
        " where p.pronamespace = 'wall'::regnamespace order by 1",
    ):

        def mutant(
            what: str, other: str, name: str = name, body: str = body, whole: str = definition
        ) -> Mutant:
            return Mutant("function", name, what, whole.replace(body, other))

        source = COMMENT.sub("", body)
        if result == "trigger":
            yield mutant("does nothing", "begin return coalesce(new, old); end")
        elif kind == "sql":
            yield mutant("answers nothing", f"select {nulls(result)}" + (" where false" if is_set else ""))
            for lie in LIES.get(name, []):
                yield mutant(f"says {lie}", f"select {lie}")
        for piece, weaker in without_each_piece(source, nested_only=kind != "sql"):
            yield mutant(f"without {piece}", weaker)
        for known, instead in re.findall(r"coalesce\((\w\.\w+), ([^()]+)\)", source):
            yield mutant(f"ignores {known}", source.replace(f"coalesce({known}, {instead})", instead))
        for guard in re.findall(r"\n  if .*?end if;", source, re.DOTALL) if name == "erase" else ():
            yield mutant(f"without {short(guard)}", source.replace(guard, ""))


def nulls(result: str) -> str:
    """As many empty values as the result has columns."""
    inside = re.fullmatch(r"TABLE\((.*)\)", result)
    columns = (
        [c.partition(" ")[2] for c in inside[1].split(", ")] if inside else [result.removeprefix("SETOF ")]
    )
    return ", ".join(f"null::{column}" for column in columns)


def of_keepers(cursor: Any) -> Iterator[Mutant]:
    """Each composite key, check constraint and trigger dropped."""
    for table, name, sort in asked(
        cursor,
        "select conrelid::regclass::text, conname, contype from pg_constraint"
        " where connamespace = 'public'::regnamespace"
        " and (contype = 'c' or (contype = 'f' and cardinality(conkey) > 1)) order by 2",
    ):
        part = "reference" if sort == "f" else "constraint"
        yield Mutant(part, name, "dropped", f'alter table {table} drop constraint "{name}"')
    for table, name in asked(
        cursor, "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal order by 1, 2"
    ):
        yield Mutant("trigger", f"{table}.{name}", "dropped", f"drop trigger {name} on {table}")
        yield Mutant("trigger", f"{table}.{name}", "disabled", f"alter table {table} disable trigger {name}")


def without_each_piece(text: str, *, nested_only: bool = False) -> Iterator[tuple[str, str]]:
    """Each part of every conjunction and disjunction, and the text without it."""
    for start, end in groups(text):
        if nested_only and (start, end) == (0, len(text)):
            continue
        where, first, last = condition_in(text, start, end)
        operands, operator = split(text[first:last])
        for number, operand in enumerate(operands):
            rest = operator.join(other for at, other in enumerate(operands) if at != number)
            if len(operands) > 1:
                yield short(operand), text[:first] + rest + " " + text[last:]
            elif where is not None:
                yield short(operand), text[:where] + " " + text[last:]


def short(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def groups(text: str) -> Iterator[tuple[int, int]]:
    """Where the whole text and everything in parentheses begins and ends; what is quoted is not looked into."""
    yield 0, len(text)
    opened: list[int] = []
    for at, letter in unquoted(text):
        if letter == "(":
            opened.append(at + 1)
        elif letter == ")":
            yield opened.pop(), at


def unquoted(text: str) -> Iterator[tuple[int, str]]:
    is_quoted = False
    for at, letter in enumerate(text):
        is_quoted ^= letter == "'"
        if not is_quoted:
            yield at, letter


def level(text: str) -> str:
    """The text with what is in parentheses or quoted blanked out, of the same length."""
    depth, found = 0, [" "] * len(text)
    for at, letter in unquoted(text):
        depth -= letter == ")"
        if depth == 0:
            found[at] = letter
        depth += letter == "("
    return "".join(found)


def condition_in(text: str, start: int, end: int) -> tuple[int | None, int, int]:
    """Where a group's condition begins and ends: after its last "where", if it has one, which is given first."""
    flat = level(text[start:end])
    wheres = list(re.finditer(r"\bwhere\b", flat, re.IGNORECASE))
    if not wheres:
        return None, start, start if re.search(r"\bselect\b", flat, re.IGNORECASE) else end
    where = wheres[-1]
    after = AFTER_WHERE.search(flat, where.end())
    return start + where.start(), start + where.end(), start + (after.start() if after else len(flat))


def split(condition: str) -> tuple[list[str], str]:
    """The parts of a condition, and what joins them."""
    flat = level(condition)
    for operator in ("or", "and"):
        found = [match.span() for match in re.finditer(rf"\b{operator}\b", flat, re.IGNORECASE)]
        if found:
            edges = [(0, 0), *found, (len(condition), 0)]
            parts = [condition[a[1] : b[0]] for a, b in pairwise(edges)]
            return parts, f" {operator} "
    return [condition], ""
