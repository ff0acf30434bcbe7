"""What a registry signs, as files of its tree: The Update Framework's metadata, and its targets.

    tuf/metadata/1.root.json                 who may sign; every version of it stays
    tuf/metadata/timestamp.json              which snapshot is the newest; the one file that changes
    tuf/metadata/7.snapshot.json             the versions of the others
    tuf/metadata/1.targets.json              shares the index among 256 bins, by the hashes of paths
    tuf/metadata/3.index-0a.json             a bin: the lengths and digests of its files
    tuf/targets/index/acme/<sha256>.lifecycle-tags.jsonl

Of each file of the index there is a copy under its digest, so that who reads an older signed state
still finds what it covers, and a version that is published but not signed yet harms nobody. This
module knows the shape alone; who signs and who checks is in `cpt.registries.trust`.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from package_format.errors import InvalidIndexError
from package_format.kinds.model import Json

TUF = "tuf/"
"""Where everything that a registry signs stands in its tree."""

METADATA = f"{TUF}metadata/"
"""The folder of the metadata."""

TARGETS = f"{TUF}targets/"
"""The folder of the copies that the metadata covers."""

TIMESTAMP = f"{METADATA}timestamp.json"
"""The one file that changes; the others are new files with a higher number."""

BITS = 8
"""The index is shared among two to the power of this many bins."""

BINS = "index"
"""What the names of the bins begin with."""

SIGNED_LIMIT = 16 * 1024 * 1024
"""The most bytes that a file of what is signed may have."""

ROOT_LIMIT = 512_000
"""The most bytes that a root may have: who follows roots reads no more of the next one."""

MOST_ROOTS = 256
"""The most roots that a registry may have, one after the other: reading them comes to an end."""

Read: TypeAlias = Callable[[str], bytes | None]
"""Returns the bytes of a file of the tree; None if there is none."""

_NOT_FOLLOWED = (
    ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
_PATH = re.compile(
    r"tuf/(?:metadata/(?:timestamp|[1-9]\d{0,8}\.(?:root|snapshot|targets|index-[0-9a-f]{2}))\.json"
    r"|targets/index/(?:[a-z0-9-]+/)?[0-9a-f]{64}\.[a-z0-9-]+\.jsonl?)"
)


def is_signed_path(path: str) -> bool:
    """Whether a path is one that a file under ``tuf/`` may have."""
    return _PATH.fullmatch(path) is not None


def root_path(version: int) -> str:
    """Return where a version of the root stands in the tree."""
    return f"{METADATA}{version}.root.json"


def roots(read: Read) -> Iterator[tuple[str, bytes]]:
    """Yield each root and where it stands, the oldest first.

    Raises:
        InvalidIndexError: There is no end to them.
    """
    for path in map(root_path, range(1, MOST_ROOTS + 1)):
        root = read(path)
        if root is None:
            return
        yield path, root
    raise InvalidIndexError(f"there are {MOST_ROOTS} roots or more, and that is too many")


def newest_root(read: Read) -> tuple[str, bytes] | None:
    """Return where the newest root stands, and the root; None if there is none.

    Raises:
        InvalidIndexError: There is no end to them.
    """
    found = deque(roots(read), maxlen=1)
    return found[0] if found else None


def metadata_path(role: str, version: int) -> str:
    """Return where a version of a role's metadata stands in the tree."""
    return f"{METADATA}{version}.{role}.json"


def target_path(path: str, digest: str) -> str:
    """Return where the copy of a file of the index stands in the tree.

    Args:
        path: Where the file stands.
        digest: The SHA-256 of its bytes, in hexadecimal digits.
    """
    folder, _, name = path.rpartition("/")
    return f"{TARGETS}{folder}/{digest}.{name}"


def state_in(timestamp: bytes | None) -> int | None:
    """Return the number of the state that a timestamp is of; None if there is none.

    Raises:
        InvalidIndexError: It says no number.
    """
    if timestamp is None:
        return None
    try:
        return int(json.loads(timestamp)["signed"]["version"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidIndexError(f"{TIMESTAMP} is no timestamp: {error}") from error


def signed_files(read: Read) -> Iterator[tuple[str, bytes]]:
    """Yield every file that the newest signed state is made of, what is referred to first.

    Signatures are not looked at: a file is followed for what it says.

    Raises:
        InvalidIndexError: A file is missing, or says nothing that can be followed.
    """
    timestamp = read(TIMESTAMP)
    if timestamp is None:
        return
    try:
        yield from _covered(read, json.loads(timestamp))
    except _NOT_FOLLOWED as error:
        if isinstance(error, InvalidIndexError):
            raise
        raise InvalidIndexError(
            f"the signed metadata refers to nothing that can be read: {error}"
        ) from error
    yield TIMESTAMP, timestamp


def _covered(read: Read, timestamp: Json) -> Iterator[tuple[str, bytes]]:
    yield from roots(read)
    number = int(timestamp["signed"]["meta"]["snapshot.json"]["version"])
    snapshot = _demand(read, metadata_path("snapshot", number))
    for name, entry in json.loads(snapshot)["signed"]["meta"].items():
        role = str(name).removesuffix(".json")
        path = metadata_path(role, int(entry["version"]))
        metadata = _demand(read, path)
        for target, said in json.loads(metadata)["signed"]["targets"].items():
            copy = target_path(str(target), str(said["hashes"]["sha256"]))
            yield copy, _demand(read, copy)
        yield path, metadata
    yield metadata_path("snapshot", number), snapshot


def _demand(read: Read, path: str) -> bytes:
    if not is_signed_path(path):
        raise InvalidIndexError(f"the signed metadata refers to {path!r}, which cannot be")
    data = read(path)
    if data is None:
        raise InvalidIndexError(f"the signed metadata refers to {path}, and there is none")
    return data
