"""DOCX and XLSX by their content: a zip of parts (ECMA-376), without macros, programs or calls to elsewhere.

Nothing is unpacked here but the few small parts that say what the others are, and never more of a part than the file's
directory says of it.
"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

MOST_PARTS = 2_000
MOST_UNPACKED = 100_000_000
MOST_PACKING = 100
LARGEST_LIST = 1_000_000
TYPES = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"
PROGRAM = re.compile(r"vbaProject|activeX|oleObject|\.(bin|exe|dll|js|vbs|hta|scr)$", re.IGNORECASE)
PROGRAM_TYPE = re.compile(r"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
PRINTER = re.compile(r"xl/printerSettings/printerSettings\d+\.bin")
HARMLESS_LINKS = ("/hyperlink", "/image")


class NotOffice(Exception):
    """Not a DOCX or XLSX that may be kept; the message is a sentence for the person who sent it."""


def kind_of(content: bytes) -> str:
    """DOCX or XLSX, the media types. Raises NotOffice."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_bomb(parts.infolist())
            _refuse_programs(parts)
            return _kind(parts)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        UnicodeDecodeError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
        KeyError,
    ) as error:
        raise NotOffice(
            "The document cannot be read. It may be damaged or protected with a password."
        ) from error


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_PACKING * max(packed, 1)):
        raise NotOffice("The document unpacks to too much. Send it as a PDF.")


def _refuse_programs(parts: zipfile.ZipFile) -> None:
    for part in parts.infolist():
        if PROGRAM.search(part.filename) and not PRINTER.fullmatch(part.filename):
            raise NotOffice(
                "The document contains macros or other programs. Save it without them, or as a PDF."
            )
        if part.filename.endswith(".rels"):
            for link in _xml(parts, part.filename):
                is_outside = link.get("TargetMode", "").lower() == "external"
                if is_outside and not link.get("Type", "").endswith(HARMLESS_LINKS):
                    raise NotOffice("The document loads parts of itself from elsewhere. Send it as a PDF.")


def _kind(parts: zipfile.ZipFile) -> str:
    named = {entry.get("ContentType", "") for entry in _xml(parts, TYPES)}
    if any(PROGRAM_TYPE.search(name) for name in named):
        raise NotOffice("The document may contain macros. Save it as .docx or .xlsx, or as a PDF.")
    kind = next((kind for kind in (DOCX, XLSX) if f"{kind}.main+xml" in named), None)
    if kind is None:
        raise NotOffice("The file is neither a Word document (.docx) nor an Excel workbook (.xlsx).")
    return kind


def _xml(parts: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A small part as XML: UTF-8 without a document type, so that no entity can grow. Raises what kind_of catches."""
    if parts.getinfo(name).file_size > LARGEST_LIST:
        raise ValueError(name)
    text = part_of(parts, parts.getinfo(name)).decode("utf-8-sig")
    if "<!DOCTYPE" in text:
        raise ValueError(name)
    return ElementTree.fromstring(text)


def part_of(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A part of the file, as many bytes of it as the directory says: one that says too little does not unpack to more.

    Raises what zipfile raises for a broken one.
    """
    with parts.open(info) as part:
        return part.read(info.file_size)
