"""A virus scanner beside Baton: clamd on a unix socket, asked by its INSTREAM command. Off unless the settings name it.

Protocol: https://linux.die.net/man/8/clamd
"""

import socket

from django.conf import settings

CHUNK = 1 << 16
SECONDS = 20.0


class Infected(Exception):
    """The scanner found something; the message is a sentence for the person who sent the file."""


class Unavailable(Exception):
    """The scanner does not answer, so nothing can be accepted; the message is a sentence for people."""


def scan(content: bytes) -> None:
    """Pass if the scanner finds nothing, or none is set up. Raises Infected or Unavailable."""
    if not settings.VIRUS_SCANNER:
        return
    try:
        answer = _ask(content)
    except OSError as error:
        raise Unavailable(
            "Files cannot be checked for viruses just now. Try again in some minutes."
        ) from error
    if answer.endswith(b" FOUND"):
        raise Infected("The virus scanner found something in the file. It was not kept.")
    if answer != b"stream: OK":
        raise Unavailable("The virus scanner could not check the file. It was not kept.")


def _ask(content: bytes) -> bytes:
    """clamd's answer, without the zero byte that ends it."""
    with socket.socket(socket.AF_UNIX) as clamd:
        clamd.settimeout(SECONDS)
        clamd.connect(settings.VIRUS_SCANNER)
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            clamd.sendall(len(chunk).to_bytes(4, "big") + chunk)
        clamd.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and (more := clamd.recv(4096)):
            answer += more
    return answer.rstrip(b"\0")
