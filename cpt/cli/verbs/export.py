"""``cpt export``: a package made of what somebody built in an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import account_option, format_option, registry_option, with_option

if TYPE_CHECKING:
    from pathlib import Path

    from cpt.cli.packages import Checked
    from cpt.exporting.export import Exported
    from package_format.kinds.model import Json

_SIGNS = {"not-taken": "!", "copied": "+", "look": "?"}


@click.command()
@click.argument("campaigns", nargs=-1, required=True, metavar="CAMPAIGN…")
@account_option
@click.option("--out", metavar="DIR", help="Where to; the package's name if left out.")
@click.option("--name", metavar="PUBLISHER/NAME", help="The package's name; made if left out.")
@with_option
@registry_option
@format_option
def export(
    campaigns: tuple[str, ...],
    account: str | None,
    out: str | None,
    name: str | None,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> int:
    """Make a package of CAMPAIGN… (titles, keys or ids) and all that they refer to.

    Senders, endpoints and people become parameters. What an installed package exports is taken from
    that package. The report says what could not be taken; the package is checked at once, against
    the registry or the folders and files given with --with. The account stays as it is.
    """
    from pathlib import Path

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, echo, print_json
    from cpt.cli.packages import check_folder, supply_of
    from cpt.cli.people import find_object
    from cpt.cli.places import find_account, find_registry_if_named
    from cpt.cli.progress import working
    from cpt.cli.views.diagnostics import show_diagnostics
    from cpt.exporting.export import export as exported
    from cpt.exporting.gathering import gather

    with find_account(account) as found:
        numbers = [find_object(found, "campaign", which).id for which in campaigns]
        with working("exporting"):
            result = exported(gather(found, numbers), name)
    target = Path(out or result.package.name.rpartition("/")[2])
    _write(result, target)
    checked = check_folder(target, supply_of(find_registry_if_named(registry), with_))
    if format_ == "json":
        print_json("export", _data(result, checked))
    else:
        _show(result, target)
        if checked.diagnostics.found:
            show_diagnostics(console(err=True), checked.diagnostics, target)
        echo(target)
    return int(ExitCode.DONE if checked.is_good else ExitCode.NO)


def _write(result: Exported, target: Path) -> None:
    """Write the folder.

    Raises:
        BadInputError: Something stands there, or it cannot be written.
    """
    from cpt.errors import BadInputError
    from package_format.errors import FolderNotEmptyError
    from package_format.folder import write_package

    try:
        write_package(result.package, target)
    except FolderNotEmptyError as error:
        raise BadInputError(str(error), "name another with --out") from error
    except OSError as error:
        raise BadInputError(f"{target} cannot be written: {error.strerror}") from error


def _data(result: Exported, checked: Checked) -> Json:
    from cpt.cli.views.diagnostics import diagnostics_data

    manifest = result.package.manifest
    return {
        "package": manifest.name,
        "version": manifest.package.version,
        "folder": str(checked.root),
        "resources": [str(address) for address in result.package.resources],
        "dependencies": dict(manifest.dependencies),
        "parameters": {key: result.values.get(key) for key in manifest.parameters},
        "remarks": [
            {"sort": remark.sort.value, "about": remark.about, "text": remark.text}
            for remark in result.remarks
        ],
        "good": checked.is_good,
        "diagnostics": diagnostics_data(checked.diagnostics),
    }


def _show(result: Exported, target: Path) -> None:
    from cpt.cli.options import tell
    from cpt.cli.output import console

    package = result.package
    resources = len(package.resources)
    tell(f"{package} is in {target}: {resources} resource{'' if resources == 1 else 's'}")
    for name, wanted in package.manifest.dependencies.items():
        tell(f"  needs {name} {wanted}")
    for key in package.manifest.parameters:
        here = f": here it is {result.values[key]}" if key in result.values else ""
        tell(f"  asks for {key}{here}")
    screen = console(err=True)
    for remark in result.remarks:
        screen.print(f"  {_SIGNS[remark.sort.value]} {remark.about}: {remark.text}")
    tell(f"  next: cpt check {target} · cpt test {target} · cpt show {target}")
