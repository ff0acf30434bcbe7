"""How installed packages stand: to each other, and to what is published."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from cpt.cli.views.words import counted, rows
from cpt.installer.outdated import Outlook
from cpt.installer.record.needs import Branch, Link
from package_format.index import IndexLine
from package_format.kinds.model import Json


def show_outdated(console: Console, outlooks: Sequence[Outlook]) -> None:
    """Print the packages of which there is something newer."""
    stale = [outlook for outlook in outlooks if not outlook.is_current]
    if not stale:
        what = counted(len(outlooks), "package is", "packages are")
        console.print(f"{what} as new as can be." if outlooks else "Nothing is installed.")
        return
    table = rows("PACKAGE", "INSTALLED", "UPGRADE", "NEWEST", "ASKED FOR")
    for one in stale:
        table.add_row(
            Text(one.name, "bold"),
            Text(one.installed + (" (yanked)" if one.yanked else "")),
            Text("-" if one.upgrade == one.installed else one.upgrade, "green"),
            Text(one.newest or "not published"),
            Text(one.asked or "-"),
        )
    console.print(table)


def outdated_data(
    outlooks: Sequence[Outlook], refused: Sequence[tuple[IndexLine, str]]
) -> dict[str, Json]:
    """Return how every installed package stands, as JSON values.

    Args:
        outlooks: How they stand.
        refused: What would fit and is not moved to, and why.
    """
    return {
        "packages": [
            {
                "name": one.name,
                "installed": one.installed,
                "upgrade": one.upgrade,
                "newest": one.newest,
                "asked": one.asked,
                "yanked": one.yanked,
                "current": one.is_current,
            }
            for one in outlooks
        ],
        "refused": [
            {"name": line.name, "version": line.version, "why": why} for line, why in refused
        ],
    }


def show_trees(console: Console, trees: Sequence[Branch]) -> None:
    """Draw what needs what."""
    if not trees:
        console.print("Nothing is installed.")
    for branch in trees:
        drawn = Tree(_branch(branch, f"asked for: {branch.range}"))
        _grow(drawn, branch)
        console.print(drawn)


def _grow(tree: Tree, branch: Branch) -> None:
    for below in branch.branches:
        _grow(tree.add(_branch(below, below.range)), below)


def _branch(branch: Branch, range_: str) -> Text:
    again = "  (as above)" if branch.again else ""
    return Text.assemble((branch.name, "bold"), f" {branch.version}  {range_}", (again, "dim"))


def trees_data(trees: Sequence[Branch]) -> dict[str, Json]:
    """Return what needs what, as JSON values."""
    return {"packages": [_branch_data(branch) for branch in trees]}


def _branch_data(branch: Branch) -> dict[str, Json]:
    return {
        "name": branch.name,
        "version": branch.version,
        "range": branch.range,
        "again": branch.again,
        "needs": [_branch_data(below) for below in branch.branches],
    }


def show_chains(console: Console, chains: Sequence[Sequence[Link]]) -> None:
    """Print why a package is there, one chain a line."""
    for first, *rest in chains:
        told = f"you asked for {first.name} {first.range} (installed: {first.version})"
        for link in rest:
            told += f", which needs {link.name} {link.range} (installed: {link.version})"
        console.print(Text(told))


def chains_data(name: str, chains: Sequence[Sequence[Link]]) -> dict[str, Json]:
    """Return why a package is there, as JSON values."""
    return {
        "package": name,
        "chains": [
            [{"name": x.name, "version": x.version, "range": x.range} for x in chain]
            for chain in chains
        ],
    }
