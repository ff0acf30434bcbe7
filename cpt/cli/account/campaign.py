"""``cpt account campaign``: campaigns, who stands where in one, and who is put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import account_option, format_option, yes_option

if TYPE_CHECKING:
    from account_engine.objects import StoredObject
    from cpt.accounts.embedded import EmbeddedAccount


@click.command()
@click.argument("which", required=False, metavar="[CAMPAIGN]")
@click.option("--picture", is_flag=True, help="Draw it, with how many contacts stand where.")
@click.option(
    "--enrol",
    multiple=True,
    metavar="TAG",
    help="Put who has TAG already, and is not in CAMPAIGN, into it; repeatable.",
)
@yes_option
@account_option
@format_option
def campaign(
    which: str | None,
    picture: bool,
    enrol: tuple[str, ...],
    yes: bool,
    account: str | None,
    format_: str,
) -> int:
    """List campaigns, or say where contacts stand in CAMPAIGN (a title, a key or an id).

    A campaign does not act on the past: with --enrol it begins for those who have a tag that leads
    into it as if that had just been put on. It says first how many they are.
    """
    from cpt.cli.drawing import drawn_campaign
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, draw, print_json
    from cpt.cli.people import find_object
    from cpt.cli.places import find_embedded
    from cpt.cli.views.account import campaign_data, show_campaign, show_campaigns
    from cpt.errors import UsageError

    if which is None and enrol:
        raise UsageError("say which campaign", "'cpt account campaign' lists them")
    with find_embedded(account) as found:
        if which is not None:
            one = find_object(found, "campaign", which)
            if enrol:
                return _enrol(found, one, enrol, yes=yes, format_=format_)
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


def _enrol(
    account: EmbeddedAccount, one: StoredObject, names: tuple[str, ...], *, yes: bool, format_: str
) -> int:
    from cpt.accounts.embedded import translated
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import print_json
    from cpt.cli.people import find_object
    from cpt.cli.progress import working
    from cpt.cli.sent import Counting
    from cpt.cli.views.words import called, counted, listed

    tags = [find_object(account, "tag", name) for name in dict.fromkeys(names)]
    numbers = [tag.id for tag in tags]
    with translated():
        account.verify_enrolment(one.id, numbers)
    contacts = account.count_enrollable(numbers, one.id)
    title = f"“{called(one.label)}”"
    if contacts:
        have = counted(contacts, "contact has", "contacts have")
        labels = listed([f"“{called(tag.label)}”" for tag in tags], "or")
        tell(f"{have} the tag {labels}, and {'is' if contacts == 1 else 'are'} not in {title}.")
        if not agreed("Enrol them in it?", yes=yes, format_=format_):
            tell("nothing was changed")
            return int(ExitCode.NO)
    sent = Counting(account)
    with working("enrolling"), translated():
        enrolled = account.enrol_tagged(one.id, numbers) if contacts else 0
        account.catch_up()
    if format_ == "json":
        print_json(
            "enrolled", {"campaign": one.reference, "contacts": enrolled, "sent": sent.count()}
        )
    elif not contacts:
        tell(f"there is nobody to enrol who is not in {title} already; nothing was changed")
    else:
        tell(f"{counted(enrolled, 'contact')} enrolled in {title}. {sent.said()}")
    return int(ExitCode.DONE)
