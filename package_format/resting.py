"""Resting: the collector of cyclic garbage waits while a great many lasting values are made.

Reading and checking a package makes hundreds of thousands of values, nearly all of which stay until
the end; walking through them again and again, in the hope that some are garbage, took a third of
the time. What is made there holds no cycles, and a package's size is bounded.

Afterwards they are put among the collector's oldest, as if it had walked through them and found
none to be garbage. It will, when it next looks at all there is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Let the collector rest within a ``with`` block, if it was at work before."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
