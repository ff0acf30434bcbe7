"""What the verbs of a server's registry share: where it is kept, and by what it is signed."""

from __future__ import annotations

from collections.abc import Callable
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

signing_key_option = click.option(
    "--signing-key",
    metavar="FILE",
    envvar="CPT_SIGNING_KEY",
    show_envvar=False,
    help="The online key that signs the index: a file, or in the environment its content. "
    "[env: CPT_SIGNING_KEY]",
)


def store_at(
    folder: Path, database: str | None, blobs: str | None
) -> AbstractContextManager[Store]:
    """Return a context in which a server's registry is open."""
    from contextlib import closing

    from registry_server.store import Place, Store

    return closing(Store.open(Place.of(folder.resolve(), database, blobs)))


def demand_store(folder: Path, database: str | None, otherwise: str) -> None:
    """Refuse a folder without a server's registry; `otherwise` is what a plain folder does."""
    from package_format.registry_folders import Holding, what_is_in
    from registry_server.errors import CannotServeError

    if not (database or what_is_in(folder) is Holding.SERVER):
        raise CannotServeError(
            f"there is no server's registry in {folder}", f"one that is a plain folder {otherwise}"
        )
