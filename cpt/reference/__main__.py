"""``python -m cpt.reference [DOCS]``: write the reference and the gallery."""

from __future__ import annotations

import sys
from pathlib import Path

from cpt.reference.gallery import PICTURES, gallery
from cpt.reference.pages import pages

DOCS = "docs"
EXAMPLES = "examples"
REFERENCE = "reference"


def main(arguments: list[str]) -> None:
    """Write every page and picture, and remove those that are no more."""
    folder = Path(arguments[0] if arguments else DOCS)
    written = {f"{REFERENCE}/{name}": text for name, text in pages().items()}
    written |= gallery(Path(EXAMPLES))
    for made in (f"{REFERENCE}/*.md", f"{PICTURES}/*.svg"):
        for file in folder.glob(made):
            if file.relative_to(folder).as_posix() not in written:
                file.unlink()
    for name, text in written.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
