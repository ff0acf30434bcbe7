"""``cpt registry sign-root``: a root that several people sign, each for themselves."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option, yes_option

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="A private key that signs it; repeatable.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder with the root before: what is different is shown, and this one is brought "
    "there once enough have signed it.",
)
@yes_option
@format_option
def sign_root(
    file: Path, keys: tuple[Path, ...], into: Path | None, yes: bool, format_: str
) -> int:
    """Sign the root in FILE, which 'cpt registry root --pending' made, and pass it on.

    Shows what the root says and asks before it is signed: compare the keys with those that their
    owners tell you. Without --key it is shown and not signed. Ends with 1 as long as too few have
    signed it.
    """
    from datetime import UTC, datetime

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.reading import read_bytes
    from cpt.cli.views.roots import passed_on, pending_data, show_pending
    from cpt.registries.trust.checking import read_root
    from cpt.registries.trust.cosigning import look_at, sign_too
    from cpt.registries.trust.keys import read_private_key
    from cpt.registries.trust.signing import Signer

    data = read_bytes(file)
    private = [read_private_key(path) for path in keys]
    signer = None if into is None else Signer(into, datetime.now(UTC))
    newest = signer.root() if signer else None
    before = None if newest is None else newest.to_bytes()
    pending = look_at(data, before)
    is_whole = not (pending.missing or pending.missing_before)
    if format_ != "json" and (private or signer is None or not is_whole):
        show_pending(pending, None if before is None else look_at(before))
        if before is None and pending.version > 1:
            tell("note: --into DIR, a folder with the root before, shows what is different")
    if private:
        if not agreed("Sign this root?", yes=yes, format_=format_):
            tell("nothing was changed")
            return int(ExitCode.NO)
        data = sign_too(data, private, before)
        file.write_bytes(data)
    pending = look_at(data, before)
    is_whole = not (pending.missing or pending.missing_before)
    taken = signer is not None and is_whole
    if signer is not None and taken:
        signer.take_root(data)
    if format_ == "json":
        print_json(
            "registry-sign-root", {"file": str(file), "taken": taken, **pending_data(pending)}
        )
    elif taken:
        tell(f"root {pending.version} is in {into}; its fingerprint, to tell people:")
        echo(read_root(data, str(file)).fingerprint)
    else:
        tell(passed_on(pending, file))
    return int(ExitCode.DONE if is_whole else ExitCode.NO)
