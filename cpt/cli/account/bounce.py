"""``cpt account bounce``: mail that came back."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("what", metavar="FILE|-|NUMBER")
@click.option("--why", default="", help="With NUMBER: what the mail server said.")
@account_option
@format_option
def bounce(what: str, why: str, account: str | None, format_: str) -> int:
    """Hear that an email came back: from a mail server's report in FILE (or '-'), or by its NUMBER.

    It is an event of the contact (email-bounced). A mail program can hand each report to this
    command. A report of a delay, or of mail that this account never sent, changes nothing and ends
    with 1.
    """
    import sys
    from pathlib import Path

    from account_engine.delivery.bounces import read_bounce
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import present
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.places import DELIVERED_THERE, find_embedded
    from cpt.errors import BadInputError

    with find_embedded(account, DELIVERED_THERE) as found, translated():
        if what.isdecimal():
            number: int | None = int(what)
            said = why or "it came back"
        else:
            try:
                data = sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()
            except OSError as error:
                raise BadInputError(f"{what} cannot be read: {error.strerror}") from error
            report = read_bounce(data)
            is_ours = report is not None and report.account == found.info.id
            number = found.message_number(report.identity) if report and is_ours else None
            said = report.said if report else ""
        now = present(found)
        fresh = number is not None and found.bounced(number, said, now)
    if format_ == "json":
        print_json("bounce", {"message": number, "new": fresh})
    elif number is None:
        tell("this reports no email of this account that came back for good")
    else:
        tell(f"email {number} came back" if fresh else f"it was known of email {number} already")
    return int(ExitCode.NO if number is None else ExitCode.DONE)
