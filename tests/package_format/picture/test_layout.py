"""The laws of a layout, whatever the campaign."""

from collections.abc import Iterable
from itertools import combinations, pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.picture import Layout, layout
from package_format.picture.cards import Anchor, Card, Text
from package_format.picture.graph import Box, Point
from package_format.picture.layout import links, summary_of

Json = dict[str, Any]
WIDTHS = (390, 800, 1400)


def flow_of(data: Json) -> Flow:
    return Flow(Campaign.model_validate({"title": "A campaign", **data}))


# --- campaigns ------------------------------------------------------------------------------------


@st.composite
def campaigns(draw: st.DrawFn) -> Json:
    """Campaigns of all shapes, with loops, loose ends and long texts."""
    sorts = draw(st.lists(st.sampled_from("gsssdj"), min_size=1, max_size=14))
    ways = {f"k{n}": draw(st.integers(1, 4)) for n, sort in enumerate(sorts) if sort == "d"}
    sources = ["start"]
    for number in range(len(sorts)):
        key = f"k{number}"
        sources += [f"{key}.w{w}" for w in range(ways[key])] if key in ways else [key]
    title = st.none() | st.text("Wide MW, thin il — 漢字 <&>", min_size=1, max_size=60)
    nodes: dict[str, Json] = {"g": {}, "s": {}, "d": {}, "j": {}}
    nodes["g"]["start"] = {"when": {"tag-applied": "start"}}
    for number, sort in enumerate(sorts):
        key = f"k{number}"
        after = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True))
        node: Json = {"after": after, "title": draw(title)}
        if sort == "g":
            node |= {"when": [{"tag-applied": "x"}] * draw(st.integers(1, 5))}
            node["after"] = draw(st.sampled_from(["all", after]))
            node["ends"] = draw(st.sampled_from(["none", "upstream"]))
        elif sort == "s":
            count = draw(st.integers(1, 4))
            node["steps"] = {
                f"s{step}": {"wait": f"{step + 1} days", "send-email": f"mail-{'x' * 9 * step}"}
                for step in range(count)
            }
            node["runs"] = draw(st.sampled_from(["until-goal", "until-complete"]))
        elif sort == "d":
            node["ways"] = {f"w{w}": {"if": {"tag": "t" * (w + 1)}} for w in range(ways[key])}
        nodes[sort][key] = node
    return {"goals": nodes["g"], "sequences": nodes["s"], "decisions": nodes["d"],
            "joins": nodes["j"]}  # fmt: skip


def mail(count: int = 1) -> Json:
    return {f"m{n}": {"wait": "1 day", "send-email": "hello"} for n in range(count)}


LINE: Json = {
    "goals": {
        "n00": {"when": {"tag-applied": "a"}},
        **{f"n{n:02}": {"when": {"tag-applied": "a"}, "after": f"n{n - 1:02}"} for n in (4, 8)},
    },
    "sequences": {
        f"n{n:02}": {"after": f"n{n - 1:02}", "steps": mail()} for n in range(1, 12) if n % 4
    },
}
LOOP: Json = {
    "goals": {"in": {"when": {"tag-applied": "a"}}},
    "sequences": {
        "ask": {"after": ["in", "answered.no"], "steps": mail()},
        "thank": {"after": "answered.yes", "steps": mail()},
    },
    "decisions": {
        "answered": {"after": "ask", "ways": {"no": {"if": {"tag": "x"}}, "yes": "otherwise"}}
    },
}
WIDE: Json = {
    "goals": {"in": {"when": {"tag-applied": "a"}}},
    "sequences": {f"s{n}": {"after": f"six.w{n}", "steps": mail(n + 1)} for n in range(6)},
    "decisions": {
        "six": {"after": "in", "ways": {f"w{n}": {"if": {"tag": "x"}} for n in range(6)}}
    },
}
DIAMONDS: Json = {
    "goals": {"in": {"when": {"tag-applied": "a"}}},
    "sequences": {
        "a1": {"after": "in", "steps": mail()},
        "a2": {"after": "in", "steps": mail(2)},
        "b1": {"after": "one", "steps": mail()},
        "b2": {"after": "one", "steps": mail(2)},
        "b3": {"after": "one", "steps": mail(3)},
    },
    "joins": {"one": {"after": ["a1", "a2"]}, "two": {"after": ["b1", "b2", "b3"]}},
}
TWO_ENTRIES: Json = {
    "goals": {
        "cold": {"when": {"tag-applied": "a"}},
        "hot": {"when": {"tag-applied": "b"}},
        "late": {"when": {"tag-applied": "c"}},
    },
    "sequences": {
        "a": {"after": "cold", "steps": mail(3)},
        "b": {"after": "score.low", "steps": mail()},
        "c": {"after": ["score.high", "hot"], "steps": mail()},
        "d": {"after": ["c", "late"], "steps": mail(2)},
    },
    "decisions": {
        "score": {"after": "a", "ways": {"high": {"if": {"tag": "x"}}, "low": "otherwise"}}
    },
}
LOOP_BELOW: Json = {
    "goals": {
        "in": {"when": {"tag-applied": "a"}},
        "again": {"when": {"tag-applied": "b"}, "after": "ask"},
        "won": {"when": {"tag-applied": "c"}, "after": "ask"},
        "end": {"when": {"tag-applied": "d"}, "after": "offer"},
    },
    "sequences": {
        "ask": {"after": ["in", "another"], "steps": mail()},
        "another": {"after": "again", "steps": mail()},
        "offer": {"after": "won", "steps": mail()},
    },
}
PLANAR = {"line": LINE, "loop": LOOP, "wide": WIDE, "diamonds": DIAMONDS, "entries": TWO_ENTRIES}


# --- laws -----------------------------------------------------------------------------------------


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def text_box(text: Text) -> Box:
    x = text.at.x - (text.width / 2 if text.anchor is Anchor.MIDDLE else 0)
    return Box(x, text.at.y - 10, text.width, 13)


def pieces(points: Iterable[Point]) -> list[tuple[Point, Point]]:
    return list(pairwise(points))


def piece_box(start: Point, end: Point) -> Box:
    x, y = min(start.x, end.x), min(start.y, end.y)
    return Box(x, y, abs(start.x - end.x), abs(start.y - end.y))


def touches(piece: Box, box: Box) -> bool:
    """Whether a line runs through a box, not only along its border."""
    return (
        piece.x < box.right - 0.5
        and box.x + 0.5 < piece.right
        and piece.y <= box.bottom
        and box.y <= piece.bottom
        if piece.height == 0
        else piece.y < box.bottom - 0.5
        and box.y + 0.5 < piece.bottom
        and box.x + 0.5 < piece.x < box.right - 0.5
    )


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_no_two_cards_overlap(data: Json, width: int) -> None:
    drawn = layout(flow_of(data), max_width=width)
    for one, other in combinations(drawn.cards, 2):
        assert not overlap(one.box, other.box), (one.key, other.key)


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_everything_is_inside_the_picture(data: Json, width: int) -> None:
    drawn = layout(flow_of(data), max_width=width)
    whole = Box(0, 0, drawn.width, drawn.height)
    assert {card.key for card in drawn.cards} == set(flow_of(data).nodes)
    for card in drawn.cards:
        assert inside(card.box, whole)
        assert inside(card.outline, card.box)
    for route in drawn.routes:
        assert all(inside(Box(p.x, p.y, 0, 0), whole) for p in route.points)
    assert all(inside(text_box(text), whole) for text in drawn.heading)


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_texts_stay_in_their_cards_and_apart(data: Json, width: int) -> None:
    for card in layout(flow_of(data), max_width=width).cards:
        boxes = [text_box(text) for text in card.texts]
        assert all(inside(box, card.box) for box in boxes)
        assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
        for chip in card.chips:
            assert inside(chip, card.outline)


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_arrows_start_and_end_on_their_nodes_borders(data: Json, width: int) -> None:
    drawn = layout(flow_of(data), max_width=width)
    cards = {card.key: card for card in drawn.cards}
    assert [route.link for route in drawn.routes] == sorted(links(flow_of(data)))
    for route in drawn.routes:
        assert route.points[0] == _exit(cards[route.link.source], route.link.exit)
        outline = cards[route.link.target].outline
        assert route.points[-1].x == outline.x
        assert outline.y < route.points[-1].y < outline.bottom
        assert route.points[-2].x < route.points[-1].x
        assert route.points[-2].y == route.points[-1].y


def _exit(card: Card, way: str) -> Point:
    if way:
        box = next(part.box for part in card.parts if part.name == f"{card.key}.{way}")
        return Point(box.right, box.y + box.height / 2)
    level = card.outline.y + (20 if card.sort == "sequence" else card.outline.height / 2)
    return Point(card.outline.right, level)


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_arrows_run_level_or_upright_and_through_nothing(data: Json, width: int) -> None:
    drawn = layout(flow_of(data), max_width=width)
    obstacles = [
        (card.key, box)
        for card in drawn.cards
        for box in (
            card.outline,
            *(text_box(text) for text in card.texts),
            *(part.box for part in card.parts),
        )
    ]
    for route in drawn.routes:
        for start, end in pieces(route.points):
            assert (start.x == end.x) != (start.y == end.y)
            through = [key for key, box in obstacles if touches(piece_box(start, end), box)]
            assert not through, (route.link, through)


@settings(max_examples=30)
@given(campaigns(), st.randoms(use_true_random=False))
def test_the_order_in_which_nodes_are_written_changes_nothing(data: Json, random: Random) -> None:
    shuffled = {}
    for sort, nodes in data.items():
        keys = list(nodes)
        random.shuffle(keys)
        shuffled[sort] = {key: nodes[key] for key in keys}
    assert layout(flow_of(shuffled)) == layout(flow_of(data))


@settings(max_examples=30)
@given(campaigns(), st.sampled_from(WIDTHS))
def test_arrows_point_right_unless_they_close_a_loop(data: Json, width: int) -> None:
    drawn = layout(flow_of(data), max_width=width)
    place = {card.key: (card.outline.y // 1, card.outline.x) for card in drawn.cards}
    loops = {route.link for route in drawn.routes if route.back}
    forward = [route for route in drawn.routes if not route.back]
    for route in forward:
        lower = place[route.link.target][0] > place[route.link.source][0]
        assert lower or place[route.link.target][1] > place[route.link.source][1]
    assert _is_acyclic([(r.link.source, r.link.target) for r in forward])
    if _is_acyclic([(r.link.source, r.link.target) for r in drawn.routes]):
        assert not loops


def _is_acyclic(edges: list[tuple[str, str]]) -> bool:
    left = list(edges)
    while left:
        targets = {target for _, target in left}
        rest = [edge for edge in left if edge[0] in targets]
        if len(rest) == len(left):
            return False
        left = rest
    return True


def crossings(drawn: Layout) -> int:
    """How many times two arrows cross; where they meet or part is no crossing."""
    count = set()
    for one, other in combinations(drawn.routes, 2):
        for a, b in ((one, other), (other, one)):
            for level in pieces(a.points):
                for upright in pieces(b.points):
                    x, y = upright[0].x, level[0].y
                    if level[0].y == level[1].y and x == upright[1].x:
                        low, high = sorted((upright[0].y, upright[1].y))
                        left, right = sorted((level[0].x, level[1].x))
                        if left < x < right and low < y < high:
                            count.add((x, y))
    return len(count)


@pytest.mark.parametrize("name", PLANAR)
def test_what_can_be_drawn_without_a_crossing_is(name: str) -> None:
    drawn = layout(flow_of(PLANAR[name]))
    loops = [route for route in drawn.routes if route.back]
    assert crossings(drawn) <= len(loops)


def test_what_leads_back_stands_below_what_leads_on() -> None:
    drawn = layout(flow_of(LOOP_BELOW))
    assert [route.link.source for route in drawn.routes if route.back] == ["another"]
    assert crossings(drawn) == 0


def test_arrows_from_the_same_nodes_to_the_same_nodes_share_a_line_to_the_next_row() -> None:
    steps: Json = {"steps": mail()}
    flow = flow_of({
        "goals": {"in": {"when": {"tag-applied": "a"}}},
        "sequences": {
            **{key: {"after": "in", **steps} for key in ("a", "b")},
            **{key: {"after": ["a", "b"], **steps} for key in ("c", "d")},
        },
    })  # fmt: skip
    drawn = layout(flow, max_width=480)
    rows = {card.key: card.box.y for card in drawn.cards}
    assert rows["c"] > max(card.box.bottom for card in drawn.cards if card.key in "ab")
    levels = {
        start.y
        for route in drawn.routes
        for start, end in pieces(route.points)
        if start.x - end.x > 200
    }
    assert len(levels) == 1


def test_a_way_whose_condition_is_long_says_it_below_its_name() -> None:
    either = {"any": [{"tag": "somebody-who-has-a-long-name"}, {"field": "country", "is": "NO"}]}
    ways = {"long": {"if": either}, "short": "otherwise"}
    flow = flow_of({
        "goals": {"in": {"when": {"tag-applied": "a"}}},
        "decisions": {"d": {"after": "in", "ways": ways}},
        "sequences": {key: {"after": f"d.{key}", "steps": mail()} for key in ways},
    })  # fmt: skip
    card = next(card for card in layout(flow).cards if card.key == "d")
    said = {text.text: text.at.y for text in card.texts}
    assert said["Short"] == said["otherwise"]
    below = [text for text, y in said.items() if said["Long"] < y < said["Short"]]
    assert " ".join(below) == "has tag somebody-who-has-a-long-name or country is NO"


@pytest.mark.parametrize("width", [800, 1400])
@pytest.mark.parametrize("name", PLANAR)
def test_a_picture_is_no_wider_than_it_may_be(name: str, width: int) -> None:
    assert layout(flow_of(PLANAR[name]), max_width=width).width <= width


def test_a_chain_is_drawn_as_a_straight_line() -> None:
    routes = layout(flow_of(LINE), max_width=10_000).routes
    assert all(len(route.points) == 2 for route in routes)
    assert len({route.points[0].y for route in routes}) == 1


def test_a_decisions_ways_lead_to_their_nodes_in_their_order() -> None:
    cards = {card.key: card for card in layout(flow_of(WIDE)).cards}
    heights = [cards[f"s{n}"].box.y for n in range(6)]
    assert heights == sorted(heights)


def test_a_goal_after_all_gets_arrows_only_from_where_contacts_would_stand_for_ever() -> None:
    goals = {**LOOP["goals"], "bought": {"when": {"tag-applied": "b"}, "after": "all"}}
    flow = flow_of({**LOOP, "goals": goals})
    assert [link.source for link in links(flow) if link.target == "bought"] == ["thank"]


def test_an_arrow_to_a_goal_that_says_nothing_new_is_left_out() -> None:
    flow = flow_of({
        "goals": {
            "in": {"when": {"tag-applied": "a"}},
            "mid": {"when": {"tag-applied": "b"}, "after": ["first", "second"]},
            "out": {"when": {"tag-applied": "c"}, "after": ["second", "third"]},
        },
        "sequences": {
            "first": {"after": "in", "steps": mail()},
            "second": {"after": "first", "steps": mail()},
            "third": {"after": "mid", "steps": mail()},
        },
    })  # fmt: skip
    drawn = {(link.source, link.target) for link in links(flow)}
    assert ("first", "mid") not in drawn  # by way of second
    assert ("second", "out") in drawn  # past another goal it does say something


def test_parts_that_do_not_hang_together_stand_below_each_other() -> None:
    goals = {"a": {"when": {"tag-applied": "a"}}, "b": {"when": {"tag-applied": "b"}}}
    first, second = layout(flow_of({"goals": goals})).cards
    assert second.box.y > first.box.bottom


def test_a_new_step_at_the_end_moves_nothing_but_its_card() -> None:
    longer = {**LOOP["sequences"], "thank": {"after": "answered.yes", "steps": mail(3)}}
    before, after = layout(flow_of(LOOP)), layout(flow_of({**LOOP, "sequences": longer}))
    assert [(c.key, c.box.x) for c in before.cards] == [(c.key, c.box.x) for c in after.cards]
    assert [r.points for r in before.routes if not r.back] == [
        r.points for r in after.routes if not r.back
    ]


def test_the_summary_counts_and_tells_what_timers_share() -> None:
    assert summary_of(flow_of(LOOP)) == "1 goal · 2 sequences · 2 steps"
    weekdays = {"defaults": {"wait": {"weekdays": "mon-fri"}}}
    assert summary_of(flow_of({**LOOP, **weekdays})).endswith("timers end Mon–Fri")  # noqa: RUF001
    goals = {"goals": {"a": {"when": {"tag-applied": "a"}}, "b": {"when": {"tag-applied": "b"}}}}
    assert summary_of(flow_of(goals)) == "2 goals"


def test_two_hundred_nodes_are_laid_out() -> None:
    """Forty times over: a goal, a sequence, a decision, and two sequences that meet again.

    How long that takes is measured by ``make bench``: here, every line of it is traced.
    """
    goals: Json = {"g00": {"when": {"tag-applied": "a"}}}
    sequences: Json = {}
    decisions: Json = {}
    for number in range(40):
        key = f"{number:02}"
        if number:
            before = f"{number - 1:02}"
            goals[f"g{key}"] = {"when": {"tag-applied": "a"}, "after": [f"a{before}", f"b{before}"]}
        sequences[f"s{key}"] = {"after": f"g{key}", "steps": mail(number % 4 + 1)}
        ways = {"yes": {"if": {"tag": "t"}}, "no": "otherwise"}
        decisions[f"d{key}"] = {"after": f"s{key}", "ways": ways}
        sequences[f"a{key}"] = {"after": f"d{key}.yes", "steps": mail(number % 3 + 1)}
        loop = [f"d{key}.no", f"b{number + 1:02}"] if number % 8 == 0 else f"d{key}.no"
        sequences[f"b{key}"] = {"after": loop, "steps": mail(number % 5 + 1)}
    flow = flow_of({"goals": goals, "sequences": sequences, "decisions": decisions})
    assert len(flow.nodes) == 200
    drawn = layout(flow)
    assert {card.key for card in drawn.cards} == set(flow.nodes)


def test_a_goal_says_what_it_listens_for_and_whom_it_hears() -> None:
    (card,) = layout(flow_of({"goals": {"in": {
        "when": [{"tag-applied": tag} for tag in "abcd"],
        "if": {"field": "country", "is": "NO"},
        "audience": "newcomers",
    }}})).cards  # fmt: skip
    assert [text.full for text in card.texts] == [
        "In", "gets tag a", "or gets tag b", "or 2 more", "if country is NO", "newcomers only",
    ]  # fmt: skip


def test_a_step_may_only_wait() -> None:
    sequences = {"go": {"after": "in", "steps": {"rest": {"wait": "1 day"}}}}
    cards = layout(flow_of({"goals": LOOP["goals"], "sequences": sequences})).cards
    assert [text.text for text in cards[0].texts] == ["Go", "1 day"]
