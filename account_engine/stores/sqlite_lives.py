"""The SQLite store's verbs for contacts, where they stand, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from account_engine.contacts import Contact, ContactState, Points, Value
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.events import Event
from account_engine.objects import normalised, reference
from account_engine.position import Instant, Position, Status
from account_engine.stores.port import Crowd, RecordedEffect
from account_engine.stores.sqlite_file import GREATEST, Row, SqliteFile, unwritten, written
from account_engine.story import Line
from package_format.contact_fields import Channel
from package_format.kinds.model import Json

_POSITION = (
    "campaign, version, node, status, step, entry, entered, began, due, overtaken, arrived, skip"
)
_EFFECTS = (
    "SELECT seq, contact, campaign, step, entry, kind, resource, recorded, due, person, data "
    "FROM effects JOIN texts ON digest = text"
)
_IN_A_PUBLISHED_FLOW = (
    "FROM positions JOIN flows USING (campaign, version) WHERE due <= ? AND published"
)


class SqliteLives(SqliteFile):
    """What happens to contacts."""

    # --- contacts

    def add_contact(self, values: Mapping[str, Value], tags: Iterable[int]) -> int:
        """See `Store.add_contact`."""
        ((number,),) = self._run("INSERT INTO contacts DEFAULT VALUES RETURNING id")
        self._put_values(number, values)
        self._put_tags(number, tags)
        return int(number)

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """See `Store.contacts`."""
        rows = self._run(
            "SELECT id FROM contacts WHERE id > ? ORDER BY id LIMIT ?",
            (after, -1 if limit is None else limit),
        )
        found = (self._contact(number) for (number,) in rows)
        return tuple(contact for contact in found if contact)

    def count_contacts(self) -> int:
        """See `Store.count_contacts`."""
        ((count,),) = self._run("SELECT count(*) FROM contacts")
        return int(count)

    def find_contacts(self, field: str, folded: str) -> tuple[int, ...]:
        """See `Store.find_contacts`."""
        rows = self._run(
            "SELECT contact FROM contact_values WHERE field = ? AND folded = ? ORDER BY contact",
            (field, folded),
        )
        return tuple(number for (number,) in rows)

    def state(self, contact: int) -> ContactState | None:
        """See `Store.state`."""
        known = self._contact(contact)
        if known is None:
            return None
        positions = self._run(
            f"SELECT {_POSITION} FROM positions WHERE contact = ? ORDER BY campaign, version, node",
            (contact,),
        )
        entries = self._run(
            "SELECT campaign, node, count FROM entries WHERE contact = ?", (contact,)
        )
        passed = self._run("SELECT campaign, step, entry FROM passed WHERE contact = ?", (contact,))
        return ContactState(
            known,
            tuple(_position(row) for row in positions),
            {(campaign, node): count for campaign, node, count in entries},
            frozenset((campaign, step, entry) for campaign, step, entry in passed),
        )

    def _contact(self, number: int) -> Contact | None:
        if number > GREATEST:
            return None
        row = self._one("SELECT refused, owner FROM contacts WHERE id = ?", (number,))
        if row is None:
            return None
        values = self._run("SELECT field, value FROM contact_values WHERE contact = ?", (number,))
        tags = self._run("SELECT tag FROM contact_tags WHERE contact = ?", (number,))
        facts = self._run(
            "SELECT sort, subject, number, since FROM contact_facts WHERE contact = ? "
            "ORDER BY sort, number",
            (number,),
        )
        refused, owner = row
        return Contact(
            number,
            {field: unwritten(value) for field, value in values},
            frozenset(reference(tag) for (tag,) in tags),
            refused=frozenset(map(Channel, unwritten(refused))),
            owner=owner,
            purchases={subject: n for sort, subject, n, _ in facts if sort == "purchase"},
            opportunities=tuple(subject for sort, subject, *_ in facts if sort == "opportunity"),
            tasks={subject: n for sort, subject, n, _ in facts if sort == "task"},
            scores={
                subject: Points(n, since) for sort, subject, n, since in facts if sort == "score"
            },
        )

    def save(self, old: ContactState, new: ContactState) -> None:
        """See `Store.save`."""
        self._save_contact(old.contact, new.contact)
        number = new.contact.id
        before = {position.identity: position for position in old.positions}
        after = {position.identity: position for position in new.positions}
        self._run_all(
            "DELETE FROM positions WHERE contact = ? AND campaign = ? AND version = ? AND node = ?",
            [(number, *identity) for identity in before.keys() - after.keys()],
        )
        self._run_all(
            f"INSERT OR REPLACE INTO positions (contact, {_POSITION}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, *_position_row(position))
                for identity, position in after.items()
                if before.get(identity) != position
            ],
        )
        self._run_all(
            "INSERT OR REPLACE INTO entries (contact, campaign, node, count) VALUES (?, ?, ?, ?)",
            [
                (number, *key, count)
                for key, count in new.entries.items()
                if old.entries.get(key) != count
            ],
        )
        self._run_all(
            "INSERT INTO passed (contact, campaign, step, entry) VALUES (?, ?, ?, ?)",
            [(number, *key) for key in new.passed - old.passed],
        )

    def _save_contact(self, old: Contact, new: Contact) -> None:
        if (old.refused, old.owner) != (new.refused, new.owner):
            self._run(
                "UPDATE contacts SET refused = ?, owner = ? WHERE id = ?",
                (written(sorted(new.refused)), new.owner, new.id),
            )
        before, after = set(_facts(old)), set(_facts(new))
        self._run_all(
            "DELETE FROM contact_facts "
            "WHERE contact = ? AND sort = ? AND subject = ? AND number = ? AND since = ?",
            [(new.id, *fact) for fact in before - after],
        )
        self._run_all(
            "INSERT INTO contact_facts (contact, sort, subject, number, since) "
            "VALUES (?, ?, ?, ?, ?)",
            [(new.id, *fact) for fact in sorted(after - before)],
        )
        self._run_all(
            "DELETE FROM contact_values WHERE contact = ? AND field = ?",
            [(new.id, field) for field in old.values.keys() - new.values.keys()],
        )
        changed = {
            field: value
            for field, value in new.values.items()
            if field not in old.values or written(old.values[field]) != written(value)
        }
        self._put_values(new.id, changed)
        self._run_all(
            "DELETE FROM contact_tags WHERE contact = ? AND tag = ?",
            [(new.id, _number(tag)) for tag in old.tags - new.tags],
        )
        self._put_tags(new.id, map(_number, new.tags - old.tags))

    def _put_values(self, contact: int, values: Mapping[str, Value]) -> None:
        self._run_all(
            "INSERT OR REPLACE INTO contact_values (contact, field, value, folded) "
            "VALUES (?, ?, ?, ?)",
            [
                (contact, field, written(value), normalised(str(value)))
                for field, value in values.items()
            ],
        )

    def _put_tags(self, contact: int, tags: Iterable[int]) -> None:
        self._run_all(
            "INSERT INTO contact_tags (contact, tag) VALUES (?, ?)",
            [(contact, tag) for tag in sorted(set(tags))],
        )

    # --- positions

    def next_due(self, until: Instant) -> Instant | None:
        """See `Store.next_due`."""
        row = self._one(f"SELECT due {_IN_A_PUBLISHED_FLOW} ORDER BY due LIMIT 1", (until,))
        return int(row[0]) if row else None

    def due_contacts(self, now: Instant, limit: int) -> tuple[int, ...]:
        """See `Store.due_contacts`."""
        rows = self._run(
            f"SELECT DISTINCT contact {_IN_A_PUBLISHED_FLOW} ORDER BY contact LIMIT ?", (now, limit)
        )
        return tuple(contact for (contact,) in rows)

    def crowds(self, campaign: int) -> tuple[Crowd, ...]:
        """See `Store.crowds`."""
        rows = self._run(
            "SELECT version, node, step, status, count(*), min(due) FROM positions "
            "WHERE campaign = ? GROUP BY version, node, step, status "
            "ORDER BY version, node, step, status",
            (campaign,),
        )
        return tuple(
            Crowd(version, node, step, Status(status), count, due)
            for version, node, step, status, count, due in rows
        )

    def travellers(self, campaign: int, version: int) -> tuple[int, ...]:
        """See `Store.travellers`."""
        rows = self._run(
            "SELECT DISTINCT contact FROM positions WHERE campaign = ? AND version = ? "
            "ORDER BY contact",
            (campaign, version),
        )
        return tuple(contact for (contact,) in rows)

    def unite_node(self, campaign: int, old: int, new: int) -> None:
        """See `Store.unite_node`."""
        self._run(
            "INSERT INTO entries (contact, campaign, node, count) "
            "SELECT contact, campaign, ?, count FROM entries WHERE campaign = ? AND node = ? "
            "ON CONFLICT (contact, campaign, node) "
            "DO UPDATE SET count = max(count, excluded.count)",
            (new, campaign, old),
        )

    # --- what happened

    def add_event(self, contact: int, at: Instant, event: Event) -> int:
        """See `Store.add_event`."""
        ((seq,),) = self._run(
            "INSERT INTO inbox (contact, at, word, attributes) VALUES (?, ?, ?, ?) RETURNING seq",
            (contact, at, event.word, written(dict(event.attributes))),
        )
        return int(seq)

    def last_event(self) -> int:
        """See `Store.last_event`."""
        ((number,),) = self._run("SELECT coalesce(max(seq), 0) FROM inbox")
        return int(number)

    def add_story(self, contact: int, lines: Sequence[Line]) -> None:
        """See `Store.add_story`."""
        self._run_all(
            "INSERT INTO story (contact, at, what, campaign, node, why) VALUES (?, ?, ?, ?, ?, ?)",
            [(contact, line.at, line.what, line.campaign, line.node, line.why) for line in lines],
        )

    def story(self, contact: int) -> tuple[Line, ...]:
        """See `Store.story`."""
        rows = self._run(
            "SELECT at, what, campaign, node, why FROM story WHERE contact = ? ORDER BY seq",
            (contact,),
        )
        return tuple(Line(*row) for row in rows)

    def add_effect(self, effect: Effect, digest: str, text: Json) -> None:
        """See `Store.add_effect`."""
        who = effect.identity
        self._run("INSERT OR IGNORE INTO texts VALUES (?, ?)", (digest, written(text)))
        self._run(
            "INSERT OR IGNORE INTO effects "
            "(contact, campaign, step, entry, kind, resource, text, recorded, due, person) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(who.contact, who.campaign, who.step, who.entry),
                *(effect.kind, effect.resource, digest, effect.recorded, effect.due, effect.person),
            ),
        )

    def effects(self, *, after: int = 0) -> tuple[RecordedEffect, ...]:
        """See `Store.effects`."""
        rows = self._run(f"{_EFFECTS} WHERE seq > ? ORDER BY seq", (after,))
        return tuple(_effect(row) for row in rows)

    def effect(self, number: int) -> RecordedEffect | None:
        """See `Store.effect`."""
        row = self._one(f"{_EFFECTS} WHERE seq = ?", (min(number, GREATEST),))
        return _effect(row) if row else None

    def count_effects(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """See `Store.count_effects`."""
        rows = self._run(
            "SELECT kind, count(*) FROM effects JOIN texts ON digest = text WHERE seq > ? "
            "AND (kind <> 'post' OR coalesce(json_extract(data, '$.url'), '') <> '') GROUP BY kind",
            (after,),
        )
        return {EffectKind(kind): int(count) for kind, count in rows}

    def last_effect(self) -> int:
        """See `Store.last_effect`."""
        ((number,),) = self._run("SELECT coalesce(max(seq), 0) FROM effects")
        return int(number)


def _facts(contact: Contact) -> Iterator[tuple[str, str, int, int]]:
    """What is known of a contact besides their values and tags: sort, subject, number, since."""
    yield from (("purchase", product, n, 0) for product, n in contact.purchases.items())
    yield from (("task", task, n, 0) for task, n in contact.tasks.items())
    yield from (("score", one, had.points, had.since) for one, had in contact.scores.items())
    yield from (("opportunity", one, n, 0) for n, one in enumerate(contact.opportunities, 1))


def _number(tag: str) -> int:
    return int(tag.removeprefix("#"))


def _position_row(position: Position) -> Row:
    return (
        *(position.campaign, position.version, position.node, position.status, position.step),
        *(position.entry, position.entered, position.began, position.due, position.overtaken),
        *(written(list(position.arrived)), written(sorted(position.skip))),
    )


def _position(row: Row) -> Position:
    campaign, version, node, status, step, entry, entered, began, due, overtaken, arrived, skip = (
        row
    )
    return Position(
        campaign,
        version,
        node,
        Status(status),
        step,
        entry,
        entered,
        began,
        due,
        overtaken=bool(overtaken),
        arrived=tuple(unwritten(arrived)),
        skip=frozenset(unwritten(skip)),
    )


def _effect(row: Row) -> RecordedEffect:
    seq, contact, campaign, step, entry, kind, resource, recorded, due, person, text = row
    effect = Effect(
        EffectKind(kind),
        Identity(contact, campaign, step, entry),
        resource,
        recorded,
        due,
        person,
    )
    return RecordedEffect(seq, effect, unwritten(text))
