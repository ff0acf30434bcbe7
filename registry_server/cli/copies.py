"""``cpt registry import``, ``backup``, ``restore``: all of a registry, brought in, out and back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from registry_server.cli.options import (
    a_folder,
    demand_store,
    format_option,
    store_at,
    store_options,
)
from registry_server.cli.output import counted, counting, print_json


@click.command("import", short_help="Bring in what is in a registry that is a plain folder.")
@click.option("--owner", required=True, help="Who shall own what is brought in.")
@format_option
@store_options
@click.argument("tree", metavar="TREE", type=a_folder(exists=True))
def import_(
    folder: Path, database: str | None, blobs: str | None, tree: Path, owner: str, format_: str
) -> None:
    """Bring everything in TREE, a registry that is a plain folder, into the one in DIR."""
    from registry_server.api.desk import utc_now
    from registry_server.trees.folder_tree import FolderTree
    from registry_server.upkeep.operating import import_tree

    with store_at(folder, database, blobs) as store, counting("importing") as begun:
        done = import_tree(store, FolderTree(tree.resolve()), owner, utc_now(), begun)
    if format_ == "json":
        print_json("registry-import", {"packages": done.packages, "versions": done.versions})
        return
    new, packages = counted(done.versions, "new version"), counted(done.packages, "package")
    click.echo(f"{new} of {packages}", err=True)


@click.command(short_help="Back a server's registry up, while it is published to.")
@format_option
@partial(store_options, exists=True)
@click.argument("to", metavar="TO", type=a_folder())
def backup(folder: Path, database: str | None, blobs: str | None, to: Path, format_: str) -> None:
    """Back the registry in DIR up into the folder TO: everything, as it is at one moment.

    Again into the same folder, only what is new is copied. TO/tree is a registry by itself, which
    'cpt registry verify TO/tree' proves. Keep TO to yourself: it says who may publish.
    """
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.backup import back_up

    demand_store(folder, database, "is backed up by copying it: 'cpt registry mirror'")
    with store_at(folder, database, blobs) as store, counting("backing up") as begun:
        done = back_up(store, to.resolve(), utc_now(), begun)
    if format_ == "json":
        print_json(
            "registry-backup",
            {"folder": str(to), "versions": done.versions, "archives_copied": done.archives},
        )
        return
    archives = counted(done.archives, "archive")
    click.echo(
        f"{to} has {counted(done.versions, 'version')}; {archives} "
        f"{'was' if done.archives == 1 else 'were'} copied",
        err=True,
    )


@click.command(short_help="Bring a backup back where there is nothing yet.")
@format_option
@store_options
@click.argument("from_", metavar="FROM", type=a_folder(exists=True))
def restore(
    folder: Path, database: str | None, blobs: str | None, from_: Path, format_: str
) -> None:
    """Bring the backup in the folder FROM back into DIR, which has no registry yet.

    The database and the storage may be of another sort than those that were backed up. Every
    archive is proved by its digest on its way; 'cpt registry verify URL' proves all of what is
    served then.
    """
    from registry_server.upkeep.backup import restore as bring_back

    with store_at(folder, database, blobs) as store:
        done = bring_back(store, from_.resolve())
    if format_ == "json":
        print_json("registry-restore", {"folder": str(folder), "versions": done.versions})
        return
    one = done.versions == 1
    click.echo(
        f"{counted(done.versions, 'version')} {'is' if one else 'are'} back; "
        f"'cpt registry serve' serves {'it' if one else 'them'}",
        err=True,
    )
