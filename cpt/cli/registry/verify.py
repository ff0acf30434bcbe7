"""``cpt registry verify``: every byte of a registry, proved."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("source", metavar="TREE")
@format_option
def verify(source: str, format_: str) -> int:
    """Prove every byte of the registry TREE, a folder or a URL.

    Every line of the index, every archive and the list of names are read and held against each
    other; of a folder it is also said what does not belong there. Ends with 1 if anything is
    wrong.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import find_raw_registry
    from cpt.cli.progress import progress
    from cpt.cli.views.words import counted
    from cpt.registries.verifying import Verification
    from package_format.signing import said_of_unvouched

    found = find_raw_registry(source)
    with progress("proving") as say:
        proof = Verification(found).run(say)
    if format_ == "json":
        print_json(
            "registry-verify",
            {
                "registry": found.location,
                "packages": proof.packages,
                "versions": proof.versions,
                "withheld": proof.withheld,
                "bytes": proof.size,
                "soon": list(proof.soon),
                "unvouched": list(proof.unvouched),
                "problems": [{"path": each.path, "what": each.what} for each in proof.problems],
            },
        )
    else:
        for problem in proof.problems:
            echo(problem.what)
        for said in proof.soon:
            tell(f"note: {said}")
        if proof.unvouched:
            tell(f"note: {said_of_unvouched(proof.unvouched)}")
        if proof.withheld:
            tell(
                f"note: {counted(proof.withheld, 'version')} in quarantine: nobody gets the "
                "archive, and it is not proved"
            )
        verdict = counted(len(proof.problems), "problem") if proof.problems else "all is well"
        tell(
            f"{found.location}: {verdict}; {counted(proof.packages, 'package')}, "
            f"{counted(proof.versions, 'version')}, {counted(proof.size, 'byte')} read"
        )
    return int(ExitCode.NO if proof.problems else ExitCode.DONE)
