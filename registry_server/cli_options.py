"""What the verbs of a server's registry share: where it is kept, and how they speak.

Nothing but click is imported here before a verb is called: see `registry_server.cli`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from registry_server.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


def a_folder(*, exists: bool = False) -> click.Path:
    """Return the type of an argument that names a folder."""
    return click.Path(file_okay=False, exists=exists, path_type=Path)


def store_options(command: Command, *, exists: bool = False) -> Command:
    """Add what says where a server's registry is kept.

    Args:
        command: The command.
        exists: Whether the folder must be there, if anything is kept in it.
    """
    if exists:
        command = _of_what_exists(command)
    for name, metavar, help_ in (
        ("--blobs", "URL", "Keep archives there, such as s3://bucket, instead of in DIR."),
        ("--database", "URL", "Keep the rest there, such as postgresql://…, instead of in DIR."),
    ):
        variable = f"CPT_REGISTRY_{name.removeprefix('--').upper()}"
        command = click.option(
            name, metavar=metavar, envvar=variable, help=f"{help_} [env: {variable}]"
        )(command)
    return click.argument("folder", metavar="DIR", type=a_folder())(command)


def _of_what_exists(command: Command) -> Command:
    @wraps(command)
    def checked(*args: Any, **given: Any) -> Any:  # noqa: ANN401  handed on to the command
        folder: Path = given["folder"]
        if not (given["database"] and given["blobs"]) and not folder.exists():
            raise click.BadParameter(f"Directory '{folder}' does not exist.", param_hint="'DIR'")
        return command(*args, **given)

    return cast("Command", checked)


format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "json"]),
    default="human",
    envvar="CPT_FORMAT",
    help="For people, or versioned JSON for programs.",
)


@contextmanager
def counting(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many of several things were begun; nothing is left of it."""
    shown = sys.stderr.isatty()

    def begun(place: int, of: int) -> None:
        if shown:
            click.echo(f"\r\x1b[K{doing} … {place:,} of {of:,}", nl=False, err=True)

    try:
        yield begun
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def print_json(kind: str, data: dict[str, object]) -> None:
    """Print one JSON document, as `cpt.cli.output` does, which is not for the server to import."""
    import json

    click.echo(json.dumps({"format": 1, "type": kind, **data}, indent=2))


def counted(number: int, word: str) -> str:
    """Say how many there are of something."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def store_at(
    folder: Path, database: str | None, blobs: str | None
) -> AbstractContextManager[Store]:
    """Return a context in which a server's registry is open."""
    from contextlib import closing

    from registry_server.store import Place, Store

    return closing(Store.open(Place.of(folder.resolve(), database, blobs)))
