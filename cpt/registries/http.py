"""A registry that is reached over HTTP: the same tree of files, on a server or any static host.

What was read is kept for as long as the registry object lives, so that one command sees one state
of a registry, and on the disk if there is a cache, from where it is asked for again with its ETag.
Archives are asked for once, for they never change. Offline, all of it comes from the cache.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias

from cpt.errors import (
    DamagedRegistryError,
    OfflineError,
    PublishRefusedError,
    RegistryError,
    UntrustedRegistryError,
)
from cpt.registries.api import RegistryApi
from cpt.registries.cache import Cache, Kept
from cpt.registries.lines import Carrier
from cpt.registries.port import Published
from cpt.registries.proof import config_of, lines_in, names_of
from cpt.registries.transport import PATIENCE, Came, Same, Transport, Watch
from package_format.archive import COMPRESSED_LIMIT, digest_of
from package_format.delegations import Delegations
from package_format.errors import PackageError
from package_format.index import BLOBS, IndexLine, blob_path, index_path
from package_format.index_files import INDEX_LIMIT
from package_format.registry_folders import CONFIG_PATH
from package_format.signature import Envelope
from package_format.signed_tree import METADATA, TARGETS
from package_format.tree_config import TreeConfig

Progress: TypeAlias = Callable[[int, int], contextlib.AbstractContextManager[Watch]]
"""Shows a download while its block runs; told how many archives and bytes will come."""

_AT_ONCE = 6
"""How many archives are downloaded side by side."""


class HttpRegistry:
    """A registry at an address."""

    def __init__(  # noqa: PLR0913  commands and tests each need some of them to be otherwise
        self,
        address: str,
        carrier: Carrier | None = None,
        *,
        cache: Cache | None = None,
        offline: bool = False,
        checked: bool = False,
        token: Callable[[], str | None] = lambda: None,
        progress: Progress = lambda _archives, _size: contextlib.nullcontext(lambda _: None),
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], object] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address of the tree, such as ``https://packages.example``.
            carrier: What carries the requests, for tests.
            cache: What was read before.
            offline: Whether only the cache is asked.
            checked: Whether somebody checks what the registry signs; if not, one that does is
                not read.
            token: Gives the token that the registry's server is shown, if there is one; only
                called where one is needed.
            progress: Shows downloads.
            say: Told why nothing happens, where the registry asks for a wait that is felt.
            sleep: Waits for some seconds, before something is asked for again; for tests.
            patience: In how many seconds an answer has to be complete; an archive in fifteen times
                as many.
        """
        self._carrier = carrier
        self._say = say
        self._connect = partial(Transport, address, carrier, sleep, patience, say)
        self._transport = self._connect()
        self.location = self._transport.location
        self._address = address.rstrip("/")
        self._cache = cache
        self._offline = offline
        self._checked = checked
        self._token = token
        self._progress = progress
        self._lines: dict[str, tuple[IndexLine, ...]] = {}
        self._read_config: TreeConfig | None = None

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted; none where the tree has no list of them."""
        return names_of(self) or ()

    def versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as published; none if it is unknown."""
        if name not in self._lines:
            data = self.read(index_path(name))
            self._lines[name] = () if data is None else lines_in(self, name, data)
        return self._lines[name]

    def read(self, path: str, limit: int = INDEX_LIMIT) -> bytes | None:
        """Return the bytes of one of the tree's files, as they are; None if there is none."""
        if path.startswith(BLOBS):
            body = bytearray()
            came = self._transport.download(_in(self._config(), path), limit, body)
            return None if came is None else bytes(body)
        if path.startswith(METADATA):  # whoever checks it keeps it, too
            if self._offline:
                raise self._not_kept(path)
            answer = self._transport.file(path, limit)
            return answer.data if isinstance(answer, Kept) else None
        if path != CONFIG_PATH and not path.startswith(TARGETS) and not self._offline:
            self._config()
        return self._file(path, limit)

    def delegations(self) -> Delegations:
        """Return none: nobody trusts a root here."""
        return {}

    def fetch(self, digest: str, limit: int = COMPRESSED_LIMIT) -> bytes:
        """Return the archive with this content digest, verified."""
        return self._archive(self._transport, digest, limit, lambda _: None)

    def prepare(self, lines: Iterable[IndexLine]) -> None:
        """Download several archives side by side, if there is a cache to put them into."""
        cache = self._cache
        if cache is None or self._offline:
            return
        missing = {line.digest: line.size for line in lines if not cache.has_archive(line.digest)}
        if not missing:
            return
        self._config()
        asking = self._connect()
        with (
            self._progress(len(missing), sum(missing.values())) as watch,
            ThreadPoolExecutor(_AT_ONCE) as workers,
        ):
            begun = [
                workers.submit(self._archive, asking, digest, size, watch)
                for digest, size in missing.items()
            ]
            try:
                for each in begun:
                    each.result()
            except BaseException:  # another one failed, or somebody has had enough of waiting
                asking.stop()
                workers.shutdown(cancel_futures=True)
                raise

    def stop(self) -> None:
        """End whatever other threads ask for at the moment, or wait for; nothing is asked again."""
        self._transport.stop()

    def publish(
        self, archive: bytes, published: str, signatures: tuple[Envelope, ...] = ()
    ) -> Published:
        """Publish an archive to the registry's server, which has a clock of its own."""
        del published
        return self.api().publish(archive, signatures)

    def api(self, token: str | None = None) -> RegistryApi:
        """Return the API of the registry's server.

        Args:
            token: What it is shown instead of the token that there is for it.

        Raises:
            OfflineError: Nobody is to be asked.
            PublishRefusedError: There is none: the registry is a tree that can only be read.
        """
        if self._offline:
            raise OfflineError(f"the server of {self.location} would have to be asked")
        api = self._config().api
        if api is None:
            raise PublishRefusedError(
                f"the registry at {self.location} can only be read",
                "it is plain files without a server, which alone has a log, owners and tokens",
                "to publish, do so on the machine that holds its folder: "
                "cpt publish --registry DIR",
            )
        return RegistryApi(
            self.location,
            f"{self._address}/{api}",
            token or self._token(),
            self._carrier,
            say=self._say,
        )

    @property
    def has_api(self) -> bool:
        """Whether a server stands behind the address that can be asked and told more."""
        return not self._offline and self._config().api is not None

    def _config(self) -> TreeConfig:
        """Return the configuration, which also shows that there is a registry at the address."""
        if self._read_config is None:
            config = config_of(self)
            if config.signed and not self._checked:
                raise UntrustedRegistryError(self.location)
            self._read_config = config
        return self._read_config

    def _file(self, path: str, limit: int) -> bytes | None:
        """Return a file that may change: as it is now or, offline, as it was last read."""
        known = self._cache.file(self.location, path) if self._cache is not None else None
        if self._offline:
            if known is None:
                raise self._not_kept(path)
            return known.data
        if known is not None and path.startswith(TARGETS):  # its digest is in its name
            return known.data
        answer = self._transport.file(path, limit, known.etag if known else None)
        if known is not None and answer is Same.SAME:
            return known.data
        if self._cache is not None and answer is None:
            self._cache.forget_file(self.location, path)
        if answer is None:
            return None
        assert isinstance(answer, Kept)  # noqa: S101  only who has an ETag hears the other
        if self._cache is not None:
            self._cache.keep_file(self.location, path, answer)
        return answer.data

    def _archive(
        self, asking: Transport, digest: str, limit: int, watch: Watch, *, anew: bool = False
    ) -> bytes:
        """Return an archive, from the cache or from the registry, proved by its digest."""
        kept = self._cache.archive(digest) if self._cache is not None else None
        if kept is not None:
            return kept
        if self._offline:
            raise self._not_kept(f"archive {digest}")
        path = _in(self._config(), blob_path(digest))
        body = self._cache.begun(digest) if self._cache is not None else bytearray()
        try:
            # What is asked for is as large as an index says, and that may be a lie.
            came = asking.download(path, min(limit, COMPRESSED_LIMIT), body, watch)
        except BaseException:
            if self._cache is not None:
                self._cache.keep_begun(digest, bytes(body))
            raise
        if self._cache is not None:
            self._cache.keep_begun(digest, b"")
        if came is None:
            raise DamagedRegistryError(
                f"the registry lists an archive that it does not hold: {digest}",
                f"ask whoever runs the registry at {self.location} to restore it",
            )
        data = bytes(body)
        problem = _problem(data, digest)
        if problem is not None and came is Came.IN_PARTS and not anew:  # perhaps of two things
            watch(-len(data))
            return self._archive(asking, digest, limit, watch, anew=True)
        if problem is not None:
            raise DamagedRegistryError(
                f"the registry sent something else than the archive {digest}: {problem}",
                "do not install it; tell whoever runs the registry",
            )
        if self._cache is not None:
            self._cache.keep_archive(digest, data)
        return data

    def _not_kept(self, what: str) -> RegistryError:
        if self._cache is None:
            return OfflineError(f"the registry at {self.location} would have to be asked")
        return OfflineError(f"{what} of {self.location} was never read on this machine")


def _in(config: TreeConfig, path: str) -> str:
    """Return where an archive is: archives may lie elsewhere than the rest of the tree."""
    return config.blobs + path.removeprefix(BLOBS)


def _problem(data: bytes, digest: str) -> str | None:
    """Say why bytes are not the archive with this digest; None if they are."""
    try:
        found = digest_of(data)
    except PackageError as error:
        return str(error)
    return None if found == digest else f"its digest is {found}"
