"""The page of the native API: every operation, as its own table says it."""

from __future__ import annotations

import inspect

from account_engine.keys import SCOPES
from account_engine.server.api.table import OPERATIONS
from account_engine.server.openapi import document
from account_engine.server.operations import PREFIX

_ABOUT = f"""\
`cpt account serve` answers below `{PREFIX}`. `GET {PREFIX}/openapi.json` is the whole of it for
programs: every body, every answer, every problem. A key (`cpt account key create`) goes into the
header `Authorization: Bearer cpt_…`, and is good for its scopes."""


def http_page() -> str:
    """Return the page of the native API."""
    paths = document(OPERATIONS)["paths"]
    sections = []
    for operation in OPERATIONS:
        said = paths[operation.path][operation.method.lower()]
        parameters = [
            f"`{one['name']}`" for one in said.get("parameters", ()) if one["in"] == "query"
        ]
        asks = f"Query: {', '.join(parameters)}." if parameters else ""
        sends = operation.sends.__name__ if operation.sends else ""
        body = f"Body: {'a line of JSON for each' if operation.lines else 'JSON,'} `{sends}`."
        facts = " ".join(filter(None, (f"Scope `{operation.scope}`.", asks, body if sends else "")))
        told = inspect.getdoc(operation.run) or ""
        title = f"## {operation.method} {operation.path}"
        sections.append(f"{title}\n\n{told}\n\n{facts}")
    scopes = "\n".join(f"| `{scope}` | {text} |" for scope, text in SCOPES.items())
    table = f"| scope | lets one |\n|---|---|\n{scopes}"
    return "\n\n".join(["# The account over HTTP", _ABOUT, table, *sections]) + "\n"
