"""What a shell offers to complete: packages, accounts, resources, kinds, and what can happen.

Nobody is asked over a network: names of packages come from the registry's folder, or from what was
kept of it; resources out of an account's own file. Where anything is wrong, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import click
from click.shell_completion import CompletionItem

Completer: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completer(
    words: Callable[[click.Context], Iterable[str]], *, files: bool = False, inside: bool = False
) -> Completer:
    """Return what offers those words that begin as what was typed, and files where they may be.

    Args:
        words: Gives the words.
        files: Whether a file may stand there, too.
        inside: Whether the words have dots: what is behind one is offered once it is typed.
    """

    def complete(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            found = [
                CompletionItem(word)
                for word in words(ctx)
                if word.startswith(typed) and not (inside and word.count(".") > typed.count("."))
            ]
        except Exception:  # noqa: BLE001  whoever presses a key is told nothing of what is wrong
            found = []
        return found or ([CompletionItem(typed, type="file")] if files else [])

    return complete


def _given(ctx: click.Context, option: str) -> str | None:
    found: Any = ctx.params.get(option)
    return str(found) if found else None


def _packages(ctx: click.Context) -> Iterable[str]:
    """The names in a registry, as far as they are known without asking anybody."""
    import json

    from cpt.cli.places import named

    location = named(_given(ctx, "registry"))
    if "://" not in location:
        return sorted(json.loads((Path(location) / "index" / "names.json").read_bytes()))
    from cpt.cli.places import cache_folder, whereabouts
    from cpt.registries.cache import Cache
    from package_format.index import NAMES_PATH

    kept = Cache(cache_folder()).file(whereabouts(location), NAMES_PATH)
    return sorted(json.loads(kept.data)) if kept is not None else ()


def _record(ctx: click.Context) -> Any:  # noqa: ANN401  it is JSON
    """What an account remembers, if it is in a file; read as it lies, which nothing is as quick as.

    To import what opens an account takes longer than a shell may wait.
    """
    import json
    import sqlite3
    from contextlib import closing

    from cpt.cli.places import account_location

    location = account_location(_given(ctx, "account"))
    if "://" in location:
        return {}
    address = f"{Path(location).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=0)) as file:
        newest = "SELECT record FROM revisions ORDER BY number DESC LIMIT 1"
        row = file.execute(newest).fetchone()
    return json.loads(row[0]) if row is not None else {}


def _installed(ctx: click.Context) -> Iterable[str]:
    return sorted(_record(ctx).get("packages", {}))


def _resources(ctx: click.Context) -> Iterable[str]:
    """The addresses of what packages manage, as short as one can write them."""
    return sorted({text.partition(":")[2] or text for text in _record(ctx).get("objects", {})})


def _campaigns(ctx: click.Context) -> Iterable[str]:
    """The keys of the campaigns that packages manage, with the package where several have it."""
    objects = _record(ctx).get("objects", {})
    found = [text.partition(":campaign/") for text in objects if ":campaign/" in text]
    keys = [key for _, _, key in found]
    return sorted(key if keys.count(key) == 1 else f"{package}:{key}" for package, _, key in found)


def _addresses(ctx: click.Context) -> Iterable[str]:
    """The addresses of what packages manage, and of all that stands inside their campaigns."""
    return [*_resources(ctx), *_inner(ctx)]


def _places(ctx: click.Context) -> Iterable[str]:
    """The addresses of the campaigns that packages manage, and of all that stands inside them."""
    return [word for word in _addresses(ctx) if word.startswith("campaign/")]


def _inner(ctx: click.Context) -> Iterable[str]:
    from package_format.campaign.model import NODE_GROUPS

    for text, row in _record(ctx).get("objects", {}).items():
        _, _, campaign = text.partition(":")
        for group in NODE_GROUPS:
            for key, node in (row["base"] or {}).get(group, {}).items():
                if campaign.startswith("campaign/"):
                    yield f"{campaign}.{key}"
                    parts = [*node.get("steps", ()), *node.get("ways", ())]
                    yield from (f"{campaign}.{key}.{part['key']}" for part in parts)


def _names(_: click.Context) -> Iterable[str]:
    from cpt.accounts.book import AccountBook
    from cpt.cli.places import settings_folder

    return AccountBook(settings_folder()).names()


def _accounts(ctx: click.Context) -> Iterable[str]:
    return [*_names(ctx), *sorted(path.name for path in Path.cwd().glob("*.account"))]


def _kinds(_: click.Context) -> Iterable[str]:
    from package_format.kinds.table import KINDS

    return KINDS


def _happenings(_: click.Context) -> Iterable[str]:
    from cpt.cli.events import words

    return words()


packages = _completer(_packages, files=True)
installed = _completer(_installed, files=True)
accounts = _completer(_accounts, files=True)
names = _completer(_names)
resources = _completer(_resources)
campaigns = _completer(_campaigns)
addresses = _completer(_addresses, inside=True)
places = _completer(_places, inside=True)
kinds = _completer(_kinds)
happenings = _completer(_happenings)
