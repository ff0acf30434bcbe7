"""Garbage collection: the collector of cycles waits while a great many lasting values are made.

Reading and checking a package makes hundreds of thousands of values, nearly all of which stay until
the end; walking through them again and again, in the hope that some are garbage, took a third of
the time. What is made there holds no cycles, and a package's size is bounded.

Afterwards they are put among the collector's oldest, as if it had walked through them and found
none to be garbage. It will, when it next looks at all there is; but not in a server, which has said
of what it began with that it lasts.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_lasting = False
"""Whether `everything_lasts` was called: to ask the collector takes a walk through all of it."""

_SELDOM = (10_000, 20, 20)
"""After how many new values, and then rounds, the collector of a server looks for garbage."""


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the collector within a ``with`` block, if it was at work before."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            if not _lasting:
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def everything_lasts() -> None:
    """Say that all there is now stays until the process ends, so that the collector passes it by.

    To be called once, by a server that has begun: a walk through all of it takes a tenth of a
    second, during which nobody is answered. What comes and goes afterwards is looked at less often
    than a short program would want, for hardly anything that answers a request holds itself.
    """
    global _lasting  # noqa: PLW0603  there is one collector
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    _lasting = True
