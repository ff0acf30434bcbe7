"""What an SVG must be: well-formed, self-contained, safe, and readable by everybody."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place, PlaceSort
from package_format.picture import Mark, draw_svg, layout
from package_format.picture.metrics import measure

SVG = "{http://www.w3.org/2000/svg}"


def flow(title: str = "Title", **more: object) -> Flow:
    data = {
        "title": title,
        "goals": {"in": {"when": {"tag-applied": "a"}}},
        "sequences": {
            "go": {"after": "in", "steps": {"one": {"wait": "1 day", "send-email": "hello"}}}
        },
        **more,
    }
    return Flow(Campaign.model_validate(data))


def drawn(of: Flow, **options: Any) -> ET.Element:  # noqa: ANN401  handed on
    return ET.fromstring(draw_svg(layout(of), **options))  # noqa: S314  our own text


def texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


@settings(max_examples=50)
@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip()))
def test_whatever_a_title_says_it_is_text(title: str) -> None:
    root = drawn(flow(title, sequences={"go": {"title": title, "after": "in", "steps": {
        "one": {"send-email": "hello"}}}}))  # fmt: skip
    known = {"svg", "title", "desc", "style", "defs", "pattern", "circle", "rect", "path", "g",
             "text"}  # fmt: skip
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known


def test_markup_in_a_title_is_escaped() -> None:
    text = draw_svg(layout(flow("""</title><script>alert("1")</script>&'""")))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = draw_svg(layout(flow())).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|@import|url\((?!#cpt-dots)|<script|\son\w+=|href", text)


def test_a_picture_has_a_name_and_says_what_it_shows() -> None:
    root = drawn(flow("Spring & summer"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Spring & summer"
    assert root.findtext(f"{SVG}title") == "Spring & summer"
    description = root.findtext(f"{SVG}desc") or ""
    assert "in: Goal In, gets tag a; leads to go." in description
    assert "go: Sequence Go: wait 1 day; Send email hello." in description


def test_a_text_that_is_cut_is_there_in_full() -> None:
    title = "A title of very many words, " * 6
    root = drawn(flow(sequences={"go": {"title": title, "after": "in", "steps": {
        "one": {"send-email": "hello"}}}}))  # fmt: skip
    cut = next(e for e in root.iter(f"{SVG}text") if "…" in "".join(e.itertext()))
    assert cut.findtext(f"{SVG}title") == title.strip()


def test_colours_follow_the_reader_unless_they_are_fixed() -> None:
    assert "prefers-color-scheme:dark" in draw_svg(layout(flow()))
    light, dark = (draw_svg(layout(flow()), theme=theme) for theme in ("light", "dark"))
    assert "var(" not in light + dark
    assert light != dark


def test_every_rule_of_the_style_sheet_concerns_the_picture_alone() -> None:
    sheet = drawn(flow(), theme="light").findtext(f"{SVG}style") or ""
    for rule in sheet.strip().split("}"):
        selectors = rule.partition("{")[0].strip()
        assert all(s.strip().startswith(".cpt-picture") for s in selectors.split(",") if s)


def test_marks_have_a_sign_and_a_legend() -> None:
    marks = {"go": Mark.CHANGED, "go.one": Mark.ADDED, "nowhere": Mark.REMOVED}
    root = drawn(flow(), marks=marks)
    assert {"changed", "added"} <= set(texts(root))
    assert "removed" not in texts(root)
    assert not {"changed", "added"} & set(texts(drawn(flow())))


def test_the_legend_of_a_narrow_picture_stays_within_it() -> None:
    marks = {"in": Mark.ADDED, "go": Mark.MOVED, "go.one": Mark.CHANGED, "late": Mark.REMOVED}
    late = {"late": {"after": "in", "when": {"tag-applied": "b"}}}
    narrow = layout(flow(goals={"in": {"when": {"tag-applied": "a"}}, **late}), max_width=300)
    root = ET.fromstring(draw_svg(narrow, marks=marks))  # noqa: S314  our own text
    legend = [each for each in root.iter(f"{SVG}text") if each.text in [*Mark]]
    assert {each.text for each in legend} == {*Mark}
    for each in legend:
        assert each.text is not None
        assert float(each.attrib["x"]) + measure(12)(each.text) <= float(root.attrib["width"])
        assert float(each.attrib["y"]) < float(root.attrib["height"])


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="burnt"):
        draw_svg(layout(flow()), marks={"go": "burnt"})  # type: ignore[dict-item]


def test_counts_are_shown_where_contacts_stand() -> None:
    place = Place("go", "one", PlaceSort.WAIT)
    assert "1,240" in texts(drawn(flow(), counts={place: 1240}))
    assert texts(drawn(flow(), counts={place: 0})) == texts(drawn(flow()))


def test_an_overlay_moves_nothing() -> None:
    plain = drawn(flow())
    laid = drawn(flow(), marks={"go": Mark.ADDED}, counts={Place("go", "one", PlaceSort.WAIT): 3})
    paths = [[p.get("d") for p in root.iter(f"{SVG}path") if p.get("class") == "route"]
             for root in (plain, laid)]  # fmt: skip
    assert paths[0] == paths[1]
