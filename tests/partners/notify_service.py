"""A service that speaks GOV.UK Notify's language on a port of this machine, checks what is sent and keeps it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"a_test_key-{SERVICE}-{SECRET}"
TEMPLATES = {"text": "f33517ff-2a88-4f6e-b855-c550268ce08a", "email": "0ae0f0b5-60e6-4b5b-9ef3-3d1f6b1d2c55"}


@dataclass(frozen=True)
class Sent:
    """One message that the service took. kind: sms or email."""

    kind: str
    to: str
    words: str
    subject: str
    reference: str


@dataclass
class NotifyService:
    """What was taken, and with which status the next is answered."""

    sent: list[Sent] = field(default_factory=list)
    answer: int = 201


class Answers(BaseHTTPRequestHandler):
    """Takes a message that carries a token of this key and a known template."""

    service: NotifyService

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind = self.path.removeprefix("/v2/notifications/")
        name = {"sms": "text", "email": "email"}[kind]
        token = self.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        right = claims["iss"] == SERVICE and body["template_id"] == TEMPLATES[name]
        status = self.service.answer if right else 403
        if status == 201:
            to = body["phone_number" if kind == "sms" else "email_address"]
            said = body["personalisation"]
            self.service.sent.append(Sent(kind, to, said["message"], said["subject"], body["reference"]))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: Any) -> None:
        """Nothing on the screen."""


@contextmanager
def running(settings: Any) -> Iterator[NotifyService]:
    """The service at work, and Baton set up to use it."""
    service = NotifyService()
    handler = type("Handler", (Answers,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATES = KEY, TEMPLATES
        settings.NOTIFY_URL = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()
