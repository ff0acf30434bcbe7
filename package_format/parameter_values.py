"""Values of parameters: what becomes of those that an owner gives, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from package_format.parameter_rules import ParameterRule
from package_format.parameters import Parameter, Value
from package_format.spelling import did_you_mean

VARIABLE = "CPT_SET_"
"""Begins the names of the environment's variables that give parameters."""


@dataclass(frozen=True)
class Accepted:
    """What became of the values that an owner gave.

    Attributes:
        values: Every parameter's value, defaults included; None for an optional one that was not
            given and has no default.
        given: The owner's own values among them, which is what an account records.
        problems: One sentence for each value that cannot be used.
    """

    values: Mapping[str, Value | None]
    given: Mapping[str, Value]
    problems: tuple[str, ...] = ()


def accept(
    parameters: Mapping[str, Parameter],
    given: Mapping[str, object],
    rules: Iterable[ParameterRule] = (),
) -> Accepted:
    """Read the values that an owner gives for a package's parameters.

    Args:
        parameters: What the manifest says.
        given: Values by name; texts, as flags give them, are converted to the parameter's type.
        rules: The rules across parameters, looked at when each value is good by itself.

    Returns:
        Accepted: The values, and every problem at once.
    """
    problems: list[str] = []
    read: dict[str, Value] = {}
    for name, value in given.items():
        parameter = parameters.get(name)
        if parameter is None:
            problems.append(_unknown(name, parameters))
            continue
        try:
            read[name] = parameter.read(value)
        except ValueError as problem:
            problems.append(f"{_called(name, parameter)}: {problem}")
    problems += [
        f"{_called(name, parameter)} is needed, and no value was given"
        for name, parameter in parameters.items()
        if parameter.required and name not in given
    ]
    values = {name: read.get(name, parameter.default) for name, parameter in parameters.items()}
    if not problems:
        problems += [broken for rule in rules if (broken := rule.problem(values))]
    return Accepted(values, read, tuple(problems))


def from_environment(
    parameters: Iterable[str], environment: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the values that the environment gives: ``CPT_SET_FROM_NAME`` for ``from-name``.

    Args:
        parameters: The names of the parameters.
        environment: The environment's variables.
    """
    variables = {name: variable_of(name) for name in parameters}
    return {name: environment[v] for name, v in variables.items() if v in environment}


def variable_of(parameter: str) -> str:
    """Return the environment's variable that gives a parameter: ``CPT_SET_FROM_NAME``."""
    return f"{VARIABLE}{parameter.upper().replace('-', '_')}"


def _called(name: str, parameter: Parameter) -> str:
    return f"{name} ({parameter.title})" if parameter.title else name


def _unknown(name: str, parameters: Mapping[str, Parameter]) -> str:
    hint = did_you_mean(name, parameters)
    if hint:
        return f"there is no parameter {name}; {hint}"
    if not parameters:
        return f"there is no parameter {name}; this package has none"
    return f"there is no parameter {name}; there are {', '.join(sorted(parameters))}"
