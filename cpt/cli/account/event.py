"""``cpt account event``: something happens to contacts."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("who")
@click.argument("what", metavar="WHAT", shell_complete=completion.happenings)
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option(
    "--set",
    "set_",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A value that the contact brings along, as when a form is filled in.",
)
@click.option("--first", type=click.IntRange(min=1), metavar="N", help="Only the first N of them.")
@account_option
@format_option
def event(
    who: str,
    what: str,
    names: tuple[str, ...],
    set_: tuple[str, ...],
    first: int | None,
    account: str | None,
    format_: str,
) -> None:
    """Let something happen to contacts.

    \b
    WHO   an address, @FILE (addresses, or CSV with a column email and other
          fields), - for standard input, tagged:NAME, everyone
    WHAT  submit FORM | tag TAG | untag TAG | buy PRODUCT
          call INTEGRATION CALL | set FIELD VALUE | assign USER
          opt-out CHANNEL | opt-in CHANNEL
          or any trigger's word, with what it is about as NAME=VALUE:
          task-completed task=Call outcome=yes

    Somebody unknown who submits a form becomes a contact.
    """  # noqa: D301  click reads \b
    from cpt.cli.events import happen, read_happening
    from cpt.cli.options import tell
    from cpt.cli.output import echo_sentence, print_json
    from cpt.cli.people import people
    from cpt.cli.places import find_account
    from cpt.cli.sent import LATER, Counting
    from cpt.cli.setting import read_pairs
    from cpt.cli.views.words import counted

    with find_account(account) as found:
        happening = read_happening(found, what, names)
        everybody = people(found, who)[:first]
        sent = Counting(found)
        did = happen(found, everybody, happening, read_pairs(set_))
        if not found.heard:
            tell(LATER)
        if format_ == "json":
            unchanged = did.unchanged if did.known else None
            counts = {"contacts": len(everybody), "new": did.new, "unchanged": unchanged}
            print_json("event", {"event": what, **counts, "sent": sent.count()})
            return
        of = counted(len(everybody), "contact")
        if everybody and did.unchanged == len(everybody):
            echo_sentence(f"{of}: {happening.so}. Nothing happened.")
            return
        newcomers = f", {did.new} of them new" if did.new else ""
        others = f" ({did.unchanged:,} {happening.so})" if did.unchanged else ""
        why = did.why_nothing(found) if everybody else ""
        echo_sentence(f"{of}{newcomers}: {happening.said}{others}. {sent.said(why)}")
