"""What granian says of its workers' ends."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.context import ForkContext

import pytest

from package_format.listening import kill_no_ghosts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

KILLING = "Killing worker-1 after it refused to gracefully stop"


@pytest.fixture
def granian() -> Iterator[logging.Logger]:
    found = logging.getLogger("_granian")
    before = list(found.filters)
    kill_no_ghosts()
    yield found
    found.filters[:] = before


@pytest.fixture
def fork() -> ForkContext:
    return get_context("fork")


def test_of_a_worker_that_another_thread_saw_end_is_not_said_that_it_is_killed(
    fork: ForkContext, granian: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    worker = fork.Process(target=os._exit, args=(0,))
    worker.start()
    assert worker.pid is not None
    os.waitpid(worker.pid, 0)
    assert worker.is_alive(), "as far as multiprocessing knows"
    granian.warning(KILLING)
    assert caplog.messages == []
    granian.warning("Unexpected exit from worker-1")
    assert caplog.messages == ["Unexpected exit from worker-1"]


def test_of_a_worker_that_goes_on_it_is(
    fork: ForkContext, granian: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    worker = fork.Process(target=time.sleep, args=(60,))
    worker.start()
    try:
        granian.warning(KILLING)
    finally:
        worker.kill()
        worker.join()
    assert caplog.messages == [KILLING]
