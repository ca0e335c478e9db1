"""Files as people make them, read without a guess: encodings, separators, days, sums, and what nobody should send."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.imports import values
from outcomes.imports.columns import guessed, lines, missing, repeated
from outcomes.imports.kinds import KINDS
from outcomes.imports.limits import LIMITS
from outcomes.imports.sheet import Unreadable, read
from tests.outcomes.importing import as_csv, as_xlsx

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PENCE = st.integers(0, 10**9)


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(content).rows]


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
@settings(max_examples=60)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_is_written_is_what_is_read(separator: str, encoding: str, rows: list[tuple[str, str]]) -> None:
    content = as_csv(("First", "Second"), *rows, separator=separator, encoding=encoding)
    found = read(content)
    assert found.headings == ("First", "Second")
    assert [row.cells for row in found.rows] == rows
    assert [row.line for row in found.rows] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_whatever_is_sent_is_read_or_refused_in_words(content: bytes) -> None:
    with suppress(Unreadable):
        found = read(content)
        assert all(len(row.cells) == len(found.headings) for row in found.rows)


def test_windows_spreadsheets_are_read() -> None:
    assert cells("Employer;Pay\nCafé Noël;£5".encode("cp1252")) == [("Café Noël", "£5")]
    assert cells(b"sep=;\r\nA;B\r\n1;2\r\n") == [("1", "2")]
    assert read(b"sep=;\r\nA;B\r\n1;2\r\n").rows[0].line == 3


def test_blank_lines_are_left_out_and_lines_keep_their_numbers() -> None:
    found = read(b'\n\nA,B\n,\n1,"two\nlines"\n\n3,4\n')
    assert [(row.line, row.cells) for row in found.rows] == [(5, ("1", "two\nlines")), (8, ("3", "4"))]
    assert found.line == 3


def test_a_workbook_gives_days_and_numbers_as_text() -> None:
    content = as_xlsx(("Day", "Sum", "Whole", "Flag"), (date(2026, 4, 3), 0.1 + 0.2, 1234.0, True))
    assert cells(content) == [("2026-04-03", "0.3", "1234", "yes")]
    assert read(content).name == "Sheet"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"A,B\n", "headings and no rows"),
        (b"A,A\n1,2\n", "Two columns are called “A”"),
        (b"A,,C\n1,2,3\n", "in column B, which has no heading"),
        (b"A\n1,2\n", "in column B, which has no heading"),
        (b'A,B\n"1,2\n3,4\n', "its quotation marks do not match"),
        (b"\x00\x01\x02\x03", "neither a CSV file nor an Excel workbook"),
        (b"PK\x03\x04 nothing", "cannot be read"),
        (as_xlsx(("A", "B"), ("=1+1", 2)), "The workbook has formulas"),
        (as_xlsx(("A", None), (1, 2), merged="A1:B1"), "The sheet has merged cells"),
        (b"A\n" + b"x" * (LIMITS.most_letters + 1), "a cell of more than 1,000 letters"),
        (",".join(f"h{n}" for n in range(300)).encode() + b"\n1\n", "more than 200 cells"),
        (b"A\n" + b"1\n" * (LIMITS.most_rows + 1), "more than 100,000 rows"),
        (b"x" * (LIMITS.most_bytes + 1), "too large"),
    ],
)
def test_what_cannot_be_read_without_a_guess_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert sentence in str(refusal.value)


@given(DAYS)
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    shapes = [
        f"{day:%d/%m/%Y}",
        day.isoformat(),
        f"{day.day} {day:%B %Y}",
        f"{day:%d-%b-%Y}",
        f"{day:%d.%m.%Y}",
    ]
    shapes += [str((day - date(1899, 12, 30)).days), f"{day.isoformat()}T00:00:00"]
    if day.year >= 2000:
        shapes.append(f"{day.day}/{day.month}/{day:%y}")
    assert {values.day(shape) for shape in shapes} == {day}


def test_british_days_are_british() -> None:
    assert values.day("03/04/2026") == date(2026, 4, 3)
    assert values.day("46115") == date(2026, 4, 3)
    for wrong in ("04/13/2026", "31/02/2026", "2026/04/03", "3 Foo 2026", "0", "yesterday", "1/1/0001"):
        with pytest.raises(values.Wrong):
            values.day(wrong)


@given(DAYS, st.times())
def test_a_moment_is_read_however_it_is_written(day: date, clock: time) -> None:
    at = datetime.combine(day, clock.replace(microsecond=0))
    shapes = [
        f"{at:%d/%m/%Y %H:%M:%S}",
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S}.000",
        f"{at:%d %b %Y, %H:%M:%S}",
    ]
    assert {values.moment(shape) for shape in shapes} == {at}
    assert values.moment(f"{at.isoformat()}Z") == at.replace(tzinfo=UTC)
    assert values.moment(f"{at:%d/%m/%Y}") == at.date()
    assert values.clock(f"{at:%H:%M:%S}") == at.time()


def test_what_is_no_moment_is_refused() -> None:
    assert values.clock("9:05") == time(9, 5)
    for wrong in ("25:00", "12:60", "noon", "12"):
        with pytest.raises(values.Wrong, match="is not a time"):
            values.clock(wrong)
    for wrong in ("14:05", "31/02/2026 14:05", "03/04/2026 25:00", "03/04/2026 2pm"):
        with pytest.raises(values.Wrong):
            values.moment(wrong)


def test_several_codes_stand_in_one_cell() -> None:
    read_some = values.some_of({"own health": "own_health", "child health": "child_health"})
    assert read_some("Own health; child_health") == ("child_health", "own_health")
    assert read_some("None") == ()
    with pytest.raises(values.Wrong, match="Write one of: own health, child health"):
        read_some("own health, debt")
    assert [values.count("12"), values.phone("+44 7700 900123")] == [12, "+44 7700 900123"]
    for reader, wrong in ((values.count, "1.5"), (values.phone, "+cmd|' /C calc'!A0")):
        with pytest.raises(values.Wrong):
            reader(wrong)


@given(PENCE)
def test_a_sum_is_read_however_it_is_written(pence: int) -> None:
    whole, rest = divmod(pence, 100)
    shapes = {f"{whole}.{rest:02}", f"£{whole:,}.{rest:02}", f"{whole:,}.{rest:02}", f"£ {whole}.{rest:02}"}
    assert {values.pounds(shape) for shape in shapes} == {pence}
    assert values.pence(f"{pence:,}") == values.pence(str(pence)) == pence


@pytest.mark.parametrize("wrong", ["1.234,56", "12,34", "-5", "(5)", "5p", "1.234", "", "£", "1e5", "9" * 12])
def test_what_is_no_sum_is_refused(wrong: str) -> None:
    with pytest.raises(values.Wrong):
        values.pounds(wrong)


@pytest.mark.parametrize("wrong", ["=1+1", "@SUM(A1)", "+44", "-x", "'=1", "\uff1dx"])
def test_text_that_a_spreadsheet_would_run_is_refused(wrong: str) -> None:
    with pytest.raises(values.Wrong, match="looks like a formula"):
        values.words(20)(wrong)


@given(WORDS)
def test_what_is_wrong_never_says_what_stands_in_the_cell(cell: str) -> None:
    secret = f"zq{cell}zq"
    for reader in (values.day, values.pounds, values.pence, values.hours, values.one_of({"yes": "yes"})):
        with pytest.raises(values.Wrong) as refusal:
            reader(secret)
        assert "zq" not in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_guesses_its_own_labels_and_asks_for_what_is_missing(kind: str) -> None:
    one = KINDS[kind]
    labels = [field.label for field in one.fields]
    assert guessed(one, labels, {}) == {field.code: field.label for field in one.fields}
    needed = sum(field.required for field in one.fields) + len(one.one_of)
    assert len(missing(one, {})) == needed
    assert missing(one, {field.code: field.label for field in one.fields}) == []


def test_what_was_chosen_before_comes_first_and_no_column_is_taken_twice() -> None:
    kind = KINDS["earnings"]
    found = guessed(kind, ["Ref", "Pay", "Gross pay", "Date"], {"employer": "Pay", "paid_on": "Gone"})
    assert found == {"employer": "Pay", "gross_pence": "Gross pay", "paid_on": "Date"}


@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["1", "2"])), max_size=8))
def test_of_rows_that_say_the_same_the_first_counts(rows: list[tuple[str, str]]) -> None:
    kind = KINDS["payments"]
    content = as_csv(
        ("Claim", "Date", "Pence", "Row key"),
        *[(key, "3/4/2026", pence, key) for key, pence in rows],
        ("Z", "3/4/2026", 1, "Z"),
    )
    sheet = read(content)
    found = list(lines(kind, sheet, guessed(kind, sheet.headings, {})))
    same, clashing = repeated(found)
    left: list[Any] = [one for one in found if one.number not in same | clashing]
    keys = [one.values["row_key"] for one in left]
    assert sorted(keys) == sorted({key for key, _ in rows} | {"Z"})
    assert all(earlier < number for number, earlier in (same | clashing).items())
