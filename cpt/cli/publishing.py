"""Publishing: everything that stands between a folder and a registry, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cpt.cli.leaks import refuse_leaks
from cpt.cli.packages import good_package, is_local, supply_of
from cpt.cli.predecessors import find_predecessor
from cpt.cli.progress import working
from cpt.cli.reading import read_bytes
from cpt.cli.testing import editions_of, run_scenarios
from cpt.cli.views.words import counted, typed
from cpt.errors import AnswerIsNoError, BadInputError, PublishRefusedError
from cpt.registries.port import Registry
from cpt.registries.supply import Local, Supply
from package_format.archive import Archive, build_archive, read_archive
from package_format.compatibility import compare, is_enough, unexplained
from package_format.folder import load_package
from package_format.index import IndexLine
from package_format.package import Package
from package_format.signature import Envelope
from package_format.versions import least_version


@dataclass(frozen=True)
class Publication:
    """What publishing came to.

    Attributes:
        line: The version's line in the index.
        already: Whether the same content had been published before.
        said: What was done on the way, a sentence each.
        claimed: Whether the publisher's name became one's own by it.
    """

    line: IndexLine
    already: bool
    said: tuple[str, ...]
    claimed: bool = False


def publish_package(
    source: str,
    registry: Registry,
    with_: Iterable[str],
    *,
    dry_run: bool,
    against: str | None = None,
    allowed: Collection[str] = (),
    keys: Sequence[str] = (),
    obtain: Callable[[str], Iterable[str]] = lambda _: (),
) -> Publication:
    """Check, test, build, compare and upload a package.

    Args:
        source: Its folder, or a ``.cpt`` file.
        registry: Where to.
        with_: Folders and files to take dependencies from.
        dry_run: Whether to upload nothing.
        against: What it is compared with instead of its predecessor; see `find_predecessor`.
        allowed: Files that look like secrets and are none.
        keys: The private keys that sign it: files, or what these hold.
        obtain: Gets what it takes to publish a package, when everything else is well; returns what
            is said of that.

    Raises:
        AnswerIsNoError: It has errors, or a scenario fails.
        PublishRefusedError: The version exists with other content, or its bump is too small.
    """
    supply = supply_of(registry, with_)
    said: list[str] = []
    if Path(source).is_dir():
        refuse_leaks(Path(source), load_package(Path(source)).files, allowed)
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
            said += _unsigned_still(line, other, keys)
            return Publication(other, already=True, said=tuple(said))
    said += _compared(package, supply, against)
    signatures = _signed(line, keys, said)
    line = line.model_copy(update={"signatures": signatures})
    if not _is_by_the_roots_keys(line, registry):
        said += _stands_out(line, present)
    if dry_run:
        return Publication(line, already=False, said=tuple(said))
    said += obtain(package.name)
    with working("uploading"):
        published = registry.publish(data, _now(), signatures)
    return Publication(published.line, published.already, tuple(said), published.claimed)


def _tested(root: Path, supply: Supply, said: list[str]) -> Package:
    checked = good_package(root, supply)
    package = checked.package
    assert package is not None  # noqa: S101  a good one is there
    said.append(f"checked {package}: {counted(len(package.resources), 'resource')}, no errors")
    editions = editions_of(package.name, supply)
    with working("running the scenarios"):
        results = run_scenarios(package, checked.dependencies, editions=editions)
    failed = [name for name, result in results.items() if not result.passed]
    if failed:
        raise AnswerIsNoError(
            f"{counted(len(failed), 'scenario')} of {package} failed: " + ", ".join(failed),
            f"{typed('cpt', 'test', str(root))} shows what happened",
        )
    skipped = {result.skipped for result in results.values() if result.skipped}
    told = sum(not result.skipped for result in results.values())
    if told:
        said.append(f"tested: {counted(told, 'scenario')} passed")
    said += [f"not told: a scenario, because {why}" for why in sorted(skipped)]
    return package


def _compared(package: Package, supply: Supply, against: str | None) -> list[str]:
    """Compare with the predecessor: the greatest version below this one, yanked or not."""
    predecessor = find_predecessor(package, supply, against)
    if predecessor is None:
        return []
    version, old = package.manifest.version, predecessor.manifest.version
    comparison = compare(predecessor, package)
    if not is_enough(predecessor, package, comparison):
        raise PublishRefusedError(
            f"{package} changes more than its version says: against {old} it demands "
            f"{comparison.demanded}",
            f"'cpt diff {package.name}@{old}' shows why; "
            f"make it at least {least_version(old, comparison.demanded)}, as 'cpt bump' does",
        )
    silent = unexplained(package, comparison)
    if silent is not None:
        raise AnswerIsNoError(
            f"{package} waives {silent.rule} for {silent.address or 'the package'}, "
            "and its CHANGELOG.md does not say why",
            "'cpt bump' writes the reasons of waivers into the changelog",
        )
    demanded = str(comparison.demanded) if comparison.demanded else "no bump"
    said = [f"compared with {old}: demands {demanded}, which {version} gives"]
    said += [
        f"waived {f.rule} for {f.address or 'the package'}: {f.waived}"
        for f in comparison.findings
        if f.waived is not None
    ]
    return said


def _signed(line: IndexLine, keys: Sequence[str], said: list[str]) -> tuple[Envelope, ...]:
    if not keys:
        return ()
    from cpt.registries.trust.keys import read_private_key
    from package_format.signing import public_text, signed

    private = [read_private_key(each) for each in keys]
    said += [f"signed with {public_text(key.public_key())}" for key in private]
    return (signed(line, private),)


def _unsigned_still(line: IndexLine, published: IndexLine, keys: Sequence[str]) -> list[str]:
    """What is said of keys that do not come to a version which is published already."""
    envelopes = _signed(line, keys, [])
    if not envelopes:
        return []
    from package_format.signing import signers

    by = signers(line.model_copy(update={"signatures": envelopes}))
    new = " and ".join(sorted(by - signers(published)))
    if not new:
        return []
    what = f"{published.name} {published.version}"
    return [f"note: {what} stays as it was signed when it was published, without {new}"]


def _is_by_the_roots_keys(line: IndexLine, registry: Registry) -> bool:
    """Whether the root names keys of the publisher, of which one then has to have signed it."""
    delegations = registry.delegations()
    if not delegations:
        return False
    from cpt.registries.trust.authors import demand_own_key
    from package_format.delegations import keys_for

    demand_own_key(line, delegations)
    return keys_for(line.name, delegations) is not None


def _stands_out(line: IndexLine, present: Sequence[IndexLine]) -> list[str]:
    """What people will be told who install a version that is not signed as those before it."""
    if not any(before.signatures for before in present):
        return []
    from package_format.signing import authorship

    found = authorship(line, present)
    if found.before is None or not found.is_odd:
        return []
    how = "with another key" if found.keys else "by nobody"
    said = f"{found.before.version} was signed by its author, and {line.version} is signed {how}"
    return [f"note: {said}: whoever looks at it is warned (--sign-with, CPT_AUTHOR_KEY)"]


def _now() -> str:
    from whenever import Instant

    return Instant.now().round("second").format_iso()
