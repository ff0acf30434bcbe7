"""``cpt account contact``: contacts, the story of one, and how they become one or go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import account_option, format_option, yes_option

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount


@click.command()
@click.argument("who", required=False)
@click.option("--all", "all_", is_flag=True, help="List every contact, not only the first 20.")
@click.option("--merge", metavar="OTHER", help="Let OTHER, who is the same person, become WHO.")
@click.option("--delete", is_flag=True, help="Forget WHO for good, with all that was told of them.")
@yes_option
@account_option
@format_option
def contact(
    who: str | None,
    all_: bool,
    merge: str | None,
    delete: bool,
    yes: bool,
    account: str | None,
    format_: str,
) -> int:
    """List contacts, or tell what happened to WHO (an address or a number) and why.

    With --merge, WHO keeps what is known of them, and OTHER fills the gaps; whatever either of them
    refused is refused. With --delete, nothing of WHO stays, and what they were yet to get does not
    go.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.people import one_contact
    from cpt.cli.places import find_account
    from cpt.cli.views.account import (
        contact_data,
        contacts_data,
        show_contacts,
        show_story,
        story_data,
    )
    from cpt.errors import UsageError

    if who is None and (merge is not None or delete):
        raise UsageError("say who: an address or a number", "'cpt account contact' lists them")
    if merge is not None and delete:
        raise UsageError("--merge and --delete do not go together")
    with find_account(account) as found:
        if who is None:
            shown = found.contacts(limit=None if all_ or format_ == "json" else 20)
            if format_ == "json":
                print_json("contacts", {"contacts": contacts_data(found, shown)})
            else:
                show_contacts(console(), found, shown, found.count_contacts())
        elif merge is not None:
            return _merge(found, who, merge, yes=yes, format_=format_)
        elif delete:
            return _delete(found, who, yes=yes, format_=format_)
        else:
            person = one_contact(found, who)
            story = found.timeline(person.id)
            if format_ == "json":
                data = {**contact_data(found, person), "story": story_data(story)}
                print_json("contact", data)
            else:
                show_story(console(), found, person, story)
    return int(ExitCode.DONE)


def _merge(account: AnyAccount, who: str, other: str, *, yes: bool, format_: str) -> int:
    from cpt.accounts.embedded import translated
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import print_json
    from cpt.cli.people import one_contact
    from cpt.cli.views.account import contact_data, named

    stays, goes = one_contact(account, who), one_contact(account, other)
    with translated():
        if stays.id != goes.id:
            tell(f"{named(goes)} becomes {named(stays)}; that cannot be undone.")
            if not agreed("Merge them?", yes=yes, format_=format_):
                tell("nothing was changed")
                return int(ExitCode.NO)
        merged = account.merge(stays.id, _number(other, goes.id))
    if format_ == "json":
        print_json("merged", contact_data(account, merged))
    else:
        tell(f"{named(merged)} is both of them now; 'cpt account contact {merged.id}' tells more")
    return int(ExitCode.DONE)


def _delete(account: AnyAccount, who: str, *, yes: bool, format_: str) -> int:
    from cpt.accounts.embedded import translated
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import print_json
    from cpt.cli.people import one_contact
    from cpt.cli.views.account import named

    person = one_contact(account, who)
    number = _number(who, person.id)
    if number == person.id:
        tell(f"All that is known of {named(person)} goes for good, with their story and messages.")
        if not agreed("Delete them?", yes=yes, format_=format_):
            tell("nothing was changed")
            return int(ExitCode.NO)
    with translated():
        account.delete_contact(number)
    if format_ == "json":
        print_json("deleted", {"id": number})
    else:
        tell(f"contact {number} was deleted")
    return int(ExitCode.DONE)


def _number(who: str, otherwise: int) -> int:
    """Return the number that somebody wrote, which may lead to another contact by now."""
    text = who.removeprefix("#")
    return int(text) if text.isdecimal() else otherwise
