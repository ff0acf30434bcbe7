"""Publishing: everything that stands between a folder and a registry, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cpt.cli.packages import good_package, is_local, supply_of
from cpt.cli.reading import read_bytes
from cpt.cli.testing import run_scenarios
from cpt.cli.views.diff import is_enough
from cpt.cli.views.words import counted, typed
from cpt.errors import AnswerIsNoError, BadInputError, PublishRefusedError
from cpt.registries.port import Registry
from cpt.registries.supply import Local, Supply
from package_format.archive import Archive, build_archive, read_archive
from package_format.compatibility import compare
from package_format.index import IndexLine
from package_format.package import Package
from package_format.versions import Version


@dataclass(frozen=True)
class Publication:
    """What publishing came to.

    Attributes:
        line: The version's line in the index.
        already: Whether the same content had been published before.
        said: What was done on the way, a sentence each.
    """

    line: IndexLine
    already: bool
    said: tuple[str, ...]


def publish_package(
    source: str, registry: Registry, with_: Iterable[str], *, dry_run: bool
) -> Publication:
    """Check, test, build, compare and upload a package.

    Raises:
        AnswerIsNoError: It has errors, or a scenario fails.
        PublishRefusedError: The version exists with other content, or its bump is too small.
    """
    supply = supply_of(registry, with_)
    said: list[str] = []
    if Path(source).is_dir():
        package = _tested(Path(source), supply, said)
        data = build_archive(package).data
    elif is_local(source):
        data = read_bytes(Path(source))
    else:
        raise BadInputError(f"there is no folder or file {source}", "name the package's folder")
    package, digest = read_archive(data)
    line = Local.of(package, Archive(data, digest)).line
    present = registry.versions(package.name)
    for other in present:
        if (other.version, other.digest) == (line.version, digest):
            return Publication(other, already=True, said=tuple(said))
    said += _compared(package, present, supply)
    if dry_run:
        return Publication(line, already=False, said=tuple(said))
    published = registry.publish(data, _now())
    return Publication(published.line, published.already, tuple(said))


def _tested(root: Path, supply: Supply, said: list[str]) -> Package:
    checked = good_package(root, supply)
    package = checked.package
    assert package is not None  # noqa: S101  a good one is there
    said.append(f"checked {package}: {counted(len(package.resources), 'resource')}, no errors")
    results = run_scenarios(package, checked.dependencies)
    failed = [name for name, result in results.items() if not result.passed]
    if failed:
        raise AnswerIsNoError(
            f"{counted(len(failed), 'scenario')} of {package} failed: " + ", ".join(failed),
            f"{typed('cpt', 'test', str(root))} shows what happened",
        )
    if results:
        said.append(f"tested: {counted(len(results), 'scenario')} passed")
    return package


def _compared(package: Package, present: Iterable[IndexLine], supply: Supply) -> list[str]:
    """Compare with the predecessor: the greatest version below this one, yanked or not."""
    version = package.manifest.version
    below = [line for line in present if Version.parse(line.version) < version]
    if not below:
        return []
    line = max(below, key=lambda candidate: Version.parse(candidate.version))
    predecessor = supply.package(line)
    comparison = compare(predecessor, package)
    if not is_enough(predecessor, package, comparison):
        least = predecessor.manifest.version.bumped(comparison.demanded)
        raise PublishRefusedError(
            f"{package} changes more than its version says: against {line.version} it demands "
            f"{comparison.demanded}",
            f"'cpt diff {line.name}@{line.version}' shows why; make it at least {least}",
        )
    demanded = str(comparison.demanded) if comparison.demanded else "no bump"
    return [f"compared with {line.version}: demands {demanded}, which {version} gives"]


def _now() -> str:
    from whenever import Instant

    return Instant.now().round("second").format_iso()
