"""Editing a resource: fields set by name, words replaced, or the text in an editor."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from account_engine.objects import StoredObject, read, read_campaign
from cpt.accounts.embedded import translated
from cpt.accounts.port import Account
from cpt.cli.drafts import Draft
from cpt.cli.reading import read_text
from cpt.cli.setting import read_pairs
from cpt.errors import BadInputError, UsageError
from cpt.installer.own_keys import unowned
from cpt.installer.record.snapshot import read_record
from package_format.authored import authored_text
from package_format.campaign.model import Campaign
from package_format.checks.own_prefix_reserved import PREFIX
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Fillable, Json, Message, marked, replaced
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.source import (
    Source,
    plain,
    read_yaml,
    validated,
    written_front_matter,
    written_yaml,
)
from package_format.source import read_text as as_source


def edited(
    stored: StoredObject,
    set_: Sequence[str],
    replace: Sequence[tuple[str, str]],
    from_file: str | None,
    draft: Draft,
) -> Json:
    """Return a resource's data after an owner's edit; what is typed is also put into the draft.

    Raises:
        UsageError: A field does not exist.
        BadInputError: The text cannot be read as a resource of that kind.
    """
    if from_file is not None:
        return _read(stored, read_text(Path(from_file)), from_file)
    if not set_ and not replace:
        return _in_editor(stored, draft)
    data = copy.deepcopy(stored.data)
    for path, value in read_pairs(set_).items():
        _set(data, path, value, stored)
    for old, new in replace:
        data = _replaced(stored, data, old, new)
    return data


def refuse_foreign_keys(account: Account, stored: StoredObject, data: Json) -> None:
    """Refuse to add something to a packaged campaign under a key that the package may use.

    Raises:
        BadInputError: The edit adds such a key; the sentence shows the one to use.
    """
    for text, row in read_record(account).objects.items():
        if stored.kind != "campaign" or row.object != stored.reference or row.released:
            continue
        with translated():
            campaigns = [read_campaign(each) for each in (data, stored.data)]
        for key, own in unowned(*campaigns, Campaign.model_validate(row.base)):
            raise BadInputError(
                f"{key} is new in a campaign of {Address.parse(text).package}, and a later version "
                "of the package may use that key for something else",
                f"call it {own}: keys that begin with {PREFIX} are yours",
            )


def _in_editor(stored: StoredObject, draft: Draft) -> Json:
    from cpt.cli.options import is_interactive

    if not is_interactive() and not _named_editor():
        raise UsageError(
            "there is no terminal to open an editor at", "give --set, --replace or --from-file"
        )
    text = authored_text(stored.kind, stored.data)
    suffix = Path(KINDS[stored.kind].location).suffix
    changed = _typed_in_editor(text, suffix)
    if changed is None:
        return stored.data
    draft.text, draft.suffix = changed, suffix
    return _read(stored, changed, f"your text{suffix}")


def _typed_in_editor(text: str, suffix: str) -> str | None:
    """Return what somebody makes of a text in their editor; None if they save nothing.

    Raises:
        UsageError: The editor cannot be run, or says that it failed.
        BadInputError: What it leaves is no text.
    """
    editor = _named_editor() or "the editor"
    try:
        return click.edit(text, extension=suffix)
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"what {editor} saved is not UTF-8 text; nothing was changed",
            "let it save as UTF-8, or give the text with --from-file",
        ) from error
    except (click.ClickException, ValueError) as error:
        cause = error.__cause__ or error
        match cause:
            case OSError():
                why = f"cannot be started: {cause.strerror}"
            case ValueError():
                why = f"cannot be started: {cause}"
            case _:
                why = "ended with an error"
        raise UsageError(
            f"{editor} {why}; nothing was changed",
            "set EDITOR to a program that takes a file and ends when you are done, such as nano "
            "or 'code --wait'; or give --set, --replace or --from-file",
        ) from error


def _named_editor() -> str | None:
    return os.environ.get("VISUAL") or os.environ.get("EDITOR")


def _read(stored: StoredObject, text: str, file: str) -> Json:
    """Read a text as an author would write it; return canonical data."""
    diagnostics = Diagnostics()
    if KINDS[stored.kind].location.endswith(".html"):
        source = as_source(text.encode(), file, diagnostics)
        said = written_front_matter(source, diagnostics) if source is not None else None
    else:
        said = written_yaml(Source(file, text), diagnostics)
    model = None
    if said is not None:
        model = validated(KINDS[stored.kind].model, said, diagnostics)
    for found in diagnostics:
        raise BadInputError(f"{found.span}: {found.message}", *([found.help] if found.help else []))
    if model is None:
        raise BadInputError(f"{file} is empty")
    return model.canonical()


def _set(data: Json, path: str, value: str, stored: StoredObject) -> None:
    """Set one value; items of ordered lists are named by their keys."""
    *outer, last = path.split(".")
    inside = data
    for part in outer:
        inside = _step(inside, part, path, stored)
    if isinstance(inside, list):
        raise UsageError(f"{path} names no field", "name a field inside it")
    fields = KINDS[stored.kind].model.model_fields
    known = {info.alias or name for name, info in fields.items()}
    if not outer and last not in known:
        raise UsageError(
            f"{stored.called} has no field {last}", f"it has {', '.join(sorted(known))}"
        )
    inside[last] = _typed(inside.get(last), value)


def _step(inside: Json, part: str, path: str, stored: StoredObject) -> Json:
    if isinstance(inside, dict) and part in inside:
        return inside[part]
    if isinstance(inside, list):
        for item in inside:
            if isinstance(item, dict) and item.get("key") == part:
                return item
    raise UsageError(f"{stored.called} has no {path}: there is no {part}")


def _typed(old: Json, value: str) -> Json:
    """Read a value as the type of what it replaces; whatever stood for a text stays one."""
    if old is None or isinstance(old, str):
        return value
    node = read_yaml(value, "the value", Diagnostics())
    return value if node is None else plain(node)


def _replaced(stored: StoredObject, data: Json, old: str, new: str) -> Json:
    """Replace words where people read them; keys, arrows and references are never touched."""
    with translated():
        model = read(stored.kind, data)
    words = re.compile(r"\s+".join(re.escape(word) for word in old.split()) or re.escape(old))
    data, count = model.canonical(), 0
    for found in marked(model):
        if isinstance(found.marker, Fillable | Message):
            text, times = words.subn(lambda _: new, found.value)
            data, count = replaced(data, found.path, text), count + times
    if not count:
        raise BadInputError(f"{old!r} stands nowhere in the texts of {stored.called}")
    return data
