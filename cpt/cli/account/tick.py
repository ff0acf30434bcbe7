"""``cpt account tick``: time passes in a sandbox account."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("duration", nargs=-1, metavar="[DURATION]")
@click.option("--to", metavar="DATE", help="Until this moment instead.")
@account_option
@format_option
def tick(duration: tuple[str, ...], to: str | None, account: str | None, format_: str) -> None:
    """Let time pass: DURATION such as '8 days', or until --to 2026-03-10T09:00.

    Every timer that comes due on the way has its turn, at its own moment.
    """
    from account_engine.language.timers import NEVER
    from cpt.accounts.embedded import translated
    from cpt.cli.output import echo_sentence, print_json
    from cpt.cli.places import LIVES_THERE, find_embedded
    from cpt.cli.progress import working
    from cpt.cli.sent import Counting
    from cpt.cli.times import later, read_moment
    from cpt.cli.views.words import counted, iso, moment
    from cpt.errors import RefusedError, UsageError

    if bool(duration) == (to is not None):
        raise UsageError(
            "say how far: either a duration or a moment",
            "cpt account tick 8 days, or: cpt account tick --to 2026-03-10",
        )
    with find_embedded(account, LIVES_THERE) as found:
        info = found.info
        if to is not None:
            target = read_moment(to, info.zone)
        else:
            target = later(info.now, " ".join(duration), info.zone)
        if target < info.now:
            raise RefusedError(
                f"it is {moment(info.now, info.zone)} in this account already, and its clock never "
                f"goes back to {moment(target, info.zone)}",
                "name a later moment",
            )
        sent = Counting(found)
        with working("letting time pass"), translated():
            ticked = found.tick(target)
        following = found.next_timer(NEVER - 1)
        if format_ == "json":
            data = {"from": iso(info.now), "to": iso(ticked.now), "turns": ticked.turns}
            next_ = None if following is None else iso(following)
            print_json("tick", {**data, "sent": sent.count(), "next": next_})
            return
        due = "No timer is running."
        if following is not None:
            due = f"The next timer is due {moment(following, info.zone)}."
        echo_sentence(
            f"It is {moment(ticked.now, info.zone)}; {counted(ticked.turns, 'timer')} came due. "
            f"{sent.said()} {due}"
        )
