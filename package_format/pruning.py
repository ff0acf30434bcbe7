"""Pruning: a resource with mistakes, without the parts in which they stand.

What is wrong with it has been said, and as a whole it counts as unread. But what is good in it can
name what is not there, and should not have to wait for that until the first mistake is mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.source import ListNode, MappingNode, Node, validated, written

_Model = TypeVar("_Model", bound=BaseModel)

_ROUNDS = 12
"""What is cut off may leave a hole that is a mistake itself; it is cut off with more around it."""
_MOST = 500
"""With more mistakes than this, nobody waits for what they hide."""


def pruned(
    model: type[_Model], node: Node, defaults: Mapping[str, Json]
) -> tuple[_Model, Node] | None:
    """Return as much of a resource as is good, and its nodes; None if too little is.

    Args:
        model: The resource's model.
        node: What its author wrote.
        defaults: Values for keys that the author left out.
    """
    for _ in range(_ROUNDS):
        said = Diagnostics()
        read = validated(model, written(node), said, defaults=defaults)
        if read is not None:
            return read, node
        before = node
        if len(said) > _MOST:
            return None
        for found in said:
            if found.span is not None:
                line = node.source.start_of(found.span.line - 1)
                node = _without(node, line + found.span.column - 1)
        if node is before:
            return None
    return None


def _without(node: Node, offset: int) -> Node:
    """Return a node without the innermost entry or item in which an offset stands."""
    match node:
        case MappingNode():
            for index, (key, value) in enumerate(node.entries):
                if key.start <= offset < max(key.end, value.end):
                    inner = _without(value, offset)
                    kept = () if inner is value else ((key, inner),)
                    entries = (*node.entries[:index], *kept, *node.entries[index + 1 :])
                    return replace(node, entries=entries)
        case ListNode():
            for index, item in enumerate(node.items):
                if item.start <= offset < item.end:
                    inner = _without(item, offset)
                    left = () if inner is item else (inner,)
                    return replace(
                        node, items=(*node.items[:index], *left, *node.items[index + 1 :])
                    )
        case _:
            pass
    return node
