"""``cpt search``: packages by words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cpt.cli.options import format_option, registry_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cpt.registries.port import Registry
    from package_format.index import IndexLine

_MOST_SAID = 5
_PARTS = re.compile(r"\W+")


@click.command()
@click.argument("words", nargs=-1)
@registry_option
@format_option
def search(words: tuple[str, ...], registry: str | None, format_: str) -> int:
    """Find packages whose name or summary has all of WORDS; without words, list every package."""
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_registry
    from cpt.cli.views.packages import line_data, show_found

    newest = list(_newest(find_registry(registry)))
    wanted = [word.casefold() for word in words]
    found = [line for line in newest if all(word in _text(line) for word in wanted)]
    found.sort(key=lambda line: (line.name not in words, line.name))
    if format_ == "json":
        print_json("search", {"packages": [line_data(line) for line in found]})
    else:
        show_found(console(), found, words, None if found else _meant(wanted, newest))
    return int(ExitCode.DONE if found else ExitCode.NO)


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
