"""``cpt resume``: on with what was begun."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@account_option
@format_option
def resume(account: str | None, format_: str) -> None:
    """Go on with a plan that was begun and is not finished; you have agreed to it already.

    Only accounts that do one thing at a time can have one: whatever interrupts a plan there, this
    ends where the plan promised. All others apply a plan whole, or not at all.
    """
    from time import sleep

    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.places import find_account
    from cpt.cli.progress import working
    from cpt.installer.applying.stepwise import demand_stepwise
    from cpt.installer.applying.stepwise import resume as go_on

    with find_account(account) as found:
        one = demand_stepwise(found)
        with working("going on"):
            applied = go_on(one, sleep)
    if format_ == "json":
        print_json("resumed", {"revision": applied.revision})
    else:
        tell(f"done: revision {applied.revision}")
