"""``cpt search``: packages by words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cpt.cli.options import format_option, registry_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cpt.registries.api import RegistryApi
    from cpt.registries.port import Registry
    from package_format.index import IndexLine

_MOST_SAID = 5
_MOST_SHOWN = 50
_LONGEST = 200
_PARTS = re.compile(r"\W+")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--category", help="Packages of this category only.")
@click.option("--feature", help="Packages only that use this feature of the account.")
@click.option("--publisher", help="Packages of this publisher only.")
@registry_option
@format_option
def search(
    words: tuple[str, ...],
    category: str | None,
    feature: str | None,
    publisher: str | None,
    registry: str | None,
    format_: str,
) -> int:
    """Find packages by WORDS; without words, list every package.

    A registry's server looks at what packages are called, are about, bring and mention, puts the
    best first and forgives slips. In a registry that is no more than files, a package is found if
    its name or summary has all of WORDS.
    """
    from cpt.cli.marketplace import find_search

    _demand_known(category, feature)
    narrowed = {"category": category, "feature": feature, "publisher": publisher}
    api = find_search(registry)
    if api is not None:
        return _asked(api, words, narrowed, format_)
    return _looked_through(words, narrowed, registry, format_)


def _asked(
    api: RegistryApi, words: tuple[str, ...], narrowed: dict[str, str | None], format_: str
) -> int:
    """Ask a registry's server."""
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.views.packages import line_data, show_hits

    found = api.search(" ".join(words)[:_LONGEST], _MOST_SHOWN, **narrowed)
    lines = [hit.line for hit in found.items]
    if format_ == "json":
        data = {
            "packages": [
                {**line_data(hit.line), "deprecated": hit.deprecated} for hit in found.items
            ],
            "total": found.total,
            "more": found.more,
            "instead": {meant.word: list(meant.words) for meant in found.instead},
        }
        print_json("search", data)
    else:
        show_hits(console(), found, words)
    return int(ExitCode.DONE if lines else ExitCode.NO)


def _looked_through(
    words: tuple[str, ...], narrowed: dict[str, str | None], registry: str | None, format_: str
) -> int:
    """Look through a registry that is no more than files."""
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_registry
    from cpt.cli.views.packages import line_data, show_found
    from cpt.errors import UsageError
    from cpt.registries.proof import notices_of

    if narrowed["category"] is not None:
        raise UsageError(
            "--category asks what only a registry's server knows, and this one is a tree of files",
            "leave it out; --feature and --publisher are known here",
        )
    where = find_registry(registry)
    newest = list(_newest(where))
    deprecated = {name for name, it in notices_of(where).items() if it.deprecated is not None}
    wanted = [word.casefold() for word in words]
    found = [
        line
        for line in newest
        if all(word in _text(line) for word in wanted)
        and narrowed["feature"] in (None, *line.features)
        and narrowed["publisher"] in (None, line.name.partition("/")[0])
    ]
    found.sort(key=lambda line: (line.name not in words, line.name))
    if format_ == "json":
        told = [{**line_data(line), "deprecated": line.name in deprecated} for line in found]
        print_json("search", {"packages": told})
    else:
        show_found(console(), found, words, None if found else _meant(wanted, newest), deprecated)
    return int(ExitCode.DONE if found else ExitCode.NO)


def _demand_known(category: str | None, feature: str | None) -> None:
    """Do nothing if there is such a category, and such a feature.

    Raises:
        UsageError: There is none.
    """
    from cpt.errors import UsageError
    from package_format.manifest import CATEGORIES, FEATURES
    from package_format.spelling import did_you_mean

    kinds: Sequence[tuple[str, str | None, tuple[str, ...]]] = (
        ("category", category, CATEGORIES),
        ("feature", feature, FEATURES),
    )
    for kind, value, known in kinds:
        if value is not None and value not in known:
            hint = did_you_mean(value, known)
            all_ = f"there is {', '.join(known)}"
            raise UsageError(f"there is no {kind} {value!r}", *([hint] if hint else []), all_)


def _text(line: IndexLine) -> str:
    return f"{line.name} {line.summary}".casefold()


def _meant(wanted: list[str], lines: list[IndexLine]) -> str | None:
    """Ask for the first word that no package has whether a like one was meant."""
    from package_format.spelling import did_you_mean

    texts = [_text(line) for line in lines]
    for word in wanted:
        if not any(word in text for text in texts):
            words = {part for text in texts for part in (*text.split(), *_PARTS.split(text))}
            return did_you_mean(word, words)
    return None


def _newest(registry: Registry) -> Iterator[IndexLine]:
    """Yield the newest version of each package; say which could not be looked at, and go on."""
    from cpt.cli.options import tell
    from cpt.cli.views.words import counted
    from cpt.errors import DamagedRegistryError
    from package_format.index import newest_active

    passed_over = 0
    for name in registry.names():
        try:
            line = newest_active(registry.versions(name))
        except DamagedRegistryError as error:
            passed_over += 1
            if passed_over <= _MOST_SAID:
                tell(f"note: {name} is passed over: {error}")
            continue
        if line is not None:
            yield line
    if passed_over > _MOST_SAID:
        tell(f"note: and {counted(passed_over - _MOST_SAID, 'other')} likewise")
