"""``NAME=VALUE`` as flags give them, and files of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from cpt.cli.reading import read_text
from cpt.errors import BadInputError, UsageError
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.spelling import did_you_mean


def read_pairs(texts: Iterable[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` texts.

    Raises:
        UsageError: One of them has no equals sign, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{text!r} sets nothing", "write NAME=VALUE")
        if name in found:
            raise UsageError(f"{name} is set twice")
        found[name] = value
    return found


def read_choices(noun: str, texts: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return words, each of which has to be one of those that are known.

    Raises:
        UsageError: One of them is not.
    """
    found = tuple(texts)
    for text in found:
        if text not in known:
            hint = did_you_mean(text, known)
            raise UsageError(
                f"there is no {noun} {text}",
                *([hint] if hint else []),
                f"the {noun}s are {', '.join(known)}",
            )
    return found


def read_mapping(path: Path) -> dict[str, Json]:
    """Read a YAML (or JSON) file that holds a mapping.

    Raises:
        BadInputError: It cannot be read, or holds something else.
    """
    from package_format.source import plain, read_yaml

    text = read_text(path)
    diagnostics = Diagnostics()
    node = read_yaml(text, str(path), diagnostics)
    for found in diagnostics:
        raise BadInputError(f"{found.span}: {found.message}", *([found.help] if found.help else []))
    data = plain(node) if node is not None else {}
    if not isinstance(data, dict):
        raise BadInputError(f"{path} holds no mapping of names to values")
    return data
