"""``cpt explain``: the long form of a diagnostic."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command()
@click.argument("code", required=False)
@format_option
def explain(code: str | None, format_: str) -> None:
    """Say at length what the diagnostic CODE is about; without a code, list them all."""
    from cpt.cli.explanations import explanations, find_explanation
    from cpt.cli.output import console, print_json
    from cpt.cli.views.explanations import explanation_data, show_explanation, show_explanations

    found = explanations() if code is None else (find_explanation(code),)
    if format_ == "json":
        print_json("explain", {"rules": [explanation_data(rule) for rule in found]})
    elif code is None:
        show_explanations(console(), found)
    else:
        show_explanation(console(), found[0])
