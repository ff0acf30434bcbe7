"""The files of a registry's tree, where it is a folder: which there are, and reading one. An edge.

A tree may come from anywhere: out of an archive, from a shared disk. No link in it leads out of the
folder, nothing but a plain file is opened (a pipe would keep a reader waiting for ever), and no
more is read of a file than it may have.
"""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from package_format.errors import UnreadableFileError
from package_format.references import PACKAGE_NAME_PATTERN

INDEX_LIMIT = 16 * 1024 * 1024
"""The most bytes that an index file may have."""

_NAME = re.compile(PACKAGE_NAME_PATTERN)


def names_in(root: Path) -> Iterator[str]:
    """Yield the name of every package that has an index file; links that lead out are left out."""
    for folder in publishers_in(root):
        yield from names_of(root, folder)


def publishers_in(root: Path) -> Iterator[Path]:
    """Yield the folder of every publisher; links that lead out are left out."""
    inside = root.resolve()
    if not _leads_to(root / "index", inside):
        return
    for folder in (root / "index").glob("*"):
        if folder.is_dir() and _is_inside(folder, inside):
            yield folder


def names_of(root: Path, folder: Path) -> Iterator[str]:
    """Yield the name of every package that has an index file in a publisher's folder."""
    inside = root.resolve()
    for path in folder.glob("*.jsonl"):
        name = f"{folder.name}/{path.stem}"
        if _NAME.fullmatch(name) and _is_inside(path, inside):
            yield name


def file_in(root: Path, relative: str) -> Path | None:
    """Return where a file of the tree is; None if there is none.

    Raises:
        UnreadableFileError: It is not a plain file, or lies outside of the tree.
    """
    path = root / relative
    if not _is_plainly_in(root, relative) and not _leads_to(path, root.resolve()):
        raise UnreadableFileError(f"{relative} is a link that leads out of the registry's folder")
    try:
        mode = path.stat().st_mode  # asked once: a writer may be bringing it into place
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file has such a name, whoever asks for it
            return None
        raise
    if not stat.S_ISREG(mode):
        raise UnreadableFileError(f"{relative} is not a plain file")
    return path


def bytes_in(root: Path, relative: str, limit: int = INDEX_LIMIT) -> bytes | None:
    """Return what a file of the tree holds; None if there is none.

    Raises:
        UnreadableFileError: It cannot be read, or holds more than it may.
    """
    path = file_in(root, relative)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:  # gone since
        return None
    except OSError as error:
        raise UnreadableFileError(
            f"{relative} cannot be read: {error.strerror or error}"
        ) from error
    if len(data) > limit:
        raise UnreadableFileError(f"{relative} has more than {limit:,} bytes")
    return data


def _is_plainly_in(root: Path, relative: str) -> bool:
    """Whether no link stands between the root and a file: it is inside, and soon seen to be."""
    parts = relative.split("/")
    try:
        return ".." not in parts and not any(
            root.joinpath(*parts[:deep]).is_symlink() for deep in range(1, len(parts) + 1)
        )
    except OSError:  # a name that no file can have
        return False


def _is_inside(path: Path, inside: Path) -> bool:
    """Whether an entry of a folder that is inside is itself; only a link could be elsewhere."""
    return not path.is_symlink() or _leads_to(path, inside)


def _leads_to(path: Path, inside: Path) -> bool:
    try:
        return path.resolve().is_relative_to(inside)
    except (OSError, RuntimeError):  # a loop of links
        return False
