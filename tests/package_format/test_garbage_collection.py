from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from package_format import garbage_collection
from package_format.garbage_collection import collection_paused, everything_lasts


class Thing:
    """Something that may hold itself, as no data of a package does."""

    me: Thing


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    was_at_work, threshold = gc.isenabled(), gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()
    garbage_collection._lasting = False  # noqa: SLF001
    (gc.enable if was_at_work else gc.disable)()


def test_the_collector_rests_and_is_at_work_again() -> None:
    gc.enable()
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_that_was_made_meanwhile_is_found_later() -> None:
    gc.enable()
    with collection_paused():
        thing = Thing()
        thing.me = thing
    seen = weakref.ref(thing)
    del thing
    gc.collect()
    assert seen() is None


def test_what_a_server_began_with_is_passed_by_for_good() -> None:
    gc.enable()
    everything_lasts()
    frozen = gc.get_freeze_count()
    with collection_paused():
        pass
    assert gc.get_freeze_count() > frozen // 2  # some of it may be let go of meanwhile; thawed is 0


def test_nobody_counts_what_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        raise AssertionError("that is a walk through everything the server has")

    everything_lasts()
    monkeypatch.setattr("gc.get_freeze_count", count)
    with collection_paused():
        pass
