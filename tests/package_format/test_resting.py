from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from package_format.resting import collector_resting


class Thing:
    """Something that may hold itself, as no data of a package does."""

    me: Thing


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    was_at_work = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if was_at_work else gc.disable)()


def test_the_collector_rests_and_is_at_work_again() -> None:
    gc.enable()
    with collector_resting():
        assert not gc.isenabled()
        with collector_resting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_that_was_made_meanwhile_is_found_later() -> None:
    gc.enable()
    with collector_resting():
        thing = Thing()
        thing.me = thing
    seen = weakref.ref(thing)
    del thing
    gc.collect()
    assert seen() is None


def test_what_the_program_has_frozen_stays_so() -> None:
    gc.enable()
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collector_resting():
        pass
    assert gc.get_freeze_count() == frozen
