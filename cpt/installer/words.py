"""The words in which a plan speaks to an account's owner."""

from __future__ import annotations

from collections.abc import Iterable

from cpt.installer.changes import FieldChange, Verdict
from cpt.installer.merging.merge import ORDER
from package_format.kinds.model import Path
from package_format.kinds.table import KINDS
from package_format.placeholders import in_brackets


def listed(words: Iterable[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    every = list(words)
    return " and ".join((", ".join(every[:-1]), every[-1])) if len(every) > 1 else "".join(every)


def counted(number: int, one: str, several: str | None = None) -> str:
    """Return ``1 contact`` or ``3 contacts``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def finishing(title: str, contacts: int, waiting: int) -> str:
    """Say how many finish an old version of a campaign, and how many only wait at its end (M7).

    Args:
        title: The campaign's title.
        contacts: How many stand in it.
        waiting: How many of them have come to their end, and wait for a goal there.
    """
    moving = contacts - waiting
    said = counted(moving, "contact still finishes", "contacts still finish")
    if not waiting:
        return f"{said} an old version of “{title}”."
    wait = counted(waiting, "contact waits", "contacts wait")
    if not moving:
        return f"{wait} at the end of an old version of “{title}” for a goal."
    return f"{said} an old version of “{title}”, and {wait} at its end for a goal."


def path_text(path: Path) -> str:
    """Return a path as selectors have it: ``sequences.remind.steps.nudge.wait``."""
    return ".".join(str(part) for part in path)


def field_words(path: Path) -> str:
    """Return a path in words: ``remind.nudge: wait``, ``the order of the steps in remind``."""
    match path:
        case ():
            return "the whole of it"
        case (_, node, ("steps" | "ways") as items, last) if last == ORDER:
            return f"the order of the {items} in {node}"
        case ("goals" | "sequences" | "decisions" | "joins", node):
            return f"{node}"
        case (_, node, "steps" | "ways", key):
            return f"{node}.{key}"
        case (_, node, "steps" | "ways", key, *rest):
            return f"{node}.{key}: {path_text(tuple(rest))}"
        case ("goals" | "sequences" | "decisions" | "joins", node, *rest):
            return f"{node}: {path_text(tuple(rest))}"
        case _:
            return path_text(path)


def fields_listed(fields: Iterable[FieldChange], *verdicts: Verdict) -> str:
    """Return the fields with one of these verdicts in words."""
    return listed(field_words(f.path) for f in fields if f.verdict in verdicts)


def owned_words(owned: Iterable[str]) -> str:
    """Say what of a resource is its owner's for good, by its paths."""
    fields = [field_words(tuple(text.split(".")) if text else ()) for text in owned]
    return f"{listed(fields)} {'is' if len(fields) == 1 else 'are'} yours for good"


def carried_by(kind: str, contacts: int) -> str:
    """Say how many contacts carry a tag, or have a value in a field."""
    number = str(contacts or "no")
    if kind == "field":
        return f"{number} {'contacts have' if contacts > 1 else 'contact has'} a value in it"
    return f"{number} {'contacts carry' if contacts > 1 else 'contact carries'} it"


def called(kind: str, label: str, number: int | None = None) -> str:
    """Return ``the tag “Attended webinar” (#3)``."""
    known = f" (#{number})" if number is not None else ""
    return f"the {KINDS[kind].title} “{in_brackets(label)}”{known}"
