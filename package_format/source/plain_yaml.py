"""Plain YAML: the data of a text in which nothing is wrong or odd, in half the time.

Most texts are such, and where their values stand is asked only when there is something to say. What
`yaml_text` would refuse, mend or look at twice is refused here without a word, so that `yaml_text`
reads it and says why. Of what is not refused, both make the same data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from package_format.kinds.model import Json
from package_format.source.nodes import DEPTH_LIMIT, TEXT_LIMIT, Scalar
from package_format.source.scalars import UnusableNumberError, scalar_value


class NotPlainError(ValueError):
    """The text has to be read by `yaml_text`."""


def plain_yaml(text: str) -> Json:
    """Return the data of one YAML document; an empty mapping for an empty text.

    Raises:
        NotPlainError: Something is wrong with the text, or might be.
    """
    if len(text) > TEXT_LIMIT:
        raise NotPlainError
    try:
        return _document(yaml.CSafeLoader(text).get_event)
    except (yaml.YAMLError, UnicodeEncodeError, UnusableNumberError) as error:
        raise NotPlainError from error


_Following = Callable[[], Any]
"""Gives the next event; libyaml's have attributes that the stubs do not know."""


def _document(following: _Following) -> Json:
    following()  # the stream begins
    if type(following()) is yaml.StreamEndEvent:
        return {}
    data = _value(following(), following, 0)
    following()  # the document ends
    if type(following()) is not yaml.StreamEndEvent:
        raise NotPlainError
    return {} if data is None else data


def _value(event: Any, following: _Following, depth: int) -> Json:  # noqa: ANN401
    if type(event) is yaml.ScalarEvent:
        return _scalar(event)
    if event.anchor is not None or event.tag is not None or depth == DEPTH_LIMIT:
        raise NotPlainError
    if type(event) is yaml.MappingStartEvent:
        return _mapping(following, depth + 1)
    return _list(following, depth + 1)


def _mapping(following: _Following, depth: int) -> dict[str, Json]:
    data: dict[str, Json] = {}
    while type(event := following()) is not yaml.MappingEndEvent:
        key = _scalar(event)
        if type(key) is not str or key == "<<" or key in data:
            raise NotPlainError
        data[key] = _value(following(), following, depth)
    return data


def _list(following: _Following, depth: int) -> list[Json]:
    data: list[Json] = []
    while type(event := following()) is not yaml.SequenceEndEvent:
        data.append(_value(event, following, depth))
    if data and type(data[0]) is list:  # what [[ … ]] without quotes is to YAML
        raise NotPlainError
    return data


def _scalar(event: Any) -> Scalar:  # noqa: ANN401
    if type(event) is not yaml.ScalarEvent or event.anchor is not None or event.tag is not None:
        raise NotPlainError
    value: str = event.value
    return scalar_value(value) if event.implicit[0] else value
