"""``python -m cpt.demo``: tells the first story, in a new folder that it leaves to look at."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path

from cpt.demo.narrator import Narrator, UnexpectedEndingError
from cpt.demo.story import tell


def main() -> int:
    """Tell the story; the exit code says whether it went as it should."""
    parser = argparse.ArgumentParser(prog="python -m cpt.demo", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="where to work; a new temporary folder if not given"
    )
    folder: Path = parser.parse_args().folder or Path(tempfile.mkdtemp(prefix="cpt-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    with as_file(files("cpt.demo") / "examples") as examples:
        shutil.copytree(examples, folder / "examples", dirs_exist_ok=True)
    narrator = Narrator(
        folder,
        {
            "CPT_ACCOUNT": "school.account",
            "CPT_REGISTRY": "registry",
            "CPT_CONFIG": str(folder / "settings"),
        },
    )
    start = time.perf_counter()
    try:
        tell(narrator, folder)
    except UnexpectedEndingError as error:
        print(f"\nThe story broke off: {error}. What it left is in {folder}.", file=sys.stderr)
        return 1
    print(f"\n  Told in {time.perf_counter() - start:.0f} seconds. Everything is in {folder}:")
    print(
        "  the registry, the account (school.account) and the pictures (*.svg). Go on by yourself:"
    )
    print()
    if shutil.which("cpt") is None:
        print(f"    export PATH={Path(sys.executable).parent}:$PATH")
    print(f"    cd {folder}; export CPT_ACCOUNT=school.account CPT_REGISTRY=registry")
    print("    cpt account contact ada.aas@example.com\n")
    return 0


sys.exit(main())
