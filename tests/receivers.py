"""Who receives: a mail server and an endpoint on loopback, real ones, that do as they are told."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    """Return a port of loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Sink:
    """A mail server that keeps what it accepts.

    Attributes:
        port: Its port.
        mail: (from, to, bytes) of each email that it said yes to.
        recipients: What it answers to a recipient, by address.
        contents: What it answers to the content of an email to an address.
        senders: What it answers to a sender, by address.
        dies: How often the connection goes away in the middle of an email.
    """

    port: int
    mail: list[tuple[str, str, bytes]] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)
    dies: int = 0

    async def handle_MAIL(  # noqa: N802  as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.senders.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802  as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(  # noqa: N802  as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        (to,) = envelope.rcpt_tos
        if self.dies:
            self.dies -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 never said"
        answer = self.contents.get(to, "250 OK")
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.mail.append((envelope.mail_from or "", to, envelope.content))
        return answer


CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""Of hooks.example, localhost and 127.0.0.1, with its key; nobody else trusts it."""


def server_context() -> ssl.SSLContext:
    """Return what a server shows its certificate with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    """Return what trusts that certificate."""
    return ssl.create_default_context(cafile=CERTIFICATE)


def _let_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, who: object
) -> AuthResult:
    assert isinstance(who, LoginPassword)
    is_known = who == LoginPassword(b"shop", b"open sesame")
    return AuthResult(success=is_known, handled=is_known)


@contextmanager
def mail_server(*, safe: bool = False) -> Iterator[Sink]:
    """Run a mail server on loopback.

    Args:
        safe: Whether it offers STARTTLS, and takes nothing from whoever has not logged in.
    """
    made = Sink(free_port())
    more: dict[str, Any] = {
        "tls_context": server_context(),
        "require_starttls": True,
        "auth_required": True,
        "authenticator": _let_in,
    }
    controller = Controller(
        made, hostname="127.0.0.1", port=made.port, ready_timeout=20, **(more if safe else {})
    )
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


@dataclass
class Answer:
    """What an endpoint says next."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass
class Endpoint:
    """An HTTP server that keeps what it is told.

    Attributes:
        url: Its address.
        posts: (path, headers, body) of each post.
        answers: What it says, by path; 200 to everything else.
        done: Set when nothing hangs any more.
    told: What happens when a post has come to a path, before it is answered.
    """

    url: str = ""
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)
    told: Callable[[str], object] = str


@contextmanager
def http_server(*, safe: bool = False) -> Iterator[Endpoint]:
    """Run an endpoint on loopback.

    Args:
        safe: Whether it speaks HTTPS.
    """
    made = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.posts.append((self.path, headers, body))
            made.told(self.path)
            answer = made.answers.get(self.path, Answer())
            if answer.hangs:
                self.wfile.write(b"HTTP/1.1 2")
                made.done.wait(10)
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "content-length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if safe:
        server.socket = server_context().wrap_socket(server.socket, server_side=True)
    made.url = f"http{'s' if safe else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.done.set()
        server.shutdown()
        server.server_close()
        thread.join()
