"""The words of a PDF, page by page, as typst writes it: objects in plain sight, compressed streams, Unicode maps."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Pdf:
    """The objects of a PDF by number."""

    objects: Mapping[int, bytes]

    @classmethod
    def of(cls, content: bytes) -> "Pdf":
        found = re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", content, re.DOTALL)
        return cls({int(number): body for number, body in found})

    def pages(self) -> list[str]:
        """The words of each page, in the order in which they are read, with single spaces."""
        [tree] = (body for body in self.objects.values() if b"/Type/Pages" in body)
        [kids] = re.findall(rb"/Kids\[(.*?)\]", tree)
        return [" ".join(" ".join(self._said(int(page))).split()) for page in re.findall(rb"(\d+) 0 R", kids)]

    def _said(self, page: int) -> Iterator[str]:
        body = self.objects[page]
        resources = self.objects[_named(body, b"Resources")]
        [fonts] = re.findall(rb"/Font<<(.*?)>>", resources)
        maps = {name: self._map(int(number)) for name, number in re.findall(rb"/(\w+) (\d+) 0 R", fonts)}
        for text in re.findall(rb"\bBT\b(.*?)\bET\b", self._stream(_named(body, b"Contents")), re.DOTALL):
            [font] = re.findall(rb"/(\w+) [\d.]+ Tf", text)
            yield "".join(_decoded(one, maps[font]) for one in _strings(text))

    def _map(self, font: int) -> Mapping[int, str]:
        """What each code of a font stands for."""
        unicode = self._stream(_named(self.objects[font], b"ToUnicode"))
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", unicode)
        return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}

    def _stream(self, number: int) -> bytes:
        body = self.objects[number]
        return zlib.decompress(body[body.index(b"stream\n") + 7 : body.rindex(b"\nendstream")])


def _named(body: bytes, name: bytes) -> int:
    [number] = re.findall(rb"/" + name + rb" (\d+) 0 R", body)
    return int(number)


def _strings(text: bytes) -> Iterator[bytes]:
    """What stands in brackets; those within are part of it, and a backslash takes the next byte as it is."""
    depth = begun = 0
    for found in re.finditer(rb"\\.|[()]", text, re.DOTALL):
        if found[0] == b"(":
            depth, begun = depth + 1, begun if depth else found.end()
        elif found[0] == b")":
            depth -= 1
            if not depth:
                yield text[begun : found.start()]


def _decoded(escaped: bytes, letters: Mapping[int, str]) -> str:
    def one(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8)]) if said.isdigit() else ESCAPES.get(said, said)

    raw = re.sub(rb"\\([0-7]{3}|.)", one, escaped, flags=re.DOTALL)
    codes = (int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2))
    return "".join(letters[code] for code in codes)
