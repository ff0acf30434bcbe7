"""What somebody may have meant who asks for what is not there."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from package_format.manifest import CATEGORIES
from package_format.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_server.catalog.shelf import Shelf

_COMPARED = 2_000
_LONGEST = 130


def meant(path: str, shelf: Shelf) -> tuple[tuple[str, str], ...]:
    """Return what an address that leads nowhere may have meant: what to call it, and its address.

    Few names are looked at, and short ones, so that nobody can keep the server busy with this.
    """
    return tuple(dict(_meant(path[1 : 2 * _LONGEST].split("/"), shelf)).items())


def _meant(parts: list[str], shelf: Shelf) -> Iterator[tuple[str, str]]:
    match parts:
        case ["packages", publisher, short, *_] if f"{publisher}/{short}" in shelf.packages:
            name = f"{publisher}/{short}"
            yield name, f"/packages/{name}"
            yield f"all versions of {name}", f"/packages/{name}/versions"
        case ["packages", publisher, short, *_]:
            own = [listed.newest.name for listed in shelf.of_publisher(publisher)]
            near = _close(f"{publisher}/{short}", own or _like(short, shelf))
            yield from ((name, f"/packages/{name}") for name in near)
            if own:
                yield f"everything by {publisher}", f"/publishers/{publisher}"
        case ["publishers", publisher, *_]:
            alike = (one for one in shelf.publishers if one[:1] == publisher[:1])
            yield from ((one, f"/publishers/{one}") for one in _close(publisher, alike))
        case ["categories", category, *_]:
            yield from ((one, f"/categories/{one}") for one in _close(category, CATEGORIES))
        case _:
            return


def _like(short: str, shelf: Shelf) -> Iterator[str]:
    """The packages, by whomever, whose own name begins as one does."""
    return (name for name in shelf.packages if name.partition("/")[2][:3] == short[:3])


def _close(text: str, names: Iterable[str]) -> list[str]:
    return nearest(text, islice(names, _COMPARED), most=5)
