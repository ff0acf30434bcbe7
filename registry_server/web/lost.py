"""What somebody may have meant who asks for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_format.manifest import CATEGORIES
from package_format.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_server.trees.lists import Lists

_COMPARED = 2_000
_LONGEST = 130


def meant(path: str, lists: Lists) -> tuple[tuple[str, str], ...]:
    """Return what an address that leads nowhere may have meant: what to call it, and its address.

    Few names are looked at, and short ones, so that nobody can keep the server busy with this.
    """
    return tuple(dict(_meant(path[1 : 2 * _LONGEST].split("/"), lists)).items())


def _meant(parts: list[str], lists: Lists) -> Iterator[tuple[str, str]]:
    match parts:
        case ["packages", publisher, short, *_] if lists.has(f"{publisher}/{short}"):
            name = f"{publisher}/{short}"
            yield name, f"/packages/{name}"
            yield f"all versions of {name}", f"/packages/{name}/versions"
        case ["packages", publisher, short, *_]:
            listed = lists.of_publisher(publisher)[:_COMPARED]
            own = [one.newest.name for one in listed]
            near = _close(f"{publisher}/{short}", own or lists.begun_with(short[:3], _COMPARED))
            yield from ((name, f"/packages/{name}") for name in near)
            if own:
                yield f"everything by {publisher}", f"/publishers/{publisher}"
        case ["publishers", publisher, *_]:
            alike = lists.publishers_begun_with(publisher[:1], _COMPARED)
            yield from ((one, f"/publishers/{one}") for one in _close(publisher, alike))
        case ["categories", category, *_]:
            yield from ((one, f"/categories/{one}") for one in _close(category, CATEGORIES))
        case _:
            return


def _close(text: str, names: Iterable[str]) -> list[str]:
    return nearest(text[:_LONGEST], names, most=5)
