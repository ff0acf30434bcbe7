"""Stack files and the locks beside them, as ``cpt sync`` reads and writes them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cpt.cli.asking import with_values
from cpt.cli.choosing import Asked, choose, supply_for
from cpt.cli.options import tell
from cpt.cli.output import console
from cpt.cli.places import find_registry
from cpt.cli.reading import read_text
from cpt.cli.requests import environment_values
from cpt.cli.views.diagnostics import show_diagnostics
from cpt.cli.views.words import listed
from cpt.cli.writing import write_file
from cpt.errors import AnswerIsNoError, BadInputError, UsageError
from cpt.installer.record.record import Record
from cpt.installer.request import Request
from cpt.installer.stack import Lock, Stack, Syncing, lock_text, read_lock, read_stack
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.versions import Range

_EXAMPLE = """\
[stack]
name = "my-shop"

[packages]
"acme/newsletter" = "^1.0"
"""


def open_stack(path: Path) -> Stack:
    """Read a stack file.

    Raises:
        BadInputError: There is none, or it has errors, which have been drawn.
    """
    if not path.exists():
        raise BadInputError(f"there is no stack file {path}", f"write one:\n\n{_EXAMPLE}")
    diagnostics = Diagnostics()
    stack = read_stack(read_text(path), path.name, diagnostics)
    if stack is None or diagnostics.has_errors:
        show_diagnostics(console(err=True), diagnostics, path.parent)
        raise BadInputError(f"{path} is no stack that can be used", "mend what is shown above")
    return stack


def lock_path(path: Path) -> Path:
    """Return where a stack file's lock stands: beside it."""
    return path.with_suffix(".lock")


def open_lock(path: Path) -> Lock:
    """Read the lock beside a stack file; an empty one if there is none yet."""
    beside = lock_path(path)
    return read_lock(read_text(beside), str(beside)) if beside.exists() else Lock()


def save_lock(path: Path, lock: Lock) -> None:
    """Write the lock beside a stack file, unless it is there already."""
    text, beside = lock_text(lock), lock_path(path)
    if not beside.exists() or beside.read_text("utf-8") != text:
        write_file(beside, text)
        tell(f"wrote {beside}")


def demand_names(stack: Stack, lock: Lock, names: Collection[str]) -> frozenset[str]:
    """Return the packages that are to move.

    Raises:
        UsageError: One of them is neither in the stack nor in its lock.
    """
    for name in names:
        if name not in stack.packages and name not in lock.packages:
            raise UsageError(
                f"{name} is not in the stack {stack.name}",
                f"it has {listed(sorted(stack.packages)) if stack.packages else 'nothing'}",
            )
    return frozenset(names)


def sync_request(
    syncing: Syncing, registry: str | None, values: dict[str, Json], *, frozen: bool
) -> tuple[Request, Lock]:
    """Return the request that brings an account to what a stack says, and the lock it makes.

    Args:
        syncing: The stack, what the account has, and what is locked.
        registry: What the command line says of the registry.
        values: What flags and a file give. They go before the stack, it before the environment,
            and that before what was given earlier.
        frozen: Whether the lock must stay as it is.

    Raises:
        AnswerIsNoError: It would not.
        OtherSideError: A locked version has other content now.
    """
    stack, remaining = syncing.stack, syncing.remaining
    asked = tuple(Asked(name, Range.parse(one.range)) for name, one in stack.packages.items())
    supply = supply_for(syncing.record, (), find_registry(registry))
    locked = {package.digest for package in syncing.lock.packages.values()}
    chosen = choose(remaining, asked, supply, preferred=syncing.preferred, locked=locked)
    syncing.verify(chosen)
    lock = syncing.locked(chosen)
    if frozen and lock != syncing.lock:
        changed = sorted(
            name
            for name in {*lock.packages, *syncing.lock.packages}
            if lock.packages.get(name) != syncing.lock.packages.get(name)
        )
        raise AnswerIsNoError(
            f"the lock does not fit the stack: {listed(changed)} would change",
            "run cpt sync without --locked, look at the lock file, and commit it",
        )
    names = [one.name for one in asked]
    of_stack = [each.package for each in chosen if each.package.name in names]
    kept = {
        f"{package.name}:{key}": value
        for package in of_stack
        for key, value in syncing.kept(package.name, package.manifest.parameters).items()
    }
    written = {
        f"{package.name}:{key}": value
        for package in of_stack
        for key, value in stack.packages[package.name].parameters.items()
    }
    sources = (kept, environment_values(chosen, names), written, values)
    return syncing.request(
        with_values(chosen, names, sources, _without_values(syncing.record))
    ), lock


def _without_values(record: Record) -> Record:
    """The record as if nothing had been given: the stack says everything anew."""
    packages = {n: p.model_copy(update={"parameters": {}}) for n, p in record.packages.items()}
    return record.model_copy(update={"packages": packages})
