"""Other registries, installed for a benchmark into a folder of its own and served on loopback.

Each is installed by its ordinary client, at the version that stands here, and runs as whoever owns
it would run it; where its defaults would hold it back, it has more. One that cannot be installed is
told of by `MissingPeerError`.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.loading import request

VERDACCIO = "6.7.4"
"""The newest that runs on Node.js 20."""
PYPISERVER = "2.4.2"
WAITRESS = "3.0.2"
"""The server that pypiserver takes where there is one; its other one refuses 16 connections."""
DEVPI = "6.17.0"

_PATIENCE = 120.0
_STEP = 0.05


class MissingPeerError(Exception):
    """A peer cannot be installed, or does not start."""


@dataclass(frozen=True)
class Upload:
    """A version that is published.

    Attributes:
        name: What the package is called: letters, digits and hyphens.
        version: Its version.
        data: Its archive.
    """

    name: str
    version: str
    data: bytes


@dataclass(frozen=True)
class Peer:
    """A server that runs.

    Attributes:
        port: Where it listens.
        process: The number of its process.
    """

    port: int
    process: int


# --- verdaccio, a registry of npm packages --------------------------------------------------------


@contextmanager
def verdaccio(tools: Path, folder: Path) -> Iterator[Peer]:
    """Run verdaccio: everybody may publish, nothing is asked of other registries, nothing logged.

    Raises:
        MissingPeerError: It cannot be installed, or does not start.
    """
    program = tools / "verdaccio/node_modules/verdaccio/bin/verdaccio"
    if not program.exists():
        (tools / "verdaccio").mkdir(parents=True, exist_ok=True)
        # One of what it needs is asked for by a tag that not every copy of the registry has.
        said = {"private": True, "overrides": {"node-fetch": "2.7.0"}}
        (tools / "verdaccio/package.json").write_text(json.dumps(said))
        quietly = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier")
        _run("npm", "install", *quietly, "--prefix", tools / "verdaccio", f"verdaccio@{VERDACCIO}")
    port = _free_port()
    settings = {
        "storage": str(folder / "storage"),
        "auth": {"htpasswd": {"file": str(folder / "htpasswd")}},
        "uplinks": {},
        "packages": {"**": {"access": "$all", "publish": "$all"}},
        "log": {"type": "stdout", "format": "json", "level": "fatal"},
    }
    (folder / "config.yaml").write_text(json.dumps(settings))
    listen = f"127.0.0.1:{port}"
    with _served(port, "node", program, "-c", folder / "config.yaml", "-l", listen) as peer:
        yield peer


def to_verdaccio(port: int, upload: Upload) -> bytes:
    """Return the request that publishes a version, as npm sends it."""
    name, version, data = upload.name, upload.version, upload.data
    file = f"{name}-{version}.tgz"
    table = {
        "name": name,
        "version": version,
        "_id": f"{name}@{version}",
        "dependencies": {"lifecycle-tags": "^1.0.0"},
        "dist": {
            "integrity": f"sha512-{_base64(hashlib.sha512(data).digest())}",
            "shasum": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
            "tarball": f"http://127.0.0.1:{port}/{name}/-/{file}",
        },
    }
    media = "application/octet-stream"
    body = {
        "_id": name,
        "name": name,
        "dist-tags": {"latest": version},
        "versions": {version: table},
        "_attachments": {file: {"content_type": media, "data": _base64(data), "length": len(data)}},
    }
    said = [("Content-Type", "application/json")]
    return request("PUT", f"/{name}", json.dumps(body).encode(), said)


# --- registries of Python packages ----------------------------------------------------------------


@contextmanager
def pypiserver(tools: Path, folder: Path, filled: int = 0) -> Iterator[Peer]:
    """Run pypiserver: who uploads gives a password, as its README shows it; nothing is logged.

    Args:
        tools: Where it is installed.
        folder: Where it keeps what it has; empty.
        filled: How many files it has already.

    Raises:
        MissingPeerError: It cannot be installed, or does not start.
    """
    wanted = (f"pypiserver[passlib]=={PYPISERVER}", f"waitress=={WAITRESS}")
    program = _installed(tools / "pypiserver", "pypi-server", *wanted)
    kept = folder / "packages"
    kept.mkdir()
    for number in range(filled):
        (kept / f"filled_{number}-1.0.0.tar.gz").write_bytes(b"")
    hashed = _base64(hashlib.sha1(b"secret", usedforsecurity=False).digest())
    (folder / "htpasswd").write_text(f"ann:{{SHA}}{hashed}\n")
    port = _free_port()
    listen = ("-i", "127.0.0.1", "-p", str(port))
    who = ("-P", folder / "htpasswd", "-a", "update")
    less = ("--disable-fallback", "--log-stream", "none")
    with _served(port, program, "run", *listen, *who, *less, kept) as peer:
        yield peer


@contextmanager
def devpi(tools: Path, folder: Path) -> Iterator[tuple[Peer, str]]:
    """Run devpi-server with an index, ``root/bench``; yield what its owner shows after logging in.

    Raises:
        MissingPeerError: It cannot be installed, or does not start.
    """
    program = _installed(tools / "devpi", "devpi-server", f"devpi-server=={DEVPI}")
    _run(program.with_name("devpi-init"), "--serverdir", folder / "devpi", "--no-root-pypi")
    port = _free_port()
    listen = ("--host", "127.0.0.1", "--port", str(port))
    with _served(port, program, "--serverdir", folder / "devpi", *listen) as peer:
        login = _json(port, "POST", "/+login", {"user": "root", "password": ""}, "")
        password = f"root:{login['result']['password']}"
        _json(port, "PUT", "/root/bench", {"type": "stage", "bases": []}, password)
        yield peer, password


def to_python_index(path: str, upload: Upload, password: str) -> bytes:
    """Return the request that uploads a version, as twine sends it."""
    edge = "cpt-benchmark-edge"
    name = upload.name.replace("-", "_")
    fields = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.1",
        "name": upload.name,
        "version": upload.version,
        "filetype": "sdist",
        "sha256_digest": hashlib.sha256(upload.data).hexdigest(),
    }
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    file = (
        f'--{edge}\r\nContent-Disposition: form-data; name="content"; '
        f'filename="{name}-{upload.version}.tar.gz"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = b"".join(
        ["".join(parts).encode(), file.encode(), upload.data, f"\r\n--{edge}--\r\n".encode()]
    )
    who, _, secret = password.partition(":")
    said = [
        ("Content-Type", f"multipart/form-data; boundary={edge}"),
        ("Authorization", f"Basic {_base64(f'{who}:{secret}'.encode())}"),
    ]
    return request("POST", path, body, said)


def _installed(environment: Path, name: str, *wanted: str) -> Path:
    """Return a program of Python packages, installed into an environment of their own."""
    program = environment / "bin" / name
    if not program.exists():
        _run(sys.executable, "-m", "venv", "--clear", environment)
        quietly = ("--quiet", "--disable-pip-version-check")
        _run(environment / "bin/python", "-m", "pip", "install", *quietly, *wanted)
    return program


# --- all of them ----------------------------------------------------------------------------------


@contextmanager
def _served(port: int, *command: str | Path) -> Iterator[Peer]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([str(part) for part in command], stdout=quiet, stderr=quiet)
    try:
        _wait(port, process)
        yield Peer(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(_STEP)
        else:
            return
    raise MissingPeerError(f"{process.args!r} does not answer")


def _run(*command: str | Path) -> None:
    if shutil.which(command[0]) is None:
        raise MissingPeerError(f"there is no {command[0]} here")
    said: Sequence[str] = [str(part) for part in command]
    done = subprocess.run(said, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["it says nothing"]
        raise MissingPeerError(f"{' '.join(said[:3])} … failed: {reason[-1]}")


def _json(port: int, method: str, path: str, body: object, password: str) -> Mapping[str, Any]:
    """Ask devpi-server for something."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    said = {"Content-Type": "application/json", "X-Devpi-Auth": _base64(password.encode())}
    wire.request(method, path, json.dumps(body), said if password else {"Accept": "*/*"})
    answer = wire.getresponse()
    data = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise MissingPeerError(f"devpi-server answers {path} with {answer.status}")
    found: Mapping[str, Any] = json.loads(data)
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
