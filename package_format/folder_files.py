"""Folder files: which files a package's folder has, and what is in them, up to what is allowed.

What cannot be read is said in diagnostics; nothing that stands in a folder raises.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from package_format.archive import CONTENT_LIMIT, MEMBER_LIMIT
from package_format.diagnostics import Diagnostics
from package_format.ignoring import ignoring
from package_format.source import Source, read_text

IGNORE_FILE = ".cptignore"


@dataclass
class FolderFiles:
    """The files of one folder.

    Attributes:
        folder: The folder.
        diagnostics: Where it is said what cannot be read.
        read: The contents of the files that were read, by their paths.
        left_out: The paths of the files that the author wants left out, sorted.
    """

    folder: Path
    diagnostics: Diagnostics
    read: dict[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    _size: int = 0

    def source(self, file: str) -> Source | None:
        """Return a file's text; None if it cannot be read."""
        content = self.content(file)
        return None if content is None else read_text(content, file, self.diagnostics)

    def content(self, file: str) -> bytes | None:
        """Read a plain file that stands in the folder, or say why that is impossible."""
        path = self.folder / file
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                # Folders that are links are not walked into, so only the file itself may lead out.
                if not path.resolve().is_relative_to(self.folder.resolve()):
                    self.diagnostics.error(
                        "link-out-of-folder",
                        f"{file} is a link that leads out of the package's folder",
                        help="copy the file into the package",
                    )
                    return None
                status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                self.diagnostics.error("not-a-file", f"{file} is not a plain file")
                return None
            self._size += status.st_size
            if self._size > CONTENT_LIMIT:
                self.diagnostics.error(
                    "too-large",
                    f"with {file} the package is larger than the "
                    f"{CONTENT_LIMIT // 1024 // 1024} MB that are allowed",
                )
                return None
            self.read[file] = path.read_bytes()
            return self.read[file]
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "it is a link to itself"
            self.diagnostics.error("unreadable-file", f"{file} cannot be read: {reason}")
            return None

    def paths(self) -> Iterator[str]:
        """Yield the paths of all files, sorted; hidden ones are nobody's business."""
        found: list[str] = []
        for where, folders, files in os.walk(self.folder):
            relative = Path(where).relative_to(self.folder).as_posix()
            before = "" if relative == "." else f"{relative}/"
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in list(folders):
                if (Path(where) / name).is_symlink():
                    self.diagnostics.warning(
                        "linked-folder",
                        f"{before}{name} is a link to a folder and is left out",
                        help="copy the folder into the package",
                    )
            found += [before + name for name in files if not name.startswith(".")]
            if len(found) > MEMBER_LIMIT:
                self.diagnostics.error(
                    "too-many-files", f"a package has at most {MEMBER_LIMIT:,} files"
                )
                return
        is_ignored = self._ignored()
        self.left_out = tuple(sorted(file for file in found if is_ignored(file)))
        yield from sorted(set(found) - set(self.left_out))

    def _ignored(self) -> Callable[[str], bool]:
        """What ``.cptignore`` names, in git's grammar; the manifest is never left out."""
        if not (self.folder / IGNORE_FILE).exists():
            return lambda _file: False
        source = self.source(IGNORE_FILE)
        self.read.clear()
        return ignoring(source.text, self.diagnostics) if source else lambda _file: False
