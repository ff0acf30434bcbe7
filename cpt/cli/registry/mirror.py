"""``cpt registry mirror``: a copy of a registry in a folder."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO", type=click.Path(file_okay=False))
@format_option
def mirror(source: str, target: str, format_: str) -> int:
    """Copy the registry FROM (a folder or a URL) into the folder TO, or bring it up to date.

    What is copied is proved. A version that TO has is never taken away or changed: if FROM lost or
    changed one, that is said, and the command ends with 4.
    """
    from pathlib import Path

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.places import find_raw_registry
    from cpt.cli.progress import progress
    from cpt.cli.views.words import counted
    from cpt.registries.mirror import Mirror

    found = find_raw_registry(source)
    with progress("copying") as say:
        copied = Mirror(found, Path(target)).update(say)
    if format_ == "json":
        print_json(
            "registry-mirror",
            {
                "source": found.location,
                "target": target,
                "packages": copied.packages,
                "versions": copied.versions,
                "archives_copied": copied.archives,
                "bytes_copied": copied.size,
                "problems": list(copied.problems),
            },
        )
    else:
        for problem in copied.problems:
            tell(f"not copied: {problem}")
        tell(
            f"{target} has {counted(copied.packages, 'package')} of {found.location}: "
            f"{counted(copied.archives, 'archive')} copied ({counted(copied.size, 'byte')})"
        )
    return int(ExitCode.OTHER_SIDE if copied.problems else ExitCode.DONE)
