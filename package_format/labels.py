"""Labels: how people say what a resource is called."""

from __future__ import annotations

import re

_MERGE_FIELD = re.compile(r"\{\{\s*+(?:contact\.)?([a-z0-9_]++)[^{}]*+\}\}")


def brief(label: str) -> str:
    """Return a label with its merge fields put briefly: ``Call [first name]``."""
    return _MERGE_FIELD.sub(lambda found: f"[{found[1].replace('_', ' ')}]", label)
