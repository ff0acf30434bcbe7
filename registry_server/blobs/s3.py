"""Archives in a bucket of an S3-compatible storage. The one module that knows obstore."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from package_format.archive import COMPRESSED_LIMIT
from package_format.index import BLOBS, blob_path
from registry_server.errors import DamagedTreeError, UnavailableError, UnusableInputError

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_PATIENCE = 20.0
_RETRIES = 5
_ARCHIVE = re.compile(r"(?:.*/)?([0-9a-f]{64})\.cpt")


class S3Blobs:
    """Archives in a bucket, under the paths that the tree has for them."""

    is_near = False

    def __init__(self, store: S3Store) -> None:
        """Take the bucket."""
        self._store = store

    @classmethod
    def at(cls, address: str, patience: float = _PATIENCE) -> S3Blobs:
        """Name a bucket, and perhaps a folder in it; nothing is asked yet.

        Where the storage is and who we are say the usual variables of the environment, such as
        ``AWS_ENDPOINT``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID`` and ``AWS_ALLOW_HTTP``.

        Args:
            address: Such as ``s3://registry/archives``.
            patience: For how many seconds to try again what fails.

        Raises:
            UnusableInputError: The address is none of a bucket.
        """
        retries: RetryConfig = {
            "max_retries": _RETRIES if patience else 0,
            "retry_timeout": dt.timedelta(seconds=patience),
        }
        try:
            store = S3Store.from_url(address, retry_config=retries)
        except (BaseError, ValueError) as error:
            raise UnusableInputError(
                f"{address} cannot be used as a bucket: {_reason(error)}",
                "one looks like s3://registry/archives",
            ) from error
        return cls(store)

    def add(self, digest: str, data: bytes) -> None:
        """See `Blobs.add`: made only where there is none, and by one request."""
        with _explained():
            try:
                self._store.put(blob_path(digest), data, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return

    def has(self, digest: str) -> bool:
        """See `Blobs.has`."""
        return self._is_there(blob_path(digest))

    def read(self, digest: str) -> bytes | None:
        """See `Blobs.read`."""
        with _explained():
            try:
                found = self._store.get(blob_path(digest))
            except FileNotFoundError:
                return None
            if found.meta["size"] > COMPRESSED_LIMIT:
                raise DamagedTreeError(
                    f"The registry is damaged: the archive {digest} is larger than one may be."
                )
            return bytes(found.bytes())

    def file(self, digest: str) -> Path | None:
        """See `Blobs.file`: there are no files."""
        del digest
        return None

    def kept_before(self, moment: dt.datetime) -> Iterator[str]:
        """See `Blobs.kept_before`."""
        with _explained():
            for page in self._store.list(BLOBS):
                for found in page:
                    named = _ARCHIVE.fullmatch(found["path"])
                    if named is not None and found["last_modified"] < moment:
                        yield f"sha256:{named[1]}"

    def take_away(self, digests: Sequence[str]) -> None:
        """See `Blobs.take_away`."""
        with _explained():
            self._store.delete([blob_path(digest) for digest in digests])

    def halves(self, moment: dt.datetime, *, take_away: bool) -> int:
        """See `Blobs.halves`: of an object there is no half."""
        del moment, take_away
        return 0

    def ready(self) -> None:
        """See `Blobs.ready`: the bucket is asked for something that is not in it."""
        self._is_there("ready")

    def _is_there(self, path: str) -> bool:
        with _explained():
            try:
                self._store.head(path)
            except FileNotFoundError:
                return False
            return True


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise UnavailableError(
            f"The registry's storage of archives does not answer: {_reason(error)}."
        ) from error


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).partition("\n")[0].rstrip(".")
