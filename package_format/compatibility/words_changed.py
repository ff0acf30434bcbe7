"""The rule that new words are a small change."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.moving import across
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.compatibility.wording import differing, holds, is_words
from package_format.kinds.model import Path
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for old, new in versions.pairs:
        before, after = holds(old), holds(new)
        paths = [
            path
            for path in differing(old_data(versions, old), new_data(versions, new))
            if is_words(new, path) and before.get(path) == after.get(path)
        ]
        if paths:
            yield str(old.address), f"new words in {', '.join(_names(paths))}", None
    for node in across(versions):
        if node.new is not None and node.old.get("title") != node.new.get("title"):
            yield str(node.address), "new words in title", None


def _names(paths: list[Path]) -> list[str]:
    return list(dict.fromkeys(".".join(str(part) for part in path) for path in paths))


RULE = Rule(
    "words-changed",
    Bump.PATCH,
    "there are new words",
    """\
A message that says the same in other words, with the same links and merge fields, gives contacts
what they got before.""",
    _find,
)
