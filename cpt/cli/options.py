"""Options that many verbs share, and the questions asked before something changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

import click

from cpt.cli import completion
from cpt.cli.output import ask, echo_sentence

Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(command: Command) -> Command:
    """Add ``--format human|json``."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["human", "json"]),
        default="human",
        envvar="CPT_FORMAT",
        help="For people, or versioned JSON for programs.",
    )(command)


def account_option(command: Command) -> Command:
    """Add ``--account``."""
    return click.option(
        "--account",
        envvar="CPT_ACCOUNT",
        metavar="ACCOUNT",
        shell_complete=completion.accounts,
        help="An account's file or URL, or a name from 'cpt account list'. [env: CPT_ACCOUNT]",
    )(command)


def registry_option(command: Command) -> Command:
    """Add ``--registry``, and ``--offline``, which `is_offline` tells of."""
    command = click.option(
        "--offline",
        is_flag=True,
        envvar="CPT_OFFLINE",
        expose_value=False,
        callback=_remember_offline,
        help="Ask no registry; use what was read from it before. [env: CPT_OFFLINE]",
    )(command)
    return click.option(
        "--registry",
        envvar="CPT_REGISTRY",
        metavar="DIR|URL",
        help="The registry's directory or address. [env: CPT_REGISTRY]",
    )(command)


def _remember_offline(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    ctx.meta["cpt.offline"] = value


def is_offline() -> bool:
    """Whether the command that runs is to use no network."""
    import os

    context = click.get_current_context(silent=True)
    told = None if context is None else context.meta.get("cpt.offline")
    if told is None:  # the command has no such option
        return click.BOOL.convert(os.environ.get("CPT_OFFLINE") or False, None, context)
    return bool(told)


def with_option(command: Command) -> Command:
    """Add ``--with``."""
    return click.option(
        "--with",
        "with_",
        multiple=True,
        metavar="PACKAGE",
        help="A folder or file to take a dependency from, instead of the registry.",
    )(command)


def allow_secret_option(command: Command) -> Command:
    """Add ``--allow-secret``."""
    return click.option(
        "--allow-secret",
        multiple=True,
        metavar="FILE",
        help="This file looks like a secret and is none; repeatable.",
    )(command)


def theme_option(command: Command) -> Command:
    """Add ``--theme``."""
    return click.option(
        "--theme",
        type=click.Choice(["auto", "light", "dark"]),
        default="auto",
        help="A picture's colours; auto follows the reader's system (PNG: light).",
    )(command)


def yes_option(command: Command) -> Command:
    """Add ``--yes``."""
    return click.option("--yes", "-y", is_flag=True, help="Do it without asking.")(command)


def settling_options(command: Command) -> Command:
    """Add the flags that settle what a plan cannot: --keep, --take, --contacts, --map.

    The verb gets what they say, and what ``--enrol`` does if it stands above, as ``settling``.
    """

    @wraps(command)
    def settled(
        *,
        keep: tuple[str, ...],
        take: tuple[str, ...],
        contacts: tuple[str, ...],
        maps: tuple[str, ...],
        enrol: tuple[str, ...] = (),
        **others: object,
    ) -> object:
        from cpt.cli.planning import Settling

        return command(settling=Settling(keep, take, contacts, maps, enrol), **others)

    flagged = settled
    offers = {
        "--contacts": completion.places,
        "--take": completion.addresses,
        "--keep": completion.addresses,
    }
    for name, metavar, help_ in (
        ("--map", "ADDRESS=#ID", "This resource is that object of the account; repeatable."),
        (
            "--contacts",
            "[PLACE=]WHERE",
            "migrate, ask, finish-on-old, exit, PLACE=continue-at:NODE.STEP, STEP=catch-up:7days.",
        ),
        (
            "--take",
            "ADDRESS",
            "Settle a conflict: as the package has it, or gone where it leaves; repeatable.",
        ),
        ("--keep", "ADDRESS", "Settle a conflict: as you have it; repeatable."),
    ):
        parameter = {"--map": "maps"}.get(name, name.removeprefix("--"))
        flagged = click.option(
            name,
            parameter,
            multiple=True,
            metavar=metavar,
            help=help_,
            shell_complete=offers.get(name),
        )(flagged)
    return cast("Command", flagged)


def enrol_option(command: Command) -> Command:
    """Add ``--enrol``."""
    return click.option(
        "--enrol",
        multiple=True,
        metavar="[CAMPAIGN=]yes|no",
        help="Whether who has its tag already is put into a campaign; repeatable.",
    )(command)


def changing_options(command: Command) -> Command:
    """Add what every verb has that plans, asks and applies."""
    for option in (format_option, account_option, yes_option, settling_options):
        command = option(command)
    return command


def value_options(command: Command) -> Command:
    """Add the flags that give parameters: --set and --values."""
    command = click.option(
        "--values", type=click.Path(), metavar="FILE", help="Parameters from a YAML file."
    )(command)
    return click.option(
        "--set",
        "set_",
        multiple=True,
        metavar="NAME=VALUE",
        help="A parameter's value (PACKAGE:NAME=VALUE for a dependency's); repeatable.",
    )(command)


def is_interactive() -> bool:
    """Whether somebody is there to be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreed(question: str, *, yes: bool, format_: str = "human") -> bool:
    """Ask before something changes.

    Programs, which read JSON, are never asked.

    Returns:
        Whether the answer was yes.

    Raises:
        NobodyToAskError: There is no terminal and no ``--yes``; nothing was changed.
    """
    if yes:
        return True
    if format_ == "json" or not is_interactive():
        from cpt.errors import NobodyToAskError

        raise NobodyToAskError
    while True:
        answer = ask(f"{question} [y/N]", default="n")
        if answer.strip().casefold() in ("y", "yes", "n", "no"):
            return answer.strip().casefold().startswith("y")
        tell("  please answer y or n")


def ask_which(question: str, words: Sequence[str]) -> str:
    """Ask until the answer is one of some words."""
    while True:
        answer = ask(f"{question} ({', '.join(words)})").strip()
        if answer in words:
            return answer
        tell(f"  please answer {' or '.join(words)}")


def tell(message: str) -> None:
    """Say something to the person at the terminal."""
    echo_sentence(message, err=True)
