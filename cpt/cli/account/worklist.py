"""``cpt account worklist``: what is done by people."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option

_KINDS = ("letter", "fax", "call", "task", "fulfilment")


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(_KINDS), metavar="[KIND]...")
@click.option("--out", metavar="FILE", help="Write them here: FILE.csv or FILE.json.")
@click.option("--hand-out", is_flag=True, help="They are being done now: do not list them again.")
@account_option
@format_option
def worklist(
    kinds: tuple[str, ...], out: str | None, hand_out: bool, account: str | None, format_: str
) -> None:
    """List the letters, faxes, calls, tasks and packages that were not handed out to anybody yet.

    KIND is letter, fax, call, task or fulfilment; all of them if none is named. With --hand-out
    they count as handed out as soon as the list is written. Each has a key that stays the same, for
    should that be interrupted, they are listed again.
    """
    import json
    from pathlib import Path

    from account_engine.delivery.tables import as_csv, row_of
    from account_engine.effects import EffectKind
    from cpt.cli.delivering import hand_out as remember
    from cpt.cli.delivering import work_of
    from cpt.cli.options import tell
    from cpt.cli.output import FORMAT, console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.streams import flush
    from cpt.cli.views.delivery import show_worklist
    from cpt.cli.views.words import counted
    from cpt.cli.writing import write_file
    from cpt.errors import UsageError

    if out is not None and Path(out).suffix not in (".csv", ".json"):
        raise UsageError(f"{out} is neither a .csv nor a .json file")
    with find_account(account) as found:
        work = work_of(found, map(EffectKind, kinds or _KINDS))
        data = {"work": [row_of(one) for one in work]}
        if out is not None:
            document = {"format": FORMAT, "type": "worklist", **data}
            text = as_csv(work) if out.endswith(".csv") else json.dumps(document, indent=2)
            write_file(Path(out), text)
        elif format_ == "json":
            print_json("worklist", data)
        else:
            show_worklist(console(), work, found.info.zone)
        flush()
        if hand_out:
            tell(f"{counted(remember(found, work), 'thing')} handed out")
        elif out is not None:
            tell(f"{counted(len(work), 'thing')} in {out}; --hand-out takes them off the list")
