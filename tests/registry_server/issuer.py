"""An issuer of OpenID Connect tokens on loopback, which misbehaves as it is told to."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.registry_server.stores import NOW

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"
Misdeed: TypeAlias = "Callable[[BaseHTTPRequestHandler], None]"


def seconds(instant: str = NOW) -> int:
    return int(dt.datetime.fromisoformat(instant).timestamp())


@dataclass
class Issuer:
    """An issuer.

    Attributes:
        address: Its address, and what its tokens have as `iss`.
        keys: The keys that it shows.
        asked: Which paths it was asked for.
        misdeeds: What it does instead of answering, by path.
        requests: With which headers and audience a CI asked it for a token.
    """

    address: str = ""
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    misdeeds: dict[str, Misdeed] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def token(
        self,
        *,
        key: RSAKey | ECKey | None = None,
        alg: str = "RS256",
        header: dict[str, object] | None = None,
        **claims: object,
    ) -> str:
        """Make a token of a workflow of acme; a claim that is given as None is left out."""
        signing = key or self.keys[0]
        said: dict[str, object] = {
            "iss": self.address,
            "aud": "http://packages.test",
            "sub": "repo:acme/campaigns:ref:refs/tags/v1",
            "iat": seconds() - 5,
            "nbf": seconds() - 5,
            "exp": seconds() + 300,
            "jti": f"token-{next(self.numbers)}",
            "repository": "acme/campaigns",
            "repository_id": 4711,
            "repository_owner_id": "12",
            "workflow_ref": "acme/campaigns/.github/workflows/release.yml@refs/tags/v1",
            "environment": "release",
            "ref": "refs/tags/v1",
            "sha": "c0ffee",
            "run_id": "42",
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        head = {"alg": alg, "kid": signing.kid, "typ": "JWT", **(header or {})}
        return jwt.encode(head, said, signing, algorithms=[alg])


def rsa(kid: str, bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid, "use": "sig", "alg": "RS256"})


def answer(handler: BaseHTTPRequestHandler, body: object, status: int = 200) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def endlessly(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte after the other, without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"{" * 65536)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hangs up."""


@contextmanager
def issuing(*keys: RSAKey | ECKey) -> Iterator[Issuer]:
    """Run an issuer with some keys."""
    issuer = Issuer(keys=list(keys))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            issuer.asked.append(self.path)
            if path in issuer.misdeeds:
                issuer.misdeeds[path](self)
            elif path == DISCOVERY:
                answer(self, {"issuer": issuer.address, "jwks_uri": issuer.address + KEYS})
            elif path == KEYS:
                shown = [key.as_dict(private=False) for key in issuer.keys]
                answer(self, {"keys": shown})
            else:
                answer(self, {}, 404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
