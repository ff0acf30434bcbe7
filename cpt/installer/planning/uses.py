"""Uses: what a plan begins to use of an account: senders, endpoints, features.

Reported to the owner, never compared at apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cpt.installer.words import listed
from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS

Held = tuple[str, Json]
"""A resource: its kind and its data."""


def uses(before: Iterable[Held], after: Iterable[Held]) -> tuple[str, ...]:
    """Return a sentence for each sort of thing that is used now and was not before.

    Args:
        before: What the packages in play have in the account.
        after: What the plan writes there.
    """
    old, new = list(before), list(after)
    senders = {*_values(new, "email", "from")} - {*_values(old, "email", "from")}
    endpoints = {*_values(new, "endpoint", "url")} - {*_values(old, "endpoint", "url")}
    features = {*_features(new)} - {*_features(old)}
    said = (
        (senders, "Emails are sent from {}."),
        (endpoints, "Posts about contacts go to {}."),
        (features, "Used of this account: {}."),
    )
    return tuple(sentence.format(listed(sorted(found))) for found, sentence in said if found)


def _values(held: Iterable[Held], kind: str, key: str) -> Iterator[str]:
    yield from (data[key] for each, data in held if each == kind and key in data)


def _features(held: Iterable[Held]) -> Iterator[str]:
    for kind, data in held:
        found = {KINDS[kind].feature}
        if kind == "campaign":
            flow = Campaign.model_validate(data)
            found |= {TRIGGERS[t.word].feature for goal in flow.goals.values() for t in goal.when}
            found |= {
                ACTIONS[step.action.word].feature
                for sequence in flow.sequences.values()
                for step in sequence.steps
                if step.action is not None
            }
        yield from (each for each in found if each is not None)
