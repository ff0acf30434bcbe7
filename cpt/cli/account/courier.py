"""``cpt account courier``: what carries messages out of the account."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("which", required=False, type=click.Choice(["mail", "http"]), metavar="[mail|http]")
@click.option("--on/--off", "on", default=None, help="Switch it on, or off.")
@click.option(
    "--set", "set_", multiple=True, metavar="NAME=VALUE", help="One of its settings; repeatable."
)
@click.option(
    "--backlog",
    is_flag=True,
    help="With --on: carry also what was recorded before, not only what comes.",
)
@click.option("--key", is_flag=True, help="Print what posts without a secret are signed with.")
@account_option
@format_option
def courier(
    which: str | None,
    on: bool | None,
    set_: tuple[str, ...],
    backlog: bool,
    key: bool,
    account: str | None,
    format_: str,
) -> None:
    """Look at the couriers, or switch one on or off. Nothing leaves an account before that.

    \b
    mail  hands emails to a mail server. Settings: host, port (587), security
          (starttls, tls, none), user, bounces (where mail comes back to),
          connections (1: how many emails at once), and unsubscribe (the address
          of the page where contacts opt out).
          The password stands in CPT_SECRET_MAIL_PASSWORD.
    http  posts to endpoints. Setting: allow (private hosts that may be reached,
          with commas between).
    """  # noqa: D301  click reads \b
    from account_engine.outgoing.deliveries import Courier
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import new_settings, notes, witness
    from cpt.cli.options import tell
    from cpt.cli.output import console, echo, print_json
    from cpt.cli.places import DELIVERED_THERE, find_embedded
    from cpt.cli.setting import read_pairs
    from cpt.cli.views.delivery import couriers_data, show_couriers
    from cpt.errors import UsageError

    if which is None and (on is not None or set_ or backlog or key):
        raise UsageError("say which courier: mail or http")
    if on is False and (set_ or backlog):
        raise UsageError("--set and --backlog go with --on")
    with find_embedded(account, DELIVERED_THERE) as found, translated():
        if key:
            echo(found.signing_key)
            return
        if which is not None:
            row = found.couriers().get(Courier(which))
            if on is False:
                found.switch_off(Courier(which))
            elif on or set_:
                if not on and (row is None or not row.is_on):
                    raise UsageError(f"{which} is off", "give --on to switch it on")
                settings = new_settings(
                    Courier(which), row.settings if row else {}, read_pairs(set_)
                )
                found.switch_on(Courier(which), settings, witness(), backlog=backlog)
                if format_ == "human":
                    for note in notes(found, Courier(which), is_new=row is None or not row.is_on):
                        tell(note)
        if format_ == "json":
            print_json("couriers", couriers_data(found))
        else:
            show_couriers(console(), found)
