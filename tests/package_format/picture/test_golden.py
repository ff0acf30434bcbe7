"""The picture of one campaign, whole.

After a wanted change, look at it, and then write it anew:

PYTHONPATH=. python tests/package_format/picture/test_golden.py --write.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place, PlaceSort
from package_format.picture import Mark, draw_svg, draw_terminal, layout

GOLDEN = Path(__file__).parent / "golden"

_NAMES = {
    "confirmed": "You are in! Your seat for the webinar is confirmed",
    "starts-tomorrow": "It starts tomorrow, {{ contact.first_name }}",
    "webinar_date": "Webinar date",
    "registration": "Registration",
    "pro-course": "Pro course",
    "call": "Call before the webinar",
}
_MARKS = {
    "remind.nudge": Mark.CHANGED,
    "remind.call": Mark.ADDED,
    "pitch-basic": Mark.ADDED,
    "by-interest.basic": Mark.ADDED,
    "bought": Mark.CHANGED,
    "wrap-up": Mark.MOVED,
    "by-interest": Mark.CHANGED,
    "onboarding": Mark.REMOVED,
}
_COUNTS = {
    Place("remind", "nudge", PlaceSort.WAIT): 1240,
    Place("remind", None, PlaceSort.END): 3,
    Place("wrap-up", None, PlaceSort.JOIN): 42,
    Place("pitch-basic", "hint", PlaceSort.WAIT): 0,
    Place("gone", "long-ago", PlaceSort.WAIT): 7,
}


def _names(kind: str, reference: str) -> str:
    return _NAMES.get(reference, f"{kind} {reference}")


def _flow() -> Flow:
    text = (GOLDEN / "webinar-follow-up.yaml").read_text(encoding="utf-8")
    return Flow(Campaign.model_validate(yaml.safe_load(text)))


DRAWN: dict[str, Callable[[], str]] = {
    "webinar-follow-up.svg": lambda: draw_svg(layout(_flow(), _names)),
    "webinar-follow-up-plan.svg": lambda: draw_svg(
        layout(_flow(), _names), marks=_MARKS, counts=_COUNTS
    ),
    "webinar-follow-up-phone.svg": lambda: draw_svg(
        layout(_flow(), _names, max_width=390), theme="dark"
    ),
    "webinar-follow-up.txt": lambda: draw_terminal(_flow(), _names),
    "webinar-follow-up-plan.txt": lambda: draw_terminal(
        _flow(), _names, marks=_MARKS, counts=_COUNTS
    ),
    "webinar-follow-up-list.txt": lambda: draw_terminal(_flow(), _names, width=30),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_campaign_has_one_picture(name: str) -> None:
    assert DRAWN[name]() == (GOLDEN / name).read_text(encoding="utf-8")


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    for name, draw in DRAWN.items():
        (GOLDEN / name).write_text(draw(), encoding="utf-8", newline="\n")
