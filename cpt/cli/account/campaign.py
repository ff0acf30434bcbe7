"""``cpt account campaign``: campaigns, who stands where in one, and what its owner does with it."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option, yes_option


@click.command()
@click.argument("which", required=False, metavar="[CAMPAIGN]", shell_complete=completion.campaigns)
@click.option("--picture", is_flag=True, help="Draw it, with how many contacts stand where.")
@click.option(
    "--enrol",
    multiple=True,
    metavar="TAG",
    help="Put who has TAG already, and is not in CAMPAIGN, into it; repeatable.",
)
@click.option("--publish/--unpublish", default=None, help="Let CAMPAIGN hear and run, or stop it.")
@yes_option
@account_option
@format_option
def campaign(
    which: str | None,
    picture: bool,
    enrol: tuple[str, ...],
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
    """
    from cpt.cli.campaigns import enrol_tagged, publish_campaign, stop_campaign
    from cpt.cli.drawing import drawn_campaign
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.people import find_object
    from cpt.cli.places import find_account
    from cpt.cli.views.account import campaign_data, show_campaign, show_campaigns
    from cpt.errors import UsageError

    if enrol and publish is not None:
        raise UsageError("--enrol does not go together with --publish or --unpublish")
    if enrol or publish is not None:
        if which is None:
            raise UsageError("say which campaign", "'cpt account campaign' lists them")
        with find_account(account) as own:
            chosen = find_object(own, "campaign", which)
            if enrol:
                return int(enrol_tagged(own, chosen, enrol, yes=yes, format_=format_))
            change = publish_campaign if publish else stop_campaign
            return int(change(own, chosen, yes=yes, format_=format_))
    with find_account(account) as found:
        if which is not None:
            one = find_object(found, "campaign", which)
            if format_ == "json":
                print_json("campaign", campaign_data(found, one))
            elif picture:
                draw(drawn_campaign(console(), found, one))
            else:
                show_campaign(console(), found, one)
        elif format_ == "json":
            every = found.objects_of("campaign")
            print_json("campaigns", {"campaigns": [campaign_data(found, one) for one in every]})
        else:
            show_campaigns(console(), found)
    return int(ExitCode.DONE)
