"""What can happen to contacts on the command line: one word each, and what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from account_engine.errors import RefusedError
from account_engine.events import Event
from account_engine.reporting import DERIVED, kinds_said, read_event
from account_engine.story import Line
from account_engine.views.contacts import Happening as Lived
from cpt.accounts.embedded import translated
from cpt.cli.options import tell
from cpt.cli.people import Person, contacts_named, find_object, one_contact
from cpt.cli.progress import working
from cpt.cli.setting import read_pairs
from cpt.cli.views.account import with_labels
from cpt.cli.views.words import typed
from cpt.errors import BadInputError, CptError, UsageError
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import Channel
from package_format.email_address import is_email_address

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount, OwnAccount

_Where: TypeAlias = tuple[int | str | None, str, str]

_FEW = 50
"""Of how many people at an address one asks what became of an event: twice, of each."""


@dataclass(frozen=True)
class Happening:
    """Something that happens to each of several contacts.

    Attributes:
        said: What happened, in words: ``submitted "Registration"``.
        to: Lets it happen to one contact, and returns the story of that: an empty one if it changed
            nothing, None if there is nothing to hear in it.
        so: What was so before where it changes nothing: ``had the tag "Came" already``.
        welcomes: Whether somebody unknown becomes a contact by it.
        tells: Whether there is anything to hear in it.
    """

    said: str
    to: Callable[[int], Sequence[Line] | None]
    so: str = "nothing changed"
    welcomes: bool = False
    tells: bool = True


@dataclass
class Happened:
    """What became of letting something happen.

    Attributes:
        new: How many became contacts by it.
        unchanged: To how many it did nothing, since it was so before.
        told: For how many there is a story of it.
        heard: For how many a goal heard it.
        passed_over: How often a step passed over its action in it, by campaign (its id, or its
            title), node and reason.
        refused: How often somebody was not let in somewhere, likewise.
        known: Whether all of that is known; over an address it is not of many at once, nor before
            what was sent has had its turn.
    """

    new: int = 0
    unchanged: int = 0
    told: int = 0
    heard: int = 0
    passed_over: Counter[_Where] = field(default_factory=Counter)
    refused: Counter[_Where] = field(default_factory=Counter)
    known: bool = True

    def hear(self, story: Sequence[Line | Lived] | None) -> None:
        """Count one contact's part of it."""
        if story is None:
            return
        self.told += 1
        self.unchanged += not story
        self.heard += any(line.what == "achieved" for line in story)
        for word, counter in (("skipped", self.passed_over), ("refused", self.refused)):
            counter.update(
                (line.campaign, line.node, line.why) for line in story if line.what == word
            )

    def why_nothing(self, account: AnyAccount) -> str:
        """Say why nothing was sent: what most were passed over for, or that nobody heard it."""
        if not self.told:
            return ""
        if self.passed_over:
            where, why = _told(account, self.passed_over)
            return f"{where} was passed over, {why}"
        if not self.heard:
            return "no goal of a published campaign heard it"
        if self.refused:
            where, why = _told(account, self.refused)
            return f"{where} was not entered, {why}"
        return "nothing is due at once"


def _told(account: AnyAccount, counter: Counter[_Where]) -> tuple[str, str]:
    """Return where something was so for most, and why."""
    (campaign, node, why), _ = counter.most_common(1)[0]
    title = campaign if isinstance(campaign, str) else account.label(f"#{campaign or 0}")
    return f"{title}: {node}", with_labels(account, why)


def _submit(account: AnyAccount, form: str) -> Happening:
    found = find_object(account, "form", form)
    event = Event("web-form-submitted", {"form": found.reference})
    return Happening(
        f"submitted “{found.label}”", lambda who: account.submit(who, event), welcomes=True
    )


def _tag(account: AnyAccount, tag: str) -> Happening:
    found = find_object(account, "tag", tag)
    return Happening(
        f"got the tag “{found.label}”",
        lambda who: account.apply_tag(who, found.id),
        so=f"had the tag “{found.label}” already",
    )


def _untag(account: AnyAccount, tag: str) -> Happening:
    found = find_object(account, "tag", tag)
    return Happening(
        f"lost the tag “{found.label}”",
        lambda who: account.remove_tag(who, found.id),
        so=f"did not have the tag “{found.label}”",
    )


def _buy(account: AnyAccount, product: str) -> Happening:
    found = find_object(account, "product", product)
    event = Event("product-purchased", {"product": found.reference})
    return Happening(f"bought “{found.label}”", lambda who: account.submit(who, event))


def _call(account: AnyAccount, integration: str, call: str) -> Happening:
    event = Event("api-called", {"integration": integration, "call": call})
    return Happening(f"{integration} called {call}", lambda who: account.submit(who, event))


def _set(account: AnyAccount, field: str, value: str) -> Happening:
    return Happening(
        f"{field} is now {value or 'empty'}",
        lambda who: account.set_value(who, field, value),
        so=f"{field} was {value or 'empty'} already",
    )


def _opt_out(account: AnyAccount, channel: str) -> Happening:
    found = _channel(channel)
    return Happening(
        f"wants no {found} any more",
        lambda who: account.opt_out(who, found),
        so=f"wanted no {found} before, either",
    )


def _opt_in(account: AnyAccount, channel: str) -> Happening:
    found = _channel(channel)
    return Happening(
        f"may be reached by {found} again", lambda who: account.opt_in(who, found), tells=False
    )


def _channel(text: str) -> Channel:
    if text not in tuple(Channel):
        raise UsageError(f"{text!r} is no channel", f"the channels are {', '.join(Channel)}")
    return Channel(text)


def _assign(account: AnyAccount, user: str) -> Happening:
    said = f"belongs to {user}" if user else "belongs to nobody"
    return Happening(said, lambda who: account.assign_owner(who, user or None), tells=False)


def _reported(account: AnyAccount, word: str, about: Sequence[str]) -> Happening:
    """What any trigger's word says, with what it is about as NAME=VALUE."""
    kinds, said = kinds_said(word), {}
    for name, value in read_pairs(about).items():
        kind = kinds.get(name)
        said[name] = find_object(account, kind, str(value)).reference if kind else str(value)
    with translated():
        event = read_event(account, word, said)
    words = [word.replace("-", " ")]
    words += [f"“{account.label(text)}”" if kinds.get(n) else text for n, text in said.items()]
    return Happening(" ".join(words), lambda who: account.report(who, event))


_WORDS: Mapping[str, tuple[tuple[str, ...], Callable[..., Happening]]] = {
    "submit": (("FORM",), _submit),
    "tag": (("TAG",), _tag),
    "untag": (("TAG",), _untag),
    "buy": (("PRODUCT",), _buy),
    "call": (("INTEGRATION", "CALL"), _call),
    "set": (("FIELD", "VALUE"), _set),
    "opt-out": (("CHANNEL",), _opt_out),
    "opt-in": (("CHANNEL",), _opt_in),
    "assign": (("USER",), _assign),
}


def words() -> tuple[str, ...]:
    """Return every word for something that can happen."""
    return (*_WORDS, *(word for word in TRIGGERS if word not in DERIVED))


def read_happening(account: AnyAccount, word: str, names: tuple[str, ...]) -> Happening:
    """Return what a word and its names mean in an account.

    Raises:
        UsageError: There is no such word, or it needs other names.
        BadInputError: The account has no form, tag or product of that name.
    """
    if word in TRIGGERS:
        return _reported(account, word, names)
    if word not in _WORDS:
        usages = ", ".join(" ".join((w, *needed)) for w, (needed, _) in _WORDS.items())
        others = ", ".join(each for each in TRIGGERS if each not in DERIVED)
        raise UsageError(
            f"{word!r} is nothing that can happen",
            f"there is: {usages}",
            f"and with NAME=VALUE, all that a campaign can hear: {others}",
        )
    needed, make = _WORDS[word]
    extra = names[len(needed) :]
    if extra:
        values = [part for each in extra if "=" in each for part in ("--set", each)]
        usage = ("cpt", "account", "event", "WHO", word, *needed)
        raise UsageError(
            f"{word} takes {' and '.join(needed)} and no more: too much is {' '.join(extra)}",
            f"values go with --set: {typed(*usage, *values)}" if values else " ".join(usage),
        )
    if len(names) < len(needed):
        raise UsageError(
            f"{word} needs {' and '.join(needed)}",
            f"cpt account event WHO {word} {' '.join(needed)}",
        )
    return make(account, *names)


def happen(
    account: OwnAccount,
    everybody: Sequence[Person],
    happening: Happening,
    values: Mapping[str, str],
) -> Happened:
    """Let something happen to people, who first get the values that they bring along.

    It happens to everybody or to nobody, and whoever is interrupted or told of a fault can do it
    again without its happening to anybody twice. (Over an address, values and consent are changed
    first and one by one; to change them to the same again is no event, C10.)

    Raises:
        BadInputError: Somebody is unknown, or brings along what cannot be.
    """
    happened = Happened()
    if not everybody:
        return happened
    hearing = _Hearing(account, happening, happened, few=len(everybody) <= _FEW)
    last = everybody[-1].who
    before = _lived(account, last)
    try:
        with working("letting it happen"), translated(), account.together():
            for place, person in enumerate(everybody, 1):
                try:
                    happened.new += _happen_to(account, person, happening, values, hearing.let)
                except (CptError, RefusedError) as error:
                    if len(everybody) == 1:
                        raise
                    raise _stopped(person, place, len(everybody), error) from error
    except KeyboardInterrupt:
        done = _lived(account, last) != before
        tell("it had happened to everybody" if done else "nothing happened to anybody")
        raise
    hearing.end()
    return happened


class _Hearing:
    """Hears what becomes of an event: at once, or by what is told of people afterwards."""

    def __init__(
        self, account: OwnAccount, happening: Happening, happened: Happened, *, few: bool
    ) -> None:
        """Begin; of many people at an address nothing is asked."""
        self._account = account
        self._happening = happening
        self._happened = happened
        self._asks = happening.tells and not account.tells
        happened.known = few or not self._asks
        self._before: dict[int, int] = {}

    def let(self, number: int) -> None:
        """Let it happen to one contact."""
        if self._asks and self._happened.known:
            self._happened.known = number not in self._before
            self._before[number] = len(self._account.timeline(number))
        story = self._happening.to(number)
        if not self._asks:
            self._happened.hear(story)

    def end(self) -> None:
        """Hear what is told of those to whom it has happened by now."""
        self._happened.known = self._happened.known and self._account.heard
        if self._asks and self._happened.known:
            for number, before in self._before.items():
                self._happened.hear(self._account.timeline(number)[before:])


def _happen_to(
    account: OwnAccount,
    person: Person,
    happening: Happening,
    values: Mapping[str, str],
    let: Callable[[int], None],
) -> bool:
    """Let it happen to one person, and say whether they became a contact by it."""
    brought = {**person.values, **values}
    number = _known(account, person, happening)
    if number is None:
        let(account.add_contact({**brought, "email": person.who}).id)
        return True
    for name, value in brought.items():
        account.set_value(number, name, value)
    let(number)
    return False


def _lived(account: AnyAccount, who: str) -> int:
    """Return how much has happened to somebody so far, if they are a contact."""
    with suppress(RefusedError):
        return sum(len(account.timeline(contact.id)) for contact in contacts_named(account, who))
    return 0


def _stopped(person: Person, place: int, of: int, error: Exception) -> BadInputError:
    return BadInputError(
        f"{person.who} ({place:,} of {of:,}): {error}",
        *getattr(error, "help", ()),
        "nothing happened to anybody: mend it and do it again",
    )


def _known(account: AnyAccount, person: Person, happening: Happening) -> int | None:
    """Return a person's number; None for somebody new, where that is welcome."""
    if person.number is not None:
        return person.number
    if happening.welcomes and "@" in person.who and not contacts_named(account, person.who):
        if not is_email_address(person.who):
            raise BadInputError(
                f"{person.who} is not an email address", "one looks like ada@example.com"
            )
        return None
    return one_contact(account, person.who).id
