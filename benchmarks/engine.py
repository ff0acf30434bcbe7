"""A great many contacts at once, beside the raw statements that write the same rows.

Everybody waits at one step: the timer is over, an email goes out, a tag is put on, and the next
timer begins; at the same moment for all, or at moments that are spread over a day. The peer is SQL
that a person would write by hand for just that, without any condition, into the same tables of a
copy of the same account. Each run is a process of its own, so that its memory is no other's; with
PostgreSQL it is that of our process, and the server's does not count.
"""

# ruff: noqa: S608, SLF001  statements are put together of what stands here; stores are looked into

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

from account_engine.account import Account
from account_engine.events import Event
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows
from benchmarks.apart import Apart, apart
from benchmarks.measuring import Figure
from tests.postgres import Cluster, cluster

MANY = int(os.environ.get("CPT_BENCH_CONTACTS", "1000000"))
START = 1_772_442_000
DUE = START + 86_400
_ROUNDS = int(os.environ.get("CPT_BENCH_ROUNDS", "3"))
DAY = 86_400
"""Over how many seconds moments are spread."""

Task: TypeAlias = Callable[[Account], None]

_FLOW = {
    "title": "Many",
    "goals": {
        "came": {"when": [{"web-form-submitted": {"form": "#3"}}]},
        "asked": {"when": [{"web-form-submitted": {"form": "#4"}}], "after": ["s"]},
    },
    "sequences": {
        "s": {
            "after": ["came"],
            "steps": [
                {
                    "key": "mail",
                    "wait": {"for": "1 day"},
                    "action": {"send-email": {"email": "#1"}},
                },
                {"key": "mark", "action": {"apply-tag": {"tag": "#2"}}},
                {"key": "rest", "wait": {"for": "30 days"}},
            ],
        },
        "t": {
            "after": ["asked"],
            "steps": [
                {"key": "answer", "action": {"send-email": {"email": "#1"}}},
                {"key": "rest", "wait": {"for": "30 days"}},
            ],
        },
    },
}


@contextmanager
def crowded(location: str, contacts: int, spread: int = 1) -> Iterator[Account]:
    """Make an account in which so many contacts wait at one step.

    Args:
        location: Where.
        contacts: How many.
        spread: In how many seconds they come to be due; neighbours do at quite other moments.
    """
    identity = Identity("a", "b", "Many", ("email",), "UTC", START)
    with Account(create_store(location, identity)) as account:
        body = {"subject": "Hello", "from": "us@shop.example", "body": "<p>Hello</p>"}
        account.create_object("email", body)
        account.create_object("tag", {"name": "Marked"})
        for title in ("Form", "Question"):
            account.create_object("form", {"title": title, "fields": [{"field": "email"}]})
        campaign = account.create_object("campaign", _FLOW).id
        rows = cast("Rows", account._store)
        waits = next(p for p in account._store.places(campaign, 1) if p.step == "mail")
        with account._store.publishing():
            for statement in _FILL:
                values = {"place": waits.id, "spot": waits.spot, "began": START, "due": DUE}
                rows.run(statement, many=contacts, spread=spread, **values)
            rows.run(
                "INSERT INTO entries (account, contact, campaign, node, count) "
                "SELECT :account, id, :campaign, :node, 1 FROM contacts WHERE account = :account",
                campaign=campaign,
                node=account.flow(campaign).ids["s"],
            )
        yield account


NUMBERS = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many) "
)
_FILL = (
    f"INSERT INTO contacts (account, id) {NUMBERS} SELECT :account, n FROM numbers",
    """
    INSERT INTO contact_values (account, contact, field, value, folded)
    SELECT :account, id, 'email', '"c' || id || '@example.com"', 'c' || id || '@example.com'
    FROM contacts WHERE account = :account
    """,
    """
    INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, began, due)
    SELECT :account, id, :spot, :place, 1, 0, :began + after, :began + after, :due + after
    FROM (
        SELECT id, CAST(id AS BIGINT) * 48271 % :spread AS after FROM contacts
        WHERE account = :account
    ) AS them
    """,
)


def _raw(account: Account) -> None:
    """Write by hand what a wave writes."""
    rows, store = cast("Rows", account._store), account._store
    campaign = account.objects_of("campaign")[0].id
    flow = account.flow(campaign)
    places = {place.step: place for place in store.places(campaign, 1) if place.node == "s"}
    whose = "FROM positions WHERE account = :account AND place = :place AND due <= :now"
    values = {"place": places["mail"].id, "now": DUE + DAY, "campaign": campaign}
    with store.writing():
        email = account.objects_of("email")[0]
        text = store.text(email.digest, email.data)
        for step in ("s.mail", "s.mark"):
            rows.run(
                "INSERT INTO passed (account, contact, campaign, step, entry) "
                f"SELECT account, contact, :campaign, :step, entry {whose}",
                step=flow.ids[step],
                **values,
            )
        rows.run(
            "INSERT INTO effects (account, contact, campaign, step, entry, kind, resource, text, "
            "recorded) SELECT account, contact, :campaign, :step, entry, 'email', 1, :text, due "
            f"{whose}",
            step=flow.ids["s.mail"],
            text=text,
            **values,
        )
        rows.run(
            f"INSERT INTO contact_tags (account, contact, tag) SELECT account, contact, 2 {whose}",
            **{key: values[key] for key in ("place", "now")},
        )
        for what, node, why in (
            ("passed", "s.mail", "sent email #1"),
            ("passed", "s.mark", "applied tag #2"),
            ("event", "s.mark", "tag-applied tag=#2"),
            ("waiting", "s.rest", "until 2026-04-02 09:00 UTC"),
        ):
            rows.run(
                "INSERT INTO story (account, contact, at, what, campaign, node, why) "
                f"SELECT account, contact, due, :what, :campaign, :node, :why {whose}",
                what=what,
                node=node,
                why=why,
                **values,
            )
        rows.run(
            "UPDATE positions SET place = :target, began = due, due = due + :longer "
            "WHERE account = :account AND place = :place AND due <= :now",
            target=places["rest"].id,
            longer=30 * 86_400,
            place=values["place"],
            now=values["now"],
        )


def _carry(account: Account) -> None:
    """Give the campaign another step behind the one where everybody waits."""
    campaign = account.objects_of("campaign")[0].id
    sequences: dict[str, Any] = _FLOW["sequences"]  # type: ignore[assignment]
    more = {"key": "more", "wait": {"for": "2 days"}, "action": {"remove-tag": {"tag": "#2"}}}
    longer = {**sequences["s"], "steps": [*sequences["s"]["steps"], more]}
    account.edit(campaign, {**_FLOW, "sequences": {**sequences, "s": longer}})
    assert account.occupancy(campaign)[0].contacts == account.count_contacts()  # noqa: S101


def _raw_carry(account: Account) -> None:
    """Give every position the numbers of another place, by hand."""
    rows, store = cast("Rows", account._store), account._store
    campaign = account.objects_of("campaign")[0].id
    waits = next(place for place in store.places(campaign, 1) if place.step == "mail")
    with store.writing():
        rows.run(
            "UPDATE positions SET place = place + 1000, spot = spot + 1000 "
            "WHERE account = :account AND place = :place",
            place=waits.id,
        )


def _lengthen(account: Account) -> None:
    """Let the step where everybody waits, each until a moment of their own, wait for longer."""
    campaign = account.objects_of("campaign")[0].id
    sequences: dict[str, Any] = _FLOW["sequences"]  # type: ignore[assignment]
    mail, *others = sequences["s"]["steps"]
    steps = [{**mail, "wait": {"for": "2 days"}}, *others]
    account.edit(
        campaign, {**_FLOW, "sequences": {**sequences, "s": {"after": ["came"], "steps": steps}}}
    )
    assert account.occupancy(campaign)[0].contacts == account.count_contacts()  # noqa: S101


def _raw_lengthen(account: Account) -> None:
    """Give every position another place and time, and tell each, by hand."""
    rows, store = cast("Rows", account._store), account._store
    campaign = account.objects_of("campaign")[0].id
    waits = next(place for place in store.places(campaign, 1) if place.step == "mail")
    whose = "WHERE account = :account AND place = :place"
    with store.writing():
        rows.run(
            "INSERT INTO story (account, contact, at, what, campaign, node, why) SELECT account, "
            f"contact, :now, 'migrated', :campaign, 's.mail', :why FROM positions {whose}",
            now=START,
            campaign=campaign,
            why="from s.mail to s.mail (same address, M2), until 2026-03-05 09:00 UTC",
            place=waits.id,
        )
        rows.run(
            f"UPDATE positions SET place = place + 1000, spot = spot + 1000, "
            f"due = began + {2 * DAY} {whose}",
            place=waits.id,
        )


def _ask(account: Account) -> None:
    """Let everybody ask a question: it stops one sequence and starts another."""
    asked = Event("web-form-submitted", {"form": "#4"})
    everybody = account.count_contacts()
    account.receive_all((number, asked) for number in range(1, everybody + 1))
    assert account.catch_up() == everybody  # noqa: S101


def _raw_ask(account: Account) -> None:
    """Write by hand what becomes of everybody who asks."""
    rows, store = cast("Rows", account._store), account._store
    campaign = account.objects_of("campaign")[0].id
    flow = account.flow(campaign)
    old, new = (
        next(p for p in store.places(campaign, 1) if (p.node, p.step) == spot)
        for spot in (("s", "mail"), ("t", "rest"))
    )
    whose = "FROM positions WHERE account = :account AND place = :place"
    values = {"place": old.id, "now": START, "campaign": campaign}
    with store.writing():
        email = account.objects_of("email")[0]
        for where, node, what, why in (
            (None, "", "event", "web form submitted #4"),
            (campaign, "asked", "achieved", "web form submitted #4"),
            (campaign, "s.mail", "ended", "stopped by goal asked (C3)"),
            (campaign, "t", "entered", "after asked"),
            (campaign, "t.answer", "passed", "sent email #1"),
            (campaign, "t.rest", "waiting", "until 2026-04-01 09:00 UTC"),
        ):
            rows.run(
                "INSERT INTO story (account, contact, at, what, campaign, node, why) SELECT "
                f":account, contact, :now, :what, CAST(:campaign AS INTEGER), :node, :why {whose}",
                what=what,
                node=node,
                why=why,
                **{**values, "campaign": where},
            )
        rows.run(
            "INSERT INTO passed (account, contact, campaign, step, entry) "
            f"SELECT account, contact, :campaign, :step, 1 {whose}",
            step=flow.ids["t.answer"],
            **{key: values[key] for key in ("place", "campaign")},
        )
        rows.run(
            "INSERT INTO effects (account, contact, campaign, step, entry, kind, resource, text, "
            "recorded) SELECT account, contact, :campaign, :step, 1, 'email', 1, :text, :now "
            f"{whose}",
            step=flow.ids["t.answer"],
            text=store.text(email.digest, email.data),
            **values,
        )
        rows.run(
            "INSERT INTO entries (account, contact, campaign, node, count) "
            f"SELECT account, contact, :campaign, :node, 1 {whose}",
            node=flow.ids["t"],
            **{key: values[key] for key in ("place", "campaign")},
        )
        rows.run(
            "INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, "
            "began, due) SELECT account, contact, :spot, :target, 1, 0, :now, :now, :later "
            f"{whose}",
            spot=new.spot,
            target=new.id,
            later=START + 30 * 86_400,
            **{key: values[key] for key in ("place", "now")},
        )
        rows.run(f"DELETE {whose}", place=old.id)


def _tick(account: Account) -> None:
    ticked = account.tick(DUE + DAY)
    assert ticked.turns == account.count_contacts()  # noqa: S101


Copied: TypeAlias = Callable[[], AbstractContextManager[str]]
"""Copies an account for one run, and says where the copy is."""


class Measured(NamedTuple):
    """What some runs came to.

    Attributes:
        ours: The median of the seconds that ours took.
        raw: That of the raw statements.
        peak: The most memory that a run of ours had, in MiB.
    """

    ours: float
    raw: float
    peak: float


def _medians(copied: Copied, rounds: int, ours: Task, theirs: Task) -> Measured:
    """Run ours and the raw statements in turns, each on a copy."""
    many: list[Apart] = []
    raw: list[Apart] = []
    for _ in range(rounds):
        for taken, act in ((many, ours), (raw, theirs)):
            with copied() as location:
                taken.append(apart(act, location))
    took, by_hand = (statistics.median(one.seconds for one in those) for those in (many, raw))
    return Measured(took, by_hand, max(one.peak for one in many))


def _in_files(folder: Path, contacts: int, ours: Task, theirs: Task, spread: int = 1) -> Measured:
    """Measure in files: copies of one that is made once."""
    first = folder / f"{contacts}-{spread}.account"
    if not first.exists():
        with crowded(str(first), contacts, spread):
            pass

    @contextmanager
    def copied() -> Iterator[str]:
        copy = folder / "copy.account"
        shutil.copy(first, copy)
        yield str(copy)
        copy.unlink()

    return _medians(copied, _ROUNDS, ours, theirs)


class _Databases:
    """Measures in databases: copies of one that is made once."""

    def __init__(self, servers: Cluster) -> None:
        self._servers = servers
        self._first: dict[tuple[int, int], str] = {}

    def __call__(self, contacts: int, ours: Task, theirs: Task, spread: int = 1) -> Measured:
        if (contacts, spread) not in self._first:
            made = self._servers.database()
            with crowded(f"{made}#many", contacts, spread) as account:
                cast("Rows", account._store).run("VACUUM ANALYZE")
            self._first[contacts, spread] = made
        first = self._first[contacts, spread]

        @contextmanager
        def copied() -> Iterator[str]:
            with self._servers.copied(first) as copy:
                yield f"{copy}#many"

        return _medians(copied, _ROUNDS if contacts < MANY else 1, ours, theirs)


Measure: TypeAlias = Callable[[int, Task, Task, int], Measured]
"""Measures ours and the raw statements: how many contacts, what is done, over how many seconds."""


def _figures(store: str, measured: Measure) -> Iterator[Figure]:
    """Yield the figures of one database."""
    what, tenth = f"{MANY:,} contacts", f"{MANY // 10:,} contacts"
    peaks: list[tuple[float, float]] = []
    for spread, called in ((1, "timer, email, tag, timer"), (DAY, "the same, over a day")):
        few = measured(MANY // 10, _tick, _raw, spread)
        if spread > 1:
            yield _figure(f"{called}: {store} / raw", few, tenth)
        many = measured(MANY, _tick, _raw, spread)
        peaks.append((many.peak, few.peak))
        yield _figure(f"{called}: {store} / raw", many, what)
        each = (many.ours / MANY) / (few.ours / (MANY // 10))
        more = f"{many.ours:.1f} s / 10 x {few.ours:.1f} s"
        name = f"a contact's time: {store} / with a tenth of them"
        yield Figure(name, each, 1.5, "x", f"{more}; {called}")
    for called, ours, raw, spread in (
        ("to a new version", _carry, _raw_carry, 1),
        ("to a longer wait, over a day", _lengthen, _raw_lengthen, DAY),
    ):
        many = measured(MANY, ours, raw, spread)
        peaks.append((many.peak, measured(MANY // 10, ours, raw, spread).peak))
        yield _figure(f"{called}: {store} / raw", many, what)
    asked = measured(MANY // 10, _ask, _raw_ask, 1)
    yield _figure(f"events through a goal: {store} / raw", asked, tenth, 5)
    worst = max(asked.peak, *(peak for peak, _ in peaks))
    yield Figure(f"peak memory: {store}", worst, 1024, "MiB", "resident, our process")
    names = ("timer", "over a day", "to a new version", "to a longer wait")
    for name, (peak, less) in zip(names, peaks, strict=True):
        detail = f"{peak:.0f} MiB / {less:.0f} MiB; {name}"
        yield Figure(f"peak: {store} / with a tenth of them", peak / less, 1.25, "x", detail)


def measure() -> Iterator[Figure]:
    """Yield the figures of the engine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _figures("SQLite", partial(_in_files, folder))
    with cluster() as servers:
        yield from _figures("PostgreSQL", _Databases(servers))


def _figure(name: str, those: Measured, what: str, most: float = 3) -> Figure:
    detail = f"{those.ours:.1f} s / {those.raw:.1f} s; {what}"
    return Figure(name, those.ours / those.raw, most, "x", detail)
