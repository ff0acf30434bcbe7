"""Packages and index lines: what a package is, needs and brings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpt.cli.output import one_line
from cpt.cli.views.words import called, counted, listed, rows
from package_format.index import IndexLine
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package

if TYPE_CHECKING:
    from cpt.registries.answers import About, Hits


def show_found(
    console: Console,
    lines: Sequence[IndexLine],
    words: Sequence[str],
    hint: str | None,
    deprecated: Collection[str] = (),
) -> None:
    """Print the packages that a search found, or what was probably meant."""
    if not lines:
        end = f"; {hint}" if hint else "."
        has = f"has {listed(words)} in its name or summary" if words else "is like that"
        console.print(Text(f"No package {has}{end}"))
        return
    show_lines(console, lines, deprecated)


def show_hits(console: Console, hits: Hits, words: Sequence[str]) -> None:
    """Print the packages that a registry's server found."""
    for meant in hits.instead:
        if not (meant.words or hits.items):
            continue  # that nothing has it is all there is to say
        these = f"these are about {listed(meant.words, 'or')}" if meant.words else "it was left out"
        console.print(Text(f"No package is about {meant.word}; {these}."))
    if not hits.items:
        console.print(Text(f"No package has {listed(words)}." if words else "There is no package."))
        return
    old = {hit.line.name for hit in hits.items if hit.deprecated}
    show_lines(console, [hit.line for hit in hits.items], old)
    if hits.total > len(hits.items):
        total = f"more than {hits.total:,}" if hits.more else f"{hits.total:,}"
        console.print(Text(f"These are the first {len(hits.items)} of {total}.", "dim"))


def show_lines(
    console: Console, lines: Sequence[IndexLine], deprecated: Collection[str] = ()
) -> None:
    """Print packages, a line each; those that should not be chosen any more are marked."""
    table = rows("PACKAGE", "NEWEST", "SUMMARY")
    for line in lines:
        summary = Text(line.summary)
        if line.name in deprecated:
            summary = Text.assemble(("deprecated", "red"), " · ", summary)
        table.add_row(Text(line.name, "bold"), line.version, summary)
    console.print(table)


def show_versions(console: Console, lines: Sequence[IndexLine]) -> None:
    """Print the versions of a package."""
    table = rows("VERSION", "PUBLISHED", "SIZE", "NEEDS", "STATUS", right=(2,))
    for line in lines:
        needs = ", ".join(f"{name} {text}" for name, text in line.dependencies.items())
        status = "" if line.status == "active" else line.status
        table.add_row(
            Text(line.version, "bold"),
            (line.published or "")[:10],
            f"{line.size:,}",
            Text(needs),
            Text(status, "red"),
        )
    console.print(table)


def line_data(line: IndexLine) -> dict[str, Json]:
    """Return an index line as JSON values."""
    return {
        "name": line.name,
        "version": line.version,
        "digest": line.digest,
        "size": line.size,
        "summary": line.summary,
        "dependencies": dict(line.dependencies),
        "features": list(line.features),
        "status": str(line.status),
        "published": line.published,
    }


def show_package(
    console: Console,
    package: Package,
    signed: str = "",
    notices: Sequence[str] = (),
    *,
    published: str | None = None,
    about: About | None = None,
) -> None:
    """Print what a package is, needs and brings.

    Args:
        console: Where to.
        package: The package.
        signed: Who signed it, in words.
        notices: What else to know, in words.
        published: When it was published, an ISO instant, if it was.
        about: What its registry's server tells of it besides.
    """
    table = package.manifest.package
    console.print(Text.assemble((table.title, "bold"), f"  {package}"))
    console.print(Text(table.summary))
    for said in notices:
        console.print(Text(one_line(said), "bold red"))
    facts = Table.grid(padding=(0, 2, 0, 0))
    if published is not None:
        facts.add_row("published", Text(published[:10]))
    if about is not None:
        facts.add_row("owners", Text(", ".join(about.owners)))
        facts.add_row("downloads", Text(f"{about.downloads:,}, of all versions"))
    facts.add_row("license", Text(table.license))
    if signed:
        facts.add_row("signature", Text(signed))
    if table.categories:
        facts.add_row("categories", Text(", ".join(map(str, table.categories))))
    features = package.manifest.account.features
    if features:
        facts.add_row("your account must offer", Text(", ".join(map(str, features))))
    for name, text in package.manifest.dependencies.items():
        facts.add_row("needs", Text(f"{name} {text}"))
    console.print(Padding(facts, (1, 0, 0, 0)))
    _show_parameters(console, package)
    show_resources(console, package)


def _show_parameters(console: Console, package: Package) -> None:
    if not package.manifest.parameters:
        return
    console.print(Text("\nYou are asked for", "bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for key, parameter in package.manifest.parameters.items():
        need = "required" if parameter.required else "optional"
        if parameter.default is not None:
            need = f"default: {parameter.default}"
        table.add_row(" ", Text(key, "bold"), Text(parameter.title or ""), Text(need, "dim"))
    console.print(table)


def show_resources(console: Console, package: Package) -> None:
    """Print what a package brings, kind by kind."""
    console.print(Text(f"\nIt brings {counted(len(package.resources), 'resource')}", "bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for kind in KINDS:
        of_kind = [r for r in package.resources.values() if r.kind == kind]
        if of_kind:
            labels = " · ".join(called(resource.label) for resource in of_kind)
            table.add_row(" ", Text(f"{len(of_kind)}"), Text(kind, "bold"), Text(labels))
    console.print(table)


def package_data(package: Package) -> dict[str, Json]:
    """Return a package as JSON values."""
    return {
        "name": package.name,
        "version": str(package.manifest.version),
        "manifest": package.manifest.canonical(),
        "resources": [
            {"address": str(r.address), "kind": r.kind, "label": r.label}
            for r in package.resources.values()
        ],
    }
