"""From a request to an applied plan: plan, show, ask, apply, for every verb that changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import shorten

from cpt.accounts.port import Account
from cpt.cli import options
from cpt.cli.options import agreed, ask_which, tell
from cpt.cli.output import ask, console, echo, print_json
from cpt.cli.progress import working
from cpt.cli.secret_values import SecretValues
from cpt.cli.views.plan import answer_in_words, show_plan, who_has
from cpt.cli.views.plan_data import plan_data
from cpt.cli.views.status import pending_line
from cpt.cli.views.words import called, counted, moment
from cpt.errors import SignedOtherwiseError, UnsettledError, UsageError
from cpt.installer.applying.apply import apply, leaves, refuse_unsettled, ways_on
from cpt.installer.applying.stepwise import pending, refuse_pending
from cpt.installer.changes import Change, Remedy
from cpt.installer.choices import Choices, read_choices
from cpt.installer.plan import Plan
from cpt.installer.planning.enrolments import agreed_to
from cpt.installer.planning.stopped import left_stopped, publishing
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import record_of
from cpt.installer.request import Request
from cpt.installer.words import field_words
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.upgrades.entries import Leave

_LABEL = 50
"""Of how many characters a name in a question may be."""

STOP = "stop"
"""What is typed where the only other answer is not wanted."""


@dataclass(frozen=True)
class Settling:
    """How conflicts and stranded contacts are to be settled, as flags say it."""

    keep: tuple[str, ...] = ()
    take: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    enrol: tuple[str, ...] = ()

    @property
    def choices(self) -> Choices:
        """The same as values."""
        return read_choices(self.keep, self.take, self.contacts, self.maps, self.enrol)


def planned(account: Account, request: Request, choices: Choices) -> Plan:
    """Return the plan for a request as the account is now."""
    with working("planning"):
        refuse_pending(account)
        return prepare(account, request, choices, uuid.uuid4().hex)


def carry_out(
    account: Account, request: Request, settling: Settling, *, yes: bool, format_: str
) -> bool:
    """Plan, show the plan, ask, and apply it.

    Returns:
        Whether it was applied, or there was nothing to apply.

    Raises:
        UnsettledError: Something has to be settled first; the plan was shown.
        StrandedError: Contacts would have nowhere to go; likewise.
        NobodyToAskError: There is nobody to say yes.
        SignedOtherwiseError: A yes was given beforehand, and something is not signed as before.
    """
    plan = planned(account, request, settling.choices)
    secrets = SecretValues(account, request.secrets)
    if format_ == "human":
        show_plan(console(), plan, account.info.zone)
        while options.is_interactive() and not yes and _can_be_settled(plan):
            settling = _settled_at_the_prompt(plan, settling)
            plan = planned(account, request, settling.choices)
            show_plan(console(), plan, account.info.zone)
    if plan.is_empty:
        tell_secrets(secrets.kept(plan), format_=format_)
        if format_ == "json":
            print_plan(plan, secrets)
        return True
    if plan.conflicts or plan.stranded:
        if format_ == "json":
            print_plan(plan, secrets)
        refuse_shown(plan, format_=format_)
    if format_ == "human":
        echo(err=True)
        tell_secrets(secrets.foretold(plan), format_=format_)
        if options.is_interactive() and not yes:
            plan = _enrolled_at_the_prompt(plan)
    elif not yes:
        print_plan(plan, secrets)
    if yes:
        _refuse_signed_otherwise(plan)
    if not agreed("Apply this?", yes=yes, format_=format_):
        tell("nothing was changed")
        return False
    apply_plan(account, plan, secrets, format_=format_)
    return True


def _refuse_signed_otherwise(plan: Plan) -> None:
    """Refuse what is not signed as before where somebody agreed to it before they saw that.

    Raises:
        SignedOtherwiseError: Something is not.
    """
    odd = [f"{step.name} {step.new}: {step.signed}" for step in plan.packages if step.is_odd]
    if odd:
        raise SignedOtherwiseError(odd)


def refuse_shown(plan: Plan, *, format_: str) -> None:
    """Refuse a plan that was shown and that its owner still has to decide something about.

    Whoever has just read what is to be settled, and how, is not told once more.

    Raises:
        UnsettledError: The plan has conflicts.
        StrandedError: Contacts stand where the plan has no answer.
    """
    try:
        refuse_unsettled(plan)
    except UnsettledError as error:
        if format_ == "json":
            raise
        marked = "what is marked ! above says how"
        raise UnsettledError(str(error), marked, *ways_on(plan)) from None


def tell_secrets(lines: Iterable[str], *, format_: str) -> None:
    """Say what is to be known of secrets; programs read it as JSON."""
    for line in lines:
        if format_ == "human":
            tell(line)


def print_plan(plan: Plan, secrets: SecretValues, revision: int | None = None) -> None:
    """Print a plan as JSON, and the revision that it became, if it was applied."""
    ended: dict[str, Json] = {"applied": revision is not None, "revision": revision}
    print_json("plan", {**plan_data(plan), "secrets": secrets.data(plan), **ended})


def already_applied(account: Account, plan: Plan, *, format_: str) -> bool:
    """Say of a plan that was applied before when that was; return whether it was."""
    done = next((r for r in account.revisions() if r.id == plan.change_set.id), None)
    if done is None:
        return False
    if format_ == "json":
        print_plan(plan, SecretValues(account), done.number)
    else:
        when = f"on {moment(done.at, account.info.zone)}, as revision {done.number}"
        tell(f"this plan was applied before, {when}; nothing was changed")
    return True


def apply_plan(account: Account, plan: Plan, secrets: SecretValues, *, format_: str) -> None:
    """Apply a plan and say what came of it; whoever interrupts it learns how it ended."""
    try:
        with working("applying"):
            applied = apply(plan, account)
    except KeyboardInterrupt:
        tell(_interrupted(account, plan))
        raise
    lines = list(secrets.kept(plan))
    if format_ == "json":
        print_plan(plan, secrets, applied.revision)
        return
    if applied.already:
        tell(f"this plan was applied before, as revision {applied.revision}; nothing was changed")
        return
    said = f"done: revision {applied.revision}"
    if applied.travelled:
        said += f"; {counted(applied.travelled, 'position')} carried along"
    if applied.enrolled:
        said += f"; {counted(applied.enrolled, 'contact')} enrolled"
    tell(said)
    for change in left_stopped(plan):
        publish = publishing(plan, change.address)
        tell(f"“{called(change.label)}” is stopped; {publish} lets it go on")
    tell_secrets(lines, format_=format_)
    by_hand = record_of(plan.change_set.record).by_hand
    if by_hand:
        left = counted(len(by_hand), "thing is", "things are")
        tell(f"{left} left to do by hand; cpt status says what, in full, and sees when it is done")


def _interrupted(account: Account, plan: Plan) -> str:
    if any(revision.id == plan.change_set.id for revision in account.revisions()):
        return "it was applied before you interrupted it"
    begun = pending(account)
    return "nothing was changed" if begun is None else pending_line(begun)


def _can_be_settled(plan: Plan) -> bool:
    """Whether there is something to ask about, and every answer would lead on."""
    return bool(plan.conflicts or plan.stranded) and all(c.remedies for c in plan.conflicts)


def _settled_at_the_prompt(plan: Plan, settling: Settling) -> Settling:
    """Ask about each conflict and each place whose contacts have nowhere to go."""
    said: dict[str, list[str]] = {"keep": [], "take": [], "map": []}
    for change in plan.conflicts:
        for question in _questions(change):
            remedy = question.ask()
            said[remedy.flag].append(remedy.target)
    contacts = [
        *(f"{campaign}={_ask_leaving(said)}" for campaign, said in _leaving(plan).items()),
        *(_ask_where(place, question) for place, question in _stranded(plan).items()),
    ]
    return replace(
        settling,
        keep=(*settling.keep, *said["keep"]),
        take=(*settling.take, *said["take"]),
        contacts=(*settling.contacts, *contacts),
        maps=(*settling.maps, *said["map"]),
    )


def _enrolled_at_the_prompt(plan: Plan) -> Plan:
    """Ask of each campaign whether who has its tag already is put into it; no is the default."""
    return agreed_to(
        plan,
        tuple(
            one
            if one.agreed is not None
            else replace(one, agreed=agreed(f"{who_has(one)}. Enrol them in it?", yes=False))
            for one in plan.enrolments
        ),
    )


def _ask_leaving(said: str) -> str:
    """Ask what becomes of contacts whose campaign goes with its package."""
    question = f"{said}: let them finish it, or take them out?"
    return ask_which(question, (Leave.FINISH_ON_OLD, Leave.EXIT))


def _ask_where(place: str, question: str) -> str:
    """Ask where contacts go until the answer is one."""
    while True:
        said = f"{place}={ask(question).strip()}"
        try:
            read_choices(contacts=(said,))
        except UsageError as error:
            tell(f"  {error}")
        else:
            return said


@dataclass(frozen=True)
class _Question:
    """What to ask about one conflict, or about one field of it.

    Attributes:
        text: The question; it can be answered by whoever reads nothing else.
        remedies: What each answer says.
    """

    text: str
    remedies: Mapping[str, Remedy]

    def ask(self) -> Remedy:
        """Ask until the answer is one of those that there are.

        Raises:
            UnsettledError: The owner would rather stop.
        """
        words = tuple(self.remedies)
        answer = ask_which(self.text, words if len(words) > 1 else (*words, STOP))
        if answer == STOP:
            raise UnsettledError("it is not settled; nothing was changed")
        return self.remedies[answer]


def _questions(change: Change) -> Iterator[_Question]:
    """Yield what to ask: of each field that is in question, or of the resource as a whole."""
    named = (
        f"{KINDS[change.kind].title} “{shorten(called(change.label), _LABEL, placeholder=' …')}”"
    )
    which = {each.target.rpartition("=")[2]: each for each in change.remedies if each.flag == "map"}
    if which:
        yield _Question(f"{named}: which of these of your account is it?", which)
    targets = dict.fromkeys(each.target for each in change.remedies if each.flag != "map")
    for target in targets:
        ways = {each.flag: each for each in change.remedies if each.target == target}
        _, _, path = target.partition("#")
        where = f", {field_words(tuple(path.split('.')))}" if path else ""
        match tuple(ways):
            case _ if change.question:
                text = f"{named}{where}: {change.question}"
            case ("take",):
                text = f"{named}{where}: have it as the package does?"
            case ("keep",):
                text = f"{named}{where}: keep what you have?"
            case _:
                text = f"{named}{where}: keep yours or take theirs?"
        yield _Question(text, ways)


def _leaving(plan: Plan) -> dict[str, str]:
    """Return who is on their way in each campaign that goes with its package, by address."""
    found: dict[str, int] = {}
    titles: dict[str, str] = {}
    for travel in plan.stranded:
        if leaves(plan, travel):
            titles[travel.campaign] = travel.title
            found[travel.campaign] = found.get(travel.campaign, 0) + travel.contacts
    return {
        campaign: f"{counted(number, 'contact is', 'contacts are')} on their way in "
        f"“{titles[campaign]}”"
        for campaign, number in found.items()
    }


def _stranded(plan: Plan) -> dict[str, str]:
    """Return what to ask, by address: of places, or of a whole campaign with no answer at all."""
    found: dict[str, str] = {}
    whole: dict[str, int] = {}
    answered = {t.campaign for t in plan.travels if t.answer is not None or t.proposed is not None}
    for travel in plan.stranded:
        if leaves(plan, travel):
            continue
        if travel.campaign in answered:
            address = f"{travel.campaign}.{'.'.join(travel.place.inner)}"
            ways = "finish-on-old, exit, or continue-at:NODE.STEP"
            if travel.proposed is not None:
                ways = f"migrate (to {answer_in_words(travel.proposed, plan)}), {ways}"
            found[address] = (
                f"{counted(travel.contacts, 'contact')} at {travel.place} of “{travel.title}”: "
                f"{ways}?"
            )
        else:
            number = whole[travel.campaign] = whole.get(travel.campaign, 0) + travel.contacts
            found[travel.campaign] = (
                f"{counted(number, 'contact')} at “{travel.title}”: "
                "finish-on-old, exit, or continue-at:NODE.STEP?"
            )
    return found
