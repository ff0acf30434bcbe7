"""``cpt account edit``: a resource changed as its owner would."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("resource", shell_complete=completion.resources)
@click.option(
    "--set", "set_", multiple=True, metavar="FIELD=VALUE", help="Set a field; repeatable."
)
@click.option(
    "--replace",
    nargs=2,
    multiple=True,
    metavar="OLD NEW",
    help="Replace words wherever they stand in the resource's texts; repeatable.",
)
@click.option("--from-file", type=click.Path(), help="Take the text from a file.")
@account_option
@format_option
def edit(
    resource: str,
    set_: tuple[str, ...],
    replace: tuple[tuple[str, str], ...],
    from_file: str | None,
    account: str | None,
    format_: str,
) -> None:
    """Change RESOURCE as its owner would: an address such as email/confirmed, or an id ('#12').

    Without --set, --replace and --from-file, the text is opened in $EDITOR.
    """
    from cpt.cli.drafts import Draft
    from cpt.cli.editing import edited, refuse_foreign_keys
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.people import address_of, find_resource
    from cpt.cli.places import find_account
    from cpt.cli.views.edit import edit_data, show_edit

    with find_account(account) as found:
        before = find_resource(found, resource)
        draft = Draft(resource)
        with draft.kept_if_refused():
            data = edited(before, set_, replace, from_file, draft)
            if data == before.data:
                tell("nothing was changed")
                return
            refuse_foreign_keys(found, before, data)
            after = found.edit_from(before, data)
        address = address_of(found, after)
        if format_ == "json":
            print_json("edit", edit_data(before, after, address))
        else:
            show_edit(console(), before, after, address)
