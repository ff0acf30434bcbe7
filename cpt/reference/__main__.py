"""``python -m cpt.reference [FOLDER]``: write the reference."""

from __future__ import annotations

import sys
from pathlib import Path

from cpt.reference.pages import pages

FOLDER = "docs/reference"


def main(arguments: list[str]) -> None:
    """Write every page into a folder, and remove those that are no more."""
    folder = Path(arguments[0] if arguments else FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for stale in {file.name for file in folder.glob("*.md")} - set(written):
        (folder / stale).unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
