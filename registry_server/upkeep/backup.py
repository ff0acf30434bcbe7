"""Backups: all of a registry in a folder, while it is published to, and back into an empty one.

    records.jsonl      every row of the database, as it was at one moment
    tree/              the registry's tree at that moment, which is a registry by itself

A version's archive is kept before its line is written, and never goes away; so whatever the records
of one moment name can be copied after it. Nothing here depends on which database and which storage
the registry has: it can come back in others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError

from package_format.archive import digest_of
from package_format.errors import PackageError
from package_format.index import NAMES_PATH, IndexLine, index_path, names_bytes, parse_index
from package_format.notices import NOTICES_PATH, Notices, notices_text, read_notices
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.registry_folders import CONFIG_PATH, RECORDS
from package_format.tree_config import FORMAT, TreeConfig
from registry_server.blobs.directory import DirectoryBlobs
from registry_server.blobs.port import Blobs
from registry_server.blobs.writing import write_whole
from registry_server.database.copying import Row, bring_in, is_empty, revision, rows
from registry_server.database.database import ARCHIVES
from registry_server.database.packages import precedence
from registry_server.database.records import Records
from registry_server.errors import CannotServeError, DamagedTreeError
from registry_server.store import Store

TREE = "tree"
"""The folder of the tree."""

_FORM = 1
_NOT_ROWS = (
    ValueError, KeyError, TypeError, AttributeError, RecursionError, PackageError, StatementError,
)  # fmt: skip
_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAMED = {"packages": re.compile(PACKAGE_NAME_PATTERN), "publishers": _PART, "people": _PART}
"""The tables in which a name stands, and what it looks like."""
_PACKAGES, _VERSIONS = "packages", "versions"
_NOTICES = ("deprecated", "successor", "quarantined")


@dataclass(frozen=True)
class Copied:
    """What a backup or a restoration came to.

    Attributes:
        versions: How many versions are in it.
        archives: How many of their archives had to be copied.
    """

    versions: int
    archives: int


def back_up(
    store: Store,
    folder: Path,
    now: str,
    begun: Callable[[int, int], None] = lambda _place, _of: None,
) -> Copied:
    """Back a registry up, into a new folder or over an earlier backup of it.

    Args:
        store: The registry's store; others may go on writing.
        folder: Where to.
        now: The present moment.
        begun: Told of each archive that is begun: which it is, from 1, and of how many.

    Raises:
        CannotServeError: The folder holds something else, or cannot be written.
        DamagedTreeError: An archive is missing.
        UnavailableError: The database or the storage does not answer.
    """
    records, tree = folder / RECORDS, folder / TREE
    if folder.exists() and not records.exists() and any(folder.iterdir()):
        raise CannotServeError(f"{folder} holds something, and it is no backup", "name another")
    try:
        with store.database.moment() as connection:
            found = Records(connection).packages
            lines = [line for name in found.names() for line in found.lines(name)]
            archives = _copy(store.blobs, DirectoryBlobs(tree), lines, begun)
            index = {name: found.index(name) or "" for name in found.names()}
            _write_tree(tree, index, found.all_notices())
            write_whole(records, _written(connection, now), mode=0o600)
    except OSError as error:
        raise CannotServeError(
            f"the backup in {folder} cannot be written: {error.strerror or error}",
            "make room, and run it again: what was copied is not copied again",
        ) from error
    return Copied(len(lines), archives)


def restore(store: Store, folder: Path) -> Copied:
    """Bring a backup back into an empty store; nothing is in its database before all is.

    Raises:
        CannotServeError: There is no backup, or one of another form; or the store is not empty.
        DamagedTreeError: The backup is damaged.
        UnavailableError: The database or the storage does not answer.
    """
    with store.database.writing("names", sharing=ARCHIVES) as records:
        if not is_empty(records.connection):
            raise CannotServeError(
                "there is a registry already", "a backup comes back where there is nothing yet"
            )
        lines = _checked(folder / RECORDS, revision(records.connection))
        archives = _copy(DirectoryBlobs(folder / TREE), store.blobs, lines, lambda *_: None)
        try:
            bring_in(records.connection, _read(folder / RECORDS))
        except (InterfaceError, OperationalError):
            raise
        except _NOT_ROWS as error:
            raise DamagedTreeError(
                f"{folder / RECORDS} has rows that no registry can have: {type(error).__name__}."
            ) from error
    return Copied(len(lines), archives)


def _copy(
    source: Blobs, target: Blobs, lines: list[IndexLine], begun: Callable[[int, int], None]
) -> int:
    """Copy the archives that are not there yet; each is proved on its way."""
    copied = 0
    for place, line in enumerate(lines, 1):
        begun(place, len(lines))
        if target.has(line.digest):
            continue
        data = source.read(line.digest)
        if data is None:
            raise DamagedTreeError(f"The archive of {line.name} {line.version} is missing.")
        _demand_proved(line, data)
        target.add(line.digest, data)
        copied += 1
    return copied


def _demand_proved(line: IndexLine, data: bytes) -> None:
    try:
        found = digest_of(data)
    except PackageError as error:
        raise DamagedTreeError(
            f"The archive of {line.name} {line.version} is not what was published: {error}."
        ) from error
    if found != line.digest or len(data) != line.size:
        raise DamagedTreeError(
            f"The archive of {line.name} {line.version} is not what was published."
        )


def _write_tree(tree: Path, index: dict[str, str], notices: dict[str, Notices]) -> None:
    for name, text in index.items():
        write_whole(tree / index_path(name), [text.encode()])
    write_whole(tree / NAMES_PATH, [names_bytes(index)])
    write_whole(tree / NOTICES_PATH, [notices_text(notices).encode()])
    if not (tree / CONFIG_PATH).exists():  # in one that is there, it may say that it is signed
        write_whole(tree / CONFIG_PATH, [TreeConfig(format=FORMAT).written()])


def _written(connection: Connection, now: str) -> Iterator[bytes]:
    """The lines of the records: what they are, the rows, and how many there were."""
    yield _line({"backup": _FORM, "made": now, "revision": revision(connection)})
    count = 0
    for count, (table, row) in enumerate(rows(connection), start=1):  # noqa: B007  the last counts
        yield _line({"table": table, "row": row})
    yield _line({"rows": count})


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _read(path: Path) -> Iterator[Row]:
    """The rows; what is not whole has been refused by `_checked`."""
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            said = json.loads(line)
            if "table" in said:
                yield said["table"], said["row"]


class _Rows:
    """What the rows of a backup have to be to each other, as they are read."""

    def __init__(self) -> None:
        self.lines: list[IndexLine] = []
        self._packages: dict[object, str] = {}

    def read(self, table: str, row: Mapping[str, object]) -> None:
        """Read a row; refuse what must not become a path, or an index that cannot be read."""
        form = _NAMED.get(table)
        if form is not None and not form.fullmatch(str(row["name"])):
            raise ValueError(f"{str(row['name'])[:100]!r} is no name in {table}")
        if table == _PACKAGES:
            name = self._packages[row["id"]] = str(row["name"])
            said = {word: row[word] for word in _NOTICES if row[word] is not None}
            read_notices(json.dumps({name: said}).encode())
        elif table == _VERSIONS:
            self.lines.append(self._line(row))

    def _line(self, row: Mapping[str, object]) -> IndexLine:
        name = self._packages[row["package"]]
        (line,) = parse_index(str(row["line"]), name)
        if (line.digest, precedence(line.version)) != (row["digest"], row["precedence"]):
            raise ValueError(f"a version of {name} is not what its row says")
        return line


def _checked(path: Path, wanted: str) -> list[IndexLine]:
    """The versions that a backup has; it is read once, to its end, before anything is done."""
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads(next(file))
            seen = _Rows()
            count, end = 0, None
            for line in file:
                said = json.loads(line)
                if "rows" in said:
                    end = said["rows"]
                    continue
                count += 1
                seen.read(said["table"], said["row"])
    except FileNotFoundError as error:
        raise CannotServeError(
            f"there is no backup in {path.parent}", "'cpt registry backup' makes one"
        ) from error
    except (OSError, StopIteration, *_NOT_ROWS) as error:
        raise DamagedTreeError(f"{path} cannot be read as a backup: {error}.") from error
    if not isinstance(head, dict):
        raise DamagedTreeError(f"{path} cannot be read as a backup: it does not say what it is.")
    if (head.get("backup"), head.get("revision")) != (_FORM, wanted):
        raise CannotServeError(
            f"this backup is of revision {head.get('revision')}, and this server's is {wanted}",
            "bring it back with the version of CPT that made it; a later one takes over from there",
        )
    if end != count:
        raise DamagedTreeError(f"{path} breaks off: it is no whole backup.")
    return seen.lines
