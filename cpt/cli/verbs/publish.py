"""``cpt publish``: checks, tests, builds, compares and uploads."""

from __future__ import annotations

import click

from cpt.cli.options import allow_secret_option, format_option, registry_option, with_option


@click.command()
@click.argument("source", default=".", metavar="[FOLDER|FILE]")
@click.option("--dry-run", is_flag=True, help="Do everything but upload.")
@click.option(
    "--against", metavar="VERSION", help="Compare with this version, folder or .cpt file instead."
)
@allow_secret_option
@with_option
@click.option(
    "--sign-with",
    "keys",
    multiple=True,
    envvar="CPT_AUTHOR_KEY",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Your private key, to sign it with: a file, or in the environment its content; "
    "repeatable. [env: CPT_AUTHOR_KEY]",
)
@click.option(
    "--oidc-token",
    envvar="CPT_OIDC_TOKEN",
    metavar="TOKEN",
    help="A token in which your CI says which workflow this is, to publish without one of your "
    "own; best in the environment. [env: CPT_OIDC_TOKEN]",
)
@registry_option
@format_option
def publish(
    source: str,
    dry_run: bool,
    against: str | None,
    allow_secret: tuple[str, ...],
    with_: tuple[str, ...],
    keys: tuple[str, ...],
    oidc_token: str | None,
    registry: str | None,
    format_: str,
) -> None:
    """Check, test, build and compare a package, and upload it.

    A version is published once and never changes; publishing the same content again is fine. A
    version whose bump is smaller than what 'cpt diff' demands is refused. Who signs it lets others
    see that it comes from them, whatever happens to the registry; 'cpt registry key' makes a key,
    and author-key in config.toml names it for good.

    In a CI whose workflow 'cpt workflow add' has let publish, no token is needed: where the CI
    vouches for its workflows it is asked to, if there is neither CPT_TOKEN nor a stored token.
    """
    from cpt.cli.marketplace import UploadToken
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import author_keys, find_registry, is_unmade
    from cpt.cli.publishing import publish_package
    from cpt.cli.views.words import counted

    token = UploadToken(registry, oidc_token)
    target = find_registry(registry, new=True, token=token)
    new = is_unmade(target)
    done = publish_package(
        source,
        target,
        with_,
        dry_run=dry_run,
        against=against,
        allowed=allow_secret,
        keys=author_keys(keys),
        obtain=token.obtain,
    )
    if done.already and not dry_run:
        token.demand_good(done.line.name)
    if new and not dry_run:
        tell(f"note: there was no registry in {target.location}, and a new one was made")
    line = done.line
    if format_ == "json":
        print_json(
            "publish",
            {
                "package": line.name,
                "version": line.version,
                "digest": line.digest,
                "registry": target.location,
                "already": done.already,
                "dry_run": dry_run,
            },
        )
        return
    for word in done.said:
        tell(word)
    what = f"{line.name} {line.version}"
    if done.already:
        tell(f"{what} was already published to {target.location}, with the same content")
    elif dry_run:
        tell(f"{what} could be published to {target.location} ({counted(line.size, 'byte')})")
    else:
        tell(f"{what} is published to {target.location} ({counted(line.size, 'byte')})")
    if done.claimed:
        publisher = line.name.partition("/")[0]
        tell(
            f"the name {publisher} is yours in this registry from now on: nobody else publishes "
            f"under it but whom you invite ('cpt owner invite {publisher} WHO')"
        )
    echo(line.digest)
