"""Publishing to a registry, sixteen at once, beside registries of Python packages.

Theirs keep a file under its name; ours reads the archive, runs every check, describes it for
search, writes the log, and has all of it on the disk before it answers.

See `benchmarks.contenders`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.contenders import (
    AT_ONCE,
    Ask,
    Contender,
    beside,
    compared,
    demand,
    made,
    names,
    served,
    to_ours,
    uploads,
)
from benchmarks.loading import request
from benchmarks.measuring import Figure, say
from benchmarks.peers import Peer, Upload, devpi, pypiserver, to_python_index

_ROUNDS = 3
_PUBLISHED = 48
"""How many packages each publishes in a round."""
_FILLED = 5_000
"""How many packages a registry has in which there are some already."""


def measure() -> Iterator[Figure]:
    """Yield the figures of publishing."""
    return compared(_beside_devpi, _beside_pypiserver)


def _beside_devpi(ask: Ask, tools: Path, folder: Path) -> Iterator[Figure]:
    """Measure it on one process and on three; nothing that was published may be missing."""
    with ExitStack() as stack:
        theirs, password = stack.enter_context(devpi(tools, made(folder / "devpi")))
        ours, token = stack.enter_context(served(folder / "ours"))
        three, other = stack.enter_context(served(folder / "three", workers=3))
        say("publishing on one process and on three, beside devpi-server")
        yield beside(
            ask,
            "publishing into an empty registry",
            1,
            _publisher("ours", ours, token),
            _uploader("devpi-server", theirs, "/root/bench/", password),
            _publisher("ours on three processes", three, other),
        )
        every = range((_ROUNDS + 1) * _PUBLISHED)
        for peer in (ours, three):
            lines = [f"/index/acme/{name}.jsonl" for name in names(every)]
            demand(200, ask(peer.port, [request("GET", path) for path in lines], AT_ONCE))


def _beside_pypiserver(ask: Ask, tools: Path, folder: Path) -> Iterator[Figure]:
    """Measure publishing of packages that are new, where nothing is yet and where much is."""
    for filled, where in ((0, "an empty registry"), (_FILLED, f"one of {_FILLED:,} packages")):
        with ExitStack() as stack:
            peer = pypiserver(tools, made(folder / f"pypiserver-{filled}"), filled)
            theirs = stack.enter_context(peer)
            ours, token = stack.enter_context(served(folder / f"ours-{filled}", filled))
            say(f"publishing into {where}, beside pypiserver")
            yield beside(
                ask,
                f"publishing into {where}",
                1,
                _publisher("ours", ours, token),
                _uploader("pypiserver", theirs, "/", "ann:secret"),
            )


def _publisher(name: str, peer: Peer, token: str) -> Contender:
    def asked(round_: int) -> Sequence[bytes]:
        return [to_ours(token, one) for one in _new(round_)]

    return Contender(name, peer, asked, 201, _ROUNDS)


def _uploader(name: str, peer: Peer, path: str, password: str) -> Contender:
    def asked(round_: int) -> Sequence[bytes]:
        return [to_python_index(path, one, password) for one in _new(round_)]

    return Contender(name, peer, asked, 200, _ROUNDS)


def _new(round_: int) -> Sequence[Upload]:
    """The packages that are new in a round."""
    return uploads(range(round_ * _PUBLISHED, (round_ + 1) * _PUBLISHED), ("1.0.0",))
