"""Nobody is lost when a flow is published (M10), even if a migration were wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from account_engine.contacts import ContactState
from account_engine.errors import EngineBugError
from account_engine.position import Position
from account_engine.upgrading import migration
from account_engine.upgrading.travelled import Migrated

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop


def _migrating(change: Callable[[Position], Position | None]) -> Callable[..., Migrated]:
    """Return a wrong migration: it does this to every position, and does not say so."""

    def migrate(
        _old: object, _new: object, _to: object, state: ContactState, **_: object
    ) -> Migrated:
        changed = tuple(p for p in map(change, state.positions) if p)
        return Migrated(replace(state, positions=changed), (), (), ())

    return migrate


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: None, r"contacts \[\d+\] would be lost"),
        (lambda one: replace(one, version=2, node="nowhere"), "where no flow has a place"),
        (lambda one: replace(one, version=2, step="never"), "where no flow has a place"),
        (lambda one: replace(one, version=7), "where no flow has a place"),
    ],
    ids=["lost", "no such node", "no such step", "no such version"],
)
def test_what_was_written_is_read_back_and_a_lost_contact_refuses_it_all(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Position], Position | None],
    message: str,
) -> None:
    shop.registered()
    before = shop.dump()
    monkeypatch.setattr(migration, "migrate", _migrating(change))
    monkeypatch.setattr(migration, "accounted_for", lambda *_: ())
    with pytest.raises(EngineBugError, match=message):
        shop.account.edit(shop.campaign, shop.flow(title="Better"))
    assert shop.dump() == before


def test_a_migration_that_does_not_account_for_somebody_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.registered()
    before = shop.dump()
    monkeypatch.setattr(migration, "migrate", _migrating(lambda _: None))
    with pytest.raises(EngineBugError, match=r"contact \d+ would be lost \(M10\)"):
        shop.account.edit(shop.campaign, shop.flow(title="Better"))
    assert shop.dump() == before
