"""Which column each node belongs to: loops are opened, and the arrows then point right.

Only order is decided here: a node's rank is greater than the rank of whatever leads to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from package_format.picture.graph import Link


def components(keys: Sequence[str], links: Sequence[Link]) -> tuple[tuple[str, ...], ...]:
    """Return the keys in groups that no link connects, each in the order given."""
    group = {key: key for key in keys}

    def leader(key: str) -> str:
        while group[key] != key:
            group[key] = group[group[key]]
            key = group[key]
        return key

    place = {key: index for index, key in enumerate(keys)}
    for link in links:
        first, second = sorted((leader(link.source), leader(link.target)), key=place.__getitem__)
        group[second] = first
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(leader(key), []).append(key)
    return tuple(tuple(members) for members in found.values())


def walk(keys: Sequence[str], links: Sequence[Link]) -> tuple[tuple[str, ...], frozenset[Link]]:
    """Walk the graph in depth, starting at what nothing leads to.

    Args:
        keys: The nodes, in the order in which to start.
        links: In the order in which to follow those of one node.

    Returns:
        The keys in the order in which they were met, and the links that lead back to a node on the
        way to their source.
    """
    following: dict[str, list[Link]] = {key: [] for key in keys}
    for link in links:
        following[link.source].append(link)
    led_to = {link.target for link in links if link.target != link.source}
    met: list[str] = []
    open_: set[str] = set()
    seen: set[str] = set()
    back: set[Link] = set()
    starts = [key for key in keys if key not in led_to] + [key for key in keys if key in led_to]
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        met.append(start)
        open_.add(start)
        stack = [(start, iter(following[start]))]
        while stack:
            key, rest = stack[-1]
            following_link = next(rest, None)
            if following_link is None:
                stack.pop()
                open_.discard(key)
                continue
            link = following_link
            if link.target in open_:
                back.add(link)
            elif link.target not in seen:
                seen.add(link.target)
                met.append(link.target)
                open_.add(link.target)
                stack.append((link.target, iter(following[link.target])))
    return tuple(met), frozenset(back)


def ranks(keys: Sequence[str], edges: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """Return every node's rank, from 0; the edges must have no loop.

    Every node stands as far to the left as it can, but what starts a chain of its own stands next
    to where that chain leads.
    """
    before: dict[str, list[str]] = {key: [] for key in keys}
    after: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in sorted(set(edges)):
        before[target].append(source)
        after[source].append(target)
    rank: dict[str, int] = {}
    for key in _in_order(keys, before, after):
        rank[key] = max((rank[source] + 1 for source in before[key]), default=0)
    for key in keys:
        if not before[key]:
            _draw_near(key, rank, before, after)
    least = min(rank.values(), default=0)
    return {key: rank[key] - least for key in keys}


def _in_order(
    keys: Sequence[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> list[str]:
    waiting = {key: len(before[key]) for key in keys}
    ordered = [key for key in keys if not waiting[key]]
    for key in ordered:  # grows while it is walked
        for target in after[key]:
            waiting[target] -= 1
            if not waiting[target]:
                ordered.append(target)
    return ordered


def _draw_near(
    start: str,
    rank: dict[str, int],
    before: Mapping[str, list[str]],
    after: Mapping[str, list[str]],
) -> None:
    """Move a start, with what it alone leads to, right until something else stops it."""
    own = [start]
    for key in own:  # grows while it is walked
        own += [t for t in after[key] if t not in own and set(before[t]) <= set(own)]
    slack = [rank[t] - rank[key] - 1 for key in own for t in after[key] if t not in own]
    for key in own:
        rank[key] += min(slack, default=0)
