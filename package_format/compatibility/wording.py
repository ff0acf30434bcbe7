"""Wording: which parts of a resource are mere words, and what a message holds besides them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from package_format.kinds.model import Json, Message, Path, marked
from package_format.package import Resource
from package_format.templates import merge_fields, read_install

_LINK = re.compile(
    r"""(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')|(https?://[^\s<>"']+)""", re.IGNORECASE
)

_WORDS = {
    "tag": {"description"},
    "field": {"title", "description"},
    "form": {"label", "button", "thanks"},
    "campaign": {"title"},
}
"""By kind, the fields that say the same to contacts whatever their words are."""


def is_words(resource: Resource, path: Path) -> bool:
    """Whether a field of a resource holds words alone."""
    if path and path[-1] in _WORDS.get(resource.kind, set()):
        return True
    return path in {found.path for found in marked(resource.model) if _is_message(found.marker)}


def holds(resource: Resource) -> dict[Path, tuple[tuple[str, ...], ...]]:
    """Return what each message of a resource holds besides words: links and what is filled in."""
    return {
        found.path: (
            tuple(sorted(set(_links(found.value)))),
            tuple(sorted({used.name for used in merge_fields(found.value)})),
            tuple(sorted({used.name for used in read_install(found.value).names})),
        )
        for found in marked(resource.model)
        if _is_message(found.marker)
    }


def differing(old: Json, new: Json, path: Path = ()) -> Iterator[Path]:
    """Yield where two values differ: at the fields of mappings, and of those in like lists."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from differing(old.get(key), new.get(key), (*path, key))
    elif _are_alike(old, new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differing(before, after, (*path, index))
    elif old != new:
        yield path


def _are_alike(old: Json, new: Json) -> bool:
    """Whether two values are lists of equally many mappings, which are compared one by one."""
    both = isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
    return both and all(isinstance(item, dict) for item in (*old, *new))


def _links(text: str) -> Iterator[str]:
    for match in _LINK.finditer(text):
        yield next(group for group in match.groups() if group is not None)


def _is_message(marker: object) -> bool:
    return isinstance(marker, Message)
