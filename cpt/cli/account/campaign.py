"""``cpt account campaign``: campaigns, who stands where in one, and what its owner does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option, yes_option

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount, OwnAccount


@click.command()
@click.argument("which", required=False, metavar="[CAMPAIGN]", shell_complete=completion.campaigns)
@click.option("--picture", is_flag=True, help="Draw it, with how many contacts stand where.")
@click.option(
    "--enrol",
    multiple=True,
    metavar="TAG",
    help="Put who has TAG already, and is not in CAMPAIGN, into it; repeatable.",
)
@click.option("--exit", "exit_", is_flag=True, help="Let all leave CAMPAIGN, which was taken out.")
@click.option("--publish/--unpublish", default=None, help="Let CAMPAIGN hear and run, or stop it.")
@yes_option
@account_option
@format_option
def campaign(
    which: str | None,
    picture: bool,
    enrol: tuple[str, ...],
    exit_: bool,
    publish: bool | None,
    yes: bool,
    account: str | None,
    format_: str,
) -> int:
    """List campaigns, or say where contacts stand in CAMPAIGN (a title, a key or an id).

    A campaign does not act on the past: with --enrol it begins for those who have a tag that leads
    into it as if that had just been put on. It says first how many they are.

    With --unpublish it stops: its contacts stay where they are, and nothing is heard meanwhile.
    --publish says who stands where, who is overdue, and what would be sent within the hour, and
    lets it go on.

    A campaign that was taken out, and that contacts finish, is listed until the last of them has
    left it; with --exit all of them leave it now.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.places import find_account
    from cpt.errors import UsageError

    asked = bool(enrol) + exit_ + (publish is not None)
    if asked > 1:
        raise UsageError("--enrol, --exit and --publish or --unpublish do not go together")
    if asked and which is None:
        raise UsageError("say which campaign", "'cpt account campaign' lists them")
    if asked and which is not None:
        with find_account(account) as own:
            if exit_:
                return int(_let_go(own, which, yes=yes, format_=format_))
            return int(_change(own, which, enrol, publish=bool(publish), yes=yes, format_=format_))
    with find_account(account) as found:
        if which is None:
            _list(found, format_)
        else:
            _show(found, which, picture=picture, format_=format_)
    return int(ExitCode.DONE)


def _let_go(account: OwnAccount, which: str, *, yes: bool, format_: str) -> int:
    """Let all who finish a campaign that was taken out leave it."""
    from cpt.cli.taken_out import Gone, find_campaign, let_go
    from cpt.errors import UsageError

    one = find_campaign(account, which)
    if isinstance(one, Gone):
        return int(let_go(account, one, yes=yes, format_=format_))
    raise UsageError(
        f"{which} was not taken out, and contacts go on in it",
        "when an upgrade changes it, --contacts CAMPAIGN=exit lets all of them leave",
    )


def _change(
    account: OwnAccount,
    which: str,
    enrol: tuple[str, ...],
    *,
    publish: bool,
    yes: bool,
    format_: str,
) -> int:
    """Enrol contacts, or publish a campaign or stop it."""
    from cpt.cli.campaigns import enrol_tagged, set_published
    from cpt.cli.taken_out import Gone, find_campaign, publish_gone, refuse_entering

    one = find_campaign(account, which)
    if isinstance(one, Gone):
        if enrol:
            refuse_entering(one)
        return int(publish_gone(account, one, publish=publish, yes=yes, format_=format_))
    if enrol:
        return int(enrol_tagged(account, one, enrol, yes=yes, format_=format_))
    return int(set_published(account, one, publish=publish, yes=yes, format_=format_))


def _list(account: AnyAccount, format_: str) -> None:
    from cpt.cli.output import console, print_json
    from cpt.cli.taken_out import gone_campaigns
    from cpt.cli.views.account import campaign_data, gone_data, show_campaigns

    gone = gone_campaigns(account)
    if format_ == "json":
        every = [campaign_data(account, one) for one in account.objects_of("campaign")]
        print_json("campaigns", {"campaigns": [*every, *map(gone_data, gone)]})
    else:
        show_campaigns(console(), account, gone)


def _show(account: AnyAccount, which: str, *, picture: bool, format_: str) -> None:
    from cpt.cli.drawing import drawn_campaign
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.taken_out import Gone, find_campaign
    from cpt.cli.views.account import campaign_data, gone_data, show_campaign, show_gone

    one = find_campaign(account, which)
    if format_ == "json":
        data = gone_data(one) if isinstance(one, Gone) else campaign_data(account, one)
        print_json("campaign", data)
    elif isinstance(one, Gone):
        show_gone(console(), account, one)
    elif picture:
        draw(drawn_campaign(console(), account, one))
    else:
        show_campaign(console(), account, one)
