from __future__ import annotations

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place, PlaceSort, places
from package_format.kinds.model import Json


def told(**sections: Json) -> list[str]:
    goals = {"g": {"when": {"tag-applied": "t"}}, "h": {"when": {"tag-applied": "u"}, "after": "s"}}
    campaign = Campaign.model_validate({"title": "x", "goals": goals, **sections})
    return [str(place) for place in places(Flow(campaign))]


STEPS = {
    "hello": {"send-email": "e"},
    "pause": {"wait": "1 day"},
    "later": {"wait": "1 day", "send-email": "e"},
}
SEQUENCE = {"after": "g", "steps": STEPS}


def test_one_waits_at_every_step_that_has_a_wait() -> None:
    assert told(sequences={"q": SEQUENCE}) == ["q.pause", "q.later"]


def test_one_is_queued_at_the_end_of_a_sequence_that_leads_only_to_goals() -> None:
    # C7
    assert told(sequences={"s": SEQUENCE}) == ["s.pause", "s.later", "the end of s"]


def test_nobody_waits_at_the_end_of_a_sequence_that_leads_on() -> None:
    after = {"after": "s", "steps": {"one": {"send-email": "e"}}}
    assert told(sequences={"s": SEQUENCE, "t": after}) == ["s.pause", "s.later"]


def test_one_waits_at_every_join_and_never_at_a_decision_or_a_goal() -> None:
    ways = {"w": {"if": {"tag": "t"}}}
    found = told(
        sequences={"s": SEQUENCE},
        decisions={"d": {"after": "g", "ways": ways}},
        joins={"j": {"after": ["d.w", "g"]}},
    )
    assert found == ["the join j", "s.pause", "s.later", "the end of s"]


def test_a_place_knows_its_part_of_an_address() -> None:
    assert Place("s", "one", PlaceSort.WAIT).inner == ("s", "one")
    assert Place("s", None, PlaceSort.END).inner == ("s",)
