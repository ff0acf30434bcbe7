"""``cpt schema``: JSON Schemas, so that an editor completes and checks as one types."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import format_option


@click.command()
@click.argument("kind", required=False, shell_complete=completion.kinds)
@click.option("--all", "folder", metavar="DIR", help="Write every schema into a folder.")
@format_option
def schema(kind: str | None, folder: str | None, format_: str) -> None:
    """Print the JSON Schema of a KIND's file, or list what there are schemas of.

    Beside the kinds there are manifest, scenario and upgrades.
    """
    import json
    from pathlib import Path

    from cpt.authoring.schemas import WRITTEN, schema_of
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.writing import write_file
    from cpt.errors import BadInputError, UsageError
    from package_format.spelling import did_you_mean

    def text(name: str) -> str:
        return json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n"

    if kind is not None and kind not in WRITTEN:
        hint = did_you_mean(kind, WRITTEN) or f"there is: {', '.join(WRITTEN)}"
        raise UsageError(f"there is no schema of {kind}", hint)
    chosen = WRITTEN if kind is None else {kind: WRITTEN[kind]}
    if folder is not None:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(f"{folder} cannot be written: {error.strerror}") from error
        for name, row in chosen.items():
            file = Path(folder) / f"{name}.schema.json"
            write_file(file, text(name))
            tell(f"{file} is for {row.location}")
    elif kind is not None:
        echo(text(kind), nl=False)
    elif format_ == "json":
        rows = [{"name": row.name, "location": row.location} for row in chosen.values()]
        print_json("schemas", {"schemas": rows})
    else:
        width = max(map(len, chosen)) + 2
        for row in chosen.values():
            echo(f"{row.name:<{width}}{row.location}")
