"""What a great many contacts do at once, and the same written by hand as raw statements."""

# ruff: noqa: S608, SLF001  statements are put together of what stands here; stores are looked into

from __future__ import annotations

from typing import Any, cast

from account_engine.account import Account
from account_engine.events import Event
from account_engine.stores.rows import Rows
from benchmarks.crowd import DAY, DUE, FLOW, START


def raw_tick(account: Account) -> None:
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


def republish(account: Account) -> None:
    """Give the campaign another step behind the one where everybody waits."""
    campaign = account.objects_of("campaign")[0].id
    sequences: dict[str, Any] = FLOW["sequences"]  # type: ignore[assignment]
    more = {"key": "more", "wait": {"for": "2 days"}, "action": {"remove-tag": {"tag": "#2"}}}
    longer = {**sequences["s"], "steps": [*sequences["s"]["steps"], more]}
    account.edit(campaign, {**FLOW, "sequences": {**sequences, "s": longer}})
    assert account.occupancy(campaign)[0].contacts == account.count_contacts()  # noqa: S101


def raw_republish(account: Account) -> None:
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


def lengthen(account: Account) -> None:
    """Let the step where everybody waits, each until a moment of their own, wait for longer."""
    campaign = account.objects_of("campaign")[0].id
    sequences: dict[str, Any] = FLOW["sequences"]  # type: ignore[assignment]
    mail, *others = sequences["s"]["steps"]
    steps = [{**mail, "wait": {"for": "2 days"}}, *others]
    account.edit(
        campaign, {**FLOW, "sequences": {**sequences, "s": {"after": ["came"], "steps": steps}}}
    )
    assert account.occupancy(campaign)[0].contacts == account.count_contacts()  # noqa: S101


def raw_lengthen(account: Account) -> None:
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


def ask(account: Account) -> None:
    """Let everybody ask a question: it stops one sequence and starts another."""
    asked = Event("web-form-submitted", {"form": "#4"})
    everybody = account.count_contacts()
    account.receive_all((number, asked) for number in range(1, everybody + 1))
    assert account.catch_up() == everybody  # noqa: S101


def raw_ask(account: Account) -> None:
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


def tick(account: Account) -> None:
    """Let a day pass, in which everybody who waits acts."""
    ticked = account.tick(DUE + DAY)
    assert ticked.turns == account.count_contacts()  # noqa: S101
