"""The command line's entrance: the table of verbs, and what becomes of whatever goes wrong.

A verb's module is imported when it is called, not before: starting costs what Python and click
cost. Nothing below this module prints an error or ends the process.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from cpt import __version__
from cpt.cli.exit_codes import ExitCode, exit_code_of
from cpt.cli.output import echo, echo_styled

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VERBS = {
    "new": "Write a new package to start from.",
    "check": "Report every problem of a package at once.",
    "test": "Run a package's scenarios in virtual time.",
    "show": "Draw a package's campaigns and say what it brings.",
    "build": "Write the archive and print its digest.",
    "diff": "Say what changed between two versions, and which bump that demands.",
    "bump": "Write the version that the changes demand.",
    "publish": "Check, test, build, compare and upload a package.",
    "yank": "Withdraw a version: nobody chooses it anew.",
    "deprecate": "Say that a package should not be chosen any more.",
    "owner": "Share the ownership of a publisher's name.",
    "login": "Store a token for a registry.",
    "logout": "Forget the token for a registry.",
    "token": "Make and end tokens that publish for you.",
    "workflow": "Let a CI's workflow publish without a token.",
    "search": "Find packages.",
    "info": "Say what a package is and what it brings.",
    "versions": "List a package's versions.",
    "plan": "Work out what an installation would change, and keep it.",
    "apply": "Apply a plan that was kept.",
    "rehearse": "Say what an upgrade would send in the coming days.",
    "install": "Install packages into an account.",
    "upgrade": "Move installed packages to newer versions.",
    "rollback": "Go back to an earlier revision of the account.",
    "uninstall": "Take packages out of an account.",
    "resume": "Go on with a plan that was begun and is not finished.",
    "abort": "Undo a plan that was begun and is not finished.",
    "list": "List what is installed.",
    "status": "Compare what was installed with what the account holds now.",
    "history": "List the account's revisions.",
    "sync": "Bring an account to what a stack file says.",
    "outdated": "List what could be newer.",
    "tree": "Draw what needs what.",
    "why": "Say why a package is installed.",
    "export": "Make a package of what somebody built in an account.",
    "account": "Look after an account: contacts, events, time.",
    "registry": "Run a registry, copy it, prove it, sign it, or trust it.",
    "schema": "Print JSON Schemas for editors.",
    "explain": "Explain a diagnostic's code at length.",
}
"""Every verb and what it does, in the order of a package's life; a module of `cpt.cli.verbs`."""

_LOOKED_THROUGH_AFTER = 100_000
"""How many more values there are before the collector of garbage looks through the new ones again.

By default it does so at every 700th, and starting alone makes a hundred times as many, none of them
garbage. Only what goes round in circles waits for it; everything else goes at once. So a command
that runs for days holds a few megabytes more than it would, and no more with time.
"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called.

    A verb's module is named like the verb and defines a command named like it too. Packages
    contribute verbs by entry points that name groups of them; those are looked for only where the
    table has no answer, or all are listed.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  handed on to click
        verbs: dict[str, str],
        folder: str,
        contributed: str | None = None,
        **kwargs: Any,  # noqa: ANN401  handed on to click
    ) -> None:
        """Say where the verbs are.

        Args:
            args: Handed on to click.
            verbs: The table of verbs.
            folder: The Python package that holds their modules.
            contributed: The group of entry points that name groups of further verbs.
            kwargs: Handed on to click.
        """
        super().__init__(*args, **kwargs)
        self._verbs = verbs
        self._folder = folder
        self._group = contributed

    def _contributed(self) -> dict[str, click.Command]:
        """The verbs that packages contribute; finding them costs more than starting does."""
        if self._group is None:
            return {}
        from importlib.metadata import entry_points

        found: dict[str, click.Command] = {}
        for point in entry_points(group=self._group):
            group = _command(point.load())
            assert isinstance(group, click.Group)  # noqa: S101  a table that lies is our bug
            found |= group.commands
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the table's order, then the contributed ones."""
        del ctx
        return [*self._verbs, *self._contributed()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        del ctx
        if cmd_name not in self._verbs:
            return self._contributed().get(cmd_name)
        name = f"{cmd_name}_" if cmd_name == "list" else cmd_name.replace("-", "_")
        return _command(getattr(import_module(f"{self._folder}.{name}"), name))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer verbs without importing any."""
        from click.shell_completion import CompletionItem

        helps = dict.fromkeys(self._contributed(), "") | self._verbs
        found = [
            CompletionItem(name, help=helps[name])
            for name in (*self._verbs, *(name for name in helps if name not in self._verbs))
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest verb when there is none of that name."""
        word = args[0]
        known = self._verbs if word in self._verbs else self.list_commands(ctx)
        if word not in known and not word.startswith("-"):
            from package_format.spelling import nearest

            close = nearest(word, known)
            hint = f" Did you mean {close[0]}?" if close else ""
            ctx.fail(f"there is no verb {word}.{hint} '{ctx.command_path} --help' lists them.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of verbs without importing any; contributed ones are made light."""
        del ctx
        contributed = [
            (name, command.get_short_help_str(limit=80))
            for name, command in self._contributed().items()
        ]
        with formatter.section("Verbs"):
            formatter.write_dl([*self._verbs.items(), *contributed])


def _command(found: object) -> click.Command:
    assert isinstance(found, click.Command)  # noqa: S101  a table that lies is our bug
    return found


def _show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if value and not ctx.resilient_parsing:
        echo(f"cpt {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    verbs=VERBS,
    folder="cpt.cli.verbs",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, envvar="CPT_DEBUG", help="Show tracebacks.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Print the version.",
)
@click.pass_context
def cpt(ctx: click.Context, debug: bool) -> None:
    """Write a marketing campaign once, and install it into any account."""
    ctx.obj = debug
    if "NO_COLOR" in os.environ:
        ctx.color = False


def main() -> None:
    """Run the command line; every ending goes through here."""
    gc.set_threshold(_LOOKED_THROUGH_AFTER)
    from cpt.cli import streams

    # What may be plugged into pydantic has no business here, and looking for it takes time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    answers = streams.prepare()
    ending = run(sys.argv[1:])
    streams.flush()
    if answers.failure is not None:
        show_error(
            f"what this printed could not be written: {answers.failure.strerror}",
            "only the report is incomplete: what was to be done was done, unless said otherwise",
        )
        ending = ending or int(ExitCode.BAD_INPUT)
    gc.freeze()  # what is left goes with the process, and nobody need look for garbage in it
    sys.exit(ending)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; failures become sentences on standard error."""
    try:
        ending = cpt.main(arguments, prog_name="cpt", standalone_mode=False)
    except click.ClickException as error:
        return _used_wrongly(error)
    except (click.Abort, KeyboardInterrupt) as error:
        return _interrupted(error)
    except Exception as error:  # noqa: BLE001  nothing else stands between a bug and a traceback
        return _failed(error, debug="--debug" in arguments or bool(os.environ.get("CPT_DEBUG")))
    return ending if isinstance(ending, int) else int(ExitCode.DONE)


def _used_wrongly(error: click.ClickException) -> int:
    if isinstance(error, click.NoSuchOption):
        from package_format.spelling import nearest

        close = nearest(error.option_name, error.possibilities or (), likeness=0.75)
        error = click.NoSuchOption(error.option_name, possibilities=close, ctx=error.ctx)
    said = error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        echo(said, err=True)
        return int(ExitCode.USAGE)
    context = getattr(error, "ctx", None)
    help_ = (f"'{context.command_path} --help' says how it is used",) if context else ()
    if isinstance(error, click.UsageError) and context is not None:
        echo(context.get_usage(), err=True)
    if not said[:2].isupper():  # a metavariable stays as it is
        said = said[:1].lower() + said[1:]
    show_error(said, *help_)
    return int(ExitCode.USAGE)


def _interrupted(error: BaseException) -> int:
    if error.__cause__ is None:  # at a prompt: click has not ended its line
        echo(err=True)
    echo("interrupted", err=True)
    return int(ExitCode.INTERRUPTED)


def _failed(error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        echo("".join(traceback.format_exception(error)), err=True)
    code = exit_code_of(error)
    if code is None and isinstance(error, OSError) and error.filename is not None:
        show_error(f"{error.filename} cannot be used: {error.strerror}")
        return int(ExitCode.BAD_INPUT)
    if code is None and isinstance(error, UnicodeEncodeError):
        show_error(
            f"{error.object[:80]!r} is not a text in UTF-8",
            "if it should be, set the locale to UTF-8: LC_ALL=C.UTF-8",
        )
        return int(ExitCode.BAD_INPUT)
    if code is None:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        show_error(
            f"this is a bug in cpt: {said}",
            "nothing is lost: what was not finished was not begun",
            "run it again as 'cpt --debug …', and send what it prints to the makers of cpt",
        )
        return int(ExitCode.BUG)
    show_error(str(error), *getattr(error, "help", ()))
    return int(code)


def show_error(message: str, *help_: str) -> None:
    """Say on standard error what happened, and what to do about it."""
    echo_styled("error", f": {message}", fg="red", bold=True)
    for line in help_:
        echo_styled("  help", f": {line}", bold=True)
