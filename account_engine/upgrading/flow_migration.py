"""The migration of a flow: all its contacts go on to the next, and nobody is lost (M10).

Where each of them goes is `account_engine.upgrading.migration`'s to say; here all of them are taken
through it, in the transaction that publishes the flow, and what was written is read back and
verified. Where many go the same way, `place_migration` takes them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from account_engine.errors import EngineBugError, StrandedContactsError
from account_engine.flows import LiveFlow
from account_engine.lookup import live, state_of
from account_engine.position import Instant
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow, Reckoned
from account_engine.upgrading import migration
from account_engine.upgrading.place_migration import (
    PlaceMigration,
    VersionPair,
    place_migrations,
    staying,
)
from account_engine.upgrading.travelled import NOWHERE_ELSE, Elsewhere, Migrated, place_of
from package_format.campaign.places import Place
from package_format.upgrades.answers import Answer, Outcome, spots

WORTH = 200
"""How many have to stand in a flow before those who go the same way are migrated together."""


def migrate_flow(
    store: Store,
    row: FlowRow,
    successor: FlowRow | None,
    answers: Mapping[Place, Answer | None],
    moves: Sequence[tuple[str, str]] = (),
    ever: frozenset[int] = frozenset(),
    elsewhere: Mapping[str, Elsewhere] = NOWHERE_ELSE,
) -> int:
    """Migrate everybody who stands in a flow.

    Args:
        store: Where; within `Store.writing`.
        row: The flow that they stand in.
        successor: The flow that they go to; None if there is none.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changing.changes.Republish`.
        ever: The ids of every node and step that the campaign had before its successor.
        elsewhere: The other campaigns that answers name, by the names that they give them.

    Returns:
        How many positions have migrated to another place or version.

    Raises:
        StrandedContactsError: Somebody stands where there is no answer.
        EngineBugError: Somebody would be lost.
    """
    identity = store.identity()
    old, new = live(row), live(successor) if successor else None
    everybody = store.count_travellers(row.campaign, row.version)
    together: Counter[int | None] = Counter()
    if everybody >= WORTH and _stays_whole(old, answers):
        for place in sorted(store.places(*old.key), key=lambda place: place.node):
            store.tell_everybody(place, staying(old.campaign, place, identity.clock))
        return 0
    if everybody >= WORTH:
        for other in elsewhere.values():
            ever |= store.remembered_ids(other.flow.campaign).keys()
        versions = VersionPair(
            old, new, answers, tuple(moves), ever, identity.clock, identity.zone, elsewhere
        )
        together = _migrate_together(store, versions)
    travellers = store.travellers(row.campaign, row.version)
    stranded: Counter[Place] = Counter()
    arrived: dict[int, set[int]] = {}
    left: set[int] = set()
    travelled = together.total() - together[None]
    for number in travellers:
        state = state_of(store, number)
        moved = migration.migrate(
            old,
            new,
            answers,
            state,
            now=identity.clock,
            zone=identity.zone,
            moves=moves,
            elsewhere=elsewhere,
        )
        stranded.update(place_of(position) for position in moved.unanswered)
        wrong = migration.accounted_for(state, moved)
        if wrong:
            raise EngineBugError(f"contact {number} would be lost (M10): {'; '.join(wrong)}")
        if any(one.after is None for one in moved.travelled):
            left.add(number)
        else:
            for campaign in _campaigns(row, moved):
                arrived.setdefault(campaign, set()).add(number)
        travelled += sum(
            one.after is not None and one.after != one.before
            for one in moved.travelled
            if one.before.identity[:2] == old.key  # who is met elsewhere has been counted there
        )
        store.save(state, moved.state)
        store.add_story(number, moved.story)
    if stranded:
        raise StrandedContactsError(
            old.flow.campaign.title,
            tuple((str(place), count) for place, count in sorted(stranded.items(), key=str)),
        )
    for campaign, expected in arrived.items():
        _verify(store, campaign, expected)
    if together:
        gone = sum(together[campaign] for campaign in together if campaign != row.campaign)
        gone += len(left | _crossed(arrived, row.campaign))
        _verify_nobody_is_lost(store, row, successor, everybody - gone)
    return travelled


def _verify_nobody_is_lost(
    store: Store, row: FlowRow, successor: FlowRow | None, expected: int
) -> None:
    """Verify that so many stand in a campaign still, in either version."""
    versions = {row.version, successor.version if successor else row.version}
    stand = sum(store.count_travellers(row.campaign, version) for version in versions)
    if stand < expected:
        raise EngineBugError(
            f"{expected - stand} contacts would be lost from campaign #{row.campaign} (M10)"
        )


def _stays_whole(old: LiveFlow, answers: Mapping[Place, Answer | None]) -> bool:
    """Whether everybody finishes on the old version, wherever they stand (M7)."""
    said = (answers.get(place) for place in spots(old.flow))
    return all(one is not None and one.outcome is Outcome.FINISH_ON_OLD for one in said)


def _campaigns(row: FlowRow, moved: Migrated) -> set[int]:
    """The campaigns in which a contact has to be found: where a migration says that they went."""
    return {one.after.campaign for one in moved.travelled if one.after is not None} or {
        row.campaign
    }


def _crossed(arrived: Mapping[int, set[int]], campaign: int) -> set[int]:
    """The contacts who are in another campaign, and no more in the one that they left."""
    elsewhere = chain(*(numbers for other, numbers in arrived.items() if other != campaign))
    return set(elsewhere) - arrived.get(campaign, set())


def _migrate_together(store: Store, versions: VersionPair) -> Counter[int | None]:
    """Migrate all who go the same way as everybody at their place.

    Returns:
        How many positions there were, each of another contact, by the campaign that they came to;
        by None those who left.

    Raises:
        EngineBugError: Fewer have come to another campaign than were sent there.
    """
    places = store.places(*versions.old.key)
    others = [way.flow for way in versions.elsewhere.values()]
    ways = others if versions.new is None else [versions.new, *others]
    targets = {flow.campaign: store.places(*flow.key) for flow in ways}
    stood = {flow.campaign: store.count_travellers(*flow.key) for flow in others}
    migrated: Counter[int | None] = Counter()
    for migrating in place_migrations(versions, places, targets):

        def reckoning(
            began: Instant, due: Instant | None, zone: str | None, by: PlaceMigration = migrating
        ) -> Reckoned:
            return versions.timed(by, began, due, zone)

        to = None if migrating.target is None else migrating.goes_to
        migrated[to] += store.migrate_place(migrating, versions.now, reckoning)
    for flow in others:
        found = store.count_travellers(*flow.key) - stood[flow.campaign]
        if found != migrated[flow.campaign]:
            raise EngineBugError(
                f"{migrated[flow.campaign]} contacts were sent to campaign #{flow.campaign}, "
                f"and {found} have come (M10)"
            )
    return migrated


def _verify(store: Store, campaign: int, expected: set[int]) -> None:
    """Read back what was written: everybody is there still, or is where they were sent (M10).

    That they stand somewhere real is the store's to hold: it has places of flows, and no others.
    """
    versions = [row.version for row in store.flows_of(campaign)]
    standing = set(chain(*(store.travellers(campaign, version) for version in versions)))
    lost = sorted(expected - standing)
    if lost:
        raise EngineBugError(f"contacts {lost} would be lost from campaign #{campaign} (M10)")
