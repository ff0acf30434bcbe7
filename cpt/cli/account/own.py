"""``cpt account own``: what no upgrade shall ask about again."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option


@click.command()
@click.argument(
    "fields", nargs=-1, metavar="[ADDRESS[#FIELD]...]", shell_complete=completion.addresses
)
@click.option("--give-back", is_flag=True, help="Let upgrades change it, and ask, again.")
@account_option
@format_option
def own(fields: tuple[str, ...], give_back: bool, account: str | None, format_: str) -> None:
    """Keep fields of what packages brought for yourself, for good; list them if none is named.

    FIELD is a field's path: email/confirmed#subject, campaign/follow-up#sequences.remind, or the
    short campaign/follow-up.remind.nudge. Without one the whole resource is kept. Whatever later
    versions bring, upgrades keep what you have there without asking.
    """
    from uuid import uuid4

    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.owned import owned_data, said, show_owned
    from cpt.errors import UsageError
    from cpt.installer.choices import Selector
    from cpt.installer.owning import find_owned, giving_back, keeping, owned

    if give_back and not fields:
        raise UsageError("what is given back?", "cpt account own lists what is yours for good")
    with find_account(account) as found:
        given = find_owned(found, [Selector.parse(text) for text in fields])
        change = (giving_back if give_back else keeping)(found, given, uuid4().hex)
        revision = None if change is None else found.apply(change).revision
        if format_ == "json":
            print_json("owned", {**owned_data(owned(found)), "revision": revision})
        elif not fields:
            show_owned(console(), owned(found))
        else:
            for one in given:
                tell(said(one, "not yours for good any more" if give_back else "yours for good"))
            tell("nothing was changed" if revision is None else f"done: revision {revision}")
