"""Notices: what people should know of a package before they choose it, beside its versions.

They stand in one file of the tree, for there are few of them, and no version changes when one comes
or goes. A tree without the file has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from package_format.canonical import to_json
from package_format.errors import InvalidIndexError
from package_format.manifest import Line, PackageName
from package_format.source.mistakes import first_problem

NOTICES_PATH = "index/notices.json"
"""Where the notices of all packages stand in the tree, by name."""


@dataclass(frozen=True)
class Notices:
    """What people should know of a package before they choose it.

    Attributes:
        deprecated: Why it should not be chosen any more; None if it may.
        successor: The package to choose instead, if there is one.
        quarantined: Why whoever runs the registry keeps everybody from it; None if it is free.
    """

    deprecated: Line | None = None
    successor: PackageName | None = None
    quarantined: Line | None = None


_ALL = TypeAdapter(dict[PackageName, Notices])


def notices_text(notices: Mapping[str, Notices]) -> str:
    """Return the file's text; a package of which there is nothing to know is not in it."""
    said = {
        name: {word: text for word, text in asdict(each).items() if text is not None}
        for name, each in notices.items()
        if each != Notices()
    }
    return to_json(said).decode() + "\n"


def read_notices(data: bytes) -> dict[str, Notices]:
    """Read the file; a later program may say more in it.

    Raises:
        InvalidIndexError: It cannot be read.
    """
    try:
        return _ALL.validate_json(data)
    except ValidationError as error:
        raise InvalidIndexError(f"{NOTICES_PATH} cannot be read: {first_problem(error)}") from None


def in_words(notices: Notices) -> tuple[str, ...]:
    """Return the notices of a package as sentences without a full stop."""
    said = []
    if notices.quarantined is not None:
        said.append(f"kept from everybody by whoever runs the registry: {notices.quarantined}")
    if notices.deprecated is not None:
        instead = f"; choose {notices.successor} instead" if notices.successor else ""
        said.append(f"deprecated: {notices.deprecated}{instead}")
    return tuple(said)
