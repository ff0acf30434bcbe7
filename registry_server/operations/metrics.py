"""Metrics, as Prometheus reads them: how many requests there were, what became of them, how fast.

Several workers write into files of a folder that `workers` names, so that whichever of them is
asked tells of all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response
from starlette.routing import Route

from registry_server.errors import NotFoundError
from registry_server.operations.peers import is_near
from registry_server.operations.workers import SHARED

if TYPE_CHECKING:
    from starlette.requests import Request

_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What one application counts."""

    def __init__(self) -> None:
        """Begin to count."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cpt_registry_requests",
            "Requests that were answered.",
            ("operation", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cpt_registry_request_seconds",
            "How long they took.",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._counted: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        ProcessCollector(registry=self._registry)

    def answered(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            operation: What was asked for, one of few words.
            method: How.
            status: What became of it.
            seconds: How long it took.
        """
        asked = (operation, method if method in _METHODS else "other", str(status))
        counted = self._counted.get(asked)
        if counted is None:
            counted = self._requests.labels(*asked), self._seconds.labels(operation)
            self._counted[asked] = counted
        counter, histogram = counted
        counter.inc()
        histogram.observe(seconds)

    def written(self) -> bytes:
        """Return everything in the form that Prometheus reads."""
        if SHARED in os.environ:
            every = CollectorRegistry()
            MultiProcessCollector(every)  # type: ignore[no-untyped-call]
            return generate_latest(every)
        return generate_latest(self._registry)

    @property
    def routes(self) -> list[Route]:
        """Where Prometheus asks."""
        return [Route("/metrics", self._tell)]

    def _tell(self, request: Request) -> Response:
        """Tell the numbers to whoever is in the server's network; others need not know them."""
        if not is_near(request):
            raise NotFoundError("Nothing has this address. It may have been mistyped.")
        return Response(self.written(), media_type=CONTENT_TYPE_LATEST)
