"""A store's verbs for the account itself, objects, flows and revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from account_engine.objects import StoredObject
from account_engine.position import Instant, Status
from account_engine.stores.records import FlowRow, Identity, Listening, Revision
from account_engine.stores.rows import GREATEST, Row, Rows, unwritten, written

IDENTITY = "id, incarnation, name, features, zone, clock, address"
NEW_ACCOUNT = (
    f"INSERT INTO accounts (handle, {IDENTITY}) "
    "VALUES (:handle, :id, :incarnation, :name, :features, :zone, :clock, :address)"
)
"""Makes an account; with the values of `account_values`."""

_FLOW = "campaign, version, data, ids, published, retired"
_REVISION = "number, id, title, at, record, created, travelled, enrolled"
_ENDS = ("running", "queued", "joining")
"""How one can stand at a node's end; the first of them names the spot."""


def account_values(identity: Identity, handle: str) -> dict[str, object]:
    """Return the row of a new account."""
    return {
        "handle": handle,
        "id": identity.id,
        "incarnation": identity.incarnation,
        "name": identity.name,
        "features": written(list(identity.features)),
        "zone": identity.zone,
        "clock": identity.clock,
        "address": identity.address,
    }


class ResourceVerbs(Rows):
    """What an account is, and what is published in it."""

    def identity(self) -> Identity:
        """See `Store.identity`."""
        (row,) = self.run(f"SELECT {IDENTITY} FROM accounts WHERE account = :account")
        number, incarnation, name, features, zone, clock, address = row
        return Identity(number, incarnation, name, tuple(unwritten(features)), zone, clock, address)

    def set_clock(self, now: Instant) -> None:
        """See `Store.set_clock`."""
        self.run(
            "UPDATE accounts SET clock = :now WHERE account = :account AND clock < :now", now=now
        )

    def stamp(self) -> int:
        """See `Store.stamp`."""
        ((stamp,),) = self.run("SELECT stamp FROM accounts WHERE account = :account")
        return int(stamp)

    def _touch(self) -> None:
        self.run("UPDATE accounts SET stamp = stamp + 1 WHERE account = :account")

    def take_numbers(self, counter: str, count: int) -> int:
        """See `Store.take_numbers`."""
        ((following,),) = self.run(
            "INSERT INTO counters (account, name, next) VALUES (:account, :counter, 1 + :count) "
            "ON CONFLICT (account, name) DO UPDATE SET next = counters.next + :count "
            "RETURNING next",
            counter=counter,
            count=count,
        )
        return int(following) - count

    # --- objects

    def object(self, number: int) -> StoredObject | None:
        """See `Store.object`."""
        if number > GREATEST:
            return None
        row = self.one(
            "SELECT id, kind, data FROM objects WHERE account = :account AND id = :number",
            number=number,
        )
        return _object(row) if row else None

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """See `Store.objects_of`."""
        rows = self.run(
            "SELECT id, kind, data FROM objects WHERE account = :account AND kind = :kind "
            "ORDER BY id",
            kind=kind,
        )
        return tuple(_object(row) for row in rows)

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """See `Store.namesakes`."""
        if "\0" in natural:  # likewise `find_contacts`
            return ()
        rows = self.run(
            "SELECT id FROM objects WHERE account = :account AND kind = :kind "
            "AND natural_key = :natural ORDER BY id",
            kind=kind,
            natural=natural,
        )
        return tuple(number for (number,) in rows)

    def put_object(self, stored: StoredObject) -> None:
        """See `Store.put_object`."""
        self.run(
            "INSERT INTO objects (account, id, kind, natural_key, data) "
            "VALUES (:account, :id, :kind, :natural, :data) "
            "ON CONFLICT (account, id) DO UPDATE SET natural_key = excluded.natural_key, "
            "data = excluded.data",
            id=stored.id,
            kind=stored.kind,
            natural=stored.natural,
            data=written(stored.data),
        )
        self._touch()

    def delete_object(self, number: int) -> None:
        """See `Store.delete_object`."""
        gone = self.object(number)
        if gone is None:
            return
        self.run(
            "INSERT INTO departed (account, id, kind, label) "
            "VALUES (:account, :number, :kind, :label) "
            "ON CONFLICT (account, id) DO UPDATE SET kind = excluded.kind, label = excluded.label",
            number=number,
            kind=gone.kind,
            label=gone.label,
        )
        self._delete("refs", "referrer = :number AND version = 0", number=number)
        self._delete("objects", "id = :number", number=number)
        self._touch()

    def _delete(self, table: str, where: str, **values: int) -> None:
        self.run(f"DELETE FROM {table} WHERE account = :account AND {where}", **values)

    def departed(self, number: int) -> tuple[str, str] | None:
        """See `Store.departed`."""
        row = self.one(
            "SELECT kind, label FROM departed WHERE account = :account AND id = :number",
            number=number,
        )
        return (row[0], row[1]) if row else None

    def put_references(self, referrer: int, version: int, targets: Iterable[int]) -> None:
        """See `Store.put_references`."""
        key = {"referrer": referrer, "version": version}
        self._delete("refs", "referrer = :referrer AND version = :version", **key)
        self.run_all(
            "INSERT INTO refs (account, referrer, version, target) "
            "VALUES (:account, :referrer, :version, :target)",
            [{**key, "target": target} for target in sorted(set(targets))],
        )

    def referrers(self, target: int) -> tuple[int, ...]:
        """See `Store.referrers`."""
        rows = self.run(
            "SELECT DISTINCT referrer FROM refs WHERE account = :account AND target = :target "
            "ORDER BY referrer",
            target=target,
        )
        return tuple(referrer for (referrer,) in rows)

    def carriers(self, stored: StoredObject) -> int:
        """See `Store.carriers`."""
        match stored.kind:
            case "tag":
                what = "count(*) FROM contact_tags WHERE account = :account AND tag = :id"
            case "field":
                what = "count(*) FROM contact_values WHERE account = :account AND field = :name"
            case "stage":
                what = (
                    "count(DISTINCT contact) FROM contact_facts WHERE account = :account "
                    "AND sort = 'opportunity' AND subject = :name"
                )
            case _:
                return 0
        ((count,),) = self.run(f"SELECT {what}", id=stored.id, name=stored.reference)
        return int(count)

    # --- flows

    def flows(self) -> tuple[FlowRow, ...]:
        """See `Store.flows`."""
        rows = self.run(
            f"SELECT {_FLOW} FROM flows WHERE account = :account ORDER BY campaign, version"
        )
        return tuple(_flow(row) for row in rows)

    def retired_flows(self) -> tuple[FlowRow, ...]:
        """See `Store.retired_flows`."""
        rows = self.run(
            f"SELECT {_FLOW} FROM flows WHERE account = :account AND retired = 1 "
            "ORDER BY campaign, version"
        )
        return tuple(_flow(row) for row in rows)

    def flows_of(self, campaign: int) -> tuple[FlowRow, ...]:
        """See `Store.flows_of`."""
        rows = self.run(
            f"SELECT {_FLOW} FROM flows WHERE account = :account AND campaign = :campaign "
            "ORDER BY version",
            campaign=campaign,
        )
        return tuple(_flow(row) for row in rows)

    def put_flow(self, row: FlowRow, listening: Iterable[Listening]) -> None:
        """See `Store.put_flow`."""
        key = {"campaign": row.campaign, "version": row.version}
        self.run(
            f"INSERT INTO flows (account, {_FLOW}) "
            "VALUES (:account, :campaign, :version, :data, :ids, :published, :retired) "
            "ON CONFLICT (account, campaign, version) DO UPDATE SET data = excluded.data, "
            "ids = excluded.ids, published = excluded.published, retired = excluded.retired",
            **key,
            data=written(row.data),
            ids=written(dict(row.ids)),
            published=int(row.published),
            retired=int(row.retired),
        )
        self._put_places(row)
        self._delete("listens", "campaign = :campaign AND version = :version", **key)
        self.run_all(
            "INSERT INTO listens (account, word, attributes, campaign, version, goal) "
            "VALUES (:account, :word, :attributes, :campaign, :version, :goal) "
            "ON CONFLICT DO NOTHING",
            [
                {
                    **key,
                    "word": one.word,
                    "attributes": written(dict(one.attributes)),
                    "goal": one.goal,
                }
                for one in listening
            ],
        )
        self._touch()

    def _put_places(self, row: FlowRow) -> None:
        """Number every place of a flow, unless that was done; a flow's nodes never change."""
        key = {"campaign": row.campaign, "version": row.version}
        if self.one(
            "SELECT 1 FROM places WHERE account = :account "
            "AND campaign = :campaign AND version = :version LIMIT 1",
            **key,
        ):
            return
        steps = [inner.partition(".") for inner in row.ids if "." in inner]
        nodes = [inner for inner in row.ids if "." not in inner]
        first = self.take_numbers("places", len(nodes) * len(_ENDS) + len(steps))
        spots = {node: first + len(_ENDS) * index for index, node in enumerate(nodes)}
        named = [(node, "", status) for node in nodes for status in _ENDS]
        named += [(node, step, str(Status.RUNNING)) for node, _, step in steps]
        self.run_all(
            "INSERT INTO places (account, id, spot, campaign, version, node, step, status) "
            "VALUES (:account, :id, :spot, :campaign, :version, :node, :step, :status)",
            [
                {
                    **key,
                    "id": number,
                    "spot": spots[node],
                    "node": node,
                    "step": step,
                    "status": status,
                }
                for number, (node, step, status) in enumerate(named, first)
            ],
        )

    def remember_ids(self, campaign: int, ids: Mapping[str, int]) -> None:
        """See `Store.remember_ids`."""
        seq = self.take_numbers("lineage", 1)
        self.run_all(
            "INSERT INTO lineage (account, campaign, node, address, seq) "
            "VALUES (:account, :campaign, :node, :address, :seq) "
            "ON CONFLICT (account, campaign, node) "
            "DO UPDATE SET address = excluded.address, seq = excluded.seq",
            [
                {"campaign": campaign, "node": number, "address": address, "seq": seq}
                for address, number in ids.items()
            ],
        )

    def remembered_ids(self, campaign: int) -> Mapping[int, str]:
        """See `Store.remembered_ids`."""
        rows = self.run(
            "SELECT node, address FROM lineage WHERE account = :account AND campaign = :campaign "
            "ORDER BY seq, node",
            campaign=campaign,
        )
        return {int(number): str(address) for number, address in rows}

    def delete_flow(self, campaign: int, version: int) -> None:
        """See `Store.delete_flow`."""
        self._touch()  # first: whoever locks it last could wait for one who waits for a flow
        key = {"campaign": campaign, "version": version}
        for table in ("listens", "places", "flows"):
            self._delete(table, "campaign = :campaign AND version = :version", **key)
        self._delete("refs", "referrer = :campaign AND version = :version", **key)

    def delete_empty_retired(self) -> int:
        """See `Store.delete_empty_retired`."""
        empty = self.run(
            "SELECT campaign, version FROM flows WHERE account = :account AND retired = 1 "
            "AND NOT EXISTS (SELECT 1 FROM places JOIN positions "
            "ON positions.account = places.account AND positions.place = places.id "
            "WHERE places.account = flows.account AND places.campaign = flows.campaign "
            "AND places.version = flows.version)"
        )
        for campaign, version in empty:
            self.delete_flow(campaign, version)
        return len(empty)

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """See `Store.listeners`."""
        rows = self.run(
            "SELECT campaign, goal FROM listens JOIN flows USING (account, campaign, version) "
            "WHERE account = :account AND word = :word AND attributes = :attributes "
            "AND published = 1 AND retired = 0 ORDER BY campaign, goal",
            word=word,
            attributes=written(dict(attributes)),
        )
        return tuple((campaign, goal) for campaign, goal in rows)

    # --- history

    def add_revision(self, revision: Revision) -> None:
        """See `Store.add_revision`."""
        self.run(
            f"INSERT INTO revisions (account, {_REVISION}) "
            "VALUES (:account, :number, :id, :title, :at, :record, :created, :travelled, "
            ":enrolled)",
            number=revision.number,
            id=revision.id,
            title=revision.title,
            at=revision.at,
            record=written(revision.record),
            created=written(dict(revision.created)),
            travelled=revision.travelled,
            enrolled=revision.enrolled,
        )

    def revision(self, change_set: str) -> Revision | None:
        """See `Store.revision`."""
        row = self.one(
            f"SELECT {_REVISION} FROM revisions WHERE account = :account AND id = :change_set",
            change_set=change_set,
        )
        return _revision(row) if row else None

    def head(self) -> Revision | None:
        """See `Store.head`."""
        row = self.one(
            f"SELECT {_REVISION} FROM revisions WHERE account = :account "
            "ORDER BY number DESC LIMIT 1"
        )
        return _revision(row) if row else None

    def revisions(self) -> tuple[Revision, ...]:
        """See `Store.revisions`."""
        rows = self.run(
            f"SELECT {_REVISION} FROM revisions WHERE account = :account ORDER BY number"
        )
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
    number, change_set, title, at, record, created, *counts = row
    return Revision(number, change_set, title, at, unwritten(record), unwritten(created), *counts)
