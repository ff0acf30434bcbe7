"""Creating: the folder of a new package."""

from __future__ import annotations

from pathlib import Path

from cpt.authoring.new import TEMPLATES, new_package
from cpt.errors import BadInputError, UsageError
from package_format.spelling import did_you_mean


def create_package(name: str, template: str, folder: str | None) -> tuple[Path, tuple[str, ...]]:
    """Write a new package into a folder that is not there yet, or is empty.

    Returns:
        The folder, and the paths of the files in it.

    Raises:
        UsageError: The name or the template cannot be used.
        BadInputError: Something stands there, or it cannot be written.
    """
    if template not in TEMPLATES:
        hint = did_you_mean(template, TEMPLATES) or f"there is: {', '.join(TEMPLATES)}"
        raise UsageError(f"there is no template {template}", hint)
    files = new_package(name, template, year=_this_year())
    target = Path(folder or name.rpartition("/")[2])
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BadInputError(
                f"{target} is there already, and is not an empty folder", "name another with --dir"
            )
        for path, content in files.items():
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise BadInputError(f"{target} cannot be written: {error.strerror}") from error
    return target, tuple(files)


def _this_year() -> int:
    from whenever import Instant

    return Instant.now().to_tz("UTC").year
