"""``cpt abort``: back from what was begun."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option, yes_option


@click.command()
@yes_option
@account_option
@format_option
def abort(yes: bool, account: str | None, format_: str) -> int:
    """Undo a plan that was begun and is not finished, unless it has begun to remove things.

    What somebody else has touched since stays as it is and is listed, and the exit code is 1. Only
    accounts that do one thing at a time can have such a plan.
    """
    from time import sleep

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import one_line, print_json
    from cpt.cli.places import find_account
    from cpt.cli.progress import working
    from cpt.cli.views.words import counted
    from cpt.installer.applying.stepwise import abort as undo
    from cpt.installer.applying.stepwise import demand_stepwise, pending

    with find_account(account) as found:
        one = demand_stepwise(found)
        begun = pending(one)
        title = "" if begun is None else one_line(begun.title)
        if not agreed(f"Undo what was done of “{title}”?", yes=yes, format_=format_):
            tell("nothing was changed")
            return int(ExitCode.NO)
        with working("undoing"):
            undone = undo(one, sleep)
    if format_ == "json":
        data = {"title": undone.title, "undone": undone.undone, "left": list(undone.left)}
        print_json("aborted", data)
    else:
        for left in undone.left:
            tell(f"  {one_line(left)}")
        tell(f"undone: {counted(undone.undone, 'operation')} of “{title}”")
    return int(ExitCode.NO if undone.left else ExitCode.DONE)
