"""What is installed from a registry: a package's lines in the index, and archives, beside npm's.

See `benchmarks.contenders`.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.contenders import (
    Ask,
    Contender,
    beside,
    compared,
    demand,
    made,
    names,
    package,
    served,
    to_ours,
    uploads,
)
from benchmarks.loading import request
from benchmarks.measuring import Figure, say
from benchmarks.peers import Peer, to_verdaccio, verdaccio
from package_format.archive import build_archive
from package_format.index import blob_path

_ROUNDS = 5
_ASKED = 4000
_PACKAGES = range(40)
_VERSIONS = ("1.0.0", "1.0.1", "1.0.2", "1.0.3")


def measure() -> Iterator[Figure]:
    """Yield the figures of what is installed from."""
    return compared(_fetching)


def _fetching(ask: Ask, tools: Path, folder: Path) -> Iterator[Figure]:
    published = uploads(_PACKAGES, _VERSIONS)
    with served(folder / "ours") as (ours, token), verdaccio(tools, made(folder / "npm")) as npm:
        demand(201, ask(ours.port, [to_ours(token, one) for one in published], 1))
        demand(201, ask(npm.port, [to_verdaccio(npm.port, one) for one in published], 1))
        lines = [f"/index/acme/{name}.jsonl" for name in names(_PACKAGES)]
        pages = [f"/{name}" for name in names(_PACKAGES)]
        files = [
            f"/{blob_path(build_archive(package(one.name, one.version)).digest)}"
            for one in published
        ]
        balls = [f"/{one.name}/-/{one.name}-{one.version}.tgz" for one in published]
        npm_says = ("Accept", "application/vnd.npm.install-v1+json")
        for what, limit, expected, mine, theirs in (
            ("index lines", 5, 200, _gets(lines), _gets(pages, npm_says)),
            # verdaccio gives an ETag out, and everything to whoever shows it again.
            ("index lines that are known", 5, 304, _known(ours, lines), _known(npm, pages)),
            ("archives", 2, 200, _gets(files), _gets(balls)),
        ):
            say(f"asking for {what}")
            yield beside(
                ask,
                what,
                limit,
                Contender("ours", ours, partial(_each_time, mine), expected, _ROUNDS),
                Contender("verdaccio", npm, partial(_each_time, theirs), 200, _ROUNDS),
            )


def _each_time(asked: Sequence[bytes], round_: int) -> Sequence[bytes]:
    del round_
    return asked


def _gets(paths: Sequence[str], *headers: tuple[str, str]) -> Sequence[bytes]:
    asked = [request("GET", path, headers=headers) for path in paths]
    return [asked[number % len(asked)] for number in range(_ASKED)]


def _known(peer: Peer, paths: Sequence[str]) -> Sequence[bytes]:
    """Ask for what the asker has already."""
    wire = http.client.HTTPConnection("127.0.0.1", peer.port)
    asked = []
    for path in paths:
        wire.request("GET", path)
        answer = wire.getresponse()
        answer.read()
        asked.append(request("GET", path, headers=[("If-None-Match", answer.headers["ETag"])]))
    wire.close()
    return [asked[number % len(asked)] for number in range(_ASKED)]
