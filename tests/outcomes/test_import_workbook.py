"""Workbooks that nobody should send: small on the way in, and very much once they are read."""

import io
import os
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from outcomes.imports import workbook
from outcomes.imports.limits import LIMITS
from outcomes.imports.sheet import Unreadable, read
from outcomes.imports.workbook import column_name
from partners import office
from tests.outcomes.importing import as_xlsx

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = b"<worksheet " + MAIN + b"><sheetData>%s</sheetData></worksheet>"
TEXTS = b"<sst " + MAIN + b">%s</sst>"
AT, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def with_parts(parts: Mapping[str, bytes], stored: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with these parts beside, or instead of, its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(("A",), ("x",)))) as old:
        own = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(made, "w", stored) as new:
        for name, part in {**own, **parts}.items():
            new.writestr(name, part)
    return made.getvalue()


def said_to_be(content: bytes, name: str, size: int) -> bytes:
    """The file with a directory that says so many bytes of the part, and their checksum."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        checksum = zlib.crc32(parts.read(name)[:size])
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(name.encode()))
    told = bytearray(content)
    struct.pack_into("<I", told, entry + 16, checksum)
    struct.pack_into("<I", told, entry + 24, size)
    return bytes(told)


@pytest.mark.parametrize(
    "rows",
    [
        FAR,
        # The same without places: each cell stands beside the one before it, each row below.
        b'<row r="1">' + b"<c><v>1</v></c>" * (LIMITS.most_columns + 1) + b"</row>",
        b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        b'<row r="4296015872"><c><v>1</v></c></row>',
        b'<row r="1"><c r="AAAAAAAAAAA1"><v>1</v></c></row>',
    ],
)
def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_not_unfolded(rows: bytes) -> None:
    with pytest.raises(Unreadable, match="reaches down to line"):
        read(with_parts({AT: SHEET % rows}))


@pytest.mark.parametrize("prefix", [b"x", b"a-b", b"a.b", "\u00e9".encode()])
def test_a_sheet_is_looked_at_however_its_tags_are_called(prefix: bytes) -> None:
    called = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\g<1>" + prefix + b":", SHEET % FAR)
    with pytest.raises(Unreadable, match="reaches down to line"):
        read(with_parts({AT: called.replace(b"xmlns=", b"xmlns:" + prefix + b"=")}))


def test_a_sheet_is_looked_at_wherever_it_lies() -> None:
    links = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        b' Target="/xl/media/picture.png"/></Relationships>'
    )
    content = with_parts({"xl/_rels/workbook.xml.rels": links, "xl/media/picture.png": SHEET % FAR})
    with pytest.raises(Unreadable, match="reaches down to line 1,048,576 and column XFD"):
        read(content)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(Unreadable, match="unpacks to too much"):
        read(with_parts({AT: SHEET % (b" " * 30_000_000)}))


def test_one_text_in_very_many_cells_is_refused_before_it_is_read() -> None:
    text = TEXTS % (b"<si><t>" + os.urandom(500_000).hex().encode() + b"</t></si>")
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 1_001))
    with pytest.raises(Unreadable, match="unpacks to too much"):
        read(with_parts({SHARED: text, AT: SHEET % cells}))
    hidden = cells.replace(b"<v>0</v>", b"<v>&#48;</v>")
    with pytest.raises(Unreadable, match="unpacks to too much"):
        read(with_parts({SHARED: text, AT: SHEET % hidden}))


def test_a_long_text_elsewhere_and_many_short_ones_are_read() -> None:
    text = TEXTS % (b"<si><t>Row</t></si><si><t>" + b"long " * 80_000 + b"</t></si><si><t>A</t></si>")
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(2, 1_002))
    packed = with_parts(
        {
            SHARED: text,
            AT: SHEET % (b'<row r="1"><c r="A1" t="s"><v>2</v></c></row>' + cells),
            "xl/media/picture.png": os.urandom(100_000),
        }
    )
    assert len(read(packed).rows) == 1_000


def test_very_many_shared_texts_are_refused() -> None:
    text = TEXTS % (b"<si/>" * (LIMITS.most_cells + 1))
    with pytest.raises(Unreadable, match="unpacks to too much"):
        read(with_parts({SHARED: text, "xl/media/picture.png": os.urandom(200_000)}))


@pytest.mark.parametrize("name", [SHARED, "[Content_Types].xml"])
def test_a_directory_that_says_too_little_is_taken_at_its_word(name: str) -> None:
    whole = TEXTS % (b"<si><t>x</t></si>" + b" " * 40_000_000)
    content = said_to_be(with_parts({name: whole}), name, 500)
    assert len(content) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_the_reader_gets_what_was_looked_at_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.looked_at(as_xlsx(("A",), ("x",))))) as anew:
        assert anew.testzip() is None
        assert {info.compress_type for info in anew.infolist()} == {zipfile.ZIP_STORED}
    content = as_xlsx(("A",), ("x",))
    broken = content.replace(b"<Types", b"<Typos") if b"<Types" in content else content[:-40]
    with pytest.raises(Unreadable):
        read(broken)
    with pytest.raises((office.NotOffice, zipfile.BadZipFile)):
        workbook.looked_at(broken)


def test_columns_are_named_as_a_spreadsheet_does() -> None:
    assert [column_name(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
