"""``python -m cpt.demo.marketplace``: a registry with all the examples and their histories, served.

The first version of every package comes first and the newest last, a few days apart, the last one
today: so the registry has a past to look at. It is kept by a server: what is published to it stands
beside them, and what is installed from it counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from whenever import Instant

from cpt.registries.directory import DirectoryRegistry
from package_format.archive import build_archive
from package_format.folder import load_package
from package_format.package import Package

_DAYS_APART = 3
_OPERATOR = "ann"
_COMMAND = (sys.executable, "-m", "cpt", "registry")


def publish_examples(examples: Path, registry: Path, now: Instant) -> int:
    """Publish every version of every example to a registry that is a folder.

    Args:
        examples: The folder with the examples.
        registry: The registry's folder; what it has already stays as it is.
        now: When the last one is published.

    Returns:
        int: How many versions there are.
    """
    packages = _in_order(examples)
    target = DirectoryRegistry(registry)
    for age, package in zip(reversed(range(len(packages))), packages, strict=True):
        published = now.subtract(hours=24 * _DAYS_APART * age).round("second").format_iso()
        target.publish(build_archive(package).data, published)
    return len(packages)


def _in_order(examples: Path) -> list[Package]:
    """Every example: by version, and what stands on nothing else before what does."""
    loaded = (load_package(file.parent).package for file in examples.rglob("cpt.toml"))
    packages = [package for package in loaded if package is not None]
    return sorted(
        packages,
        key=lambda one: (one.manifest.version, len(one.manifest.dependencies), one.name),
    )


def set_up(folder: Path, examples: Path, now: Instant) -> tuple[int, str]:
    """Make the registry, and make whoever starts it an operator who owns what is in it.

    Args:
        folder: Where it is kept; what it has already stays as it is.
        examples: The folder with the examples.
        now: When the last of them is published.

    Returns:
        tuple[int, str]: How many versions of them there are, and a token for `cpt login`.
    """
    token = _ask("welcome", str(folder), _OPERATOR, "--operator")
    with tempfile.TemporaryDirectory(prefix="cpt-examples-") as tree:
        count = publish_examples(examples, Path(tree), now)
        _ask("import", str(folder), tree, "--owner", _OPERATOR)
    return count, token


def _ask(*arguments: str) -> str:
    """Run a verb of `cpt registry`, and return what it prints for programs."""
    command = [*_COMMAND, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  ourselves
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout.strip()


def main() -> None:
    """Set it up, and become the server, which Ctrl-C ends."""
    parser = argparse.ArgumentParser(prog="python -m cpt.demo.marketplace", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="where the registry is kept; a new one if left out"
    )
    parser.add_argument("--port", default="8700", help="the port to listen at; 0 for a free one")
    asked = parser.parse_args()
    folder: Path = asked.folder or Path(tempfile.mkdtemp(prefix="cpt-registry-"))
    print("Bringing the examples into a registry ...", file=sys.stderr, flush=True)
    with as_file(files("cpt.demo") / "examples") as examples:
        count, token = set_up(folder, examples, Instant.now())
    print(
        f"{count} versions are in the registry {folder}, which may be deleted when you are done.\n"
        f"To publish to it as {_OPERATOR}, 'cpt login --registry ADDRESS' with this token:\n"
        f"  {token}\n"
        "Its address, until Ctrl-C:",
        file=sys.stderr,
        flush=True,
    )
    os.execv(sys.executable, [*_COMMAND, "serve", str(folder), "--port", asked.port])  # noqa: S606  ourselves


if __name__ == "__main__":
    main()
