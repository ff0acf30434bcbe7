"""What an owner does with a campaign as it is: puts contacts into it, stops it, lets it go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from account_engine.backlog import Backlog
from account_engine.objects import StoredObject
from cpt.cli.exit_codes import ExitCode
from cpt.cli.options import agreed, tell
from cpt.cli.output import console, print_json
from cpt.cli.people import find_object, packaged_beside
from cpt.cli.progress import working
from cpt.cli.sent import LATER, Counting
from cpt.cli.views.account import campaign_data, places_table
from cpt.cli.views.words import called, counted, iso, listed, moment
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from cpt.cli.places import OwnAccount

NOTHING_CHANGED = "nothing was changed"


def enrol_tagged(
    account: OwnAccount, one: StoredObject, names: Sequence[str], *, yes: bool, format_: str
) -> ExitCode:
    """Put contacts who have some tag into a campaign, after saying how many they are (C12)."""
    tags = [find_object(account, "tag", name) for name in dict.fromkeys(names)]
    numbers = [tag.id for tag in tags]
    account.verify_enrolment(one.id, numbers)
    contacts = account.count_enrollable(numbers, one.id)
    title = f"“{called(one.label)}”"
    if contacts:
        have = counted(contacts, "contact has", "contacts have")
        labels = listed([f"“{called(tag.label)}”" for tag in tags], "or")
        tell(f"{have} the tag {labels}, and {'is' if contacts == 1 else 'are'} not in {title}.")
        if not agreed("Enrol them in it?", yes=yes, format_=format_):
            tell(NOTHING_CHANGED)
            return ExitCode.NO
    sent = Counting(account)
    with working("enrolling"):
        enrolled = account.enrol_tagged(one.id, numbers) if contacts else 0
    if not account.heard:
        tell(LATER)
    if format_ == "json":
        data = {"campaign": one.reference, "contacts": enrolled, "sent": sent.count()}
        print_json("enrolled", data)
    elif not contacts:
        tell(f"there is nobody to enrol who is not in {title} already; {NOTHING_CHANGED}")
    else:
        tell(f"{counted(enrolled, 'contact')} enrolled in {title}. {sent.said()}")
    return ExitCode.DONE


def set_published(
    account: OwnAccount, one: StoredObject, *, publish: bool, yes: bool, format_: str
) -> ExitCode:
    """Let a campaign hear and run, or stop it, after showing what that comes to."""
    title = f"“{called(one.label)}”"
    if account.flow(one.id).published is publish:
        so = "is published already" if publish else "is not published as it is"
        return _as_it_is(account, one, f"{title} {so}; {NOTHING_CHANGED}", format_)
    if publish:
        _tell_what_comes(account, one, yes=yes, format_=format_)
    else:
        _tell_what_stops(account, one)
    if not agreed("Publish it?" if publish else "Stop it?", yes=yes, format_=format_):
        tell(NOTHING_CHANGED)
        return ExitCode.NO
    account.set_published(one.id, published=publish)
    if not publish:
        return _as_it_is(account, one, f"{title} is stopped", format_)
    said = f"{title} is published: it hears and runs, and what is overdue comes next"
    code = _as_it_is(account, one, said, format_)
    if format_ == "human":
        _tell_who_stands_still(account, one)
    return code


def _tell_what_comes(account: OwnAccount, one: StoredObject, *, yes: bool, format_: str) -> None:
    """Say what publishing a campaign would set going."""
    with working("looking ahead"):
        found = account.backlog(one.id)
    if format_ == "human":
        _show_backlog(account, one, found)
    elif not yes:
        print_json("backlog", {**campaign_data(account, one), **_data(found)})


def _tell_what_stops(account: OwnAccount, one: StoredObject) -> None:
    """Say what stopping a campaign means for those who are in it."""
    contacts = account.count_in(one.id)
    if contacts:
        who = f"the {counted(contacts, 'contact')} in it {'stays' if contacts == 1 else 'stay'}"
        waiting = f"{who} where they are, and their timers do nothing, though time goes on"
    else:
        waiting = "nobody is in it"
    tell(
        f"“{called(one.label)}” stops: it hears nothing and runs nothing until it is published "
        f"again; {waiting}. What happens to anybody meanwhile, it does not hear later."
    )


def _tell_who_stands_still(account: OwnAccount, one: StoredObject) -> None:
    """Name the campaigns of the same package that are still stopped."""
    for key, beside in packaged_beside(account, one):
        if not account.flow(beside.id).published:
            still = f"“{called(beside.label)}” of the same package is still stopped"
            tell(f"{still}; cpt account campaign {key} --publish lets it go on")


def _as_it_is(account: OwnAccount, one: StoredObject, said: str, format_: str) -> ExitCode:
    """Say what has become of a campaign, or show it to a program."""
    if format_ == "json":
        print_json("campaign", campaign_data(account, one))
    else:
        tell(said)
    return ExitCode.DONE


def _show_backlog(account: OwnAccount, one: StoredObject, found: Backlog) -> None:
    title = f"“{called(one.label)}”"
    if not found.occupied:
        tell(f"Nobody is in {title}; it hears what happens from now on.")
        return
    contacts = account.count_in(one.id)
    overdue = sum(place.overdue for place in found.occupied)
    stand = counted(contacts, "contact stands", "contacts stand")
    are = counted(overdue, "is", "are") if overdue else "nobody is"
    tell(f"{stand} in {title}; {are} overdue:")
    console(err=True).print(places_table(account, one, found.occupied))
    if not found.sent:
        when = "" if found.next_due is None else moment(found.next_due, account.info.zone)
        tell(
            f"Within the first hour nothing would be sent{when and f'; the first goes on {when}'}."
        )
        return
    tell("Within the first hour this would be sent:")
    for each in found.sent:
        by = "" if each.campaign == one.label else f", by “{called(each.campaign)}”"
        tell(f"  {counted(each.count, str(each.kind))} “{called(each.label)}”{by}")


def _data(found: Backlog) -> dict[str, Json]:
    sent = [
        {"kind": str(x.kind), "label": x.label, "campaign": x.campaign, "count": x.count}
        for x in found.sent
    ]
    return {"sent": sent, "next_due": None if found.next_due is None else iso(found.next_due)}
