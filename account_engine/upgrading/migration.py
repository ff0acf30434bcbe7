"""Migration: a contact's positions go on from one version of a campaign to the next (M0-M10).

Pure: the answers say where each place's contacts go (M2, `package_format.upgrades.answers`); here
their positions are rewritten, and no step is run (M0). In short:

*The same place* (`Answer.same`): the contact waits on. Their timer is credited if the wait is
written differently now: the new delay counts from when the wait began; or as an entry says (M5).

*Elsewhere*: the contact keeps their due time, and when it comes goes on from the step they were
sent to: its action, not its wait. One who has no due time, because they were queued, at a join, or
waiting for a date, begins the step's wait now. Sent to a node's end, they stand there running, with
a due time, and then leave it as anybody who finishes does; one who was queued stays queued there
while a goal still listens beyond.

*In another campaign* (`Answer.campaign`): the same, in that campaign's live version. Who stands
there already meets them.

*A contact is in one version of a campaign*, because they are heard in one alone (M7): if one of
their positions is to finish on the old version, all that do not leave do; and so do all of one who
would go on in a campaign of which they are still finishing an older version.

*Behind a new step* with which an entry catches them up, they get it first (M4): `Position.owed`.

*What was passed* and would come again only because of the upgrade is skipped (M3, `skipping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from account_engine.contacts import ContactState
from account_engine.flows import LiveFlow
from account_engine.position import Instant
from account_engine.upgrading.contact_migration import ContactMigration
from account_engine.upgrading.travelled import NOWHERE_ELSE, Elsewhere, Migrated, place_of
from package_format.campaign.places import Place
from package_format.upgrades.answers import Answer, Outcome, Via, spots


def everyone(old: LiveFlow, outcome: Outcome) -> dict[Place, Answer]:
    """Return one answer for everywhere one can stand: EXIT or FINISH_ON_OLD, as for a removal."""
    return dict.fromkeys(spots(old.flow), Answer(outcome, Via.OWNER))


def migrate(
    old: LiveFlow,
    new: LiveFlow | None,
    answers: Mapping[Place, Answer | None],
    state: ContactState,
    *,
    now: Instant,
    zone: str,
    moves: Iterable[tuple[str, str]] = (),
    elsewhere: Mapping[str, Elsewhere] = NOWHERE_ELSE,
) -> Migrated:
    """Migrate one contact from one version of a campaign to the next; no step is run (M0).

    Args:
        old: The version that the contact may stand in; positions on other versions stay.
        new: The next version; None if the campaign is removed.
        answers: Where the contacts of each place go.
        state: The contact's state.
        now: The moment of the migration.
        zone: The account's time zone, for contacts who have none of their own.
        moves: `Republish.moves`, for the steps that several were merged into (M3).
        elsewhere: The other campaigns that answers name, by the names that they give them.
    """
    here = [p for p in state.positions if (p.campaign, p.version) == old.key]
    routed = [(position, answers.get(place_of(position))) for position in here]
    unanswered = tuple(p for p, answer in routed if not _is_possible(answer, new, elsewhere))
    if unanswered:
        return Migrated(state, unanswered=unanswered)
    stays = any(
        answer is not None
        and (answer.outcome is Outcome.FINISH_ON_OLD or _finishes_there(answer, state, elsewhere))
        for _, answer in routed
    )
    moving = ContactMigration.of(old, new or old, state, now, zone, tuple(moves), elsewhere)
    for position, answer in routed:
        if answer is None or answer.outcome is Outcome.EXIT:
            moving.leave(position, gone=new is None)
        elif stays:
            moving.stay(position)
        else:
            moving.move(position, answer)
    return moving.finished()


def accounted_for(before: ContactState, migrated: Migrated) -> tuple[str, ...]:
    """Return what is wrong with a migration, in words; nothing, if all is well (M10).

    Every position that was open is open still, or listed as having left with its reason; nothing
    else has changed, and what was passed and entered is not forgotten.
    """
    if migrated.unanswered:
        return ()
    after = migrated.state
    travelled = {one.before.identity: one for one in migrated.travelled}
    arrived = {one.after.identity for one in migrated.travelled if one.after is not None}
    wrong = []
    for position in before.positions:
        one = travelled.get(position.identity)
        if one is None and position not in after.positions:
            wrong.append(f"the position at {position.where} was lost")
        elif one is not None and one.after is None and not one.why:
            wrong.append(f"the position at {position.where} left without a reason")
        elif one is not None and one.after is not None and one.after not in after.positions:
            wrong.append(f"the position at {position.where} did not arrive at {one.after.where}")
    wrong += [
        f"the position at {position.where} came from nowhere"
        for position in after.positions
        if position not in before.positions and position.identity not in arrived
    ]
    if len({position.identity for position in after.positions}) < len(after.positions):
        wrong.append("two positions stand at one node")
    if after.contact != before.contact:
        wrong.append("the contact was changed")
    if not before.passed <= after.passed:
        wrong.append("what was passed was forgotten")
    if any(after.entries.get(key, 0) < count for key, count in before.entries.items()):
        wrong.append("what was entered was forgotten")
    return tuple(wrong)


def _is_possible(
    answer: Answer | None, new: LiveFlow | None, elsewhere: Mapping[str, Elsewhere]
) -> bool:
    """Whether an answer can be followed: what it names is there."""
    if answer is None or answer.outcome is not Outcome.GO_ON:
        return answer is not None
    flow = elsewhere[answer.campaign].flow if answer.campaign in elsewhere else new
    if flow is None or (answer.campaign and answer.campaign not in elsewhere):
        return False
    return not answer.campaign or f"{answer.node}.{answer.step}".removesuffix(".None") in flow.ids


def _finishes_there(
    answer: Answer, state: ContactState, elsewhere: Mapping[str, Elsewhere]
) -> bool:
    """Whether a contact is to go on in a campaign of which they finish an older version (M7)."""
    if answer.outcome is not Outcome.GO_ON or not answer.campaign:
        return False
    way = elsewhere[answer.campaign]
    versions = (way.flow.version, way.leaving)
    return any(
        p.campaign == way.flow.campaign and p.version not in versions for p in state.positions
    )
