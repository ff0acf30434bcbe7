"""The drawn comparison of two versions: a picture for each campaign that either has."""

from __future__ import annotations

from pathlib import Path

from cpt.cli.drawing import (
    drawn_comparison,
    drawn_comparison_text,
    names_of_both,
    suffix_of,
    targets,
)
from cpt.cli.options import tell
from cpt.cli.output import console, draw
from cpt.cli.packages import find_dependencies
from cpt.cli.writing import write_file
from cpt.errors import BadInputError
from cpt.registries.supply import Supply
from package_format.package import Package
from package_format.picture.comparison import compared_campaigns


def draw_comparison(
    old: Package,
    new: Package,
    supply: Supply,
    out: str | None,
    theme: str,
    *,
    only: str | None = None,
) -> dict[str, str]:
    """Draw every campaign of either version, or one, into files or on the terminal.

    Returns:
        The files by the campaigns' keys.

    Raises:
        BadInputError: There is no such campaign, or a file cannot be written.
        UsageError: The file is of a sort that is not drawn.
    """
    names = names_of_both(old, new, find_dependencies(new, supply))
    compared = {one.key: one for one in compared_campaigns(old, new)}
    if only is not None and only not in compared:
        there = ", ".join(compared) or "none"
        raise BadInputError(f"neither version has a campaign {only}", f"there is: {there}")
    chosen = {key: one for key, one in compared.items() if only in (None, key)}
    if out is None:
        screen = console()
        for one in chosen.values():
            draw(drawn_comparison_text(one, names, screen))
        return {}
    files = targets(out, chosen)
    for key, path in files.items():
        picture = drawn_comparison(chosen[key], names, theme, suffix_of(path))
        write_file(Path(path), picture)
        tell(f"{key}, {old.manifest.version} and {new.manifest.version}, is drawn in {path}")
    return files
