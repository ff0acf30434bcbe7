"""The rule that the values which owners gave can still be used."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.parameters import pairs
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.parameters import Parameter, ParameterType
from package_format.versions import Bump

_LINES = {
    ParameterType.CHOICE,
    ParameterType.DATE,
    ParameterType.DURATION,
    ParameterType.EMAIL,
    ParameterType.URL,
    ParameterType.USER,
}
_WIDER: dict[ParameterType, set[ParameterType]] = {
    ParameterType.STRING: {*_LINES, ParameterType.INTEGER, ParameterType.NUMBER},
    ParameterType.TEXT: {*_LINES, ParameterType.STRING},
    ParameterType.NUMBER: {ParameterType.INTEGER},
}
"""What a type also takes besides its own values."""


def _find(versions: Versions) -> Iterator[Found]:
    for key, old, _, new in pairs(versions):
        for message in _narrowed(old, new):
            yield f"parameter/{key}", message, None


def _narrowed(old: Parameter, new: Parameter) -> Iterator[str]:
    if new.type is not old.type and old.type not in _WIDER.get(new.type, set()):
        yield f"it was a {old.type} and is a {new.type}"
        return
    if new.type is old.type:
        yield from (f"{c!r} can be chosen no longer" for c in old.choices if c not in new.choices)
    if new.pattern not in (None, old.pattern):
        yield f"it has to have the form {new.pattern}"
    if new.minimum is not None and _is_stricter(old.minimum, new.minimum, old_is_less=True):
        yield f"it must be at least {new.minimum} now"
    if new.maximum is not None and _is_stricter(old.maximum, new.maximum, old_is_less=False):
        yield f"it must be at most {new.maximum} now"


def _is_stricter(old: object, new: object, *, old_is_less: bool) -> bool:
    """Whether a new bound leaves out what the old one allowed; dates compare as their texts."""
    if old is None:
        return True
    if isinstance(old, int | float) and isinstance(new, int | float):
        return old < new if old_is_less else old > new
    return str(old) < str(new) if old_is_less else str(old) > str(new)


RULE = Rule(
    "parameter-narrowed",
    Bump.MAJOR,
    "a parameter takes fewer values",
    """\
Owners have given values that the old version took. The account keeps them, and the new version has
to take them too.""",
    _find,
)
