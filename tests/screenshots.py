"""``make screenshots``: pictures of the marketplace for the guides, as a phone and a desk show it.

They are made of the examples by hand, when pages look otherwise than they did; they take Debian's
chromium.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import ViewportSize
from whenever import Instant

from cpt.demo.marketplace import publish_examples
from registry_server.app import create_app
from registry_server.trees.folder_tree import FolderTree
from tests.browser import chromium, on_loopback

_CHECKOUT = Path(__file__).parents[1]
_PICTURES = _CHECKOUT / "docs/pictures"
_DESK: ViewportSize = {"width": 1180, "height": 800}
_LOW: ViewportSize = {"width": 1180, "height": 640}
_PHONE: ViewportSize = {"width": 390, "height": 800}
_MOST = 150_000
"""How many bytes a picture may have."""


@dataclass(frozen=True)
class Shot:
    """A page to show."""

    name: str
    path: str
    size: ViewportSize
    dark: bool = False


SHOTS = (
    Shot("front", "/", _DESK),
    Shot("front-phone", "/", _PHONE, dark=True),
    Shot("search", "/search?feature=email", _LOW, dark=True),
    Shot("package", "/packages/acme/webinar-follow-up", _DESK),
    Shot("package-phone", "/packages/acme/webinar-follow-up", _PHONE),
    Shot("compare", "/packages/acme/webinar-follow-up/compare", _DESK, dark=True),
)


def main() -> None:
    """Take all of them."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        publish_examples(_CHECKOUT / "examples", root, Instant.from_utc(2026, 11, 20, 9))
        with on_loopback(create_app(FolderTree(root), "https://packages.example")) as address:
            for shot in SHOTS:
                page = browser.new_page(
                    base_url=address,
                    viewport=shot.size,
                    color_scheme="dark" if shot.dark else "light",
                )
                page.goto(shot.path, wait_until="networkidle")
                data = smaller(page.screenshot())
                page.close()
                assert len(data) <= _MOST, f"{shot.name} has {len(data):,} bytes"
                (_PICTURES / f"marketplace-{shot.name}.png").write_bytes(data)
                print(f"{shot.name}: {len(data):,} bytes")  # noqa: T201


def smaller(png: bytes) -> bytes:
    """Return a PNG compressed as far as its format goes; chromium is in a hurry."""
    pixels = zlib.decompress(b"".join(data for kind, data in _chunks(png) if kind == b"IDAT"))
    said = [(kind, data) for kind, data in _chunks(png) if kind in (b"IHDR", b"PLTE", b"tRNS")]
    kept = [*said, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return png[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in kept
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


if __name__ == "__main__":
    main()
