"""Names in a scenario: an author's short ones, the full ones of the cast, and words for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from account_engine.story import Line
from cpt.installer.planning.wanted import referred
from cpt.scenarios.cast import Cast
from cpt.scenarios.result import Told
from package_format.package import Package
from package_format.scenario import StoryStep

_CLOSER = frozenset({"at", "to"})
"""What says of something that is expected when it happens, and to whom."""


class Names:
    """The names of one cast."""

    def __init__(self, cast: Cast, packages: Iterable[Package]) -> None:
        """Know the packages of a cast."""
        self._cast = cast
        self._packages = {package.name: package for package in packages}

    def full(self, kind: str, text: str) -> str:
        """Return what a reference names, by its full address; a built-in field by its name."""
        target = referred(kind, text, self._cast.package, self._packages)
        return text if target is None else str(target)

    def label(self, address: str) -> str:
        """Return what people know a resource by."""
        found = self._cast.resources.get(address)
        return address if found is None else f"“{found.label}”"

    def node(self, campaign: int, node: str) -> str:
        """Return a node or step behind its campaign's key: ``follow-up.remind.nudge``."""
        return f"{self._cast.campaigns[campaign]}.{node}"

    def nodes(self, name: str) -> frozenset[tuple[int, str]]:
        """Return the nodes, or steps, that an author's name may mean: (campaign, node)."""
        return frozenset(
            (flow.campaign, inner)
            for flow in self._cast.flows
            for inner in flow.ids
            if name in (inner, self.node(flow.campaign, inner))
        )

    def same(self, name: str, address: str) -> bool:
        """Whether an author's name, of whatever kind, means the resource of a full address."""
        package, _, rest = address.partition(":")
        alias, _, key = name.rpartition(":")
        own = package == self._cast.package.name
        packages = (package, package.partition("/")[2])
        return rest.partition("/")[2] == key and (own if not alias else alias in packages)

    def told(self, line: Line) -> Told | None:
        """Say a line of the story; None for one that says nothing new."""
        if line.campaign is None:
            return None
        where = self.node(line.campaign, line.node) if line.node else ""
        return Told(line.at, line.what, where, self._labelled(line.why))

    def said(self, step: StoryStep) -> str:
        """Say a step in the words of its author."""
        ((word, inner),) = step.canonical().items()
        if set(inner) in ({step.shorthand}, {"values"}, {"event"}):
            (inner,) = inner.values()
        return f"{word} {_plain(inner)}".rstrip()

    def _labelled(self, text: str) -> str:
        return " ".join(map(self._labelled_word, text.split(" ")))

    def _labelled_word(self, word: str) -> str:
        bare = word.rstrip(",:;")
        return f"{self.label(bare)}{word[len(bare) :]}"


def _plain(value: Any) -> str:  # noqa: ANN401  any JSON value
    """Write data on one line, as an author might."""
    if isinstance(value, dict) and "field" in value:
        return f"{value['field']} = {value.get('value', '(empty)')}"
    if isinstance(value, dict) and len(value) - len(value.keys() & _CLOSER) == 1 < len(value):
        (thing,) = (inner for key, inner in value.items() if key not in _CLOSER)
        to = f" to {value['to']}" if "to" in value else ""
        at = f" at {value['at'].replace('T', ' ').removesuffix(':00')}" if "at" in value else ""
        return f"{thing}{to}{at}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    return str(value)
