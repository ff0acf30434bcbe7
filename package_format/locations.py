"""Locations: which file of a working folder holds what, and which one a name was meant to be."""

from __future__ import annotations

from pathlib import PurePosixPath

from package_format.canonical import DOCUMENTS
from package_format.kinds.table import KINDS, Kind
from package_format.references import key_like
from package_format.spelling import did_you_mean

UPGRADES_FILE = "upgrades.yaml"
SCENARIOS = "scenarios/*.yaml"

_AT = {kind.location: kind for kind in KINDS.values()}


def kind_at(file: str) -> Kind | None:
    """Return the kind whose resources a file holds; None if it holds something else."""
    folder, _, name = file.rpartition("/")
    stem, _, ending = name.rpartition(".")
    return _AT.get(file) or (_AT.get(f"{folder}/*.{ending}") if stem else None)


def stem_of(file: str) -> str:
    """Return what a location's ``*`` stands for: a file's own name, without folder and ending."""
    return file.rpartition("/")[2].rpartition(".")[0]


def stands_at(location: str, file: str) -> bool:
    """Whether a file stands where a location says; a ``*`` in it stands for the file's own name."""
    before, star, after = location.partition("*")
    if not star:
        return file == location
    stem = file[len(before) : len(file) - len(after)]
    return file == f"{before}{stem}{after}" and bool(stem) and "/" not in stem


def meant_file(file: str) -> str | None:
    """Return a help that offers the file that was meant, by a name that it could have."""
    stem = key_like(PurePosixPath(file).stem)
    locations = [*(kind.location for kind in KINDS.values()), SCENARIOS]
    known = [location.replace("*", stem) for location in locations]
    deep = file.count("/")
    known = [name for name in (*known, UPGRADES_FILE, *DOCUMENTS) if name.count("/") == deep]
    return did_you_mean(file, known, likeness=0.75)
