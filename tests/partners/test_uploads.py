"""What is accepted of what people send, and what is not."""

import io
import socket
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image

from partners import office, uploads
from partners.uploads import Checked, Refused

PDF = (
    b"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\ntrailer << /Root 1 0 R >>\n%%%%EOF\n"
)
MAIN = '<Override PartName="/word/document.xml" ContentType="{}.main+xml"/>'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"'
    ' Target="https://example.org/x" TargetMode="External"/></Relationships>'
)


def check(content: bytes, name: str = "anything.bin") -> Checked:
    return uploads.checked(SimpleUploadedFile(name, content, content_type="application/octet-stream"))


def pdf(entry: bytes = b"") -> bytes:
    return PDF % entry


def picture(
    kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: object
) -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, size, "red" if mode != "1" else 1).save(drawn, kind, **options)
    return drawn.getvalue()


MANY: dict[str, Any] = {f"word__part{number}": b"" for number in range(2_001)}


def document(types: str = MAIN.format(office.DOCX), **parts: Any) -> bytes:
    """A small office document; parts are named with __ for / and end as given."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES.format(types))
        made.writestr("word/document.xml", "<document/>")
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("DOT", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pdf(), "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (document(), office.DOCX),
        (document(MAIN.format(office.XLSX), xl__printerSettings__printerSettings1DOTbin=b"A4"), office.XLSX),
        (document(word___rels__documentDOTxmlDOTrels=LINKS.format("hyperlink")), office.DOCX),
        ("Ŵyn, £5\n".encode("utf-8-sig"), "text/plain; charset=utf-8"),
        (b"name;hours\r\nAmina;16\r\n", "text/plain; charset=utf-8"),
    ],
)
def test_what_it_is_decides_and_not_what_it_is_called(content: bytes, content_type: str) -> None:
    found = check(content, "holiday.exe")
    assert found.content_type == content_type
    assert content_type in uploads.SUFFIX_OF
    if not content_type.startswith("image/"):
        assert found.content == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "not of a kind"),
        (b"GIF89a\x01\x00\x01\x00", "not of a kind"),
        (b"\x7fELF", "not of a kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not of a kind"),
        ("Grüße".encode("latin-1"), "not of a kind"),
        (b"text with a bell \x07", "not of a kind"),
        (picture("PNG")[:60], "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "damaged"),
        (document()[:80], "damaged"),
    ],
)
def test_what_is_not_one_of_these_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check(content, "cv.pdf")


@pytest.mark.parametrize(
    "entry",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>",
        b"/OpenAction << /S /#4a#61#76#61#53#63#72#69#70#74 >>",
        b"/OpenAction <</S/Launch/F(calc.exe)>>",
        b"/Names << /EmbeddedFiles 3 0 R >>",
        b"/AcroForm << /XFA 4 0 R >>",
    ],
)
def test_a_pdf_that_acts_or_carries_files_is_refused(entry: bytes) -> None:
    with pytest.raises(Refused, match="program"):
        check(pdf(entry))
    packed = (
        b"3 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(entry) + b"\nendstream"
    )
    with pytest.raises(Refused, match="program"):
        check(pdf() + packed)


def test_a_pdf_that_only_speaks_of_such_things_is_kept() -> None:
    assert check(pdf(b"/Title (JavaScript and Launch) /JavaScripts 1")).content_type == "application/pdf"


def test_a_pdf_that_hides_behind_a_password_or_unpacks_without_end_is_refused() -> None:
    with pytest.raises(Refused, match="password"):
        check(pdf(b"/Encrypt 9 0 R"))
    bomb = b"stream\n" + zlib.compress(bytes(uploads.MOST_UNPACKED + 1), 9)
    with pytest.raises(Refused, match="unpacks"):
        check(pdf() + bomb)


def test_a_picture_loses_everything_but_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CANARY camera"
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 32.0, 40.0)
    sent = (
        picture(exif=exif, comment=b"CANARY comment", icc_profile=b"CANARY profile")
        + b"CANARY behind the end"
    )
    assert sent.count(b"CANARY") == 4
    kept = check(sent).content
    assert b"CANARY" not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert found.getexif() == {}
        assert found.size == (20, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "RGB", "I;16"])
def test_pictures_of_every_sort_are_drawn(mode: str) -> None:
    sent = io.BytesIO()
    Image.new(mode, (3, 2)).save(sent, "PNG")
    with Image.open(io.BytesIO(check(sent.getvalue()).content)) as found:
        assert found.size == (3, 2)


@pytest.mark.parametrize("side", [6_400, 20_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn(side: int) -> None:
    with pytest.raises(Refused, match="40 million pixels"):
        check(picture("PNG", mode="1", size=(side, side)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document(word__vbaProjectDOTbin=b"x"), "macros"),
        (document(word__embeddings__oleObject1DOTbin=b"x"), "macros"),
        (document(xl__printerSettings__vbaProjectDOTbin=b"x"), "macros"),
        (document(word__calcDOTexe=b"x"), "macros"),
        (document(MAIN.format("application/vnd.ms-word.document.macroEnabled")), "macros"),
        (
            document(MAIN.format(office.DOCX) + '<Default Extension="x" ContentType="a/b.vbaProject"/>'),
            "macros",
        ),
        (document(word___rels__settingsDOTxmlDOTrels=LINKS.format("attachedTemplate")), "elsewhere"),
        (document(word___rels__settingsDOTxmlDOTrels=LINKS.format("&#x61;ttachedTemplate")), "elsewhere"),
        (document(word___rels__settingsDOTxmlDOTrels=LINKS.format("oleObject").encode("utf-16")), "damaged"),
        (document('<!DOCTYPE x [<!ENTITY a "b">]>'), "damaged"),
        (document("<Nothing/>"), "neither"),
        (document(word__bombDOTxml=bytes(20_000_000)), "unpacks"),
        (document(**MANY), "unpacks"),
    ],
)
def test_an_office_document_that_acts_or_swells_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check(content)


def posted(*contents: bytes) -> list[Any]:
    """These files as a request brings them, read by the handler of the settings."""
    sent = {f"file{number}": SimpleUploadedFile("cv.pdf", content) for number, content in enumerate(contents)}
    return list(RequestFactory().post("/", sent).FILES.values())


def test_what_is_sent_never_touches_the_disk() -> None:
    [found] = posted(pdf())
    assert isinstance(found, InMemoryUploadedFile)
    assert found.read() == pdf()


def test_what_is_too_large_is_not_even_kept_in_memory(settings: Any) -> None:
    settings.LARGEST_UPLOAD = 100_000
    small, large = posted(b"a" * 90_000, b"b" * 300_000)
    assert uploads.checked(small).content == b"a" * 90_000
    assert (large.size, large.read()) == (300_000, b"")
    large.seek(0)
    with pytest.raises(Refused, match="too large"):
        uploads.checked(large)
    [alone] = posted(b"c" * 300_000)
    assert (alone.size, alone.read()) == (300_000, b"")
    first, second = posted(b"a" * 60_000, b"b" * 60_000)
    assert uploads.checked(first).content == b"a" * 60_000
    with pytest.raises(Refused, match="too large"):
        uploads.checked(second)


@contextmanager
def clamd(path: Path, answer: bytes) -> Iterator[list[bytes]]:
    """A scanner that answers this; what it was asked to scan is gathered."""
    asked: list[bytes] = []

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(stream.read(4), "big"):
                content += stream.read(size)
            asked.append(content)
            connection.sendall(answer)

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield asked
        thread.join(timeout=10)


def test_a_scanner_sees_the_whole_file_and_can_refuse_it(settings: Any, tmp_path: Path) -> None:
    letter = b"a letter\n" * 20_000
    settings.VIRUS_SCANNER = str(tmp_path / "a")
    with clamd(tmp_path / "a", b"stream: OK\0") as asked:
        assert check(letter).content == letter
    assert asked == [letter]
    settings.VIRUS_SCANNER = str(tmp_path / "b")
    with (
        clamd(tmp_path / "b", b"stream: Eicar-Test-Signature FOUND\0"),
        pytest.raises(Refused, match="found"),
    ):
        check(letter)
    settings.VIRUS_SCANNER = str(tmp_path / "c")
    with (
        clamd(tmp_path / "c", b"INSTREAM size limit exceeded. ERROR\0"),
        pytest.raises(Refused, match="not kept"),
    ):
        check(letter)


def test_nothing_is_accepted_while_the_scanner_is_away(settings: Any, tmp_path: Path) -> None:
    settings.VIRUS_SCANNER = str(tmp_path / "nobody")
    with pytest.raises(Refused, match="just now"):
        check(b"a letter\n")
