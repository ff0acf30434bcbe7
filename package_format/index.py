"""The index: what a registry says about each published version, and what of it may change.

A registry is a tree of files with one writer; here are its paths and lines, without any file. Lines
are appended and never edited, but for one word: the status (``yanked``, ``quarantined``, and back).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from package_format.canonical import to_json
from package_format.errors import InvalidIndexError, PackageError, VersionTakenError
from package_format.forms import DIGEST
from package_format.kinds.model import Model
from package_format.manifest import Line, PackageName, RangeText, VersionText
from package_format.package import Package
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.signature import ENVELOPES, Envelope
from package_format.source.mistakes import first_problem
from package_format.versions import Version

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SAID_LIMIT = 200


def _instant(text: str) -> str:
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"{text!r} is not an instant; one looks like 2026-03-02T09:00:00Z")
    dt.datetime.fromisoformat(text)
    return text


NAMES_PATH = "index/names.json"
"""Where the names of all packages stand in the tree, a sorted JSON list: no folder can be listed
over HTTP. It follows from the other files, and a reader that finds none knows no names.
"""

BLOBS = "blobs/"
"""The folder of the tree in which archives stand."""


class Status(StrEnum):
    """Whether a version is chosen anew.

    Attributes:
        ACTIVE: It is.
        YANKED: Its author withdrew it; it is still installed by locks.
        QUARANTINED: Whoever runs the registry keeps everybody from it.
    """

    ACTIVE = "active"
    YANKED = "yanked"
    QUARANTINED = "quarantined"


class IndexLine(Model):
    """What the index says about one version.

    Attributes:
        name: ``publisher/name``.
        version: The version.
        digest: The content digest of its archive.
        size: How many bytes the archive has.
        dependencies: The packages it depends on, and their ranges.
        features: What the target account must offer.
        summary: What it is, in a sentence.
        status: Whether it is chosen anew; a yanked version is still installed by locks.
        published: When, in UTC to the second.
        signatures: Who says that this is the content, beside the registry; see `signing`.
    """

    name: PackageName
    version: VersionText
    digest: Annotated[str, StringConstraints(pattern=DIGEST.pattern)]
    size: Annotated[int, Field(ge=0)]
    dependencies: dict[PackageName, RangeText] = {}
    features: tuple[Line, ...] = ()
    summary: Line
    status: Status = Status.ACTIVE
    published: Annotated[str, AfterValidator(_instant)]
    signatures: Annotated[tuple[Envelope, ...], Field(max_length=ENVELOPES)] = ()

    @classmethod
    def of(cls, package: Package, *, digest: str, size: int, published: str) -> Self:
        """Return the line of a version that is about to be published.

        Args:
            package: The package.
            digest: The content digest of its archive.
            size: How many bytes the archive has.
            published: The present moment in UTC, such as 2026-03-02T09:00:00Z.
        """
        manifest = package.manifest
        return cls(
            name=manifest.name,
            version=manifest.package.version,
            digest=digest,
            size=size,
            dependencies=manifest.dependencies,
            features=manifest.account.features,
            summary=manifest.package.summary,
            published=published,
        )


_TOLD = ("name", "version", "digest", "size", "dependencies", "features", "summary")
"""What a line says that its archive says too."""


def contradiction(line: IndexLine, package: Package, *, digest: str, size: int) -> str | None:
    """Say in what an index line is not about a package that was read for it; None if it is.

    Versions are chosen by what lines say, before any archive is read; so that is only worth
    something if the archive is then held against it.

    Args:
        line: The line.
        package: What the archive holds.
        digest: The content digest of the archive.
        size: How many bytes the archive has.
    """
    is_ = IndexLine.of(package, digest=digest, size=size, published=line.published)
    return difference(line, is_, _TOLD)


def difference(line: IndexLine, is_: IndexLine, among: Iterable[str]) -> str | None:
    """Say in what an index line differs from what is so; None if in nothing.

    Args:
        line: The line.
        is_: What it should say.
        among: The fields that are compared.
    """
    for name in among:
        said, found = getattr(line, name), getattr(is_, name)
        if said != found:
            return f"its {name} is {_in_words(found)}, and the index says {_in_words(said)}"
    return None


def _in_words(value: object) -> str:
    match value:
        case {**entries}:
            said = ", ".join(f"{name} {text}" for name, text in sorted(entries.items()))
        case (*items,):
            said = ", ".join(map(str, items))
        case _:
            said = str(value)
    return f"{said[:_SAID_LIMIT]}…" if len(said) > _SAID_LIMIT else said or "nothing"


def index_path(name: str) -> str:
    """Return where a package's lines stand in the tree.

    Raises:
        PackageError: The text is not a package's name, and so must not become a path.
    """
    if not re.fullmatch(PACKAGE_NAME_PATTERN, name):
        raise PackageError(f"{name!r} is not a package's name; one looks like acme/lifecycle-tags")
    return f"index/{name}.jsonl"


def blob_path(digest: str) -> str:
    """Return where an archive stands in the tree, by its content digest.

    Raises:
        PackageError: The text is not a digest, and so must not become a path.
    """
    if not _DIGEST.fullmatch(digest):
        raise PackageError(f"{digest!r} is not a digest; one looks like sha256:9f86d08…")
    value = digest.removeprefix("sha256:")
    return f"{BLOBS}sha256/{value[:2]}/{value}.cpt"


def parse_index(text: str, name: str | None = None) -> tuple[IndexLine, ...]:
    """Read a package's lines.

    Args:
        text: The lines.
        name: The package's name, if it is known.

    Raises:
        InvalidIndexError: A line cannot be read, is about another package, or about a version that
            another line is about already; the message names it.
    """
    lines: list[IndexLine] = []
    versions: set[str] = set()
    for number, line in enumerate(_split(text), start=1):
        if not line.strip():
            continue
        try:
            lines.append(IndexLine.model_validate(json.loads(line)))
        except ValidationError as error:
            raise InvalidIndexError(
                f"line {number} of the index cannot be read: {first_problem(error)}"
            ) from None
        except (ValueError, RecursionError):
            raise InvalidIndexError(f"line {number} of the index is not JSON") from None
        if name is not None and lines[-1].name != name:
            raise InvalidIndexError(
                f"line {number} of the index is about {lines[-1].name}: "
                f"it holds lines of other packages than {name}"
            )
        if _precedence(lines[-1]) in versions:
            raise InvalidIndexError(
                f"line {number} of the index is a second one about {lines[-1].version}, "
                "and what is published never changes"
            )
        versions.add(_precedence(lines[-1]))
    return tuple(lines)


def _split(text: str) -> Iterator[str]:
    """Yield one line after the other: of a stranger's millions, few are ever there at once."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def names_bytes(names: Iterable[str]) -> bytes:
    """Return the file that lists the names of all packages."""
    return to_json(sorted(names)) + b"\n"


def index_text(lines: Sequence[IndexLine]) -> str:
    """Return the text that `parse_index` reads."""
    return "".join(f"{to_json(_written(line)).decode()}\n" for line in lines)


def _written(line: IndexLine) -> dict[str, object]:
    """A line with everything in it, defaults too: others read it with other programs.

    Signatures are written where there are some.
    """
    unsaid = set() if line.signatures else {"signatures"}
    return line.model_dump(mode="json", by_alias=True, exclude=unsaid)


def publishable(lines: Sequence[IndexLine], new: IndexLine) -> str | None:
    """Say why a version cannot be published; None if it can, or is already, just so."""
    for line in lines:
        if line.name != new.name:
            return f"these are the versions of {line.name}, not of {new.name}"
        if _precedence(line) == _precedence(new) and line.digest != new.digest:
            return (
                f"{new.name} {line.version} is already published with another content, "
                "and what is published never changes; publish a new version"
            )
    return None


def appended(lines: Sequence[IndexLine], new: IndexLine) -> Appended:
    """Publish a version.

    Returns:
        Appended: The lines with the new one, or as they were if the version is there already with
        the same content.

    Raises:
        VersionTakenError: The version is there with another content.
    """
    problem = publishable(lines, new)
    if problem:
        raise VersionTakenError(problem)
    if any(_precedence(line) == _precedence(new) for line in lines):
        return Appended(tuple(lines), already_published=True)
    return Appended((*lines, new), already_published=False)


@dataclass(frozen=True)
class Appended:
    """What became of publishing a version.

    Attributes:
        lines: The lines that the index has now.
        already_published: Whether the version was there before, with the same content.
    """

    lines: tuple[IndexLine, ...]
    already_published: bool


def with_status(
    lines: Sequence[IndexLine], version: Version, status: Status
) -> tuple[IndexLine, ...]:
    """Return the lines with one version's status changed; nothing else of a line ever changes.

    Raises:
        PackageError: There is no such version.
    """
    if all(line.version != version.text for line in lines):
        raise PackageError(f"there is no version {version} to change")
    return tuple(
        line.model_copy(update={"status": status}) if line.version == version.text else line
        for line in lines
    )


def broken_promise(before: Iterable[IndexLine], after: Iterable[IndexLine]) -> str | None:
    """Say what changed between two readings of an index that never may; None if nothing did.

    Lines are added, and a line's status changes. Nothing else does.
    """
    there = {line.version: line for line in after}
    for line in before:
        now = there.get(line.version)
        if now is None:
            return f"{line.name} {line.version} was published, and is gone"
        if now.model_copy(update={"status": line.status}) != line:
            return f"{line.name} {line.version} is not what was published"
    return None


def newest_active(lines: Iterable[IndexLine]) -> IndexLine | None:
    """Return the newest version that may be chosen: a release if there is one; None if none may."""

    def standing(line: IndexLine) -> tuple[bool, Version]:
        version = Version.parse(line.version)
        return not version.is_prerelease, version

    return max((line for line in lines if line.status is Status.ACTIVE), key=standing, default=None)


def predecessor(
    lines: Iterable[IndexLine], version: Version, *, or_same: bool = False
) -> IndexLine | None:
    """Return the greatest published version below one, yanked or not; None if there is none.

    Args:
        lines: The package's lines in the index.
        version: The version that is to be published.
        or_same: Whether the version itself counts, as it does for a folder that still has the
            number that was published last.
    """
    below = [
        line
        for line in lines
        if (found := Version.parse(line.version)) < version or (or_same and found == version)
    ]
    return max(below, key=lambda line: Version.parse(line.version), default=None)


def _precedence(line: IndexLine) -> str:
    """A version without its build metadata, in which two versions cannot differ."""
    return line.version.partition("+")[0]
