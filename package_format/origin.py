"""Origin: where the parts of a package stand in its author's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from package_format.diagnostics import Span
from package_format.kinds.model import Path
from package_format.references import Address
from package_format.source.nodes import MappingNode, Node, ScalarNode, find, place
from package_format.source.written import Written

MANIFEST = ("", "")
"""The root of the manifest; others are (kind, key)."""

PARAMETER, UPGRADES, SCENARIO = "parameter", "upgrades", "scenario"


@dataclass(frozen=True)
class Root:
    """Where something begins.

    Attributes:
        written: The file's data.
        at: The path to it within the file.
    """

    written: Written
    at: Path = ()

    @property
    def node(self) -> Node:
        """The file's data with its places."""
        return self.written.node


@dataclass(frozen=True)
class TextOrigin:
    """The places of a package that was read from texts; see `package_format.package.Origin`.

    Attributes:
        roots: The beginning of the manifest, of each resource and scenario, and of the upgrades, by
            (kind, key).
    """

    roots: Mapping[tuple[str, str], Root] = field(repr=False)

    def span(
        self,
        address: Address | None,
        path: Path = (),
        *,
        key: bool = False,
        within: tuple[int, int] | None = None,
    ) -> Span | None:
        """Return where a value stands; see `package_format.package.Origin`."""
        root, inner = self._root(address)
        if root is None:
            return None
        if address is not None and address.inner:
            inner = _inner_path(root.node, address.inner)
        whole = (*root.at, *inner, *path)
        if within is not None:
            node = root.written.find(whole).node
            if isinstance(node, ScalarNode):
                return node.piece(*within)
        return place(root.written.find(whole), whole, key=key or not path)

    def _root(self, address: Address | None) -> tuple[Root | None, Path]:
        if address is None:
            return self.roots.get(MANIFEST), ()
        if address.kind == PARAMETER:
            return self.roots.get(MANIFEST), ("parameters", address.key)
        if address.kind == UPGRADES:
            return next((r for (kind, _), r in self.roots.items() if kind == UPGRADES), None), ()
        return self.roots.get((address.kind, address.key)), ()


def _inner_path(node: Node, inner: tuple[str, ...]) -> Path:
    """The path to a node of a flow, or to a step or way in it, wherever the model keeps those."""
    path: Path = ()
    for key in inner:
        here = find(node, path).node
        entries = here.entries if isinstance(here, MappingNode) else ()
        groups = ((str(k.value), g) for k, g in entries if isinstance(g, MappingNode))
        group = next((name for name, group in groups if group.entry(key) is not None), None)
        if group is None:
            return path
        path = (*path, group, key)
    return path
