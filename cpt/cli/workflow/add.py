"""``cpt workflow add``: lets a workflow publish a package."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command()
@click.argument("package")
@click.option("--github", metavar="OWNER/REPO", help="A repository at GitHub whose workflow it is.")
@click.option("--gitlab", metavar="GROUP/PROJECT", help="A project at GitLab whose pipeline it is.")
@click.option(
    "--workflow",
    metavar="FILE",
    help="The workflow's file, such as release.yml; with --github or --gitlab.",
)
@click.option("--environment", metavar="NAME", help="The CI's environment that it must run in.")
@click.option("--issuer", metavar="URL", help="Who vouches for it, where it is another CI.")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="NAME=VALUE",
    help="What its tokens must say besides; an asterisk may end the value; repeatable.",
)
@click.option("--audience", metavar="TEXT", help="Whom its tokens are for, if not the registry.")
@registry_option
@format_option
def add(
    package: str,
    github: str | None,
    gitlab: str | None,
    workflow: str | None,
    environment: str | None,
    issuer: str | None,
    claims: tuple[str, ...],
    audience: str | None,
    registry: str | None,
    format_: str,
) -> None:
    """Let a workflow of a CI publish PACKAGE, in your name, without a token of yours.

    Whoever can change that workflow can publish: name the file and an environment that takes an
    approval. PACKAGE need not be published yet, but its publisher must be yours.
    """
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.workflows import demanded

    wanted = demanded(github, gitlab, workflow, environment, issuer, claims)
    made = find_api(registry).let_workflow(
        demand_name(package), wanted.issuer, wanted.claims, audience
    )
    if format_ == "json":
        print_json("workflow", made.model_dump(mode="json"))
        return
    tell(f"workflow {made.id} may publish {made.package}, if {made.issuer} says of it:")
    for name, value in sorted(made.claims.items()):
        tell(f"  {name} = {value}")
