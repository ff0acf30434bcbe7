"""Several campaigns on one page."""

from itertools import combinations
from xml.etree import ElementTree as ET

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.picture import Layout, album, draw_svg, layout
from package_format.picture.cards import Style


def laid(title: str) -> Layout:
    data = {
        "title": title,
        "goals": {"in": {"when": {"tag-applied": "a"}}},
        "sequences": {"go": {"after": "in", "steps": {"one": {"send-email": "hello"}}}},
    }
    return layout(Flow(Campaign.model_validate(data)))


PAGE = album("Two of them", "Says hello twice.", {"one": laid("First"), "two": laid("Second")})


def test_campaigns_stand_below_each_other_and_nothing_overlaps() -> None:
    boxes = {card.key: card.box for card in PAGE.cards}
    assert list(boxes) == ["one.go", "one.in", "two.go", "two.in"]
    for one, other in combinations(boxes.values(), 2):
        assert (
            one.right <= other.x
            or other.right <= one.x
            or one.bottom <= other.y
            or other.bottom <= one.y
        )
    assert max(box.bottom for box in boxes.values()) <= PAGE.height
    heads = [text.at.y for text in PAGE.heading]
    assert heads == sorted(heads)


def test_an_albums_title_is_larger_than_those_of_its_campaigns() -> None:
    assert [(t.text, t.style) for t in PAGE.heading if t.style is not Style.SUBHEADING] == [
        ("Two of them", Style.HEADING),
        ("First", Style.TITLE),
        ("Second", Style.TITLE),
    ]


def test_an_albums_parts_are_known_by_campaign_and_node() -> None:
    assert [(r.link.source, r.link.target) for r in PAGE.routes] == [
        ("one.in", "one.go"),
        ("two.in", "two.go"),
    ]
    parts = [part.name for card in PAGE.cards for part in card.parts]
    assert parts == ["one.go.one", "two.go.one"]


def test_an_album_is_drawn_and_described_like_one_picture() -> None:
    root = ET.fromstring(draw_svg(PAGE))  # noqa: S314  it was drawn a line above
    space = "{http://www.w3.org/2000/svg}"
    told = root.findtext(f"{space}desc") or ""
    assert told.startswith("Says hello twice. First: 1 goal")
    assert "two.in leads to two.go" in told or "two.in: Goal In" in told
