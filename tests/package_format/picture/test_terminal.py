"""What a drawing in a terminal must be: narrow enough, complete, and plain without colours."""

import re
from typing import Any

import pytest

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.picture import Mark, draw_terminal
from package_format.picture.metrics import cells_of

MAIL = {"one": {"send-email": "hello"}, "two": {"wait": "1 day", "if": {"tag": "t"},
                                              "apply-tag": "done"}}  # fmt: skip


def flow(**more: object) -> Flow:
    data: dict[str, Any] = {
        "title": "A campaign",
        "goals": {
            "in": {"title": "Beginning", "when": {"tag-applied": "a"}},
            "out": {"title": "End", "when": {"tag-applied": "b"}, "after": "all"},
        },
        "sequences": {
            "ask": {"title": "Ask", "after": ["in", "answered.no"], "steps": MAIL},
            "thank": {"title": "Thank", "after": "answered.yes", "steps": MAIL, "entry": "once"},
            "cheer": {"title": "Cheer", "after": "answered.yes", "steps": MAIL},
        },
        "decisions": {
            "answered": {
                "title": "Answered?",
                "choose": "every",
                "after": "ask",
                "ways": {"no": {"if": {"tag": "x"}}, "yes": "otherwise"},
            },
            "only": {"after": "both", "choose": "every", "ways": {"one": "otherwise"}},
        },
        "joins": {"both": {"title": "Both", "after": ["thank", "cheer"]}},
        **more,
    }
    return Flow(Campaign.model_validate(data))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    lines = draw_terminal(flow(), width=width).splitlines()
    assert max(cells_of(line) for line in lines) <= width


@pytest.mark.parametrize("width", [40, 100, 200])
def test_every_node_is_there(width: int) -> None:
    text = draw_terminal(flow(), width=width)
    for title in ("Beginning", "Ask", "Answered?", "Thank", "Cheer", "Both", "End"):
        assert title in text


def test_what_is_too_long_for_a_line_goes_on_in_the_next() -> None:
    def names(_kind: str, key: str) -> str:
        return key.replace("-", " ")

    ask = {"one": {"create-task": {"task": "ask-how-the-first-lesson-went", "due": "7 days"}}}
    drawn = flow(
        sequences={"ask": {"after": "in", "steps": ask}},
        goals={"in": {"when": {"tag-applied": "a"}}},
        decisions={},
        joins={},
    )
    lines = [line.strip("│ ") for line in draw_terminal(drawn, names).splitlines()]
    assert any(line.endswith("☐ ask how the first lesson") for line in lines)
    assert any(line.endswith("went, due in 7 days") for line in lines)


def test_a_loop_is_drawn_with_other_lines() -> None:
    assert "╌" in draw_terminal(flow())


def test_wide_letters_take_two_cells() -> None:
    sequences = {"ask": {"title": "漢字e\u0301", "after": "in", "steps": MAIL}}
    text = draw_terminal(flow(sequences=sequences, decisions={}, joins={}))
    row = next(line for line in text.splitlines() if "漢字" in line)
    above = text.splitlines()[text.splitlines().index(row) - 1]
    assert cells_of(row[: row.index("│", row.index("漢"))]) == above.index("╮")


def test_marks_are_signs_with_a_legend() -> None:
    text = draw_terminal(flow(), marks={"ask": Mark.REMOVED, "ask.two": Mark.ADDED})
    assert "Ask [−]" in text  # noqa: RUF001
    assert "1 day [+]" in text
    assert text.endswith("[+] added   [−] removed\n")  # noqa: RUF001


def test_colours_only_colour() -> None:
    plain, colours = draw_terminal(flow()), draw_terminal(flow(), colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colours) == plain


def test_control_characters_do_not_reach_the_terminal() -> None:
    title = "A\x1b[2Jcampaign\u202e\u0007"
    text = draw_terminal(flow(title=title))
    assert text.splitlines()[0] == "A [2Jcampaign"
