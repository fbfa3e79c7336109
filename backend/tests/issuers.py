"""A real issuer on loopback: it publishes its keys over HTTP and signs tokens with them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET_KEY = "sk_test_of_a_local_issuer"


def new_key(bits: int = 3072) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


class Issuer:
    """Publishes discovery and keys; `rotate` replaces the key, as an issuer does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key_number = 0
        self.audience: str | None = "cas"
        self.metadata: dict[str, Any] = {}  # what it says differently of itself
        self.moved_to: dict[str, str] = {}  # paths that it sends elsewhere
        self.asked: list[str] = []
        self.when_asked: Callable[[], object] = lambda: None
        self.is_away = False
        self.rotate()

    def rotate(self) -> None:
        self.key_number += 1
        self.key = new_key()

    @property
    def key_id(self) -> str:
        return f"key-{self.key_number}"

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = dt.datetime.now(dt.UTC)
        claims = {
            "iss": self.url,
            "sub": "user_2abc",
            "aud": self.audience,
            "azp": "http://127.0.0.1:8000",
            "iat": now,
            "nbf": now,
            "exp": now + dt.timedelta(minutes=1),
            "email": "Ada@example.org",
            "email_verified": True,
            "jti": str(uuid.uuid4()),
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, *, key: rsa.RSAPrivateKey | None = None, kind: str = "JWT", **changes: Any) -> str:
        headers = {"kid": self.key_id, "typ": kind}
        return jwt.encode(self.claims(**changes), key or self.key, "RS256", headers=headers)

    def answer(self, path: str, secret: str | None) -> Any:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | self.metadata
        if path == "/keys" or (path == "/v1/jwks" and secret == f"Bearer {SECRET_KEY}"):
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}
        return None


@contextlib.contextmanager
def running() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            issuer.when_asked()
            if issuer.is_away:
                self.close_connection = True
                return
            if self.path in issuer.moved_to:
                self.send_response(302)
                self.send_header("Location", issuer.moved_to[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            found = issuer.answer(self.path, self.headers.get("Authorization"))
            body = json.dumps(found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: Any) -> None:
            """What is asked is kept by the issuer."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
