"""Choosing versions out of a big index that was read before: from the client's cache.

The index stands on a server of its own, as `cpt registry serve` starts it, and comes over HTTP as
every command reads it. Each time is one command's: a registry object that knows nothing yet, beside
a cache on the disk that has all that is needed. Offline the cache alone is asked; online every file
is asked for again with its ETag; of a signed registry, whose root is trusted, all that was signed
is checked as well.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.measuring import CPT, WALL, Figure, medians, say
from cpt.registries.cache import Cache, Kept
from cpt.registries.http import HttpRegistry
from cpt.registries.port import Registry
from cpt.registries.supply import Supply
from cpt.registries.trust.signed import SignedRegistry
from cpt.registries.trust.signing import Signer
from cpt.resolver.solve import solve
from package_format.canonical import to_json
from package_format.index import NAMES_PATH, index_path, index_text
from package_format.signed_state import copy_of, target
from package_format.versions import Range
from tests.cpt.resolver.test_solve import line

INDEX, CLOSURE = 10_000, 20
VERSIONS = 20
ROUNDS = 9
OFFLINE, ONLINE = 0.1, 0.2
"""Seconds from the cache alone, and with a server that is asked in between."""


def measure() -> Iterator[Figure]:
    """Yield the seconds in which a typical closure is chosen."""
    say(f"writing an index of {INDEX:,} packages, and choosing {CLOSURE} of them")
    with tempfile.TemporaryDirectory() as name:
        root, cache = Path(name) / "registry", Cache(Path(name) / "cache")
        _write_index(root)
        with _served(root) as address:
            online = partial(HttpRegistry, address, cache=cache)
            _choose(online)
            offline, again = medians(
                [partial(_choose, partial(online, offline=True)), partial(_choose, online)],
                ROUNDS,
                WALL,
            )
        say("signing all of it")
        with _signed(root, Path(name)) as trusting:
            _choose(trusting)
            (checked,) = medians([partial(_choose, trusting)], ROUNDS, WALL)
    what = f"{CLOSURE} packages out of {INDEX:,}"
    yield Figure(f"{what}, from the cache", offline, OFFLINE, "s", "offline")
    yield Figure(f"{what}, asked again", again, ONLINE, "s", "each file with its ETag")
    yield Figure(f"{what}, and checked", checked, ONLINE, "s", "what is signed, online")


def _choose(registry: Callable[[], Registry]) -> None:
    supply = Supply(registry())
    found = solve({"a/p0": Range.parse("^1")}, supply.index, names=supply.names)
    assert len(found) == CLOSURE  # noqa: S101  it is what is measured


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """Serve a registry's folder; its address."""
    command = (CPT, "registry", "serve", root, "--port", "0", "--per-address", "0")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None  # noqa: S101  it is a pipe
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _signed(root: Path, folder: Path) -> Iterator[Callable[[], Registry]]:
    """Sign a registry and serve it; what opens it as one does who trusts its root."""
    key, online = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    signer = Signer(root, datetime.now(UTC))
    trusted = signer.renew_root([key], online.public_key(), threshold=1)
    signer.sign(online)
    cache = Cache(folder / "cache-of-signed")
    with _served(root) as address:

        def keep(path: str, data: bytes) -> None:
            cache.keep_file(address, path, Kept(data))

        def opened() -> Registry:
            registry = HttpRegistry(address, cache=cache, checked=True)
            return SignedRegistry(registry, trusted, folder / "seen", keep)

        yield opened


def _write_index(root: Path) -> None:
    """Write an index whose packages need a few others each; the first twenty only each other."""
    dice = random.Random(1)
    names = [f"a/p{number}" for number in range(INDEX)]
    (root / "index/a").mkdir(parents=True)
    (root / "config.json").write_text('{"format":1,"blobs":"blobs/"}\n')
    (root / NAMES_PATH).write_bytes(to_json(sorted(names)))
    for number, name in enumerate(names):
        others = range(number + 1, min(CLOSURE if number < CLOSURE else INDEX, number + 40))
        needed = sorted(dice.sample(others, min(3, len(others))))
        if number + 1 < CLOSURE:
            needed = sorted({number + 1, *needed})
        lines = [
            line(name, f"1.{minor}.0", {f"a/p{other}": f"^1.{minor // 2}.0" for other in needed})
            for minor in range(VERSIONS)
        ]
        data = index_text(lines).encode()
        (root / index_path(name)).write_bytes(data)
        copy = root / copy_of(target(index_path(name), data))  # for signing, which takes its time
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(data)
