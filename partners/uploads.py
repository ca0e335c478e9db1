"""What people send, checked by what it is: never by its name or by what the browser says of it.

Accepted are PDF, PNG, JPEG, DOCX, XLSX and plain text (UTF-8, so CSV too). An image is drawn anew, which leaves behind
where and when it was taken. What these checks cannot see, a virus scanner can (BATON_VIRUS_SCANNER): programs behind
an error in somebody's reader, and in a PDF names inside streams that are not packed by zlib.
"""

import io
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.template.defaultfilters import filesizeformat
from PIL import Image, ImageOps

from partners import office, scanner

PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain; charset=utf-8"
# How the name of each kind ends.
SUFFIX_OF = {PDF: "pdf", PNG: "png", JPEG: "jpg", TEXT: "txt", office.DOCX: "docx", office.XLSX: "xlsx"}
ACCEPTED = "PDF, Word (.docx), Excel (.xlsx), JPEG, PNG or plain text"
LARGEST = filesizeformat(settings.LARGEST_UPLOAD).replace(".0", "")
# For the file chooser of a browser, which may ignore it.
CHOOSER = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.txt,.csv"
# A photograph of 40 million pixels takes 160 MB to draw.
MOST_PIXELS = 40_000_000
JPEG_QUALITY = 85
MOST_UNPACKED = 100_000_000
PIECE = 1 << 16
PDF_STREAM = re.compile(rb"stream\r?\n")


def pdf_names(*names: str) -> re.Pattern[bytes]:
    """Finds these names in a PDF, any letter of which may be written as # and two digits (PDF 32000-1, 7.3.5)."""
    spelt = ("".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(f"/(?:{'|'.join(spelt)})(?![\\w.-])".encode(), re.ASCII)


# What makes a PDF act by itself or carry other files (7.11.4, 12.6.4, 12.7.8), and what keeps us from looking (7.6).
PDF_ACTS = pdf_names(
    "JavaScript",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "XFA",
    "SubmitForm",
    "ImportData",
    "GoToE",
)
PDF_LOCKED = pdf_names("Encrypt")


class Refused(Exception):
    """The file is not accepted; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Checked:
    """A file fit to be kept: its bytes and its media type, one of SUFFIX_OF."""

    content: bytes
    content_type: str


def checked(upload: UploadedFile) -> Checked:
    """The file as it may be kept. Raises Refused."""
    content = upload.read()
    if (upload.size or 0) > settings.LARGEST_UPLOAD or len(content) != upload.size:
        raise Refused(f"The file is too large. It can be {LARGEST} at most.")
    if not content:
        raise Refused("The file is empty.")
    try:
        scanner.scan(content)
        return _recognised(content)
    except (scanner.Infected, scanner.Unavailable, office.NotOffice) as reason:
        raise Refused(str(reason)) from reason


def _recognised(content: bytes) -> Checked:
    if content.startswith(b"%PDF-"):
        _refuse_active_pdf(content)
        return Checked(content, PDF)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Checked(_drawn_anew(content, "PNG"), PNG)
    if content.startswith(b"\xff\xd8\xff"):
        return Checked(_drawn_anew(content, "JPEG"), JPEG)
    if content.startswith(b"PK\x03\x04"):
        return Checked(content, office.kind_of(content))
    if _is_text(content):
        # CSV too: called .txt, no spreadsheet opens it by itself and runs what looks like a formula.
        return Checked(content, TEXT)
    raise Refused(f"The file is not of a kind that can be kept. Send {ACCEPTED}.")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(letter) == "Cc" for letter in set(text) - set("\t\n\f\r"))


def _drawn_anew(content: bytes, kind: str) -> bytes:
    """The picture alone, the right way up: without place, time, camera, comments, or anything behind its end."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as found:
            is_small_enough = found.width * found.height <= MOST_PIXELS
            upright = ImageOps.exif_transpose(found) if is_small_enough else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        upright = None
    # Pillow's readers raise many kinds of error for a broken file.
    except Exception as error:
        raise Refused("The picture cannot be read. It may be damaged.") from error
    if upright is None:
        raise Refused(f"The picture is too large. It can have {MOST_PIXELS // 1_000_000} million pixels.")
    has_alpha = kind == "PNG" and upright.has_transparency_data
    plain = upright.convert("RGBA" if has_alpha else "L" if upright.mode in ("1", "L") else "RGB")
    plain.info.clear()
    drawn = io.BytesIO()
    plain.save(drawn, kind, **({"quality": JPEG_QUALITY} if kind == "JPEG" else {}))
    return drawn.getvalue()


def _refuse_active_pdf(content: bytes) -> None:
    """Refuse what acts by itself, whether it stands in the open or in a stream packed by zlib."""
    for part in (content, *_unpacked(content)):
        if PDF_LOCKED.search(part):
            raise Refused("The PDF is protected with a password. Send it without one.")
        if PDF_ACTS.search(part):
            raise Refused(
                "The PDF contains a program, a form that sends data, or another file."
                " Print it to a new PDF and send that."
            )


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The streams of a PDF that zlib opens, as far as they go."""
    left = MOST_UNPACKED
    for found in PDF_STREAM.finditer(content):
        part = _inflated(content, found.end(), left + 1)
        left -= len(part)
        if left < 0:
            raise Refused("The PDF unpacks to too much. Print it to a new PDF and send that.")
        yield part


def _inflated(content: bytes, start: int, most: int) -> bytes:
    """What zlib makes of the bytes from there on, in pieces: where its stream ends, the rest is not its own."""
    inflating, parts, left = zlib.decompressobj(), [], most
    try:
        for begin in range(start, len(content), PIECE):
            parts.append(inflating.decompress(content[begin : begin + PIECE], left))
            left -= len(parts[-1])
            if inflating.eof or left <= 0:
                break
    except zlib.error:
        pass
    return b"".join(parts)


class InMemory(FileUploadHandler):
    """Keeps what is sent in memory, LARGEST_UPLOAD bytes of each request; of what is more only the size."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0
        self.parts: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Another file of the same request begins."""
        super().new_file(*args, **kwargs)
        self.parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless there are too many; no other handler gets it."""
        self.received += len(raw_data)
        if self.received <= settings.LARGEST_UPLOAD:
            self.parts.append(raw_data)
        else:
            self.parts.clear()

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file; one that was too large has its size but no content, which checked() refuses."""
        content = io.BytesIO(b"".join(self.parts))
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class CheckedFileField(forms.FileField):
    """A file in a form; its cleaned value is Checked."""

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        """Raises ValidationError with the sentence of a Refused."""
        # Emptiness is for checked() to say, which also knows a file that was too large to be kept.
        if isinstance(data, UploadedFile):
            try:
                return checked(data)
            except Refused as reason:
                raise forms.ValidationError(str(reason)) from reason
        super().clean(data, initial)
        return None
