"""Workers: what several processes of one server share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder by which workers tell of each other.

It is read when `prometheus_client` is imported: this module does not, nor may whoever sets it.
"""


@contextmanager
def shared_metrics(workers: int) -> Iterator[None]:
    """Let workers that are started in the block count together."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="cpt-registry-metrics-") as folder:
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]
