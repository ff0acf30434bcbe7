"""Cut off: who finishes a campaign that goes, and will not get into another one that goes (M7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cpt.installer.neighbours.events import Caused, caused, heard
from cpt.installer.neighbours.interference import does
from cpt.installer.plan import Travel
from cpt.installer.record.snapshot import Live, Snapshot
from cpt.installer.words import listed
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.placeholders import in_brackets
from package_format.upgrades.answers import Outcome


def cut_off(going: Iterable[tuple[Live, Iterable[Travel]]], snapshot: Snapshot) -> Iterator[str]:
    """Say which steps that somebody may still come to led into a campaign that admits nobody.

    Args:
        going: The campaigns that go, and where their contacts go.
        snapshot: What the account looks like.
    """
    flows = [(live, Flow(Campaign.model_validate(live.data)), tuple(t)) for live, t in going]
    for live, flow, travels in flows:
        ahead = _ahead(flow, travels)
        for other, there, _ in flows:
            entries = {
                event for event, key in heard(there.campaign) if not there.campaign.goals[key].after
            }
            if other.id == live.id:
                continue
            leading: dict[str, list[Caused]] = {}
            for each in caused(flow.campaign):
                known = set(each.event.attributes)
                if each.sequence in ahead and any(
                    event.word == each.event.word and set(event.attributes) <= known
                    for event in entries
                ):
                    leading.setdefault(does(each, snapshot), []).append(each)
            for doing, steps in leading.items():
                where = listed(f"{each.sequence}.{each.step}" for each in steps)
                yield (
                    f"“{in_brackets(live.label)}” {doing} in {where}, by which one came into "
                    f"“{in_brackets(other.label)}”: that goes, too, and whoever comes so far does "
                    "not get into it any more."
                )


def _ahead(flow: Flow, travels: Iterable[Travel]) -> set[str]:
    """Return the nodes that those who finish a flow are in, or may come to."""
    found: set[str] = set()
    for travel in travels:
        finishes = travel.answer is not None and travel.answer.outcome is Outcome.FINISH_ON_OLD
        if travel.contacts and finishes:
            found |= {travel.place.node, *flow.downstream(travel.place.node)}
    return found
