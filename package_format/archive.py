"""The archive: a package as one file that is the same everywhere and safe to read.

A ``.cpt`` file is a tar archive, compressed with Zstandard. The *content digest* is taken over the
uncompressed bytes. Only one spelling is read: plain files in USTAR headers with sorted names and
nothing else in them; so what could hide in an archive (links, devices, extended headers, a second
file of the same name, something behind the end) has no place to hide.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tarfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from package_format.canonical import package_data, package_from
from package_format.device_names import device_in
from package_format.errors import ArchiveError, DigestMismatchError, PackageError
from package_format.package import Package

if sys.version_info >= (3, 14):  # pragma: no cover - backports serves the others
    from compression import zstd
else:
    from backports import zstd

COMPRESSED_LIMIT = 32 * 1024 * 1024
"""The most bytes that an archive may have."""

CONTENT_LIMIT = 64 * 1024 * 1024
"""The most bytes that an archive's content may have."""

MEMBER_LIMIT = 10_000
"""The most files that an archive may hold."""

RATIO_LIMIT = 1000
"""How many times its size an archive of some size may unpack to."""

NAME_LIMIT = 100
"""The most bytes that a file's name may have in a USTAR header."""

_LEVEL = 10
_WINDOW_LOG_LIMIT = 26
_SMALL = 256 * 1024
"""Up to how many bytes an archive has whose content is remembered: the last one alone."""
_RATIO_MATTERS_FROM = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_BLOCK = tarfile.BLOCKSIZE
_SIZE, _SUM = slice(124, 135), slice(148, 154)
"""Where in a USTAR header the size and the check sum stand, in octal digits."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_MAGIC = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Archive:
    """A package as one file.

    Attributes:
        data: The file's bytes.
        digest: ``sha256:`` and the hexadecimal digest of the uncompressed content.
    """

    data: bytes
    digest: str

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return len(self.data)


def build_archive(package: Package) -> Archive:
    """Return a package's archive; the same package always gives the same bytes.

    Raises:
        ArchiveError: The package is too large, or a file's name is not allowed.
    """
    return archive_of(package_data(package))


def archive_of(members: Mapping[str, bytes]) -> Archive:
    """Return the archive of a package's members, as `build_archive` does.

    Raises:
        ArchiveError: They are too large, or a file's name is not allowed.
    """
    content = _packed(members)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
        zstd.CompressionParameter.window_log: 23,
    }
    data = zstd.compress(content, options=options)
    if len(data) > COMPRESSED_LIMIT:
        raise ArchiveError(_too_large(COMPRESSED_LIMIT))
    _refuse_bomb(len(data), len(content))
    return Archive(data, content_digest(content))


def read_archive(data: bytes, expected_digest: str | None = None) -> tuple[Package, str]:
    """Read an archive, whatever it may hold.

    Args:
        data: The file's bytes.
        expected_digest: What the content's digest must be, if that is known.

    Returns:
        tuple[Package, str]: The package, and the digest of its content.

    Raises:
        ArchiveError: It is not an archive, or holds what it may not; the message says what.
        DigestMismatchError: It is another archive than the one expected.
    """
    content = _content(data)
    digest = content_digest(content)
    if expected_digest is not None and digest != expected_digest:
        raise DigestMismatchError(
            f"the archive's content is not what was promised: its digest is {digest}, "
            f"and {expected_digest} was expected"
        )
    members = dict(_members(content))
    if _packed(members) != content:
        raise ArchiveError("the archive is not in canonical form")
    try:
        return package_from(members), digest
    except PackageError as error:
        raise ArchiveError(f"the archive holds no usable package: {error}") from None


def content_size(data: bytes) -> int:
    """Return how many bytes an archive that was read unpacks to, or more where it does not say."""
    return zstd.get_frame_info(data).decompressed_size or CONTENT_LIMIT


def digest_of(data: bytes) -> str:
    """Return the content digest of an archive; what it holds is not looked at.

    Raises:
        ArchiveError: The bytes are not compressed as an archive's are.
    """
    return content_digest(_content(data))


def content_digest(content: bytes) -> str:
    """Return the digest of an archive's uncompressed content, as people and indexes write it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@lru_cache(maxsize=4096)  # a name is asked about twice, and many packages have the same ones
def name_problem(name: str) -> str | None:
    """Say why a file of this name cannot be in a package; None if it can.

    A name must mean the same file below the folder, and only there, on every system.
    """
    parts = name.split("/")
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "its name is not written in UTF-8"
    if length > NAME_LIMIT:
        return f"its name is longer than {NAME_LIMIT} bytes"
    if "\\" in name:
        return "its name holds a backslash"
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        return "its name is an absolute path"
    if any(part in ("", ".", "..") for part in parts):
        return "its name leads out of the folder"
    if _FORBIDDEN.search(name):
        return "its name holds a character that is not allowed everywhere"
    if device_in(name) is not None:
        return "its name is that of a device on Windows"
    if any(part[-1] in ". " for part in parts):
        return "its name ends in a dot or a space"
    if unicodedata.normalize("NFC", name) != name:
        return "its name is not in the composed form of Unicode (NFC)"
    return None


def _packed(members: Mapping[str, bytes]) -> bytes:
    """The content: a USTAR header and the padded bytes of each member, then the end."""
    blocks: list[bytes] = []
    for name in sorted(members):
        problem = name_problem(name)
        if problem:
            raise ArchiveError(f"{name!r} cannot be in an archive: {problem}")
        blocks.append(_header_of(name.encode(), len(members[name])))
        blocks.append(members[name])
        blocks.append(bytes(-len(members[name]) % _BLOCK))
    blocks.append(bytes(2 * _BLOCK))
    content = b"".join(blocks)
    content += bytes(-len(content) % tarfile.RECORDSIZE)
    if len(content) > CONTENT_LIMIT:
        raise ArchiveError(_too_large(CONTENT_LIMIT))
    if len(members) > MEMBER_LIMIT:
        raise ArchiveError(f"the archive holds more than {MEMBER_LIMIT:,} files")
    return content


def _header_of(name: bytes, size: int) -> bytes:
    """A plain file's USTAR header, as tarfile writes it: only name, size and check sum differ."""
    header = bytearray(_NAMELESS)
    header[: len(name)] = name
    header[_SIZE] = b"%011o" % size
    header[_SUM] = b"%06o" % (_NAMELESS_SUM + sum(name) + sum(header[_SIZE]))
    return bytes(header)


_NAMELESS = tarfile.TarInfo().tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
_NAMELESS_SUM = int(_NAMELESS[_SUM], 8) - sum(_NAMELESS[_SIZE])


def _content(data: bytes) -> bytes:
    """Return what is packed; of a small archive that was just proved it is still known."""
    return _unpacked_once(data) if len(data) <= _SMALL else _unpacked(data)


@lru_cache(maxsize=1)
def _unpacked_once(data: bytes) -> bytes:
    """Unpack an archive that is proved first, and read then."""
    return _unpacked(data)


def _unpacked(data: bytes) -> bytes:
    """Decompress at most as much as is allowed."""
    if len(data) > COMPRESSED_LIMIT:
        raise ArchiveError(_too_large(COMPRESSED_LIMIT))
    if not data.startswith(_MAGIC):
        raise ArchiveError("this is not a package archive (.cpt)")
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_LIMIT}
    decompressor = zstd.ZstdDecompressor(options=options)
    chunks: list[bytes] = []
    size, pending = 0, data
    try:
        while not decompressor.eof:
            chunk = decompressor.decompress(pending, _CHUNK)
            pending = b""
            size += len(chunk)
            _refuse_bomb(len(data), size)
            if not chunk and decompressor.needs_input:
                raise ArchiveError("the archive is incomplete")
            chunks.append(chunk)
    except zstd.ZstdError:
        raise ArchiveError("the archive is damaged: it cannot be unpacked") from None
    if decompressor.unused_data:
        raise ArchiveError("something stands behind the archive's end")
    return b"".join(chunks)


def _refuse_bomb(packed: int, unpacked: int) -> None:
    if unpacked > CONTENT_LIMIT:
        raise ArchiveError(_too_large(CONTENT_LIMIT))
    if unpacked > _RATIO_MATTERS_FROM and unpacked > RATIO_LIMIT * packed:
        raise ArchiveError(
            f"the archive unpacks to more than {RATIO_LIMIT} times its size, as a bomb would"
        )


def _too_large(limit: int) -> str:
    return f"the archive is larger than the {limit // 1024 // 1024} MB that are allowed"


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Walk over the headers; nothing but plain files is let through."""
    offset, count = 0, 0
    seen: set[str] = set()
    while offset < len(content):
        block = content[offset : offset + _BLOCK]
        if not block.strip(b"\0"):
            return  # what follows must be zeros too, or the content is not canonical
        name, size = _plain(block) or _header(block)
        problem = name_problem(name)
        if problem:
            raise ArchiveError(f"{name!r} cannot be in an archive: {problem}")
        folded = unicodedata.normalize("NFC", name.casefold())
        if folded in seen:
            raise ArchiveError(f"{name!r} stands in the archive twice")
        seen.add(folded)
        count += 1
        if count > MEMBER_LIMIT:
            raise ArchiveError(f"the archive holds more than {MEMBER_LIMIT:,} files")
        start = offset + _BLOCK
        if size < 0 or start + size > len(content):
            raise ArchiveError(f"{name!r} is cut off")
        yield name, content[start : start + size]
        offset = start + size + -size % _BLOCK
    raise ArchiveError("the archive is incomplete")


def _plain(block: bytes) -> tuple[str, int] | None:
    """Read the header of a plain file that is spelt as it must be; None if it is not."""
    name = block[:NAME_LIMIT].rstrip(b"\0")
    try:
        size = int(block[_SIZE], 8)
        return (name.decode(), size) if block == _header_of(name, size) else None
    except ValueError:
        return None


def _header(block: bytes) -> tuple[str, int]:
    """Read any header, and say what is wrong with it."""
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except UnicodeDecodeError:
        raise ArchiveError("the archive holds a name that is not written in UTF-8") from None
    except (tarfile.HeaderError, ValueError):
        raise ArchiveError("the archive is damaged: a header cannot be read") from None
    if header.issym() or header.islnk():
        raise ArchiveError(f"{header.name!r} is a link, and an archive holds only plain files")
    if not header.type == tarfile.REGTYPE:
        raise ArchiveError(f"{header.name!r} is not a plain file, and an archive holds only those")
    return header.name, header.size
