"""What can happen to contacts on the command line: one word each, and what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from account_engine.errors import RefusedError
from account_engine.events import Event
from account_engine.objects import reference
from account_engine.reporting import DERIVED, kinds_said, read_event
from account_engine.story import Line
from cpt.accounts.embedded import translated
from cpt.cli.options import tell
from cpt.cli.people import Person, contacts_named, find_object, one_contact
from cpt.cli.progress import working
from cpt.cli.setting import read_pairs
from cpt.cli.views.account import with_labels
from cpt.errors import BadInputError, CptError, UsageError
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import Channel
from package_format.email_address import is_email_address

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount


@dataclass(frozen=True)
class Happening:
    """Something that happens to each of several contacts.

    Attributes:
        said: What happened, in words: ``submitted "Registration"``.
        to: Lets it happen to one contact, and returns the story of that: an empty one if it changed
            nothing, None if there is nothing to hear in it.
        so: What was so before where it changes nothing: ``had the tag "Came" already``.
        welcomes: Whether somebody unknown becomes a contact by it.
    """

    said: str
    to: Callable[[int], Sequence[Line] | None]
    so: str = "nothing changed"
    welcomes: bool = False


@dataclass
class Happened:
    """What became of letting something happen.

    Attributes:
        new: How many became contacts by it.
        unchanged: To how many it did nothing, since it was so before.
        told: For how many there is a story of it.
        heard: For how many a goal heard it.
        passed_over: How often a step passed over its action in it, by what the story says of that.
    """

    new: int = 0
    unchanged: int = 0
    told: int = 0
    heard: int = 0
    passed_over: Counter[Line] = field(default_factory=Counter)

    def hear(self, story: Sequence[Line] | None) -> None:
        """Count one contact's part of it."""
        if story is None:
            return
        self.told += 1
        self.unchanged += not story
        self.heard += any(line.what == "achieved" for line in story)
        self.passed_over.update(
            Line(0, line.what, line.campaign, line.node, line.why)
            for line in story
            if line.what == "skipped"
        )

    def why_nothing(self, account: AnyAccount) -> str:
        """Say why nothing was sent: what most were passed over for, or that nobody heard it."""
        if not self.told:
            return ""
        if self.passed_over:
            line, _ = self.passed_over.most_common(1)[0]
            where = f"{account.label(reference(line.campaign or 0))}: {line.node}"
            return f"{where} was passed over, {with_labels(account, line.why)}"
        if not self.heard:
            return "no goal of a published campaign heard it"
        return "nothing is due at once"


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
    return Happening(f"may be reached by {found} again", lambda who: account.opt_in(who, found))


def _channel(text: str) -> Channel:
    if text not in tuple(Channel):
        raise UsageError(f"{text!r} is no channel", f"the channels are {', '.join(Channel)}")
    return Channel(text)


def _assign(account: AnyAccount, user: str) -> Happening:
    said = f"belongs to {user}" if user else "belongs to nobody"
    return Happening(said, lambda who: account.assign_owner(who, user or None))


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
    if len(names) != len(needed):
        raise UsageError(
            f"{word} needs {' and '.join(needed)}",
            f"cpt account event WHO {word} {' '.join(needed)}",
        )
    return make(account, *names)


def happen(
    account: AnyAccount,
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
    last = everybody[-1].who
    before = _lived(account, last)
    try:
        with working("letting it happen"), translated(), account.together():
            for place, person in enumerate(everybody, 1):
                try:
                    happened.new += _happen_to(account, person, happening, values, happened.hear)
                except (CptError, RefusedError) as error:
                    if len(everybody) == 1:
                        raise
                    raise _stopped(person, place, len(everybody), error) from error
    except KeyboardInterrupt:
        done = _lived(account, last) != before
        tell("it had happened to everybody" if done else "nothing happened to anybody")
        raise
    return happened


def _happen_to(
    account: AnyAccount,
    person: Person,
    happening: Happening,
    values: Mapping[str, str],
    told: Callable[[Sequence[Line] | None], None],
) -> bool:
    """Let it happen to one person, and say whether they became a contact by it."""
    brought = {**person.values, **values}
    number = _known(account, person, happening)
    if number is None:
        told(happening.to(account.add_contact({**brought, "email": person.who}).id))
        return True
    for name, value in brought.items():
        account.set_value(number, name, value)
    told(happening.to(number))
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
