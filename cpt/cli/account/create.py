"""``cpt account create``: an embedded account, empty or with a life already."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("file", type=click.Path())
@click.option("--name", help="What its owner calls it; the file's name when left out.")
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
    from_: str | None,
    features: tuple[str, ...],
    zone: str,
    address: str,
    starts: str | None,
    format_: str,
) -> None:
    """Make an embedded account in FILE.

    It is a sandbox: a whole account in one file, with a clock that stands still until
    'cpt account tick' moves it.
    """
    import shlex
    from pathlib import Path

    from cpt.accounts.making import make_account
    from cpt.accounts.seed import read_seed
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.setting import read_choices
    from cpt.cli.times import read_moment, read_zone
    from cpt.cli.views.account import account_data, show_account
    from package_format.manifest import FEATURES

    path = Path(file)
    seed = read_seed(Path(from_)) if from_ else None
    with make_account(
        path,
        seed,
        name=name or path.stem,
        now=read_moment(starts, read_zone(zone)),
        features=read_choices("feature", features, FEATURES) or FEATURES,
        zone=zone,
        address=address,
    ) as account:
        if format_ == "json":
            print_json("account", {"file": str(path), **account_data(account)})
            return
        show_account(console(), account, str(path))
        quoted = shlex.quote(str(path))
        tell(f"use it with --account {quoted}, or: export CPT_ACCOUNT={quoted}")
