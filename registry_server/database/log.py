"""The log of everything that happened: who published, yanked, gave away what, and when.

It is only appended to; the database itself refuses to change or to remove an entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select

from registry_server.database.actions import Action, words_of
from registry_server.database.schema import OF_PEOPLE, log


@dataclass(frozen=True)
class Entry:
    """Something that happened.

    Attributes:
        id: Its number; a later one has a greater one.
        at: When, in UTC to the second.
        actor: Who did it.
        action: What was done, as `registry_server.database.actions` calls it.
        subject: What to: a package, a publisher, a person.
        details: What else there is to say, by name.
    """

    id: int
    at: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Collections:
    """Which collections of archives there were (see `registry_server.upkeep.collecting`).

    Attributes:
        began: The number of the entry by which the last one began; 0 if there was none.
        over: Likewise of the entry by which one was last over.
    """

    began: int
    over: int

    def may_have_taken(self, before: Collections) -> bool:
        """Whether what was kept after these were as before may be gone by now."""
        return self != before or self.began > self.over


class Log:
    """The log, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(self, at: str, actor: str, action: Action, subject: str, **details: str) -> None:
        """Write down what happened.

        Raises:
            ValueError: There is a detail of which the table of actions does not know.
        """
        unknown = details.keys() - action.says
        if unknown:
            raise ValueError(f"{action} does not say {min(unknown)}")
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        word = action.word
        entry = {"at": at, "actor": actor, "action": word, "subject": subject, "details": text}
        self._connection.execute(_ADD, entry)

    def entries(
        self, *, subject: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """Return what happened, the latest first.

        Args:
            subject: To this only: a package, a publisher, or a person, whom it also concerns what
                they come to own, are invited to, or own no more.
            before: Before the entry with this number only.
            limit: How many entries at most.
        """
        found = _ENTRIES if before is None else _ENTRIES.where(log.c.id < before)
        latest = found.order_by(log.c.id.desc()).limit(limit)
        asked = [latest]
        if subject is not None:
            asked = [latest.where(log.c.subject == subject)]
            if "/" not in subject:
                asked.append(latest.where(OF_PEOPLE, _concerns(subject)))
        rows = {row.id: row for each in asked for row in self._connection.execute(each)}
        return tuple(
            Entry(*row[:5], json.loads(row.details))
            for _, row in sorted(rows.items(), reverse=True)[:limit]
        )

    def collections(self) -> Collections:
        """Return which collections of archives there were."""
        began, over = Action.BEGAN_COLLECTING.word, Action.COLLECTED.word
        found = (
            select(log.c.action, func.max(log.c.id))
            .where(log.c.subject == "registry", log.c.action.in_((began, over)))
            .group_by(log.c.action)
        )
        last = {row[0]: row[1] for row in self._connection.execute(found)}
        return Collections(last.get(began, 0), last.get(over, 0))

    def claim(self, publisher: str) -> Mapping[str, str]:
        """Return what was said when a name was claimed; nothing if nobody knows."""
        found = select(log.c.details).where(
            log.c.subject == publisher, log.c.action == Action.CLAIMED.word
        )
        text = self._connection.scalar(found.order_by(log.c.id.desc()).limit(1))
        return {} if text is None else dict(json.loads(text))

    def publication(self, package: str, version: str) -> Mapping[str, str]:
        """Return what is to be said of how a version was published; nothing if nobody knows."""
        found = self._of_version(package, version, Action.PUBLISHED)
        return found[0] if found else {}

    def yank(self, package: str, version: str) -> Mapping[str, str]:
        """Return what was said when a version was yanked last; nothing if nobody knows."""
        found = self._of_version(package, version, Action.YANKED)
        return found[-1] if found else {}

    def _of_version(self, package: str, version: str, action: Action) -> list[Mapping[str, str]]:
        """What was said of a version each time that something was done to it, the first first."""
        found = (
            select(log.c.details)
            .where(log.c.subject == package, log.c.action == action.word)
            .where(log.c.details.contains(json.dumps(version), autoescape=True))
            .order_by(log.c.id)
        )
        told: list[dict[str, str]] = list(map(json.loads, self._connection.scalars(found)))
        return [details for details in told if details.get("version") == version]


def _concerns(person: str) -> ColumnElement[bool]:
    """Whether an entry of `OF_PEOPLE` concerns somebody."""
    name = json.dumps(person)
    return or_(
        log.c.details.contains(f'"person": {name}', autoescape=True),
        log.c.details.contains(f'"owner": {name}', autoescape=True),
        and_(log.c.actor == person, log.c.action.in_(words_of("actor"))),
    )


_ADD = insert(log)
_ENTRIES = select(log.c.id, log.c.at, log.c.actor, log.c.action, log.c.subject, log.c.details)
