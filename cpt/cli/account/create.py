"""``cpt account create``: an embedded account, empty or with a life already."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("file", type=click.Path())
@click.option("--name", help="What its owner calls it; the file's name when left out.")
@click.option(
    "--database",
    metavar="URL",
    help="A PostgreSQL database to make it in, beside others; FILE is its name there.",
)
@click.option(
    "--from",
    "from_",
    type=click.Path(),
    metavar="FOLDER",
    help="A folder that describes a life: tags.yaml, campaigns/ and the like, and contacts.csv.",
)
@click.option(
    "--feature",
    "features",
    multiple=True,
    help="What it offers; everything when left out. Can be repeated.",
)
@click.option("--zone", default="UTC", show_default=True, help="The time zone of its contacts.")
@click.option("--address", default="", help="The owner's postal address, for its messages.")
@click.option("--starts", metavar="DATE", help="What its clock shows at first; now if left out.")
@format_option
def create(
    file: str,
    name: str | None,
    database: str | None,
    from_: str | None,
    features: tuple[str, ...],
    zone: str,
    address: str,
    starts: str | None,
    format_: str,
) -> None:
    """Make an embedded account in FILE.

    It is a sandbox: a whole account in one file, with a clock that stands still until
    'cpt account tick' moves it. With --database postgresql://HOST/DATABASE it is one of many in a
    PostgreSQL; its place is then postgresql://HOST/DATABASE#FILE, and passwords are taken from
    PGPASSWORD or ~/.pgpass.
    """
    import shlex
    from pathlib import Path

    from account_engine.stores.locations import in_database, without_secrets
    from cpt.accounts.making import make_account
    from cpt.accounts.seed import read_seed
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.progress import working
    from cpt.cli.setting import read_choices
    from cpt.cli.times import read_moment, read_zone
    from cpt.cli.views.account import account_data, show_account
    from cpt.errors import UsageError
    from package_format.manifest import FEATURES

    location = f"{database}#{file}" if database else file
    if database is not None and ("#" in database or not in_database(database)):
        raise UsageError(
            f"{without_secrets(database)} is no database",
            "give --database postgresql://USER@HOST/DATABASE; FILE is the account's name in it",
        )
    shown, handle = without_secrets(location), location.rpartition("#")[2]
    now = read_moment(starts, read_zone(zone))
    offered = read_choices("feature", features, FEATURES) or FEATURES
    with working("making the account"):
        made = make_account(
            location,
            read_seed(Path(from_)) if from_ else None,
            name=name or (handle if in_database(location) else Path(file).stem),
            now=now,
            features=offered,
            zone=zone,
            address=address,
        )
    with made as account:
        if format_ == "json":
            print_json("account", {"file": shown, **account_data(account)})
            return
        show_account(console(), account, shown)
        quoted = shlex.quote(shown)
        tell(f"use it with --account {quoted}, or: export CPT_ACCOUNT={quoted}")
