"""What a server is called, and what granian says of its workers' ends."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.context import ForkContext
from typing import TypeAlias

import pytest

from package_format.listening import kill_no_ghosts, name_of

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no fork")

Passes: TypeAlias = Callable[[str], bool]

KILLING = "Killing worker-1 after it refused to gracefully stop"


@pytest.fixture
def passes() -> Iterator[Passes]:
    """Whether granian's logger lets something pass, whatever others have made of its level."""
    granian = logging.getLogger("_granian")
    before = list(granian.filters)
    kill_no_ghosts()
    yield lambda said: bool(
        granian.filter(logging.LogRecord("_granian", logging.WARNING, "", 1, said, (), None))
    )
    granian.filters[:] = before


@pytest.fixture
def fork() -> ForkContext:
    return get_context("fork")


def test_a_host_is_named_as_addresses_name_it() -> None:
    assert name_of("127.0.0.1") == "127.0.0.1"
    assert name_of("::1") == "[::1]"
    everywhere = "0.0.0.0"  # noqa: S104  nothing listens there: it is only named
    assert name_of(everywhere) == name_of("::") == socket.gethostname()


@on_posix
def test_of_a_worker_that_another_thread_saw_end_is_not_said_that_it_is_killed(
    fork: ForkContext, passes: Passes
) -> None:
    worker = fork.Process(target=os._exit, args=(0,))
    worker.start()
    assert worker.pid is not None
    os.waitpid(worker.pid, 0)
    assert worker.is_alive(), "as far as multiprocessing knows"
    assert not passes(KILLING)
    assert passes("Unexpected exit from worker-1")


@on_posix
def test_of_a_worker_that_goes_on_it_is(fork: ForkContext, passes: Passes) -> None:
    worker = fork.Process(target=time.sleep, args=(60,))
    worker.start()
    try:
        assert passes(KILLING)
    finally:
        worker.kill()
        worker.join()
