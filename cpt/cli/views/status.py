"""How an account differs from what its packages want."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from cpt.cli.output import one_line
from cpt.cli.views.fields import differing, path_in_words
from cpt.cli.views.words import called, counted
from cpt.installer.applying.stepwise import Pending
from cpt.installer.planning.by_hand import ToDo
from cpt.installer.status import Drift, State, Status
from cpt.installer.words import finishing, owned_words
from package_format.authored import authored_line
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS

_HEADINGS = {
    State.CHANGED: "Changed since the last revision (upgrades keep it)",
    State.DELETED: "Deleted since the last revision",
    State.KEPT: "Kept as you have it",
}


def show_status(console: Console, status: Status) -> None:
    """Print how an account stands."""
    if not status.packages:
        console.print("Nothing is installed.")
    for name, package in status.packages.items():
        console.print(Text.assemble((name, "bold"), f" {package.version}"))
    if status.pending is not None:
        console.print(Text(f"\n{pending_line(status.pending)}", "bold yellow"))
    if status.by_hand:
        console.print(Text("\nStill to be done by hand", "bold yellow"))
    for one in status.by_hand:
        _show_to_do(console, one)
    for state, heading in _HEADINGS.items():
        found = [drift for drift in status.drifts if drift.state is state]
        if found:
            console.print(Text(f"\n{heading}", "bold"))
        for drift in found:
            _show_drift(console, drift)
    for title, contacts, waiting in status.finishing:
        console.print(f"\n{finishing(called(title), contacts, waiting)}")
    if status.finishing:
        console.print("cpt account campaign says where they stand.")
    if status.is_clean and status.packages:
        console.print("\nClean: everything is as the last revision left it.")


def pending_line(pending: Pending) -> str:
    """Say of a plan that was begun how far it is, and what can be done about it."""
    title = one_line(pending.title)
    if pending.undoing:
        return f"“{title}” is being undone; cpt abort goes on with that."
    ways = "cpt resume goes on with it"
    if not pending.has_removed:
        ways += ", cpt abort undoes it"
    done = f"{pending.begun} of {counted(pending.operations, 'operation')}"
    return f"“{title}” was begun and is not finished ({done}); {ways}."


def _show_drift(console: Console, drift: Drift) -> None:
    title = KINDS[drift.kind].title
    named = Text.assemble(f"  {title} ", (f"“{called(drift.label)}”", "bold"))
    named.append(f"  {drift.address}", "dim")
    if drift.state is State.KEPT and drift.fields:
        named.append(f": {', '.join(path_in_words(field) for field in drift.fields)}")
    if drift.owned:
        named.append(f" ({owned_words(drift.owned)})", "dim")
    console.print(named, soft_wrap=True)
    if drift.state is State.KEPT:
        return
    for field in drift.fields:
        for line in differing(path_in_words(field), field.base, field.live):
            console.print(Padding(line, (0, 0, 0, 4)))


def _show_to_do(console: Console, one: ToDo) -> None:
    title = KINDS[one.kind].title
    named = Text.assemble(f"  {one.verb} {title} ", (f"“{called(one.label)}”", "bold"))
    named.append(f"  {one.address}", "dim")
    console.print(named, soft_wrap=True)
    for field in one.fields:
        line = Text(f"{path_in_words(field)}: ", "bold")
        wanted = field.wanted
        if not isinstance(wanted, str):
            gone = wanted is None
            line.append(
                "(nothing)" if gone else authored_line(str(field.path[-1]), wanted), "green"
            )
        else:
            line.append("\n" if "\n" in wanted else "").append(wanted.rstrip("\n"), "green")
        console.print(Padding(line, (0, 0, 0, 4)))


def status_data(status: Status) -> dict[str, Json]:
    """Return how an account stands as JSON values."""
    return {
        "clean": status.is_clean,
        "packages": {name: package.version for name, package in status.packages.items()},
        "drifts": [
            {
                "state": str(drift.state),
                "address": drift.address,
                "kind": drift.kind,
                "label": drift.label,
                "object": drift.object,
                "owned": [path.split(".") if path else [] for path in drift.owned],
                "fields": [
                    {"path": list(field.path), "wanted": field.base, "live": field.live}
                    for field in drift.fields
                ],
            }
            for drift in status.drifts
        ],
        "by_hand": [
            {
                "do": str(one.verb),
                "address": one.address,
                "kind": one.kind,
                "label": one.label,
                "object": one.object,
                "fields": [
                    {"path": list(field.path), "wanted": field.wanted, "live": field.live}
                    for field in one.fields
                ],
            }
            for one in status.by_hand
        ],
        "pending": None if status.pending is None else asdict(status.pending),
        "finishing": [one._asdict() for one in status.finishing],
    }
