"""Mistakes: what a model has against an author's data, said where it stands.

pydantic tells what is wrong and a path to it; here the path is followed through the positioned
nodes, and the finding is put into an author's words, with the word that was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from package_format.diagnostics import Diagnostics, Span
from package_format.forms import described
from package_format.kinds.model import Json, Path
from package_format.source.nodes import Found, MappingNode, Node, ScalarNode, find, locate, plain
from package_format.source.wording import (
    CHOSEN,
    MAPPING_ADVICE,
    NONE_OF,
    advice,
    entry_of,
    expected,
    is_type,
    sentence,
)
from package_format.source.written import Written
from package_format.spelling import did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)
_Finding: TypeAlias = tuple[str, str, Span, str | None]

_NO_KEY = ""
"""Under this key a keyed list (`campaign.model`) holds what should have been a mapping."""


def validated(
    model: type[_Model],
    written: Written,
    diagnostics: Diagnostics,
    *,
    at: Path = (),
    defaults: Mapping[str, Json] | None = None,
) -> _Model | None:
    """Read data as a model, or say everything that is wrong with them.

    Args:
        model: The model.
        written: An author's data.
        diagnostics: Where what is wrong is recorded.
        at: The keys under which the model stands in the data; nothing at all there counts as an
            empty mapping.
        defaults: Values for keys that the author left out.

    Returns:
        BaseModel | None: The model, or None if there were problems.
    """
    data = written.data
    for key in at:
        data = data[key]
    data = {} if at and data is None else data
    if defaults and isinstance(data, dict):
        data = {**defaults, **data}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _Report(model, written.node, at, diagnostics).say(error.errors(include_url=False))
        return None


def first_problem(error: ValidationError) -> str:
    """Say the first thing that is wrong with data that no author wrote: ``title: …``."""
    details = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in details["loc"])
    return f"{path}: {sentence(details)}" if path else sentence(details)


def suggestion(word: str, words: Iterable[str]) -> str | None:
    """Return a help text with the word that was probably meant, or with all there are."""
    known = sorted(set(words))
    hint = did_you_mean(word, known)
    return hint or (f"there are: {', '.join(known)}" if known else None)


@dataclass
class _Report:
    """Puts what pydantic found into an author's words.

    Attributes:
        model: The model that the data should be of.
        node: The data.
        at: Where in the data the model stands.
        diagnostics: Where the words go.
    """

    model: type[BaseModel]
    node: Node
    at: Path
    diagnostics: Diagnostics

    def say(self, errors: list[ErrorDetails]) -> None:
        """Say everything."""
        for details in self._one_for_each_place(errors):
            for finding in self._findings(details):
                self.diagnostics.error(*finding)

    def _one_for_each_place(self, errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
        """Of a union's complaints, one for each member, keep the one that understood the most."""
        groups: dict[tuple[int, int], list[ErrorDetails]] = {}
        for details in errors:
            if details["type"] == "too_short" and _has_inner(details["loc"], errors):
                continue  # the items are there, and something is wrong with each of them
            if self._is_other_members(details) and _has_inner(details["loc"][:-1], errors, 2):
                continue  # it is the list of another member, and something is wrong with its items
            if details["type"] in ("missing", "extra_forbidden", "value_error"):
                yield details
            else:
                node = self._find(details["loc"]).node
                groups.setdefault((node.start, node.end), []).append(details)
        for group in groups.values():
            yield _most_telling(group)

    def _is_other_members(self, details: ErrorDetails) -> bool:
        """Whether a list stands where a word could, or what another member of a union takes."""
        path: Path = details["loc"]
        if details["type"] not in CHOSEN or not isinstance(details["input"], list) or not path:
            return False
        return self._find(path).node is self._find(path[:-1]).node

    def _findings(self, details: ErrorDetails) -> Iterator[_Finding]:
        path: Path = details["loc"]
        kind = details["type"]
        if kind == "extra_forbidden" and path[-1] == _NO_KEY:
            yield self._no_mapping(self._find(path[:-1]).node)
        elif kind == "extra_forbidden":
            name = str(path[-1])
            offer = suggestion(name, _keys(self.model, path[:-1]))
            span = self._locate(path, key=True)
            yield "unknown-key", f"there is no key {name} here", span, offer
        elif kind == "missing":
            span = self._locate(path[:-1], key=True)
            offer = entry_of(str(path[-1]), span.file)
            yield "missing-key", f"the key {path[-1]} is missing here", span, offer
        elif "words" in details.get("ctx", {}):
            yield from self._wrong_words(details)
        elif path and path[-1] == "[key]":
            span = self._locate(path[:-1], key=True)
            why = advice(details) or sentence(details)
            yield "invalid-key", f"{path[-2]} cannot be a key", span, why
        else:
            if isinstance(details["input"], Mapping) and isinstance(
                self._find(path).node, ScalarNode
            ):
                path = path[:-1]  # a union's member has the name of a key, such as `field`
            code = "wrong-type" if is_type(kind) else "invalid-value"
            help_ = advice(details, self._find(path).node)
            yield code, sentence(details), self._locate(path), help_

    def _wrong_words(self, details: ErrorDetails) -> Iterator[_Finding]:
        """Say what is wrong where one word out of a table should stand."""
        context = details["ctx"]
        idea, words = str(context["idea"]), str(context["words"]).split(", ")
        called = idea.replace("-", " ")
        path, given = details["loc"], details["input"]
        found = self._find(path)
        given = [str(word) for word in given] if isinstance(given, Mapping) else []
        if given == [_NO_KEY]:
            yield self._no_mapping(found.node)
            return
        own = _keys(self.model, path)
        beside = [] if found.complete else _keys(self.model, path[:-1])
        slips = [word for word in given if word not in (*words, *own)]
        for word in slips:
            span = _key_span(found, [word])
            offer = suggestion(word, {*words, *beside} - {"key", idea})
            yield f"unknown-{idea}", f"{word} is not a known {called}", span, offer
        if not slips and len(given) > 1 and set(given) <= set(words):
            message = f"one {called} is needed here, and there are {' and '.join(given)}"
            yield f"several-{idea}s", message, _key_span(found, given), None
        elif not slips:
            offer = f"a {called} begins with one of: {', '.join(words)}"
            yield f"unknown-{idea}", f"a {called} is needed here", found.node.span, offer

    def _no_mapping(self, node: Node) -> _Finding:
        message = f"{expected(['model_type'])} is needed here, and this is {described(plain(node))}"
        return "wrong-type", message, node.span, MAPPING_ADVICE

    def _find(self, path: Path) -> Found:
        return find(self.node, (*self.at, *path))

    def _locate(self, path: Path, *, key: bool = False) -> Span:
        return locate(self.node, (*self.at, *path), key=key or not path)


def _key_span(found: Found, words: Sequence[str]) -> Span:
    """Where the last of some words is a key in what was found, or the key that it stands under."""
    entries = (
        found.node.entry(word) if isinstance(found.node, MappingNode) else None
        for word in reversed(words)
    )
    entry = next((entry for entry in entries if entry is not None), None)
    return entry[0].span if entry else (found.key or found.node).span


def _has_inner(path: Path, errors: list[ErrorDetails], deeper: int = 1) -> bool:
    """Whether something is wrong so many steps below a path, or more."""
    least = len(path) + deeper
    return any(len(e["loc"]) >= least and e["loc"][: len(path)] == path for e in errors)


def _most_telling(group: list[ErrorDetails]) -> ErrorDetails:
    depth = max(len(details["loc"]) for details in group)
    best = [details for details in group if len(details["loc"]) == depth]
    kinds = {details["type"] for details in best}
    if len(kinds) > 1 and all(map(is_type, kinds)):
        message = expected([details["type"] for details in best])
        return {**best[0], "type": NONE_OF, "msg": message}
    return best[0]


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand at a path."""
    here: list[Any] = [model]
    for part in path:
        here = [inner for annotation in here for inner in _inside(annotation, part)]
    return [
        info.alias or name
        for annotation in here
        for member in _members(annotation)
        if isinstance(member, type) and issubclass(member, BaseModel)
        for name, info in member.model_fields.items()
    ]


def _inside(annotation: Any, part: str | int) -> list[Any]:  # noqa: ANN401  annotations have no type of their own
    """The types that a part of an error's path leads to; it may also name a union's member."""
    tagged = [member for member in _members(annotation, tag=str(part)) if isinstance(part, str)]
    if tagged:
        return tagged
    found: list[Any] = []
    for member in _members(annotation):
        origin, args = get_origin(member), get_args(member)
        if isinstance(member, type) and issubclass(member, BaseModel):
            fields = member.model_fields
            found += [f.annotation for n, f in fields.items() if part in (f.alias, n)]
        elif origin in (tuple, list) and isinstance(part, int):
            found.append(args[0])
        elif origin is dict and isinstance(part, str):
            found.append(args[1])
    return found or [annotation]


def _members(annotation: Any, tag: str | None = None) -> list[Any]:  # noqa: ANN401  annotations have no type of their own
    """The types that an annotation stands for; with a tag, only the one that bears it."""
    if hasattr(annotation, "__metadata__"):
        tags = [m.tag for m in annotation.__metadata__ if isinstance(m, Tag)]
        if tag is not None and tag in tags:
            return [annotation.__origin__]
        return _members(annotation.__origin__, tag)
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [m for arg in get_args(annotation) for m in _members(arg, tag)]
    return [] if tag is not None else [annotation]
