"""Pictures as pixels: an SVG drawn as PNG, with the font that the toolkit brings.

See ``docs/adr/0006-the-authors-tools.md`` for why it is done so.
"""

from __future__ import annotations

import re
from importlib.resources import as_file, files

SCALE = 2
"""Pixels for each unit of the picture: sharp on today's screens."""

_SIDE = 16_000
"""The most pixels that a side may have; more takes gigabytes."""


_SIZE = re.compile(r'<svg [^>]*width="([0-9.]+)" height="([0-9.]+)"')


def png(svg: str) -> bytes:
    """Draw an SVG of ours as PNG; it has fixed colours, since pixels cannot follow a reader."""
    import resvg_py  # noqa: PLC0415  a library of three megabytes that few commands need

    found = _SIZE.search(svg)
    side = max(map(float, found.groups())) if found else _SIDE
    scale = min(SCALE, _SIDE / side)
    with as_file(files("cpt.authoring").joinpath("fonts")) as folder:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                zoom=scale,
                font_dirs=[str(folder)],
                font_family="Inter",
                sans_serif_family="Inter",
            )
        )
