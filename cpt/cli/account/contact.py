"""``cpt account contact``: contacts, and the story of one."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("who", required=False)
@click.option("--all", "all_", is_flag=True, help="List every contact, not only the first 20.")
@account_option
@format_option
def contact(who: str | None, all_: bool, account: str | None, format_: str) -> None:
    """List contacts, or tell what happened to WHO (an address or a number) and why."""
    from cpt.cli.output import console, print_json
    from cpt.cli.people import one_contact
    from cpt.cli.places import find_embedded
    from cpt.cli.views.account import contact_data, show_contacts, show_story, story_data

    with find_embedded(account) as found:
        if who is not None:
            person = one_contact(found, who)
            story = found.timeline(person.id)
            if format_ == "json":
                data = {**contact_data(found, person), "story": story_data(story)}
                print_json("contact", data)
            else:
                show_story(console(), found, person, story)
            return
        everybody = found.contacts()
        if format_ == "json":
            print_json("contacts", {"contacts": [contact_data(found, x) for x in everybody]})
        else:
            shown = everybody if all_ else everybody[:20]
            show_contacts(console(), found, shown, len(everybody))
