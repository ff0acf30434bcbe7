"""``cpt account campaign``: campaigns, and who stands where in one."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("which", required=False, metavar="[CAMPAIGN]")
@click.option("--picture", is_flag=True, help="Draw it, with how many contacts stand where.")
@account_option
@format_option
def campaign(which: str | None, picture: bool, account: str | None, format_: str) -> None:
    """List campaigns, or say where contacts stand in CAMPAIGN (a title, a key or an id)."""
    from cpt.cli.drawing import drawn_campaign
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.people import find_object
    from cpt.cli.places import find_account
    from cpt.cli.views.account import campaign_data, show_campaign, show_campaigns

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
