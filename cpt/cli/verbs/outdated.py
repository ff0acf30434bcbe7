"""``cpt outdated``: what could be newer."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option, registry_option, tell


@click.command()
@account_option
@registry_option
@format_option
def outdated(account: str | None, registry: str | None, format_: str) -> int:
    """List the installed packages of which there is something newer.

    UPGRADE is what 'cpt upgrade' would move to, within the ranges that were asked for; NEWEST is
    the newest that is published. What is not signed as your signers.toml, or the registry's root,
    demands is not moved to, which is said. Ends with 1 if anything could be newer, or was
    withdrawn.
    """
    from cpt.cli.choosing import fitting, supply_for
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account, find_registry
    from cpt.cli.signatures import refused_for_signatures
    from cpt.cli.views.standing import outdated_data, show_outdated
    from cpt.installer.outdated import outlooks
    from cpt.installer.record.snapshot import read_record

    with find_account(account) as found:
        record = read_record(found)
    where = find_registry(registry)
    supply = supply_for(record, (), where)
    lines = fitting(record, (), supply, preferred={})
    refused = refused_for_signatures(
        lines,
        {name: package.digest for name, package in record.packages.items()},
        supply.delegations(),
    )
    allowed = {name: line for name, line in lines.items() if name not in refused}
    found_outlooks = outlooks(record, allowed, where.versions)
    if format_ == "json":
        why = [(lines[name], said) for name, said in sorted(refused.items())]
        print_json("outdated", outdated_data(found_outlooks, why))
    else:
        show_outdated(console(), found_outlooks)
        for said in refused.values():
            tell(f"note: {said}")
        for one in found_outlooks:
            if one.is_out_of_range:
                tell(
                    f"note: {one.name} {one.newest} is beyond {one.asked}; "
                    f"cpt upgrade {one.name}@^{one.newest} moves to it"
                )
    current = all(outlook.is_current for outlook in found_outlooks)
    return int(ExitCode.DONE if current else ExitCode.NO)
