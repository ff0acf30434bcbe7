"""Names that Windows keeps for devices: no file and no folder can be called so there."""

from __future__ import annotations

import re

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def device_in(path: str) -> str | None:
    """Return the part of a path that is called as a device is, whatever its ending; None if none.

    Args:
        path: Names with slashes between them.
    """
    return next((part for part in path.split("/") if _DEVICE.fullmatch(part)), None)
