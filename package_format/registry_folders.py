"""What a folder that has to do with a registry holds: a tree, a server's store, or a backup.

A server's first process asks this, and is small: nothing that is large is imported here.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

CONFIG_PATH = "config.json"
"""Where a tree's configuration stands in it."""

DATABASE = "registry.sqlite"
"""The file of a server's database in a folder in which it is kept."""

RECORDS = "records.jsonl"
"""The file of the database's rows in a backup."""


class Holding(Enum):
    """What a folder holds.

    Attributes:
        SERVER: A server's registry: a database, and mostly archives beside it.
        TREE: A registry that is a plain folder, which no server writes to.
        BACKUP: A backup of a server's registry.
        NOTHING: None of these.
    """

    SERVER = DATABASE
    TREE = CONFIG_PATH
    BACKUP = RECORDS
    NOTHING = None


def what_is_in(folder: Path) -> Holding:
    """Return what a folder holds; it need not exist."""
    for holding in (Holding.SERVER, Holding.TREE, Holding.BACKUP):
        if (folder / holding.value).exists():
            return holding
    return Holding.NOTHING
