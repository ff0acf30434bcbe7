"""Coordinates: the columns of each row get their x, and every arrow its turns.

Arrows leave to the right and arrive from the left. Between two columns is a *gutter*, in which they
turn; below each row a *channel*, in which loops lead back, and in which what goes on in the next
row is carried to its beginning, as the eye is in a text.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from package_format.picture.graph import Arrangement, Box, Link, Point, Route, Shape, Spacing
from package_format.picture.layers import Hop, Item, Layers
from package_format.picture.placement import Fitting, place
from package_format.picture.tracks import Trunk, tracks

_FAR_ABOVE = -1_000_000.0

Name = tuple[str, ...]
Gutter = tuple[int, int]
"""A row, and how many of its columns are to the left of the gutter."""


@dataclass
class _Channel:
    """The lines below a row, by what they lead to; all levels are counted from the row's top."""

    loops: dict[str, float] = field(default_factory=dict)
    carried: dict[Name, float] = field(default_factory=dict)
    height: float = 0.0


class Page:
    """One connected graph on its way to coordinates."""

    def __init__(
        self,
        shapes: Mapping[str, Shape],
        layered: Layers,
        back: Sequence[Link],
        spacing: Spacing,
        rows: Sequence[range],
    ) -> None:
        """Take the graph, its columns in rows, and the links that lead back."""
        self.shapes = shapes
        self.layered = layered
        self.back = back
        self.spacing = spacing
        self.rows = rows
        self.column_of = {i: n for n, column in enumerate(layered.columns) for i in column}
        self.row_of = {column: n for n, row in enumerate(rows) for column in row}

    def _entry_offsets(self) -> dict[Hop, float]:
        """How far from a node's entry each hop arrives, for the nodes that spread them.

        What comes from the row above comes as one line.
        """
        place_of = {i: n for column in self.layered.columns for n, i in enumerate(column)}
        into: dict[Item, list[Hop]] = defaultdict(list)
        for hop in self.layered.hops:
            cut = self._is_cut(hop)
            if not hop.target.is_bend and not cut and self.shapes[hop.target.key].spread:
                into[hop.target].append(hop)
        found: dict[Hop, float] = {}
        for target, hops in into.items():
            hops.sort(key=lambda hop: (place_of[hop.source], self._leaves(hop), hop))
            spread = self.shapes[target.key].spread
            first = -math.floor(spread * (len(hops) - 1) / 2)
            found.update({hop: first + n * spread for n, hop in enumerate(hops)})
        return found

    # --- sizes ------------------------------------------------------------------------------------

    def _height(self, item: Item) -> float:
        return self.spacing.thickness if item.is_bend else self.shapes[item.key].height

    def _leaves(self, hop: Hop) -> float:
        if hop.source.is_bend:
            return 0.0
        return self.shapes[hop.source.key].exits[hop.exit or None].y

    def _enters(self, hop: Hop) -> float:
        if hop.target.is_bend:
            return 0.0
        return self.shapes[hop.target.key].entry.y + self.offset.get(hop, 0.0)

    # --- the stages -------------------------------------------------------------------------------

    def draw(self) -> Arrangement:
        """Place everything and route every link."""
        self.offset = self._entry_offsets()
        self._place_items()
        self._share_carriers()
        self._dig_channels()
        self._turn()
        self._give_x()
        return self._collect()

    def _is_cut(self, hop: Hop) -> bool:
        return self._row(hop.source) != self._row(hop.target)

    def _row(self, item: Item) -> int:
        return self.row_of[self.column_of[item]]

    def _before(self, item: Item) -> Gutter:
        row = self._row(item)
        return row, self.column_of[item] - self.rows[row].start

    def _after(self, item: Item) -> Gutter:
        row, number = self._before(item)
        return row, number + 1

    def _share_carriers(self) -> None:
        """Name the line that carries each item's arrows over to the next row.

        What is reached from the very same exits shares a line.
        """
        sources: dict[Item, set[tuple[Item, str]]] = defaultdict(set)
        for hop in self.layered.hops:
            if self._is_cut(hop):
                sources[hop.target].add((hop.source, hop.exit))
        first: dict[frozenset[tuple[Item, str]], Item] = {}
        self.carrier: dict[Item, Name] = {}
        for target in sorted(sources):
            leader = first.setdefault(frozenset(sources[target]), target)
            self.carrier[target] = ("carried", leader.key)

    def _place_items(self) -> None:
        """Give every item its y, counted from its row's top."""
        fitting = Fitting(self._height, self._leaves, self._enters, self.spacing)
        self.y: dict[Item, float] = {}
        for row in self.rows:
            columns = [self.layered.columns[number] for number in row]
            here = {item for column in columns for item in column}
            hops = [h for h in self.layered.hops if h.source in here and h.target in here]
            self.y.update(place(columns, hops, fitting))

    def _start(self, hop: Hop) -> float:
        return self.y[hop.source] + self._leaves(hop)

    def _end(self, hop: Hop) -> float:
        return self.y[hop.target] + self._enters(hop)

    def _bottom(self, row: int, first: int, last: int) -> float:
        """The lowest side of what stands in some columns of a row."""
        start = self.rows[row].start
        return max(
            (
                self.y[item] + self._height(item)
                for number in range(start + first, min(start + last, self.rows[row].stop))
                for item in self.layered.columns[number]
            ),
            default=0.0,
        )

    def _dig_channels(self) -> None:
        self.channels = [_Channel() for _ in self.rows]
        spans: list[dict[str, tuple[int, int]]] = [{} for _ in self.rows]
        for link in self.back:
            row, last = self._after(Item(link.source))
            top_row, first = self._before(Item(link.target))
            if row == top_row:
                needed = [(row, first, last)]
            else:
                needed = [(row, 0, last), (top_row, 0, first)]
            for number, left, right in needed:
                old = spans[number].get(link.target, (left, right))
                spans[number][link.target] = (min(left, old[0]), max(right, old[1]))
        for row, channel in enumerate(self.channels):
            self._dig(row, channel, spans[row])

    def _dig(self, row: int, channel: _Channel, spans: Mapping[str, tuple[int, int]]) -> None:
        space = self.spacing
        for key in sorted(spans, key=lambda key: (spans[key][1] - spans[key][0], key)):
            left, right = spans[key]
            level = self._bottom(row, left, right) + space.channel
            for other, there in channel.loops.items():
                if left <= spans[other][1] and spans[other][0] <= right:
                    level = max(level, there + space.level)
            channel.loops[key] = level
        bottom = self._bottom(row, 0, len(self.rows[row]))
        lowest = max(channel.loops.values(), default=0.0)
        cut: dict[Name, float] = {}
        for hop in self.layered.hops:
            if self._row(hop.source) == row and self._is_cut(hop):
                name = self.carrier[hop.target]
                cut[name] = min(self._start(hop), cut.get(name, math.inf))
        level = max(bottom + space.channel, lowest + (space.level if channel.loops else 0))
        for name in sorted(cut, key=lambda name: (-cut[name], name)):
            channel.carried[name] = level
            level += space.level
        lines = (*channel.loops.values(), *channel.carried.values())
        channel.height = max((bottom, *(line + space.thickness for line in lines)))

    def _turn(self) -> None:
        """Find out where lines turn, and give each turn a track in its gutter."""
        self.trunks: dict[Gutter, dict[Name, Trunk]] = defaultdict(dict)
        self.trunk_of: dict[Hop, Name] = {}
        self._turn_within_rows()
        for hop in self.layered.hops:
            if self._is_cut(hop):
                row = self._row(hop.source)
                name = self.carrier[hop.target]
                level = self.channels[row].carried[name]
                self._add(self._after(hop.source), name, lefts=(self._start(hop), level))
                above = (_FAR_ABOVE + level, self._end(hop))
                self._add(self._before(hop.target), name, rights=above)
        for link in self.back:
            source, target = Item(link.source), Item(link.target)
            name = ("loop", link.target)
            level = self.channels[self._row(source)].loops[link.target]
            start = self.y[source] + self.shapes[link.source].exits[link.way].y
            self._add(self._after(source), name, lefts=(start, level))
            level = self.channels[self._row(target)].loops[link.target]
            end = self.y[target] + self.shapes[link.target].entry.y
            self._add(self._before(target), name, rights=(level, end))
        margin = self.spacing.level
        self.track = {
            gutter: tracks(list(found.values()), margin) for gutter, found in self.trunks.items()
        }

    def _add(
        self, gutter: Gutter, name: Name, lefts: Sequence[float] = (), rights: Sequence[float] = ()
    ) -> None:
        old = self.trunks[gutter].get(name, Trunk(name, (), ()))
        self.trunks[gutter][name] = Trunk(name, (*old.lefts, *lefts), (*old.rights, *rights))

    def _turn_within_rows(self) -> None:
        """Lines from one exit share a turn, and so do exits that lead to the very same places.

        Otherwise lines to one node share theirs.
        """
        from_exit: dict[tuple[Item, str], list[Hop]] = defaultdict(list)
        for hop in self.layered.hops:
            if not self._is_cut(hop):
                from_exit[hop.source, hop.exit].append(hop)
        for (source, _), hops in from_exit.items():
            for hop in hops:
                if len(hops) > 1:
                    name: Name = ("from", *(f"{h.target.key} {h.target.bend}" for h in hops))
                elif self._start(hop) == self._end(hop):
                    continue
                else:
                    name = ("to", hop.target.key, str(self._end(hop)))
                self.trunk_of[hop] = name
                self._add(self._after(source), name, (self._start(hop),), (self._end(hop),))

    # --- coordinates ------------------------------------------------------------------------------

    def _give_x(self) -> None:
        space = self.spacing
        self.lanes = {
            link.target: n
            for n, link in enumerate(
                {
                    link.target: link
                    for link in self.back
                    if self._row(Item(link.source)) != self._row(Item(link.target))
                }.values()
            )
        }
        count = {gutter: max(found.values()) + 1 for gutter, found in self.track.items()}
        firsts = max((count.get((row, 0), 0) for row in range(len(self.rows))), default=0)
        first = len(self.lanes) * space.track + (
            (firsts - 1) * space.track + space.into if firsts else 0
        )
        self.turn_x: dict[tuple[Gutter, Name], float] = {}
        self.left: dict[int, float] = {}
        self.column_width: dict[int, float] = {}
        self.width = 0.0
        for row, columns in enumerate(self.rows):
            self._turns_at((row, 0), first - space.into - (firsts - 1) * space.track)
            x = first
            for number, column in enumerate(columns):
                wide = max(
                    (self.shapes[i.key].width for i in self.layered.columns[column] if i.bend < 0),
                    default=0.0,
                )
                self.left[column], self.column_width[column] = x, wide
                gutter = (row, number + 1)
                used = (count.get(gutter, 0) - 1) * space.track
                x += wide
                if number + 1 == len(columns):
                    self._turns_at(gutter, x + space.out)
                    x += space.out + used + space.thickness if gutter in count else 0
                else:
                    room = max(space.gutter, space.out + used + space.into)
                    middle = (room - space.out - space.into - used) / 2
                    self._turns_at(gutter, x + space.out + math.floor(middle))
                    x += room
            self.width = max(self.width, x)

    def _turns_at(self, gutter: Gutter, x: float) -> None:
        for name, track in self.track.get(gutter, {}).items():
            self.turn_x[gutter, name] = x + track * self.spacing.track

    def _collect(self) -> Arrangement:
        tops: list[float] = []
        down = 0.0
        for channel in self.channels:
            tops.append(down)
            down += channel.height + self.spacing.row
        self.tops = tops
        boxes = {}
        for item, y in self.y.items():
            if not item.is_bend:
                shape, column = self.shapes[item.key], self.column_of[item]
                spare = self.column_width[column] - shape.width
                x = self.left[column] + (0 if self.spacing.whole else math.floor(spare / 2))
                boxes[item.key] = Box(x, y + tops[self._row(item)], shape.width, shape.height)
        self.boxes = boxes
        routes = [self._forward(link, chain) for link, chain in self.layered.chains.items()]
        routes += [self._backward(link) for link in self.back]
        height = down - self.spacing.row
        return Arrangement(boxes, tuple(routes), self.width, height)

    def _exit_point(self, link: Link) -> Point:
        box, point = self.boxes[link.source], self.shapes[link.source].exits[link.way]
        return point.moved(box.x, box.y)

    def _entry_point(self, key: str, offset: float) -> Point:
        box = self.boxes[key]
        return self.shapes[key].entry.moved(box.x, box.y + offset)

    def _forward(self, link: Link, chain: Sequence[Hop]) -> Route:
        points = [self._exit_point(link)]
        for hop in chain:
            row = self._row(hop.source)
            start = self.tops[row] + self._start(hop)
            end = self.tops[self._row(hop.target)] + self._end(hop)
            if self._is_cut(hop):
                name = self.carrier[hop.target]
                level = self.tops[row] + self.channels[row].carried[name]
                right = self.turn_x[self._after(hop.source), name]
                left = self.turn_x[self._before(hop.target), name]
                points += [Point(right, start), Point(right, level)]
                points += [Point(left, level), Point(left, end)]
            elif hop in self.trunk_of:
                x = self.turn_x[self._after(hop.source), self.trunk_of[hop]]
                points += [Point(x, start), Point(x, end)]
        points.append(self._entry_point(link.target, self.offset.get(chain[-1], 0.0)))
        return Route(link, _simplified(points))

    def _backward(self, link: Link) -> Route:
        source, target = Item(link.source), Item(link.target)
        name = ("loop", link.target)
        row, top_row = self._row(source), self._row(target)
        start, end = self._exit_point(link), self._entry_point(link.target, 0.0)
        right = self.turn_x[self._after(source), name]
        left = self.turn_x[self._before(target), name]
        low = self.tops[row] + self.channels[row].loops[link.target]
        high = self.tops[top_row] + self.channels[top_row].loops[link.target]
        points = [start, Point(right, start.y), Point(right, low)]
        if row != top_row:
            lane = self.lanes[link.target] * self.spacing.track
            points += [Point(lane, low), Point(lane, high)]
        points += [Point(left, high), Point(left, end.y), end]
        return Route(link, _simplified(points), back=True)


def _simplified(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out the points at which a line does not turn."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        straight = len(kept) > 1 and (
            kept[-2].x == kept[-1].x == point.x or kept[-2].y == kept[-1].y == point.y
        )
        if straight:
            kept.pop()
        kept.append(point)
    return tuple(kept)
