"""What is good in a resource that has mistakes."""

from __future__ import annotations

import pytest

from package_format.campaign.model import Campaign
from package_format.diagnostics import Diagnostics
from package_format.kinds.email import Email
from package_format.kinds.model import references
from package_format.pruning import pruned
from package_format.source import Node, Source, plain, read_yaml

CAMPAIGN = """\
title: Follow-up
goals:
  registered: {when: {web-form-submitted: registration}}
  attended: {when: {tag-aplied: attended}, after: [remind]}
sequences:
  remind:
    after: [registered]
    steps:
      confirm: {send-emial: confirmed}
      nudge: {wait: 2 dayz, send-email: starts-tomorrow}
      call: {create-task: call}
"""


def node(text: str) -> Node:
    found = read_yaml(Source("c.yaml", text), "c.yaml", Diagnostics())
    assert found is not None
    return found


def test_what_is_good_is_left_with_its_places() -> None:
    found = pruned(Campaign, node(CAMPAIGN), {})
    assert found is not None
    campaign, left = found
    assert {text for _, _, text in references(campaign)} == {
        "registration",
        "starts-tomorrow",
        "call",
    }
    assert list(plain(left)["sequences"]["remind"]["steps"]) == ["nudge", "call"]


def test_a_resource_without_mistakes_is_left_as_it_is() -> None:
    text = node("subject: Hello\nfrom: a@example.com\nbody: x\n")
    assert pruned(Email, text, {}) == (
        Email.model_validate(plain(text)),
        text,
    )


@pytest.mark.parametrize("text", ["- 1\n", "goals: 7\n", "x: {y: [1, {z: }]}\n", "title: 7\n"])
def test_of_what_is_nothing_good_nothing_is_left(text: str) -> None:
    assert pruned(Campaign, node(text), {}) is None


def test_of_what_has_very_many_mistakes_nothing_is_left() -> None:
    goals = "".join(f"  g{number}: {{wen: x}}\n" for number in range(300))
    assert pruned(Campaign, node(f"title: Many\ngoals:\n{goals}"), {}) is None
