"""Claims: an API goal answers to a name, and one package in an account has that name.

A program that calls ``harbour / paid`` means one goal. Where campaigns of two packages listen for
the same call, each call would achieve both, which their authors cannot have known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from account_engine.objects import number_of
from cpt.installer.changes import ChangeType
from cpt.installer.choices import Choices
from cpt.installer.merging.merge import Side
from cpt.installer.neighbours.events import PossibleEvent, heard
from cpt.installer.planning.draft import Draft
from cpt.installer.record.snapshot import Snapshot
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import ApiCalled
from package_format.kinds.model import Json
from package_format.references import Address


@dataclass(frozen=True)
class _Claim:
    """A goal of a package that listens for a call."""

    package: str
    goal: str
    title: str


def contested(drafts: Sequence[Draft], snapshot: Snapshot, choices: Choices) -> tuple[Draft, ...]:
    """Return drafts of which those are in conflict that begin to listen for another's call.

    Of two packages that come together, the second is. An owner who takes such a goal says that one
    call shall achieve both, and is not asked again.
    """
    claims: dict[PossibleEvent, list[_Claim]] = {}
    campaigns = [each for each in drafts if each.kind == "campaign" and each.result is not None]
    for draft in campaigns:
        for event, key in _calls(draft.result):
            claims.setdefault(event, []).append(_claim(draft.address.package, draft.result, key))
    managers = _managers(snapshot, drafts)
    found: dict[Address, tuple[str, str]] = {}
    for draft in campaigns:
        before = (
            {event for event, _ in _calls(draft.live.data)} if draft.live else set[PossibleEvent]()
        )
        for event, key in _calls(draft.result):
            settled = choices.side(draft.address, ("goals", key)) or choices.side(draft.address)
            if event in before or settled is Side.TAKE:
                continue
            earlier = [
                *(each for each in claims[event] if each.package < draft.address.package),
                *_installed(event, snapshot, managers),
            ]
            others = [each for each in earlier if each.package != draft.address.package]
            if others:
                found.setdefault(draft.address, (key, _said(draft, event, key, others[0])))
    return tuple(_doubted(draft, *found.get(draft.address, ("", ""))) for draft in drafts)


def _doubted(draft: Draft, key: str, reason: str) -> Draft:
    if not reason or draft.type is ChangeType.CONFLICT:
        return draft
    question = "shall one call achieve this goal and another package's? Take it all the same?"
    return draft.doubted(reason, *draft.sides("take", path=("goals", key)), question=question)


def _said(draft: Draft, event: PossibleEvent, key: str, other: _Claim) -> str:
    call = " / ".join(event.values[::-1])
    return (
        f"its goal {key} listens for the call {call}, and so does {other.goal} of “{other.title}”, "
        f"which {other.package} brings: one call would achieve both. Say that it shall with "
        f"--take {draft.address.local}#goals.{key}, or leave one of the two packages out."
    )


def _calls(data: Json) -> tuple[tuple[PossibleEvent, str], ...]:
    """Return the calls that a campaign's goals listen for, and the goals' keys."""
    triggers = (trigger for goal in data.get("goals", {}).values() for trigger in goal["when"])
    if not any(ApiCalled.word in trigger for trigger in triggers):
        return ()
    campaign = Campaign.model_validate(data)
    return tuple((event, key) for event, key in heard(campaign) if event.word == ApiCalled.word)


def _claim(package: str, data: Json, key: str) -> _Claim:
    campaign = Campaign.model_validate(data)
    return _Claim(package, campaign.goals[key].title or key, campaign.title)


def _managers(snapshot: Snapshot, drafts: Sequence[Draft]) -> Mapping[int, str]:
    """Which packages manage which objects, other than those that are being drafted."""
    drafted = {draft.live.id for draft in drafts if draft.live is not None}
    return {
        number: address.package
        for address, row in snapshot.carried.rows.items()
        if not row.managed.released
        and (number := number_of(row.managed.object)) is not None
        and number not in drafted
    }


def _installed(
    event: PossibleEvent, snapshot: Snapshot, managers: Mapping[int, str]
) -> Iterator[_Claim]:
    for number, goal in snapshot.listeners.get(event, ()):
        live = snapshot.live(number)
        if number in managers and live is not None:
            yield _claim(managers[number], live.data, goal)
