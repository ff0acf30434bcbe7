"""The rule that what contacts get is more than words."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.compatibility.wording import differing, holds, is_words
from package_format.kinds.table import KINDS
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for old, new in versions.pairs:
        if old.kind == "campaign":
            continue
        before, after = holds(old), holds(new)
        for path in differing(old_data(versions, old), new_data(versions, new)):
            name = ".".join(str(part) for part in path)
            if name in (*KINDS[old.kind].fixed, *KINDS[old.kind].must_match):
                continue  # it has changed its meaning, which is a rule of its own
            if not is_words(new, path):
                yield str(old.address), f"its {name} changed", None
            elif before.get(path) != after.get(path):
                message = f"its {name} has other links, merge fields or parameters"
                yield str(old.address), message, None


RULE = Rule(
    "resource-changed",
    Bump.MINOR,
    "something that contacts get has changed",
    """\
Other links, other merge fields, another sender, another price: contacts get something else than
before.""",
    _find,
)
