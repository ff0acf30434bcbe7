"""The base of every resource's model, and the markers that say what a field's text means.

A resource is held as a frozen pydantic model and written as *canonical data*: plain JSON values in
which a value that equals its default is left out. Markers let the rest of the program find, without
knowing any kind by name, which values name other resources and which may hold a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    TypeAlias,
    Union,
    get_args,
    get_origin,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    StringConstraints,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from package_format.forms import KEY, URL

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list of them, or dict of str to them."""

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands inside canonical data: mapping keys and list indexes, outermost first."""


REFERS_TO = "x-refers-to"
"""The word by which a JSON Schema says what kind a text refers to."""


@dataclass(frozen=True)
class RefTo:
    """Marks a text that names a resource of this kind; a JSON Schema says so as well."""

    kind: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say in a schema what the text refers to, for editors and for the reference."""
        return {**handler(schema), REFERS_TO: self.kind}


@dataclass(frozen=True)
class Fillable:
    """Marks a text in which ``[[ parameters.x ]]`` is filled in at install."""


@dataclass(frozen=True)
class Message:
    """Marks a text in which ``{{ contact.x }}`` is filled in when the message is sent."""


@dataclass(frozen=True)
class Html:
    """Marks a text that is HTML: what is filled into it is escaped."""


@dataclass(frozen=True)
class Block:
    """Marks a text that merges by block and by line rather than as one value."""


Marker: TypeAlias = RefTo | Fillable | Message | Html | Block

_HOLDING = (BaseModel, list, tuple, Mapping)
"""The types whose values hold others."""

Key = Annotated[str, StringConstraints(pattern=KEY.pattern, max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500), Fillable()]
MessageLine = Annotated[str, StringConstraints(min_length=1, max_length=500), Fillable(), Message()]
MessageBody = Annotated[
    str, StringConstraints(min_length=1), Fillable(), Message(), Html(), Block()
]
MessageText = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000), Fillable(), Message(), Block()
]
PageBody = Annotated[str, StringConstraints(min_length=1), Fillable(), Html(), Block()]
Url = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=URL.pattern),
    Fillable(),
]
"""A web address, or a template that becomes one."""


def _alias(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Model(BaseModel):
    """The base of every model: frozen, strict about unknown keys, hyphens for underscores."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=_alias,
        populate_by_name=True,
        defer_build=True,
        allow_inf_nan=False,
    )

    @classmethod
    def wrapping(cls) -> Path:
        """Return what canonical data puts around this model's own fields; see `Named`."""
        return ()

    def canonical(self) -> dict[str, Json]:
        """Return the canonical data: JSON values, defaults left out, aliases as keys."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Named(Model):
    """A model that stands under its row's name: ``{send-email: {email: confirmed}}``.

    Triggers and actions are written so. `word` is the row's name, and `shorthand` the field that a
    bare text fills (``send-email: confirmed``), if one does.
    """

    word: ClassVar[str]
    shorthand: ClassVar[str | None] = None

    @classmethod
    def wrapping(cls) -> Path:
        """Return the row's name, which stands around the fields."""
        return (cls.word,)

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: object) -> object:
        if isinstance(value, dict) and value.keys() == {cls.word}:
            value = value[cls.word]
            if cls.shorthand is not None and not isinstance(value, dict):
                return {cls.shorthand: value}
            return {} if value is None else value
        return value

    @model_serializer(mode="wrap")
    def _wrap(self, fields: SerializerFunctionWrapHandler) -> dict[str, Json]:
        return {self.word: fields(self)}


def word_of(value: object) -> str | None:
    """Return the row's name of a `Named` model or of the data of one; None if it has none."""
    if isinstance(value, Named):
        return value.word
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value)))
    return None


class Words(dict[str, int | str | float]):
    """What an error says of a choice; hashable, as the type ``Condition | None`` has to be."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict says that it has none
        """Hash by content; nobody changes it."""
        return hash(tuple(self.items()))


def any_of(models: Iterable[type[Named]], idea: str) -> Any:  # noqa: ANN401  annotations have no type of their own
    """Return the type of one of these models, told apart by their words.

    Args:
        models: The models of a table's rows.
        idea: What one of them is called in messages, such as "trigger".
    """
    models = tuple(models)
    choices = tuple(Annotated[model, Tag(model.word)] for model in models)
    discriminator = Discriminator(
        word_of,
        custom_error_type=f"unknown-{idea}",
        custom_error_message=f"this is not a known {idea}",
        custom_error_context=Words(idea=idea, words=", ".join(model.word for model in models)),
    )
    return Annotated[Union[choices], discriminator]  # noqa: UP007  the members are known only when it runs


class Marked(NamedTuple):
    """A marked value inside a model.

    Attributes:
        path: Where it stands in the model's canonical data.
        marker: The marker: `RefTo`, `Fillable`, `Message`, `Html` or `Block`.
        value: The text itself.
    """

    path: Path
    marker: object
    value: str


def marked(model: BaseModel) -> tuple[Marked, ...]:
    """Return every marked text of a model, in the order of its fields."""
    found: list[Marked] = []
    _in_model(model, (), found)
    return tuple(found)


def references(model: BaseModel) -> Iterator[tuple[Path, str, str]]:
    """Yield (path, kind, text) for every reference in a model."""
    if may_refer(type(model)):
        yield from references_among(marked(model))


@cache
def kinds_named(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the kinds of what a model's own fields name, by the fields."""
    return {
        name: marker.kind
        for name, _, shape in _plan(model)
        for marker in shape.markers
        if isinstance(marker, RefTo)
    }


@cache
def may_refer(model: type[BaseModel]) -> bool:
    """Whether a model of this type can hold a reference: an email cannot, nor can a tag."""
    return any(
        _is_reference(shape) or _holds_model(model.model_fields[name].annotation)
        for name, _, shape in _plan(model)
    )


def _is_reference(shape: _Shape | None) -> bool:
    return shape is not None and (
        any(isinstance(marker, RefTo) for marker in shape.markers) or _is_reference(shape.element)
    )


def _holds_model(annotation: Any) -> bool:  # noqa: ANN401  annotations have no type of their own
    """Whether values of a type may be models, or hold some; what is unknown may."""
    if hasattr(annotation, "__metadata__"):
        return _holds_model(annotation.__origin__)
    if get_origin(annotation) is Literal:
        return False
    if args := get_args(annotation):
        return any(_holds_model(inner) for inner in args if inner is not ...)
    return _may_hold(annotation)


def _may_hold(annotation: Any) -> bool:  # noqa: ANN401  annotations have no type of their own
    """Whether values of a plain type may have others inside them; what is unknown may."""
    if not isinstance(annotation, type) or annotation in (Any, object):
        return True
    return issubclass(annotation, _HOLDING)


def references_among(found: Iterable[Marked]) -> Iterator[tuple[Path, str, str]]:
    """Yield (path, kind, text) for every reference among marked texts."""
    for one in found:
        if isinstance(one.marker, RefTo):
            yield one.path, one.marker.kind, one.value


def replaced(data: Json, path: Path, value: Json) -> Json:
    """Return canonical data with the value at a path replaced; nothing else is copied deeply."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    copy: Any = list(data) if isinstance(data, list) else dict(data)
    copy[head] = replaced(copy[head], rest, value)
    return copy


@dataclass(frozen=True)
class _Shape:
    """What a type says of the values that it allows.

    Attributes:
        markers: The markers of a text.
        element: What it says of a container's items (of a mapping's values); None if it has none.
    """

    markers: tuple[Marker, ...] = ()
    element: _Shape | None = None


_UNMARKED = _Shape()


def _in_model(model: BaseModel, path: Path, found: list[Marked]) -> None:
    for name, at, shape in _plan(type(model)):
        value = getattr(model, name)
        if value is not None:  # as most are
            _in_value(value, shape, path + at, found)


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, Path, _Shape], ...]:
    """The fields in which something marked may stand: name, place, and what their types say."""
    around = model.wrapping() if issubclass(model, Model) else ()
    return tuple(
        (
            name,
            (*around, info.alias or name),
            _Shape(_marks((*info.metadata, *_markers(info.annotation))), _items(info.annotation)),
        )
        for name, info in model.model_fields.items()
        if _may_mark(info.annotation) or _marks(tuple(info.metadata))
    )


def _items(annotation: Any) -> _Shape | None:  # noqa: ANN401  annotations have no type of their own
    element = _element(annotation)
    return None if element is None else _Shape(_marks(_markers(element)), _items(element))


def _marks(metadata: tuple[object, ...]) -> tuple[Marker, ...]:
    return tuple(m for m in metadata if isinstance(m, Marker))


def _may_mark(annotation: Any) -> bool:  # noqa: ANN401
    """Whether values of a type may hold something marked; a model may, and what is unknown."""
    if hasattr(annotation, "__metadata__"):
        return bool(_marks(tuple(annotation.__metadata__))) or _may_mark(annotation.__origin__)
    if get_origin(annotation) is Literal:
        return False
    if args := get_args(annotation):
        return any(_may_mark(inner) for inner in args if inner is not ...)
    return _may_hold(annotation)


def _in_value(value: object, shape: _Shape, path: Path, found: list[Marked]) -> None:
    if isinstance(value, str):
        for marker in shape.markers:
            found.append(Marked(path, marker, value))  # noqa: PERF401  mostly none, or one
    elif isinstance(value, _LISTS):
        for index, item in enumerate(value):
            _in_value(item, shape.element or _UNMARKED, (*path, index), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _in_value(item, shape.element or _UNMARKED, (*path, key), found)
    elif isinstance(value, BaseModel):
        _in_model(value, path, found)


_LISTS = (list, tuple)


def _markers(annotation: Any) -> tuple[object, ...]:  # noqa: ANN401  annotations have no type of their own
    """The markers of an annotation: of an Annotated type, or of the one in an optional."""
    if hasattr(annotation, "__metadata__"):
        return tuple(annotation.__metadata__)
    if get_origin(annotation) is not None and get_origin(annotation) not in (list, tuple, dict):
        return tuple(m for part in get_args(annotation) for m in _markers(part))
    return ()


def _element(annotation: Any) -> Any:  # noqa: ANN401  annotations have no type of their own
    """The type of a container's items (of a mapping's values)."""
    if hasattr(annotation, "__metadata__"):
        return _element(annotation.__origin__)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (tuple, list):
        return args[0]
    if origin is not None and args and isinstance(origin, type) and issubclass(origin, Mapping):
        return args[1]
    for part in args:
        inner = _element(part)
        if inner is not None:
            return inner
    return None
