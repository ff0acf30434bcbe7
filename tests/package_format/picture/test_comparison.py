"""Two versions of a campaign in one picture."""

from __future__ import annotations

from package_format.campaign.model import Campaign
from package_format.canonical import in_order
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.picture.comparison import Compared, compared_campaigns, layout_of
from package_format.picture.marks import Mark
from package_format.picture.svg import draw_svg
from package_format.upgrades.entry_data import read_entries


def campaign(**more: Json) -> Json:
    data: dict[str, Json] = {
        "title": "T",
        "goals": {
            "g": {"when": {"tag-applied": "t"}},
            "h": {"when": {"tag-applied": "u"}, "after": ["s"]},
        },
        "sequences": sequences(s=steps(a="1_day", b="2_days")),
    }
    return {**data, **more}


def sequences(**given: Json) -> Json:
    return {
        key: value if "after" in value else {"after": ["g"], "steps": value}
        for key, value in given.items()
    }


def steps(**waits: str) -> Json:
    return {key: {"wait": wait.replace("_", " ")} for key, wait in waits.items()}


def package(version: str, *upgrades: Json, **campaigns: Json) -> Package:
    table = {"name": "a/b", "version": version, "title": "B", "summary": "B.", "license": "MIT"}
    resources = [
        Resource("campaign", key, Campaign.model_validate(data)) for key, data in campaigns.items()
    ]
    resources += [
        Resource("tag", key, KINDS["tag"].model.model_validate({"name": key})) for key in "tu"
    ]
    manifest = Manifest.model_validate({"package": table})
    return Package(manifest, in_order(resources), read_entries(list(upgrades)))


def compared(old: Json, new: Json, *upgrades: Json) -> Compared:
    (found,) = compared_campaigns(package("1.0.0", c=old), package("2.0.0", *upgrades, c=new))
    return found


def step_keys(found: Compared, sequence: str) -> list[str]:
    return [step.key for step in found.flow.campaign.sequences[sequence].steps]


def test_nothing_is_marked_where_nothing_changed() -> None:
    found = compared(campaign(), campaign())
    assert found.marks == {}
    assert layout_of(found).summary == "nothing changed"


def test_a_new_node_is_added_and_what_leads_to_it_is_as_it_was() -> None:
    new = campaign(sequences=sequences(s=steps(a="1_day", b="2_days"), n=steps(x="1_day")))
    assert compared(campaign(), new).marks == {"n": Mark.ADDED}


def test_a_node_that_is_gone_is_drawn_where_it_stood() -> None:
    old = campaign(
        sequences=sequences(
            s=steps(a="1_day", b="2_days"), n={"after": ["s"], "steps": steps(x="1_day")}
        )
    )
    found = compared(old, campaign())
    assert found.marks == {"n": Mark.REMOVED}
    assert ("s", "n") in {(arrow.source, arrow.target) for arrow in found.flow.arrows}


def test_arrows_from_what_is_gone_still_lead_where_they_led() -> None:
    goals = {
        "g": {"when": {"tag-applied": "t"}},
        "h": {"when": {"tag-applied": "u"}, "after": ["s", "n"]},
    }
    old = campaign(
        goals=goals, sequences=sequences(s=steps(a="1_day", b="2_days"), n=steps(x="1_day"))
    )
    found = compared(old, campaign())
    assert found.marks == {"n": Mark.REMOVED, "h": Mark.CHANGED}
    assert ("n", "h") in {(arrow.source, arrow.target) for arrow in found.flow.arrows}


def test_steps_are_added_removed_and_changed_in_their_places() -> None:
    old = campaign(sequences=sequences(s=steps(a="1_day", b="2_days", c="3_days")))
    new = campaign(sequences=sequences(s=steps(a="9_days", n="1_hour", c="3_days")))
    found = compared(old, new)
    assert found.marks == {"s.a": Mark.CHANGED, "s.b": Mark.REMOVED, "s.n": Mark.ADDED}
    assert step_keys(found, "s") == ["a", "b", "n", "c"]


def test_a_step_with_a_new_key_has_moved_if_an_entry_says_so() -> None:
    new = campaign(sequences=sequences(s=steps(a="1_day", z="2_days")))
    entry = {"moved": "campaign/c.s.b", "to": "campaign/c.s.z"}
    found = compared(campaign(), new, entry)
    assert found.marks == {"s.z": Mark.MOVED}
    assert step_keys(found, "s") == ["a", "z"]


def test_a_step_that_went_to_another_sequence_is_drawn_only_there() -> None:
    old = campaign(sequences=sequences(s=steps(a="1_day", b="2_days"), r=steps(x="1_day")))
    new = campaign(sequences=sequences(s=steps(a="1_day"), r=steps(x="1_day", b="2_days")))
    entry = {"moved": "campaign/c.s.b", "to": "campaign/c.r.b"}
    found = compared(old, new, entry)
    assert found.marks == {"r.b": Mark.MOVED}
    assert step_keys(found, "s") == ["a"]


def test_steps_in_another_order_have_moved_as_few_as_may_be() -> None:
    old = campaign(sequences=sequences(s=steps(a="1_day", b="2_days", c="3_days")))
    new = campaign(sequences=sequences(s=steps(b="2_days", c="3_days", a="1_day")))
    assert compared(old, new).marks == {"s.a": Mark.MOVED}


def test_a_node_with_a_new_key_has_moved_with_everything_in_it() -> None:
    new = campaign(
        goals={
            "g": {"when": {"tag-applied": "t"}},
            "h": {"when": {"tag-applied": "u"}, "after": ["z"]},
        },
        sequences=sequences(z=steps(a="1_day", b="2_days")),
    )
    found = compared(campaign(), new, {"moved": "campaign/c.s", "to": "campaign/c.z"})
    assert found.marks == {"z": Mark.MOVED}


def test_what_changed_its_sort_is_drawn_twice() -> None:
    new = campaign(sequences={}, joins={"s": {"after": ["g"]}})
    found = compared(campaign(), new)
    assert found.marks["s"] is Mark.ADDED
    assert found.marks["s-before"] is Mark.REMOVED
    assert set(found.flow.nodes) == {"g", "h", "s", "s-before"}


def test_ways_of_decisions_are_compared_like_steps() -> None:
    def deciding(**ways: Json) -> Json:
        after = [f"d.{key}" for key in ways]
        return campaign(
            sequences={"s": {"after": after, "steps": steps(a="1_day", b="2_days")}},
            decisions={"d": {"after": ["g"], "ways": ways}},
        )

    old = deciding(x={"if": {"tag": "t"}}, y={"if": {"tag": "u"}}, z="otherwise")
    new = deciding(x={"if": {"tag": "u"}}, n={"if": {"tag": "t"}}, z="otherwise")
    found = compared(old, new)
    assert found.marks == {
        "s": Mark.CHANGED, "d.x": Mark.CHANGED, "d.y": Mark.REMOVED, "d.n": Mark.ADDED,
    }  # fmt: skip
    assert {arrow.way for arrow in found.flow.arrows if arrow.source == "d"} == {"x", "y", "n", "z"}


def test_another_trigger_or_title_is_a_change_and_another_layout_is_none() -> None:
    goals = {
        "h": {"when": [{"tag-applied": {"tag": "u"}}], "after": "s", "title": "H"},
        "g": {"when": {"tag-applied": "t"}},
    }
    assert compared(campaign(), campaign(goals=goals)).marks == {"h": Mark.CHANGED}


def test_a_goal_after_all_stays_so() -> None:
    goals = {
        "g": {"when": {"tag-applied": "t"}},
        "h": {"when": {"tag-applied": "u"}, "after": "all"},
    }
    found = compared(campaign(goals=goals), campaign(goals=goals))
    assert found.marks == {}


def test_a_campaign_that_is_new_or_gone_is_so_in_every_node() -> None:
    old, new = package("1.0.0", a=campaign()), package("2.0.0", b=campaign())
    gone, added = compared_campaigns(old, new)
    assert (gone.key, set(gone.marks.values())) == ("a", {Mark.REMOVED})
    assert (added.key, set(added.marks.values())) == ("b", {Mark.ADDED})


def test_a_campaign_that_was_moved_is_compared_with_what_it_became() -> None:
    entry = {"moved": "campaign/a", "to": "campaign/b"}
    found = compared_campaigns(
        package("1.0.0", a=campaign()), package("2.0.0", entry, b=campaign())
    )
    assert [(one.key, one.marks) for one in found] == [("b", {})]


def test_the_picture_says_which_versions_it_compares_and_what_changed() -> None:
    new = campaign(sequences=sequences(s=steps(a="1_day", b="2_days"), n=steps(x="1_day")))
    laid = layout_of(compared(campaign(), new))
    svg = draw_svg(laid, marks={"n": Mark.ADDED})
    assert "T, 1.0.0 → 2.0.0" in svg
    assert "1 added" in svg


def test_what_went_to_another_campaign_is_gone_from_its_own() -> None:
    old = campaign(sequences=sequences(s=steps(a="1_day", b="2_days"), n=steps(x="1_day")))
    moved = {"moved": "campaign/a.n", "to": "campaign/b.n"}
    new = package("2.0.0", moved, a=campaign(), b=campaign())
    first, second = compared_campaigns(package("1.0.0", a=old, b=campaign()), new)
    assert (first.key, first.marks) == ("a", {"n": Mark.REMOVED})
    assert (second.key, second.marks) == ("b", {})
