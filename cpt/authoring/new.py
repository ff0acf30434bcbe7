"""New packages: templates of the campaigns that people start with, filled in with a name.

A template is a package folder inside the toolkit. Its files hold placeholders, ``%{name}`` and the
like, which look like nothing that means something in a package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from cpt.errors import UsageError
from package_format.device_names import device_in
from package_format.references import PACKAGE_NAME_PATTERN

_PLACEHOLDER = re.compile(r"%\{(name|title|publisher|year)\}")


@dataclass(frozen=True)
class Template:
    """A template.

    Attributes:
        name: Its word on the command line; also its folder's.
        summary: What the campaign does, in one line.
    """

    name: str
    summary: str


TEMPLATES: Mapping[str, Template] = {
    row.name: row
    for row in (
        Template("white-paper", "Hands out a paper for an address, and follows up twice."),
        Template("newsletter", "Welcomes subscribers and lets them go when they have had enough."),
        Template("webinar", "Reminds registrants, then follows up by who came and who did not."),
        Template("purchase", "Thanks a buyer, asks how they like it, offers what goes with it."),
        Template("membership", "Takes new members of a programme through their first month."),
        Template("renewal", "Reminds people before their term ends; you call those who let it."),
        Template("reward", "Rewards the third purchase, and reminds of the voucher."),
        Template("sales-pipeline", "Takes an enquiry through call, offer and decision."),
        Template("segmentation", "Asks contacts what they care about, and writes accordingly."),
    )
}
"""Every template, the one to start with first."""

DEFAULT = next(iter(TEMPLATES))


def new_package(name: str, template: str, *, year: int) -> dict[str, bytes]:
    """Return the files of a new package by their paths.

    Args:
        name: ``publisher/name``.
        template: A name in `TEMPLATES`.
        year: For the licence.

    Raises:
        UsageError: The name is not one that a package can have.
    """
    if not re.fullmatch(PACKAGE_NAME_PATTERN, name) or device_in(name) is not None:
        raise UsageError(f"{name!r} cannot be a package's name", *_suggestions(name))
    publisher, _, own = name.partition("/")
    said = {
        "name": name,
        "title": own.replace("-", " ").capitalize(),
        "publisher": publisher,
        "year": str(year),
    }
    folder = files("cpt.authoring").joinpath("templates")
    found = dict(_files(folder.joinpath("every"))) | dict(_files(folder.joinpath(template)))
    return {
        path: _PLACEHOLDER.sub(lambda match: said[match[1]], text).encode()
        for path, text in sorted(found.items())
    }


def _suggestions(name: str) -> Iterator[str]:
    """What to do about a name that cannot be."""
    parts = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in name.split("/")]
    *publisher, own = [part for part in parts if part] or ["my-campaign"]
    better = f"{publisher[-1] if publisher else 'your-name'}/{own}"
    device = device_in(better)
    if device is not None:
        yield f"on Windows {device} is a device, and no folder can be called so; choose another"
        return
    yield f"a name is PUBLISHER/NAME in lower case, such as {better}"


def _files(folder: Traversable, path: str = "") -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_text("utf-8")
