"""The command line's page: every verb, its options, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import click

from cpt.cli.app import cpt
from cpt.cli.exit_codes import ExitCode
from cpt.reference.models import meanings


def commands_page() -> str:
    """Return the page of the command line."""
    context = click.Context(cpt, info_name="cpt")
    verbs = "\n\n".join(_told(command, path) for path, command in commands(cpt, context))
    said = meanings(ExitCode)
    codes = "\n".join(f"| {int(code)} | {said[code.name]} |" for code in ExitCode)
    return f"# Commands\n\n{verbs}\n\n## Exit codes\n\n| code | meaning |\n|---|---|\n{codes}\n"


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Yield every verb with its path, such as ``cpt account create``."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield inner.command_path, command
        if isinstance(command, click.Group):
            yield from commands(command, inner)


def _told(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join((path, *command.collect_usage_pieces(context)))
    about = cleandoc((command.help or "").replace("\b\n", ""))
    options = [
        f"| `{', '.join((*option.opts, *option.secondary_opts))}` | {_cell(option.help or '')} |"
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and option.name != "help"
    ]
    table = "\n".join(["| option | |", "|---|---|", *options]) if options else ""
    return "\n\n".join(part for part in (f"## {path}", f"    {usage}", about, table) if part)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
