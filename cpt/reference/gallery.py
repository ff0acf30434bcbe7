"""The gallery: every example with its picture, and what changed from each version to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from cpt.cli.drawing import campaigns_of, names_of, names_of_both, page_of
from package_format.folder import load_package
from package_format.package import Package
from package_format.picture import draw_svg
from package_format.picture.comparison import compared_campaigns, layout_of

PICTURES = "pictures"
_ABOUT = """\
# Gallery

What `cpt show` draws of the packages in [`examples/`](../examples/), and what `cpt show --against`
draws of two versions of one. A circle is a goal, which listens; with dots around it, it ends
nothing. A box is a sequence with its steps, a diamond a decision with its ways, a bar a join.
Dashed arrows lead back. The pictures follow your system's light or dark colours.
"""


def gallery(examples: Path) -> Mapping[str, str]:
    """Return the gallery's page and its pictures, by their paths within ``docs``.

    Args:
        examples: The folder with the examples.
    """
    packages = _packages(examples)
    pages = {folder: package for folder, package in packages.items() if package.campaigns}
    names = dict.fromkeys(package.name for package in pages.values())
    drawn: dict[str, str] = {}
    sections: list[str] = []
    for name in names:
        versions = {f: one for f, one in pages.items() if one.name == name}
        pictures = dict(_pictures(versions, packages.values()))
        drawn |= pictures
        sections.append(_section(versions, list(pictures)))
    return {"gallery.md": "\n\n".join([_ABOUT.rstrip(), *sections]) + "\n", **drawn}


def _packages(examples: Path) -> dict[str, Package]:
    """Return every example by its folder; of several versions, the oldest first."""
    found: list[tuple[str, Package]] = []
    for file in examples.rglob("cpt.toml"):
        package = load_package(file.parent).package
        if package is not None:
            found.append((file.parent.relative_to(examples).as_posix(), package))
    return dict(sorted(found, key=lambda one: (one[1].name, one[1].manifest.version)))


def _pictures(
    versions: Mapping[str, Package], others: Iterable[Package]
) -> Iterator[tuple[str, str]]:
    around = {package.name: package for package in others}
    for folder, package in versions.items():
        names = names_of(package, around)
        yield _picture(folder), draw_svg(page_of(package, campaigns_of(package, None), names))
    for (older, old), (newer, new) in pairwise(versions.items()):
        names = names_of_both(old, new, around)
        for compared in compared_campaigns(old, new):
            if compared.marks:
                path = _picture(f"{older}-to-{newer.rpartition('/')[2]}-{compared.key}")
                yield path, draw_svg(layout_of(compared, names), marks=compared.marks)


def _picture(name: str) -> str:
    return f"{PICTURES}/{name.replace('/', '-')}.svg"


def _section(versions: Mapping[str, Package], pictures: list[str]) -> str:
    """The newest version's picture, then what changed, the newest change first."""
    folder, newest = list(versions.items())[-1]
    about = newest.manifest.package
    parts = [
        f"## {about.title}",
        f"{about.summary} [`examples/{folder}`](../examples/{folder}/)",
        _shown(f"The campaigns of {newest}", _picture(folder)),
    ]
    for (older, old), (newer, new) in reversed(list(pairwise(versions.items()))):
        begins = _picture(f"{older}-to-{newer.rpartition('/')[2]}-").removesuffix(".svg")
        found = [path for path in pictures if path.startswith(begins)]
        what = f"From {old.manifest.version} to {new.manifest.version}"
        parts.append(f"### {what}\n\n{_changes(new)}")
        parts += [_shown(f"{what}: {about.title}", path) for path in found]
    return "\n\n".join(parts)


def _changes(package: Package) -> str:
    """What the changelog says of a version."""
    text = package.documents["CHANGELOG.md"].decode()
    entry = text.partition(f"## {package.manifest.version}\n")[2]
    return entry.partition("\n## ")[0].strip()


def _shown(what: str, path: str) -> str:
    return f"![{what}]({path})"
