"""An S3 storage of the tests' own: moto's server, on loopback and at a free port, then gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import httpx
from moto.server import ThreadedMotoServer

_KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1"}


class Storage:
    """A running S3 server.

    Attributes:
        environment: What a program's environment says of it.
    """

    def __init__(self, endpoint: str) -> None:
        self.environment = {"AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true", **_KEYS}
        self._endpoint = endpoint
        self._numbers = count(1)

    def bucket(self) -> str:
        """Make an empty bucket and return its address."""
        name = f"bucket-{next(self._numbers)}"
        httpx.put(f"{self._endpoint}/{name}").raise_for_status()
        return f"s3://{name}"


@contextmanager
def storage() -> Iterator[Storage]:
    """Run a server of one's own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Storage(f"http://{host}:{port}")
    finally:
        server.stop()
