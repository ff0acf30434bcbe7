"""The SQLite store's verbs for objects, flows and revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from account_engine.objects import StoredObject
from account_engine.stores.port import FlowRow, Listening, Revision
from account_engine.stores.sqlite_file import GREATEST, Row, SqliteFile, unwritten, written

_FLOW = "campaign, version, data, ids, published, retired"
_REVISION = "number, id, title, at, record, created, travelled"


class SqliteResources(SqliteFile):
    """What is published in an account."""

    def stamp(self) -> int:
        """See `Store.stamp`."""
        ((stamp,),) = self._run("SELECT stamp FROM account")
        return int(stamp)

    def _touch(self) -> None:
        self._run("UPDATE account SET stamp = stamp + 1")

    def take_numbers(self, counter: str, count: int) -> int:
        """See `Store.take_numbers`."""
        ((following,),) = self._run(
            "INSERT INTO counters (name, next) VALUES (?, 1 + ?) "
            "ON CONFLICT (name) DO UPDATE SET next = next + ? RETURNING next",
            (counter, count, count),
        )
        return int(following) - count

    # --- objects

    def object(self, number: int) -> StoredObject | None:
        """See `Store.object`."""
        if number > GREATEST:
            return None
        row = self._one("SELECT id, kind, data FROM objects WHERE id = ?", (number,))
        return _object(row) if row else None

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """See `Store.objects_of`."""
        rows = self._run("SELECT id, kind, data FROM objects WHERE kind = ? ORDER BY id", (kind,))
        return tuple(_object(row) for row in rows)

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """See `Store.namesakes`."""
        rows = self._run(
            "SELECT id FROM objects WHERE kind = ? AND natural_key = ? ORDER BY id", (kind, natural)
        )
        return tuple(number for (number,) in rows)

    def put_object(self, stored: StoredObject) -> None:
        """See `Store.put_object`."""
        self._run(
            "INSERT INTO objects (id, kind, natural_key, data) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET natural_key = excluded.natural_key, "
            "data = excluded.data",
            (stored.id, stored.kind, stored.natural, written(stored.data)),
        )
        self._touch()

    def delete_object(self, number: int) -> None:
        """See `Store.delete_object`."""
        gone = self.object(number)
        if gone is not None:
            row = (number, gone.kind, gone.label)
            self._run("INSERT OR REPLACE INTO departed VALUES (?, ?, ?)", row)
            self._run("DELETE FROM refs WHERE referrer = ? AND version = 0", (number,))
            self._run("DELETE FROM objects WHERE id = ?", (number,))
            self._touch()

    def departed(self, number: int) -> tuple[str, str] | None:
        """See `Store.departed`."""
        row = self._one("SELECT kind, label FROM departed WHERE id = ?", (number,))
        return (row[0], row[1]) if row else None

    def put_references(self, referrer: int, version: int, targets: Iterable[int]) -> None:
        """See `Store.put_references`."""
        self._run("DELETE FROM refs WHERE referrer = ? AND version = ?", (referrer, version))
        self._run_all(
            "INSERT INTO refs (referrer, version, target) VALUES (?, ?, ?)",
            [(referrer, version, target) for target in sorted(set(targets))],
        )

    def referrers(self, target: int) -> tuple[int, ...]:
        """See `Store.referrers`."""
        rows = self._run(
            "SELECT DISTINCT referrer FROM refs WHERE target = ? ORDER BY referrer", (target,)
        )
        return tuple(referrer for (referrer,) in rows)

    def carriers(self, stored: StoredObject) -> int:
        """See `Store.carriers`."""
        match stored.kind:
            case "tag":
                sql = "SELECT count(*) FROM contact_tags WHERE tag = ?"
                rows = self._run(sql, (stored.id,))
            case "field":
                sql = "SELECT count(*) FROM contact_values WHERE field = ?"
                rows = self._run(sql, (stored.reference,))
            case "stage":
                sql = (
                    "SELECT count(DISTINCT contact) FROM contact_facts "
                    "WHERE sort = 'opportunity' AND subject = ?"
                )
                rows = self._run(sql, (stored.reference,))
            case _:
                return 0
        return int(rows[0][0])

    # --- flows

    def flows(self) -> tuple[FlowRow, ...]:
        """See `Store.flows`."""
        rows = self._run(f"SELECT {_FLOW} FROM flows ORDER BY campaign, version")
        return tuple(_flow(row) for row in rows)

    def flows_of(self, campaign: int) -> tuple[FlowRow, ...]:
        """See `Store.flows_of`."""
        rows = self._run(
            f"SELECT {_FLOW} FROM flows WHERE campaign = ? ORDER BY version", (campaign,)
        )
        return tuple(_flow(row) for row in rows)

    def put_flow(self, row: FlowRow, listening: Iterable[Listening]) -> None:
        """See `Store.put_flow`."""
        key = (row.campaign, row.version)
        self._run(
            f"INSERT OR REPLACE INTO flows ({_FLOW}) VALUES (?, ?, ?, ?, ?, ?)",
            (*key, written(row.data), written(dict(row.ids)), row.published, row.retired),
        )
        self._run("DELETE FROM listens WHERE campaign = ? AND version = ?", key)
        self._run_all(
            "INSERT OR IGNORE INTO listens (word, attributes, campaign, version, goal) "
            "VALUES (?, ?, ?, ?, ?)",
            [(one.word, written(dict(one.attributes)), *key, one.goal) for one in listening],
        )
        self._touch()

    def remember_ids(self, campaign: int, ids: Mapping[str, int]) -> None:
        """See `Store.remember_ids`."""
        seq = self.take_numbers("lineage", 1)
        self._run_all(
            "INSERT OR REPLACE INTO lineage (campaign, node, address, seq) VALUES (?, ?, ?, ?)",
            [(campaign, number, address, seq) for address, number in ids.items()],
        )

    def remembered_ids(self, campaign: int) -> Mapping[int, str]:
        """See `Store.remembered_ids`."""
        rows = self._run(
            "SELECT node, address FROM lineage WHERE campaign = ? ORDER BY seq, node", (campaign,)
        )
        return {int(number): str(address) for number, address in rows}

    def delete_flow(self, campaign: int, version: int) -> None:
        """See `Store.delete_flow`."""
        key = (campaign, version)
        self._run("DELETE FROM listens WHERE campaign = ? AND version = ?", key)
        self._run("DELETE FROM refs WHERE referrer = ? AND version = ?", key)
        self._run("DELETE FROM flows WHERE campaign = ? AND version = ?", key)
        self._touch()

    def delete_empty_retired(self) -> int:
        """See `Store.delete_empty_retired`."""
        empty = self._run(
            "SELECT campaign, version FROM flows WHERE retired AND NOT EXISTS (SELECT 1 "
            "FROM positions p WHERE p.campaign = flows.campaign AND p.version = flows.version)"
        )
        for campaign, version in empty:
            self.delete_flow(campaign, version)
        return len(empty)

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """See `Store.listeners`."""
        rows = self._run(
            "SELECT campaign, goal FROM listens JOIN flows USING (campaign, version) "
            "WHERE word = ? AND attributes = ? AND published AND NOT retired "
            "ORDER BY campaign, goal",
            (word, written(dict(attributes))),
        )
        return tuple((campaign, goal) for campaign, goal in rows)

    # --- history

    def add_revision(self, revision: Revision) -> None:
        """See `Store.add_revision`."""
        self._run(
            f"INSERT INTO revisions ({_REVISION}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                revision.number,
                revision.id,
                revision.title,
                revision.at,
                written(revision.record),
                written(dict(revision.created)),
                revision.travelled,
            ),
        )

    def revision(self, change_set: str) -> Revision | None:
        """See `Store.revision`."""
        row = self._one(f"SELECT {_REVISION} FROM revisions WHERE id = ?", (change_set,))
        return _revision(row) if row else None

    def head(self) -> Revision | None:
        """See `Store.head`."""
        row = self._one(f"SELECT {_REVISION} FROM revisions ORDER BY number DESC LIMIT 1")
        return _revision(row) if row else None

    def revisions(self) -> tuple[Revision, ...]:
        """See `Store.revisions`."""
        rows = self._run(f"SELECT {_REVISION} FROM revisions ORDER BY number")
        return tuple(_revision(row) for row in rows)


def _object(row: Row) -> StoredObject:
    number, kind, data = row
    return StoredObject(number, kind, unwritten(data))


def _flow(row: Row) -> FlowRow:
    campaign, version, data, ids, published, retired = row
    return FlowRow(
        campaign, version, unwritten(data), unwritten(ids), bool(published), bool(retired)
    )


def _revision(row: Row) -> Revision:
    number, change_set, title, at, record, created, travelled = row
    return Revision(number, change_set, title, at, unwritten(record), unwritten(created), travelled)
