"""Fields of a resource that differ among base, live and wanted: what was, is and would be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from rich.text import Text

from cpt.installer.changes import Change, ChangeType, FieldChange, Verdict
from cpt.installer.merging.merge import ORDER
from package_format.alignment import edits
from package_format.authored import authored_line
from package_format.kinds.model import Json, Path
from package_format.references import PACKAGE_NAME_PATTERN

_LONGEST = 60
_MOST_LINES = 6
_MOST_PARTS = 6
_ORDER_IN = "the order in "
_PACKAGED = re.compile(rf"^{PACKAGE_NAME_PATTERN}:(?=[a-z-]+/)")
"""What an address begins with that names its package too."""


def field_lines(change: Change) -> Iterator[Text]:
    """Yield lines that show what becomes of each field that differs."""
    for field in change.fields:
        name = part_in_words(field.path)
        match field.verdict:
            case Verdict.TAKEN | Verdict.KEPT if _is_whole(field.path):
                yield _whole(name, field)
            case Verdict.TAKEN if change.type is ChangeType.MANUAL and change.object is None:
                yield Text.assemble((f"{name}: ", "bold"), _short(field.result, name))
            case Verdict.TAKEN:
                yield from differing(name, field.live, field.result, "the new version's")
            case Verdict.KEPT if change.question:  # it may go as a whole
                yield from differing(name, field.wanted, field.live, "your change")
            case Verdict.KEPT:
                yield from _kept(name, field)
            case Verdict.MERGED:
                yield from differing(name, field.live, field.result, "both changes")
            case Verdict.CONFLICT:
                yield from _conflicting(name, field)
            case _:
                assert_never(field.verdict)


def _whole(name: str, field: FieldChange) -> Text:
    """Say in a word what becomes of a step or node that only one side has."""
    if field.verdict is Verdict.KEPT:
        match field.base is not None, field.live is not None:
            case True, False:
                word = "you took it out, and it stays out"
            case False, False:
                word = "new, and not taken"
            case True, True if field.wanted is None:
                word = "gone from the package, and kept"
            case _:
                word = "yours, and stays"
    elif field.live is None:
        word = "new"
    else:
        word = "gone" if field.result is None else "the new version's"
    return Text.assemble((f"{name}: ", "bold"), word)


def _kept(name: str, field: FieldChange) -> Iterator[Text]:
    if _is_long(field.live) or _is_long(field.wanted):
        yield from differing(name, field.wanted, field.live, "yours stays")
        return
    line = Text(f"{name}: ", "bold")
    line.append(_short(field.live, name), "green")
    line.append(f" stays; the package has {_short(field.wanted, name)}")
    yield line


def _conflicting(name: str, field: FieldChange) -> Iterator[Text]:
    if isinstance(field.base, str) and any(map(_is_long, (field.base, field.live, field.wanted))):
        yield Text(f"{name}, as you changed it:", "bold")
        yield from _text_lines(field.base, str(field.live or ""))
        yield Text(f"{name}, as the package changed it:", "bold")
        yield from _text_lines(field.base, str(field.wanted or ""))
        return
    yield Text(f"{name}:", "bold")
    yield Text(f"  was    {_short(field.base, name)}", "dim")
    yield Text(f"  yours  {_short(field.live, name)}")
    yield Text(f"  new    {_short(field.wanted, name)}")


def _is_long(value: Json) -> bool:
    return isinstance(value, str) and "\n" in value


def path_in_words(field: FieldChange) -> str:
    """Name a field by its path: ``sequences.remind.steps.nudge.wait``."""
    return ".".join(str(part) for part in field.path) or "all of it"


def parts_changed(fields: Sequence[FieldChange]) -> list[str]:
    """Say which parts of a resource change: ``subject``, ``new: greet.guide``.

    Nodes and steps of a campaign are named as one finds them in its picture.
    """
    found: dict[str, dict[str, None]] = {"": {}, "new: ": {}, "gone: ": {}}
    for field in fields:
        name, whole = _part(field.path)[0], _is_whole(field.path)
        was, stays = field.live is not None, field.result is not None
        said = "" if not whole or was == stays else "new: " if stays else "gone: "
        found[said][name] = None
    return [f"{said}{_some(list(names))}" for said, names in found.items() if names]


def _part(path: Path) -> tuple[str, Path | None]:
    """Name the part of a resource that a path leads into, and where in it.

    The rest is None where the part is no node or step, which could be there or not as a whole.
    """
    match path:
        case ():
            return "all of it", None
        case (_, node, "steps" | "ways", last) if last == ORDER:
            return f"{_ORDER_IN}{node}", None
        case ("goals" | "sequences" | "decisions" | "joins", node, "steps" | "ways", key, *rest):
            return f"{node}.{key}", tuple(rest)
        case ("goals" | "sequences" | "decisions" | "joins", node, *rest):
            return f"{node}", tuple(rest)
        case _:
            return f"{path[0]}", None


def _is_whole(path: Path) -> bool:
    return _part(path)[1] == ()


def part_in_words(path: Path) -> str:
    """Name a field as its owner finds it: ``subject``, ``remind.nudge, wait.for``."""
    part, rest = _part(path)
    if rest is None:
        return part if path[-1:] == (ORDER,) else ".".join(map(str, path)) or part
    return f"{part}, {'.'.join(map(str, rest))}" if rest else part


def _some(names: list[str]) -> str:
    shown = names if len(names) <= _MOST_PARTS else names[: _MOST_PARTS - 1]
    more = f" and {len(names) - len(shown)} more" if len(shown) < len(names) else ""
    return f"{', '.join(shown)}{more}"


def differing(name: str, old: Json, new: Json, whose: str = "") -> Iterator[Text]:
    """Yield lines that show how a value differs; of a text of several lines, the changed ones."""
    said = f"{name} ({whose}): " if whose else f"{name}: "
    if isinstance(old, str) and isinstance(new, str) and (_is_long(old) or _is_long(new)):
        yield Text(said.rstrip(), "bold")
        yield from _text_lines(old, new)
        return
    head = Text(said, "bold")
    head.append(_short(old, name), "red")
    head.append(" -> ")
    head.append(_short(new, name), "green")
    yield head


def _text_lines(old: str, new: str) -> Iterator[Text]:
    before, after = old.splitlines(), new.splitlines()
    changed = [
        f"{sign} {line}"
        for edit in edits(before, after)
        for sign, lines in (
            ("-", before[edit.start : edit.stop]),
            ("+", after[edit.from_ : edit.to]),
        )
        for line in lines
        if line.strip()
    ]
    for line in changed[:_MOST_LINES]:
        yield Text(f"  {_cut(line, _LONGEST + 10)}", "red" if line.startswith("-") else "green")
    if len(changed) > _MOST_LINES:
        yield Text(f"  and {len(changed) - _MOST_LINES} more lines", "dim")


def _short(value: Json, name: str) -> str:
    """Write a value on one line, as authors write it; the name is its path in words."""
    if value is None:
        return "(nothing)"
    if isinstance(value, dict) and "steps" in value:
        return _cut(", ".join(step["key"] for step in value["steps"]), _LONGEST)
    if isinstance(value, str):
        value = _PACKAGED.sub("", value)
        return json.dumps(_cut(" ".join(value.split()), _LONGEST), ensure_ascii=False)
    if isinstance(value, list) and name.startswith(_ORDER_IN):
        return _cut(", ".join(map(str, value)), _LONGEST)
    return _cut(authored_line(name.rpartition(".")[2], value), _LONGEST)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
