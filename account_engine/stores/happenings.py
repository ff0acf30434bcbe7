"""A store's verbs for what happens to contacts: the inbox, the story and the effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from account_engine.effects import Effect, EffectKind, Identity
from account_engine.events import Enrolment, Event
from account_engine.objects import number_of, reference
from account_engine.position import Instant
from account_engine.stores.records import Received, RecordedEffect, Told
from account_engine.stores.rows import GREATEST, Row, Rows, unwritten, written
from account_engine.story import Line
from package_format.kinds.model import Json

EFFECTS = (
    "SELECT seq, contact, campaign, step, entry, kind, resource, recorded, due, person, data "
    "FROM effects JOIN texts ON texts.account = effects.account AND texts.id = effects.text "
    "WHERE effects.account = :account"
)
"""Reads effects; `read_effect` makes of each row what it is."""


_RECORDED = "contact, campaign, step, entry, kind, resource, text, recorded, due, person"
_GATHERED: Mapping[str, str] = {
    "gathered": """
    turn INTEGER NOT NULL,
    line INTEGER NOT NULL,
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    step INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    kind TEXT NOT NULL,
    resource INTEGER NOT NULL,
    text INTEGER NOT NULL,
    recorded BIGINT NOT NULL,
    due BIGINT,
    person TEXT""",
}
"""Effects that have yet to be recorded, and in which order each contact's came."""


class HappeningVerbs(Rows):
    """What happened."""

    _turn: int | None = None

    def add_event(self, contact: int, at: Instant, event: Event) -> int:
        """See `Store.add_event`."""
        ((seq,),) = self.run(
            "INSERT INTO inbox (account, contact, at, word, attributes) "
            "VALUES (:account, :contact, :at, :word, :attributes) RETURNING seq",
            **event_values(contact, at, event),
        )
        return int(seq)

    def add_events(self, contacts: Sequence[int], at: Instant, event: Event) -> None:
        """See `Store.add_events`."""
        self.run(
            "INSERT INTO inbox (account, contact, at, word, attributes) "
            "SELECT :account, CAST(each.value AS INTEGER), :at, :word, :attributes "
            f"FROM {self.each('contacts')}",
            contacts=written(list(contacts)),
            **{key: value for key, value in event_values(0, at, event).items() if key != "contact"},
        )

    def unknown(self, contacts: Sequence[int]) -> tuple[int, ...]:
        """See `Store.unknown`."""
        near = [contact for contact in contacts if 0 <= contact <= GREATEST]
        if held := self.held("contacts"):
            self.run(
                "SELECT count(*) FROM (SELECT 1 FROM contacts WHERE account = :account "
                f"AND id IN (SELECT CAST(each.value AS BIGINT) FROM {self.each('contacts')}) "
                f"ORDER BY id {held}) AS held",
                contacts=written(near),
            )
        rows = self.run(
            f"SELECT CAST(each.value AS BIGINT) FROM {self.each('contacts')} WHERE NOT EXISTS ("
            "SELECT 1 FROM contacts WHERE account = :account "
            "AND id = CAST(each.value AS BIGINT))",
            contacts=written(list(near)),
        )
        far = set(contacts) - set(near)
        return tuple(sorted({*far, *(int(number) for (number,) in rows)}))

    def received(self, contact: int, limit: int) -> tuple[Received, ...]:
        """See `Store.received`."""
        self.take_in()
        rows = self.run(
            "SELECT seq, word, attributes, enrols FROM inbox "
            "WHERE account = :account AND contact = :contact ORDER BY seq LIMIT :limit",
            contact=contact,
            limit=limit,
        )
        return tuple(Received(seq, read_stimulus(*row)) for seq, *row in rows)

    def claim_received(self, limit: int, *, wait: bool = False) -> tuple[int, ...] | None:
        """See `Store.claim_received`."""
        self.take_in()
        return self.claim(
            "FROM inbox JOIN contacts ON contacts.account = inbox.account "
            "AND contacts.id = inbox.contact WHERE inbox.account = :account ORDER BY inbox.seq",
            limit,
            wait=wait,
        )

    def drop_received(self, contact: int, seq: int) -> None:
        """See `Store.drop_received`."""
        self.run(
            "DELETE FROM inbox WHERE account = :account AND contact = :contact AND seq <= :seq",
            contact=contact,
            seq=seq,
        )

    def take_in(self) -> None:
        """Bring what was received since into the inbox, where that is kept beside it."""

    def add_story(self, contact: int, lines: Sequence[Line]) -> None:
        """See `Store.add_story`."""
        self.run_all(
            "INSERT INTO story (account, contact, at, what, campaign, node, why) "
            "VALUES (:account, :contact, :at, :what, :campaign, :node, :why)",
            [
                {
                    "contact": contact,
                    "at": line.at,
                    "what": line.what,
                    "campaign": line.campaign,
                    "node": line.node,
                    "why": line.why,
                }
                for line in lines
            ],
        )

    def story(self, contact: int) -> tuple[Line, ...]:
        """See `Store.story`."""
        rows = self.run(
            "SELECT at, what, campaign, node, why FROM story "
            "WHERE account = :account AND contact = :contact ORDER BY seq",
            contact=contact,
        )
        return tuple(Line(*row) for row in rows)

    def story_before(self, contact: int, seq: int | None, limit: int | None) -> tuple[Told, ...]:
        """See `Store.story_before`."""
        rows = self.run(
            "SELECT seq, at, what, campaign, node, why FROM story "
            "WHERE account = :account AND contact = :contact AND seq < :seq "
            "ORDER BY seq DESC LIMIT :limit",
            contact=contact,
            seq=GREATEST if seq is None else min(seq, GREATEST),
            limit=GREATEST if limit is None else limit,
        )
        return tuple(Told(number, Line(*row)) for number, *row in rows)

    def text(self, digest: str, data: Json) -> int:
        """See `Store.text`."""
        known = "SELECT id FROM texts WHERE account = :account AND digest = :digest"
        row = self.one(known, digest=digest) or self.one(
            "INSERT INTO texts (account, digest, data) VALUES (:account, :digest, :data) "
            "ON CONFLICT (account, digest) DO NOTHING RETURNING id",
            digest=digest,
            data=written(data),
        )
        if row is None:  # somebody else was faster
            row = self.run(known, digest=digest)[0]
        return int(row[0])

    def add_effect(self, effect: Effect, digest: str, text: Json) -> None:
        """See `Store.add_effect`."""
        who = effect.identity
        self.record(
            ":contact, :campaign, :step, :entry, :kind, :resource, :text, :recorded, :due, :person",
            contact=who.contact,
            campaign=who.campaign,
            step=who.step,
            entry=who.entry,
            kind=str(effect.kind),
            resource=number_of(effect.resource),
            text=self.text(digest, text),
            recorded=effect.recorded,
            due=effect.due,
            person=effect.person or None,
        )

    def record(self, effects: str, source: str = "", line: str = "0", **values: object) -> None:
        """Record effects, or gather them to be recorded in order.

        Args:
            effects: What stands in the columns `_RECORDED`.
            source: Where that comes from, from ``FROM`` on; empty for one effect of values alone.
            line: Which of its contact's in its turn each is.
            values: The parameters.
        """
        into, first = "effects (account", ":account"
        if self._turn is not None:
            self._turn += 1
            into, first = "gathered (turn, line", f":turn, {line}"
            values["turn"] = self._turn
        rows = f"SELECT {first}, {effects} {source}" if source else f"VALUES ({first}, {effects})"
        self.run(f"INSERT INTO {into}, {_RECORDED}) {rows} ON CONFLICT DO NOTHING", **values)

    @contextmanager
    def recording_in_order(self) -> Iterator[None]:
        """See `Store.recording_in_order`."""
        self.clear(_GATHERED)
        self._turn = 0
        try:
            yield
        finally:
            self._turn = None
        self.number("effects", _RECORDED, "gathered", "recorded, contact, turn, line", "contact")

    def effects(self, *, after: int = 0, limit: int | None = None) -> tuple[RecordedEffect, ...]:
        """See `Store.effects`."""
        rows = self.run(
            f"{EFFECTS} AND seq > :after ORDER BY seq LIMIT :limit",
            after=min(after, GREATEST),
            limit=GREATEST if limit is None else limit,
        )
        return tuple(read_effect(row) for row in rows)

    def effect(self, number: int) -> RecordedEffect | None:
        """See `Store.effect`."""
        row = self.one(f"{EFFECTS} AND seq = :number", number=min(number, GREATEST))
        return read_effect(row) if row else None

    def count_effects(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """See `Store.count_effects`."""
        rows = self.run(
            "SELECT kind, count, data FROM ("
            "SELECT account, kind, text, count(*) AS count FROM effects "
            "WHERE account = :account AND seq > :after GROUP BY account, kind, text"
            ") AS counted "
            "JOIN texts ON texts.account = counted.account AND texts.id = counted.text",
            after=after,
        )
        found: Counter[EffectKind] = Counter()
        for kind, count, data in rows:
            if kind != EffectKind.POST or unwritten(data).get("url"):
                found[EffectKind(kind)] += count
        return found

    def last_effect(self) -> int:
        """See `Store.last_effect`."""
        ((number,),) = self.run(
            "SELECT coalesce(max(seq), 0) FROM effects WHERE account = :account"
        )
        return int(number)


def event_values(contact: int, at: Instant, event: Event) -> dict[str, object]:
    """Return the row of an event in the inbox, but for its number."""
    return {
        "contact": contact,
        "at": at,
        "word": event.word,
        "attributes": written(dict(event.attributes)),
    }


def read_event(word: str, attributes: str) -> Event:
    """Return an event by its row in the inbox."""
    values = unwritten(attributes)
    return Event(word, {name: _value(value) for name, value in values.items()})


def read_stimulus(word: str, attributes: str, enrols: int | None) -> Event | Enrolment:
    """Return what waits in the inbox by its row there."""
    event = read_event(word, attributes)
    return event if enrols is None else Enrolment(enrols, event)


def _value(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


def read_effect(row: Row) -> RecordedEffect:
    """Return an effect by a row of `EFFECTS`."""
    seq, contact, campaign, step, entry, kind, resource, recorded, due, person, text = row
    effect = Effect(
        EffectKind(kind),
        Identity(contact, campaign, step, entry),
        reference(resource),
        recorded,
        due,
        person or "",
    )
    return RecordedEffect(seq, effect, unwritten(text))
