"""Campaigns that were taken out, and that contacts finish: found, let run, and left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_engine.objects import StoredObject, number_of, reference
from account_engine.views.campaigns import Retired, flows_taken_out
from cpt.accounts.embedded import translated
from cpt.cli.exit_codes import ExitCode
from cpt.cli.options import agreed, tell
from cpt.cli.output import print_json
from cpt.cli.people import find_object
from cpt.cli.views.account import gone_data
from cpt.cli.views.words import called, counted
from cpt.errors import BadInputError, UsageError
from cpt.installer.record.snapshot import record_of
from package_format.references import Address

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount, OwnAccount


@dataclass(frozen=True)
class Gone:
    """A campaign that was taken out.

    Attributes:
        id: The id that it had.
        title: Its title.
        versions: The versions that contacts finish, oldest first.
    """

    id: int
    title: str
    versions: tuple[Retired, ...]

    @property
    def contacts(self) -> int:
        """How many finish it."""
        return sum(one.contacts for one in self.versions)


def gone_campaigns(account: AnyAccount) -> tuple[Gone, ...]:
    """Return the campaigns that were taken out and that somebody is in still."""
    return tuple(
        Gone(number, versions[-1].title, tuple(versions))
        for number, versions in flows_taken_out(account.retired()).items()
    )


def find_campaign(account: AnyAccount, text: str) -> StoredObject | Gone:
    """Return the campaign that people mean; one that was taken out, if there is no other.

    Raises:
        BadInputError: There is none, or there are several.
    """
    try:
        return find_object(account, "campaign", text)
    except BadInputError:
        gone = find_gone(account, text)
        if gone is None:
            raise
        return gone


def find_gone(account: AnyAccount, text: str) -> Gone | None:
    """Return the campaign that was taken out and that people mean by an id, a title or a key.

    Raises:
        BadInputError: There are several.
    """
    package, _, key = text.rpartition(":")
    keys = {
        number_of(managed.object)
        for address, managed in record_of(account.record()).objects.items()
        if (one := Address.parse(address)).kind == "campaign"
        and one.key == key
        and package in ("", one.package, one.package.partition("/")[2])
    }
    known = gone_campaigns(account)
    named = [one for one in known if reference(one.id) == text or one.id in keys]
    named = named or [one for one in known if one.title.casefold() == text.casefold()]
    if len(named) > 1:
        ids = ", ".join(reference(one.id) for one in named)
        raise BadInputError(f"{text} could be several: {ids}", "name one by its id, such as #12")
    return named[0] if named else None


def publish_gone(
    account: OwnAccount, gone: Gone, *, publish: bool, yes: bool, format_: str
) -> ExitCode:
    """Stop those who finish a campaign, or let them go on."""
    question = "Let them go on?" if publish else "Stop it?"
    if not _agreed(gone, question, yes=yes, format_=format_):
        return ExitCode.NO
    with translated():
        account.set_published(gone.id, published=publish)
    if format_ == "json":
        _print(account, gone)
    else:
        runs = "runs" if publish else "is stopped"
        tell(f"“{called(gone.title)}” {runs} for those who finish it")
    return ExitCode.DONE


def let_go(account: OwnAccount, gone: Gone, *, yes: bool, format_: str) -> ExitCode:
    """Let those who finish a campaign leave it."""
    if not _agreed(gone, "Let them all leave it now?", yes=yes, format_=format_):
        return ExitCode.NO
    with translated():
        account.let_go(gone.id)
    if format_ == "json":
        _print(account, gone)
    else:
        who = counted(gone.contacts, "contact")
        tell(f"{who} left “{called(gone.title)}”; nothing is left of it")
    return ExitCode.DONE


def _agreed(gone: Gone, question: str, *, yes: bool, format_: str) -> bool:
    stays = "finishes" if gone.contacts == 1 else "finish"
    who = counted(gone.contacts, "contact")
    tell(f"“{called(gone.title)}” was taken out, and {who} {stays} it.")
    said = agreed(question, yes=yes, format_=format_)
    if not said:
        tell("nothing was changed")
    return said


def _print(account: OwnAccount, gone: Gone) -> None:
    left = find_gone(account, reference(gone.id))
    print_json("campaign", gone_data(left or Gone(gone.id, gone.title, ())))


def refuse_entering(gone: Gone) -> None:
    """Refuse to put anybody into a campaign that was taken out.

    Raises:
        UsageError: Always.
    """
    raise UsageError(
        f"“{called(gone.title)}” was taken out, and admits nobody any more",
        "install its package again to have it back",
    )
