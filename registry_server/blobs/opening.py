"""Which blobs an address means: a bucket, or a directory."""

from __future__ import annotations

from pathlib import Path

from registry_server.blobs.directory import DirectoryBlobs
from registry_server.blobs.port import Blobs
from registry_server.errors import UnusableInputError


def open_blobs(address: str) -> Blobs:
    """Return the blobs at an address.

    Args:
        address: A directory's path, or a bucket such as ``s3://registry/archives``.

    Raises:
        UnusableInputError: The address is none of a storage that can be used.
    """
    if address.startswith("s3://"):
        from registry_server.blobs.s3 import S3Blobs  # noqa: PLC0415  nobody else pays for it

        return S3Blobs.at(address)
    if "://" in address:
        raise UnusableInputError(
            f"{address} is no address of a storage that can be used",
            "give a directory, or a bucket such as s3://registry/archives",
        )
    return DirectoryBlobs(Path(address))
