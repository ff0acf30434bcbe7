"""Settings: the values in an account that are its owner's own, turned into parameters.

Senders' addresses and names, the addresses of endpoints, their secrets, and who has a role. Each
text that is changed is filled in again at once: if that is not, to the letter, what stands in the
account, it stays as it is.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from cpt.exporting.keys import unique
from package_format.kinds.model import Fillable, Html, Json, Message, Model, Path, marked, replaced
from package_format.kinds.table import KINDS
from package_format.parameters import Parameter, ParameterType
from package_format.placeholders import TAGS, VALUES, placeholders
from package_format.templates import TemplateError, fill

SECRET = "secret:"  # noqa: S105  what stands in an account in place of one
"""Begins what an account has in place of a secret's value."""

_SHORTEST_NAME = 4


@dataclass(frozen=True)
class Setting:
    """A text of a kind that is its owner's own.

    Attributes:
        kind: The kind.
        path: Where it stands in the canonical data; ``*`` for each item of a list.
        type: The type of its parameter.
        key: The parameter's name; ``{key}`` is the resource's key.
        title: What people see; ``{label}`` is what they call the resource.
        everywhere: Whether it is looked for in all messages too.
    """

    kind: str
    path: Path
    type: ParameterType
    key: str
    title: str
    everywhere: bool = False


SETTINGS = (
    Setting("email", ("from",), ParameterType.EMAIL, "sender", "From address", everywhere=True),
    Setting("email", ("from-name",), ParameterType.STRING, "company", "From name", everywhere=True),
    Setting("endpoint", ("url",), ParameterType.URL, "{key}-url", "Address of {label}"),
    Setting("endpoint", ("secret",), ParameterType.SECRET, "{key}-secret", "Secret of {label}"),
    Setting("role", ("people", "*", "user"), ParameterType.USER, "{key}", "{label}"),
)
"""Every text that becomes a parameter."""


@dataclass
class Settings:
    """The parameters of an export, collected resource by resource.

    Attributes:
        parameters: What the manifest says of each, by its name.
        values: What the account has in its place.
    """

    parameters: dict[str, Parameter] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    _everywhere: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def collect(self, things: Iterable[tuple[str, str, str, Mapping[str, Json]]]) -> None:
        """Make parameters of resources' settings; what is used most comes first.

        Args:
            things: The kind, key, label and data of each resource.
        """
        found = [
            (setting, key, label, value)
            for kind, key, label, data in things
            for setting in SETTINGS
            if setting.kind == kind
            for _, value in _found(data, setting.path)
        ]
        uses = Counter((_name(setting, key), value) for setting, key, _, value in found)
        for setting, key, label, value in sorted(
            found, key=lambda each: -uses[_name(each[0], each[1]), each[3]]
        ):
            self._add(setting, key, label, value)

    def templated(self, kind: str, key: str, data: dict[str, Json]) -> dict[str, Json]:
        """Return a resource's data with ``[[ parameters.… ]]`` for what became a parameter."""
        model = KINDS[kind].model
        whole = {
            path: self._known[_name(setting, key), value]
            for setting in SETTINGS
            if setting.kind == kind
            for path, value in _found(data, setting.path)
            if (_name(setting, key), value) in self._known
        }
        markers: dict[Path, set[type]] = {}
        for text in marked(model.model_validate(data)):
            markers.setdefault(text.path, set()).add(type(text.marker))
        for path, kinds in markers.items():
            old = _at(data, path)
            if Fillable not in kinds or old is None:
                continue
            escaped = old.replace("[[", '[[ "[[" ]]')
            if path in whole:
                tries = [_template(whole[path]), escaped]
            else:
                tries = [self._inside(escaped, kinds), escaped]
            data = self._first_good(model, data, path, tries)
        return data

    def _add(self, setting: Setting, key: str, label: str, value: str) -> None:
        wish = _name(setting, key)
        if (wish, value) in self._known:
            return
        parameter = _parameter(setting, label, value)
        if parameter is None:
            return
        name = unique(wish if wish[0].isalpha() else f"the-{wish}", self.parameters)
        number = name.rpartition("-")[2]
        if not setting.key.startswith("{") and number.isdecimal():
            title = f"{parameter.title} ({number})"
            parameter = parameter.model_copy(update={"title": title})
        self.parameters[name] = parameter
        self.values[name] = value
        self._known[wish, value] = name
        if setting.everywhere and len(value) >= _SHORTEST_NAME:
            self._everywhere.setdefault(value, name)

    def _inside(self, text: str, kinds: set[type]) -> str:
        """Return a message in which senders' addresses and names are parameters."""
        if not kinds & {Message, Html}:
            return text
        for value in sorted(self._everywhere, key=lambda v: (-len(v), v)):
            said = html.escape(value).replace("{", "&#123;") if Html in kinds else value
            pattern = re.compile(rf"(?<![\w.@+-]){re.escape(said)}(?![\w@-]|\.\w)")
            template = _template(self._everywhere[value])
            parts = _data_and_tags(text)
            parts[::2] = [template.join(pattern.split(part)) for part in parts[::2]]
            text = "".join(parts)
        return text

    def _first_good(
        self, model: type[Model], data: dict[str, Json], path: Path, tries: list[str]
    ) -> dict[str, Json]:
        """Return data with the first of some texts that is filled in to what stands there."""
        old = _at(data, path)
        for text in tries:
            if text == old:
                return data
            changed: dict[str, Json] = replaced(data, path, text)
            try:
                filled = fill(changed, model.model_validate(changed), self.values)
            except (TemplateError, ValidationError):
                continue
            if _at(filled, path) == old:
                return changed
        return data


def _data_and_tags(text: str) -> list[str]:
    """Cut a text up: what stands for itself, a template, what stands for itself, and so on."""
    parts: list[str] = []
    at = 0
    for found in placeholders(text, {**VALUES, **TAGS}):
        parts += (text[at : found.start], text[found.start : found.end])
        at = found.end
    return [*parts, text[at:]]


def _name(setting: Setting, key: str) -> str:
    return setting.key.format(key=key)


def _template(name: str) -> str:
    return f"[[ parameters.{name.replace('-', '_')} ]]"


def _parameter(setting: Setting, label: str, value: str) -> Parameter | None:
    """Return what the manifest says of a value: of its own type, or of a plainer one that fits."""
    title = setting.title.format(label=label)[:200]
    if setting.type is ParameterType.SECRET:
        return Parameter(type=setting.type, title=title, required=True)
    for type_ in (setting.type, ParameterType.STRING, ParameterType.TEXT):
        parameter = Parameter(type=type_, title=title, required=True)
        try:
            if parameter.read(value) == value:
                return parameter
        except ValueError:
            continue
    return None


def _found(data: Json, path: Path, at: Path = ()) -> list[tuple[Path, str]]:
    """Return the texts at a path of canonical data, in which ``*`` is each item of a list."""
    if not path:
        return [(at, data)] if isinstance(data, str) else []
    head, rest = path[0], path[1:]
    if head == "*":
        items = enumerate(data) if isinstance(data, list) else ()
        return [each for i, item in items for each in _found(item, rest, (*at, i))]
    if isinstance(data, Mapping) and head in data:
        return _found(data[head], rest, (*at, head))
    return []


def _at(data: Json, path: Path) -> Json:
    """Return what stands at a path of canonical data; None for a default, which is left out."""
    for part in path:
        if isinstance(part, str) and part not in data:
            return None
        data = data[part]
    return data
