"""Roots of signed registries, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cpt.cli.output import echo
from cpt.cli.views.words import counted, listed

if TYPE_CHECKING:
    from pathlib import Path

    from cpt.registries.trust.checking import ShownRoot
    from cpt.registries.trust.cosigning import PendingRoot
    from package_format.delegations import Delegations
    from package_format.kinds.model import Json


_NAMED = 5
"""How many publishers are named in a sentence."""


def root_data(root: ShownRoot) -> dict[str, Json]:
    """Return a root as JSON values."""
    return {
        "version": root.version,
        "fingerprint": root.fingerprint,
        "expires": root.expires,
        "keys": list(root.keys),
        "threshold": root.threshold,
        "publishers": _publishers_data(root.delegations),
    }


def show_pending(root: PendingRoot, before: PendingRoot | None) -> None:
    """Print what a root says that somebody is to sign, who has, and what the one before said."""
    echo(f"root {root.version}, good until {root.expires}, which {root.threshold} of these sign:")
    for key in root.keys:
        echo(f"  {key}{'  has signed' if key in root.signed else ''}")
    echo(f"the index is signed by {root.online}")
    for said in delegations_said(root.delegations):
        echo(said)
    for said in changes_said(before, root):
        echo(said)


def changes_said(before: PendingRoot | None, root: PendingRoot) -> list[str]:
    """Return what is different in a root from the one before it, and what comes of that.

    Args:
        before: The root before; None if there is none, or it is not at hand.
        root: The root.
    """
    if before is None:
        return []
    changed = [
        f"  {sign} {whose} {key}"
        for whose, old, new in _keys_by_whose(before, root)
        for sign, keys in (("-", old - new), ("+", new - old))
        for key in sorted(keys)
    ]
    if before.threshold != root.threshold:
        changed.append(
            f"  ~ {root.threshold} sign it and the next one, instead of {before.threshold}"
        )
    gone = [
        (publisher, key)
        for publisher, keys in sorted(before.delegations.items())
        for key in keys
        if key not in root.delegations.get(publisher, (key,))
    ]
    return [
        f"beside root {before.version}:"
        if changed
        else f"the same keys as in root {before.version}",
        *changed,
        *(
            f"note: what {key} alone has signed for {publisher}, nobody can install anew; "
            "a root that names it, too, keeps it"
            for publisher, key in gone
        ),
        *(
            f"note: no key of {publisher} is needed any longer to publish in that name"
            for publisher in sorted(before.delegations.keys() - root.delegations.keys())
        ),
    ]


def _keys_by_whose(
    before: PendingRoot, root: PendingRoot
) -> Iterator[tuple[str, set[str], set[str]]]:
    yield "key of the root", {*before.keys}, {*root.keys}
    yield "online key", {before.online}, {root.online}
    for publisher in sorted({*before.delegations, *root.delegations}):
        old, new = (each.delegations.get(publisher, ()) for each in (before, root))
        yield f"key of {publisher}", {*old}, {*new}


def spare_key_said(keys: int, threshold: int) -> list[str]:
    """Return a warning where each of a root's keys has to sign, so that none may be lost."""
    if keys > threshold:
        return []
    note = "note: no next root can be made if one of these keys is lost; with one key more than has"
    return [f"{note} to sign (--threshold), it can"]


def passed_on(root: PendingRoot, file: Path) -> str:
    """Return what is to be done with a root that goes round."""
    if root.missing:
        return f"{counted(root.missing, 'key')} must sign {file} still: pass it on"
    if root.missing_before:
        return (
            f"{counted(root.missing_before, 'key')} of the root before must sign {file} still, "
            "too: pass it on"
        )
    return (
        f"enough have signed {file}: bring it into its folder with 'cpt registry sign-root "
        f"{file} --into DIR', or hand it to the registry's server, which 'cpt registry use-root' "
        "does there"
    )


def delegations_in_brief(delegations: Delegations) -> str:
    """Return in a sentence for whom a root names keys of their own: one publisher at least."""
    named, more = sorted(delegations)[:_NAMED], len(delegations) - _NAMED
    who = listed([*named, counted(more, "other")] if more > 0 else named)
    return f"it names the keys by which {who} sign{'s' if len(delegations) == 1 else ''}"


def delegations_said(delegations: Delegations) -> list[str]:
    """Return what a root says of publishers' own keys, a line for each publisher."""
    return [
        f"what {publisher} publishes is signed by {' or '.join(keys)}"
        for publisher, keys in sorted(delegations.items())
    ]


def _publishers_data(delegations: Delegations) -> dict[str, Json]:
    return {publisher: list(keys) for publisher, keys in delegations.items()}


def pending_data(root: PendingRoot) -> dict[str, Json]:
    """Return a root that some have signed as JSON values."""
    return {
        "version": root.version,
        "expires": root.expires,
        "threshold": root.threshold,
        "keys": list(root.keys),
        "signed": list(root.signed),
        "missing": root.missing,
        "missing_before": root.missing_before,
        "online_key": root.online,
        "publishers": _publishers_data(root.delegations),
    }
