"""``cpt token list``: one's tokens."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command("list")
@registry_option
@format_option
def list_(registry: str | None, format_: str) -> None:
    """List your tokens, without what is shown of them once.

    MADE WITH is the ID of the token that made one; whoever revokes that ends this one, too.
    """
    from rich.text import Text

    from cpt.cli.marketplace import find_api
    from cpt.cli.output import console, print_json
    from cpt.cli.views.words import rows

    tokens = find_api(registry).tokens()
    if format_ == "json":
        shown = [token.model_dump(mode="json", exclude={"secret"}) for token in tokens]
        print_json("tokens", {"tokens": shown})
        return
    table = rows("ID", "NAME", "GOOD FOR", "PACKAGE", "UNTIL", "MADE WITH", right=(0, 5))
    for token in tokens:
        table.add_row(
            str(token.id),
            Text(token.name, "bold"),
            ", ".join(token.scopes),
            token.package or "all",
            token.expires[:10],
            str(token.made_with or ""),
        )
    console().print(table)
