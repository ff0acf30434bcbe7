"""``cpt search``: packages by words."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command()
@click.argument("words", nargs=-1)
@registry_option
@format_option
def search(words: tuple[str, ...], registry: str | None, format_: str) -> int:
    """Find packages whose name or summary has all of WORDS; without words, list every package."""
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_registry
    from cpt.cli.views.packages import line_data, newest, show_found

    where = find_registry(registry)
    wanted = [word.casefold() for word in words]
    found = [
        line
        for name in where.names()
        if (line := newest(where.versions(name))) is not None
        and all(word in f"{line.name} {line.summary}".casefold() for word in wanted)
    ]
    found.sort(key=lambda line: (line.name not in words, line.name))
    if format_ == "json":
        print_json("search", {"packages": [line_data(line) for line in found]})
    else:
        show_found(console(), found, words)
    return int(ExitCode.DONE if found else ExitCode.NO)
