"""``cpt registry sign``: the index as it is now, signed."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--key",
    "key",
    required=True,
    envvar="CPT_SIGNING_KEY",
    metavar="FILE",
    help="The online key, a private one: a file, or in the environment its content. "
    "[env: CPT_SIGNING_KEY]",
)
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=7,
    show_default=True,
    help="For how many days it is good.",
)
@format_option
def sign(folder: Path, key: str, days: int, format_: str) -> None:
    """Sign the index of the registry in DIR as it is now.

    What is published is seen by others when it is signed. What is signed is good for some days, so
    that nobody can keep back what is newer for longer: run this after publishing, and every day.
    """
    from datetime import UTC, datetime

    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.views.words import counted
    from cpt.registries.trust.keys import read_private_key
    from cpt.registries.trust.signing import Signer

    signer = Signer(folder, datetime.now(UTC))
    state = signer.sign(read_private_key(key), days=days)
    if format_ == "json":
        print_json(
            "registry-sign",
            {
                "registry": str(folder),
                "files": state.files,
                "bins_signed": state.bins,
                "version": state.version,
                "expires": state.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
    else:
        tell(
            f"signed {counted(state.files, 'file')} of {folder}: state {state.version}, "
            f"good until {state.expires:%Y-%m-%d %H:%M} UTC"
        )
