"""``cpt registry trust``: the root by which a registry is trusted."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option, yes_option


@click.command()
@click.argument("registry", metavar="REGISTRY")
@click.option(
    "--root",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The root, got from whoever runs the registry, instead of the one that it shows.",
)
@click.option(
    "--fingerprint",
    metavar="SHA256",
    help="Trust the root if this is its fingerprint, without asking.",
)
@yes_option
@format_option
def trust(
    registry: str, file: Path | None, fingerprint: str | None, yes: bool, format_: str
) -> int:
    """Trust the root by which REGISTRY, a folder or a URL, is signed.

    The root's fingerprint is shown; compare it with what whoever runs the registry says by another
    way than this one. From then on nothing is taken from the registry that its root does not vouch
    for, wherever it comes from.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import cache_folder, find_raw_registry, settings_folder, whereabouts
    from cpt.cli.reading import read_bytes
    from cpt.cli.views.roots import delegations_in_brief, root_data
    from cpt.cli.views.words import counted
    from cpt.registries.cache import Cache
    from cpt.registries.trust.checking import (
        demand_fingerprint,
        follows,
        newest_root,
        read_root,
    )
    from cpt.registries.trust.roots import TrustedRoots

    found = find_raw_registry(registry)
    shown = read_root(read_bytes(file), str(file)) if file else newest_root(found)
    roots, where = TrustedRoots(settings_folder() / "trust"), whereabouts(registry)
    before = roots.root_of(where)
    if format_ == "human":
        tell(
            f"root {shown.version} of {found.location}, good until {shown.expires}, "
            f"signed by {shown.threshold} of {counted(len(shown.keys), 'key')}"
        )
        if shown.delegations:
            tell(delegations_in_brief(shown.delegations))
        echo(shown.fingerprint)
        if before is not None and before != shown.data:
            tell(
                "you trust an older root of it already, from which this one follows: that will do"
                if follows(found, before, shown)
                else "you trust another root of it so far, from which this one does not follow: "
                "ask, by another way, why"
            )
    if fingerprint is not None:
        demand_fingerprint(shown, fingerprint)
    elif before != shown.data and not agreed(
        "Is this what whoever runs the registry says?", yes=yes, format_=format_
    ):
        tell("nothing was changed")
        return int(ExitCode.NO)
    roots.trust(where, shown.data)
    Cache(cache_folder()).forget_registry(where)
    if format_ == "json":
        print_json("registry-trust", {"registry": found.location, **root_data(shown)})
    elif before == shown.data:
        tell(f"you trust {found.location} by this root already")
    else:
        tell(f"{found.location} is trusted by this root from now on")
    return int(ExitCode.DONE)
