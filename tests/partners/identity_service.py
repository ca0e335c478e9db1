"""A small OpenID Connect identity service on this machine: discovery, keys, codes with PKCE, tokens and user info."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "baton", "the client's secret"


def new_key() -> rsa.RSAPrivateKey:
    """A key to sign tokens with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityService:
    """What the service says of whoever comes: claims are what its tokens hold, besides the usual."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    # What signs the tokens, where it is not the key that the service publishes.
    signs_with: rsa.RSAPrivateKey | None = None
    names_itself: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        """The document of OpenID Connect Discovery."""
        return {
            "issuer": self.names_itself or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        """The key that it publishes."""
        published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**published, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes next: back, with a code."""
        self.asked.append(query)
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code, if the client proves who it is and that it began (RFC 7636)."""
        begun = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        proven = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if begun is None or not proven or begun["code_challenge"].rstrip("=") != challenge:
            return None
        now = int(time.time())
        token = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "somebody",
            "iat": now,
            "exp": now + 60,
            **self.claims,
        }
        signed = jwt.encode(token, self.signs_with or self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "opens user info", "token_type": "Bearer", "id_token": signed}


class Answers(BaseHTTPRequestHandler):
    """The service's addresses."""

    service: IdentityService

    def answer(self, found: Any, status: int = 200) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == "/authorize":
            self.send_response(302)
            self.send_header(
                "Location", self.service.authorize({k: v[0] for k, v in parse_qs(query).items()})
            )
            self.end_headers()
        elif path == "/userinfo":
            self.answer({"sub": "somebody", **self.service.claims})
        elif path == "/keys":
            self.answer(self.service.keys())
        else:
            self.answer(self.service.discovery())

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = self.service.token({name: values[0] for name, values in sent.items()})
        self.answer(token or {"error": "invalid_grant"}, 200 if token else 400)

    def log_message(self, *args: Any) -> None:
        """Nothing on the screen."""


@contextmanager
def running() -> Iterator[IdentityService]:
    """The service at work on a port of this machine."""
    service = IdentityService()
    handler = type("Handler", (Answers,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        service.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield service
        server.shutdown()
