"""Asking the person at the terminal: for parameters, and how to settle what a plan cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cpt.cli import options
from cpt.cli.options import ask_which, tell
from cpt.cli.output import ask
from cpt.errors import ParametersError, UsageError
from cpt.installer.record.record import Record
from cpt.installer.request import Chosen
from package_format.kinds.model import Json
from package_format.parameter_values import accept
from package_format.parameters import Parameter, ParameterType


def with_values(
    chosen: Sequence[Chosen],
    asked: Sequence[str],
    sources: Iterable[Mapping[str, Json]],
    record: Record,
) -> tuple[Chosen, ...]:
    """Give packages the values for their parameters, asking for what is missing if one can ask.

    Args:
        chosen: The packages in play.
        asked: Those that were asked for by name; a bare parameter means the only one of them.
        sources: ``parameter`` or ``publisher/name:parameter`` to value; later ones go before
            earlier ones.
        record: What was given before.

    Raises:
        UsageError: A parameter's package is not plain, or not in play.
    """
    names = [each.package.name for each in chosen]
    given: dict[str, dict[str, Json]] = {name: {} for name in names}
    for text, value in (pair for values in sources for pair in values.items()):
        name, colon, parameter = text.rpartition(":")
        if not colon:
            name = _only_one(parameter, asked, chosen)
        if name not in given:
            raise UsageError(f"{name} is not among these packages", f"there is {', '.join(names)}")
        given[name][parameter] = value
    _refuse_unusable(chosen, given)
    if options.is_interactive():
        for each in chosen:
            _ask_for_missing(each, given[each.package.name], record)
    return tuple(replace(each, given=given[each.package.name]) for each in chosen)


def _refuse_unusable(chosen: Sequence[Chosen], given: Mapping[str, Mapping[str, Json]]) -> None:
    """Say what cannot be used before anything is asked."""
    problems = []
    for each in chosen:
        values = given[each.package.name]
        known = each.package.manifest.parameters
        optional = {
            key: parameter.model_copy(update={"required": False})
            for key, parameter in known.items()
        }
        found = accept(optional, values).problems
        problems += [f"{each.package.name}: {problem}" for problem in found]
    if problems:
        raise ParametersError(
            tuple(problems), ("give a value with --set PARAMETER=VALUE or --values F",)
        )


def _only_one(parameter: str, asked: Sequence[str], chosen: Sequence[Chosen]) -> str:
    having = [
        each.package.name
        for each in chosen
        if each.package.name in asked and parameter in each.package.manifest.parameters
    ]
    candidates = having or list(asked)
    if len(candidates) != 1:
        raise UsageError(
            f"which package's {parameter}?",
            f"with --set, write {candidates[0]}:{parameter}=VALUE",
            f"in a file of values, write {candidates[0]}: {{{parameter}: VALUE}}",
        )
    return candidates[0]


def _ask_for_missing(each: Chosen, given: dict[str, Json], record: Record) -> None:
    installed = record.packages.get(each.package.name)
    before = installed.parameters if installed is not None else {}
    for key, parameter in each.package.manifest.parameters.items():
        if parameter.required and key not in given and key not in before:
            given[key] = _ask(each.package.name, key, parameter)
    _ask_for_what_rules_require(each, given, before)


def _ask_for_what_rules_require(
    each: Chosen, given: dict[str, Json], before: Mapping[str, Json]
) -> None:
    """Ask for what is needed because of something else that is given; each answer may need more."""
    known = each.package.manifest.parameters
    asked = True
    while asked:
        asked = False
        values = {
            key: given.get(key, before.get(key, parameter.default))
            for key, parameter in known.items()
        }
        for rule in each.package.manifest.rules:
            lacking = [key for key in rule.lacking(values) if key in known and key not in given]
            if lacking:
                tell(f"{each.package.name}: {rule.problem(values)}")
                given.update({key: _ask(each.package.name, key, known[key]) for key in lacking})
                asked = True
                break


def _ask(package: str, key: str, parameter: Parameter) -> Json:
    """Ask until the value can be used."""
    title = parameter.title or key
    if parameter.description:
        tell(parameter.description)
    while True:
        if parameter.choices:
            return ask_which(f"{title} ({package})", parameter.choices)
        answer = ask(f"{title} ({package})", secretly=parameter.type is ParameterType.SECRET)
        try:
            return parameter.read(answer)
        except ValueError as problem:
            tell(f"  {problem}")
