"""Edits: where what an account holds differs from what its package wanted."""

from __future__ import annotations

from cpt.installer.changes import FieldChange
from cpt.installer.merging.merge import merge
from cpt.installer.merging.shape import shape_of
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS


def edits_of(kind: str, base: Json, live: Json) -> tuple[FieldChange, ...]:
    """Return the fields of a resource that differ from its base; its deletion is one of them.

    Args:
        kind: Its kind.
        base: What was wanted last.
        live: What is there; None for nothing.
    """
    if live == base:
        return ()
    return merge(base, live, base, shape_of(KINDS[kind].model)).fields
