"""A registry that is reached over HTTP: the same tree of files, on a server or any static host.

The one module that knows httpx. What was read is kept for as long as the registry object lives, and
asked for again with its ETag, so that a resolver may ask as often as it likes.
"""

from __future__ import annotations

import contextlib
import json
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cpt.errors import DamagedRegistryError, PublishRefusedError, RegistryError
from cpt.registries.api import RegistryApi
from cpt.registries.port import Published
from package_format.archive import COMPRESSED_LIMIT, read_archive
from package_format.errors import PackageError
from package_format.index import NAMES_PATH, IndexLine, blob_path, index_path, parse_index
from package_format.index_files import INDEX_LIMIT
from package_format.manifest import PackageName

_TIMEOUT = httpx.Timeout(20, connect=5)
_SAID_LIMIT = 300
_FORMAT = 1
_NAMES = TypeAdapter(tuple[PackageName, ...])


class _Config(BaseModel):
    """What ``config.json`` says; a later format may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int
    blobs: str = Field("blobs/", pattern=r"^[^?#]*/$")
    api: str | None = Field(None, pattern=r"^[^?#:]*/$")


@dataclass(frozen=True)
class _Kept:
    """A file as it was last read; None for one that was not there."""

    data: bytes | None
    etag: str | None


class HttpRegistry:
    """A registry at an address."""

    def __init__(
        self,
        address: str,
        transport: httpx.BaseTransport | None = None,
        token: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address of the tree, such as ``https://packages.example``.
            transport: What carries the requests, for tests.
            token: Gives the token that the registry's server is shown, if there is one; only
                called where one is needed.
        """
        self._transport = transport
        self._token = token
        self.location = address.rstrip("/")
        self._client = httpx.Client(
            transport=transport,
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            headers={"User-Agent": "cpt"},
        )
        self._kept: dict[str, _Kept] = {}
        self._read_config: _Config | None = None
        weakref.finalize(self, self._client.close)

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted; none where the tree has no list of them."""
        self._config()
        data = self._get(NAMES_PATH)
        try:
            return () if data is None else tuple(sorted(_NAMES.validate_json(data)))
        except ValidationError:
            self._garbage(NAMES_PATH, "it is not a list of package names")

    def versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as published; none if it is unknown."""
        self._config()
        path = index_path(name)
        data = self._get(path)
        if data is None:
            return ()
        try:
            return parse_index(data.decode("utf-8"), name)
        except (ValueError, PackageError) as error:
            self._garbage(path, str(error), error)

    def fetch(self, digest: str) -> bytes:
        """Return the archive with this content digest, verified."""
        path = self._config().blobs + blob_path(digest).removeprefix("blobs/")
        data = self._get(path, limit=COMPRESSED_LIMIT, keep=False)
        if data is None:
            raise RegistryError(
                f"the registry lists an archive that it does not hold: {digest}",
                f"ask whoever runs the registry at {self.location} to restore it",
            )
        try:
            read_archive(data, digest)
        except PackageError as error:
            raise RegistryError(
                f"the registry sent something else than the archive {digest}: {error}",
                "do not install it; tell whoever runs the registry",
            ) from error
        return data

    def publish(self, archive: bytes, published: str) -> Published:
        """Publish an archive to the registry's server, which has a clock of its own."""
        del published
        return self.api().publish(archive)

    def api(self, token: str | None = None) -> RegistryApi:
        """Return the API of the registry's server.

        Args:
            token: What it is shown instead of the token that there is for it.

        Raises:
            PublishRefusedError: There is none: the registry is a tree that can only be read.
        """
        api = self._config().api
        if api is None:
            raise PublishRefusedError(
                f"the registry at {self.location} can only be read",
                "publish to its folder, on the machine that holds it: cpt publish --registry DIR",
            )
        return RegistryApi(
            self.location, f"{self.location}/{api}", token or self._token(), self._transport
        )

    def _config(self) -> _Config:
        """Return the configuration, which also shows that there is a registry at the address."""
        if self._read_config is None:
            data = self._get("config.json")
            if data is None:
                raise RegistryError(
                    f"there is no registry at {self.location}: it has no config.json",
                    "check the address; it is that of the folder in which config.json lies",
                )
            try:
                config = _Config.model_validate_json(data)
            except ValidationError as error:
                self._garbage("config.json", "it is not a registry's configuration", error)
            if config.format != _FORMAT:
                raise RegistryError(
                    f"the registry at {self.location} has format {config.format}, "
                    f"and this cpt knows format {_FORMAT}",
                    "use a newer cpt",
                )
            self._read_config = config
        return self._read_config

    def _get(self, path: str, *, limit: int = INDEX_LIMIT, keep: bool = True) -> bytes | None:
        """Return a file's bytes, or None if there is no such file.

        Raises:
            RegistryError: The registry cannot be reached, or answers with a failure.
        """
        known = self._kept.get(path)
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        try:
            address = httpx.URL(f"{self.location}/").join(path)
            with self._client.stream("GET", address, headers=headers) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
                    return known.data
                if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
                    return None
                data = self._read(response, limit)
                if response.status_code != httpx.codes.OK:
                    self._failed(response, data)
                if keep:
                    self._kept[path] = _Kept(data, response.headers.get("ETag"))
                return data
        except httpx.TimeoutException as error:
            raise RegistryError(
                f"the registry at {self.location} does not answer in time",
                "try again later",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RegistryError(
                f"the registry at {self.location} cannot be reached: {_reason(error)}",
                "check the address and the network",
            ) from error

    def _read(self, response: httpx.Response, limit: int) -> bytes:
        """Return a response's bytes, as long as there are not too many of them."""
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > limit:
                self._garbage(response.url.path, f"it has more than {limit} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _failed(self, response: httpx.Response, data: bytes) -> NoReturn:
        """Say what the registry says is wrong, if it says it in problem+json."""
        said = f"{response.status_code} {response.reason_phrase}".strip()
        if response.headers.get("Content-Type", "").startswith("application/problem+json"):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                said += f": {json.loads(data)['detail']}"
        raise DamagedRegistryError(
            f"the registry at {self.location} answered {_plain(said)}",
            "try again later, or tell whoever runs the registry",
        )

    def _garbage(self, path: str, reason: str, cause: Exception | None = None) -> NoReturn:
        raise DamagedRegistryError(
            f"the registry at {self.location} has an unusable {path.lstrip('/')}: {reason}",
            "tell whoever runs the registry",
        ) from cause


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _plain(text: str) -> str:
    """A stranger's words for a terminal: one line, not too long, and nothing that steers it."""
    return "".join(char if char.isprintable() else " " for char in text)[:_SAID_LIMIT]
