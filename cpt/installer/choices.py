"""Choices: what the owner has settled before or between plans.

Written as selectors: ``email/confirmed`` for a resource, ``email/confirmed#subject`` for a field of
it, ``campaign/follow-up#sequences.remind.steps.nudge.wait`` for one deep inside. The package may be
left out where the address is plain without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from cpt.errors import UsageError
from cpt.installer.merging.merge import Side
from package_format.campaign.timers import Duration
from package_format.kinds.model import Path
from package_format.references import Address, InvalidReferenceError
from package_format.spelling import did_you_mean
from package_format.upgrades.entries import ContinueAt, Leave
from package_format.upgrades.entry_data import catch_up


@dataclass(frozen=True)
class Selector:
    """Names a resource, or a field of it.

    Attributes:
        address: The resource's address, with or without its package.
        path: The field's path in canonical data, items by key; empty for the whole resource.
    """

    address: Address
    path: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read ``ADDRESS[#path]``.

        Raises:
            UsageError: The text is not a selector.
        """
        address, _, path = text.partition("#")
        return cls(_address(address), tuple(part for part in path.split(".") if part))

    def means(self, address: Address) -> bool:
        """Whether this names the resource at a full address."""
        return self.address in (address, Address("", address.kind, address.key))


class Course(StrEnum):
    """How contacts are taken through a change of their campaign.

    Attributes:
        MIGRATE: As the author and M2 say.
        ASK: Likewise, after the owner has agreed to each place from which somebody goes elsewhere.
    """

    MIGRATE = "migrate"
    ASK = "ask"


Destination: TypeAlias = ContinueAt | Leave | Course
"""What an owner says of contacts."""

_CATCH_UP, _NOBODY = "=catch-up:", "nobody"

_WORDS = {each.value: each for each in (*Leave, *Course)}


@dataclass(frozen=True)
class Choices:
    """What the owner chose.

    Attributes:
        sides: Whose value stands, for resources and fields; the most exact selector wins.
        contacts: Where the contacts of a place go, or everybody inside of a node or campaign.
        maps: Which object (by id) a wanted resource is, where the account cannot tell.
        everyone: The same of all campaigns; a `Leave` is only for those of whom nothing else says
            where they go.
        catch_up: Of new steps, for how long contacts may have stood behind them who get them after
            all (M4); None for nobody, whatever the author says.
        enrolling: Whether contacts who have its tag are put into a campaign (C12).
        enrolling_all: The same of all campaigns.
    """

    sides: Mapping[Selector, Side] = field(default_factory=dict)
    contacts: Mapping[Address, Destination] = field(default_factory=dict)
    maps: Mapping[Address, int] = field(default_factory=dict)
    everyone: Leave | Course | None = None
    catch_up: Mapping[Address, Duration | None] = field(default_factory=dict)
    enrolling: Mapping[Address, bool] = field(default_factory=dict)
    enrolling_all: bool | None = None

    def enrols(self, address: Address) -> bool | None:
        """Return whether contacts are put into a campaign for a tag; None if nothing was said."""
        said = (yes for chosen, yes in self.enrolling.items() if Selector(chosen).means(address))
        return next(said, self.enrolling_all)

    def side(self, address: Address, path: Path = ()) -> Side | None:
        """Return what was chosen for exactly this resource or field, if anything."""
        wanted = tuple(str(part) for part in path)
        for selector, side in self.sides.items():
            if selector.path == wanted and selector.means(address):
                return side
        return None

    def object_for(self, address: Address) -> int | None:
        """Return the object that the owner says a resource is."""
        for chosen, number in self.maps.items():
            if Selector(chosen).means(address):
                return number
        return None

    def caught_up(self, campaign: Address) -> dict[Address, Duration | None]:
        """Return what was chosen for new steps of a campaign, by address as it was written."""
        return {
            chosen: within
            for chosen, within in self.catch_up.items()
            if Selector(chosen.resource).means(campaign)
        }

    def contacts_at(self, *names: Address) -> tuple[Address, Destination] | None:
        """Return what was said of contacts at a place, by the most exact address that contains it.

        Args:
            names: The place's address, and those that it has by other names of its campaign.

        Returns:
            The address as it was written, and where they go; None if nothing was said.
        """
        fitting = [
            (len(chosen.inner), (chosen, answer))
            for chosen, answer in self.contacts.items()
            for name in names
            if Selector(chosen.resource).means(name.resource)
            and name.inner[: len(chosen.inner)] == chosen.inner
        ]
        return max(fitting, key=lambda row: row[0])[1] if fitting else None


def flag(chosen: Address, said: Destination | Duration | None) -> str:
    """Return how something is said of contacts on the command line."""
    return f"--contacts {chosen}={_word(chosen, said)}"


def _word(chosen: Address, said: Destination | Duration | None) -> str:
    match said:
        case ContinueAt(target):
            inside = target.resource == chosen.resource
            return f"continue-at:{'.'.join(target.inner) if inside else target}"
        case Leave() | Course():
            return said.value
        case None:
            return f"catch-up:{_NOBODY}"
        case Duration():
            return f"catch-up:{str(said).replace(' ', '')}"


def verify(choices: Choices, known: Iterable[str]) -> None:
    """Refuse choices about resources that a plan is not about: they would do nothing, silently.

    Args:
        choices: What the owner chose.
        known: The full addresses that the plan is about.

    Raises:
        UsageError: Something is named that is not among them; says what is close to it.
    """
    named = [
        *(selector.address for selector in choices.sides),
        *(address.resource for address in (*choices.contacts, *choices.catch_up)),
        *choices.maps,
        *choices.enrolling,
    ]
    addresses = [Address.parse(text) for text in known] if named else []
    for address in named:
        if not any(Selector(address).means(each) for each in addresses):
            local = [each.local for each in addresses]
            hint = did_you_mean(address.local, local)
            raise UsageError(f"there is no {address} in this plan", *([hint] if hint else []))


def read_choices(
    keep: tuple[str, ...] = (),
    take: tuple[str, ...] = (),
    contacts: tuple[str, ...] = (),
    maps: tuple[str, ...] = (),
    enrol: tuple[str, ...] = (),
) -> Choices:
    """Read choices as flags give them.

    Args:
        keep: Selectors of what stays as the owner has it.
        take: Selectors of what becomes as the package has it.
        contacts: ``ADDRESS=migrate``, ``ADDRESS=ask``, ``ADDRESS=exit``, ``ADDRESS=finish-on-old``
            or ``ADDRESS=continue-at:NODE[.STEP]`` for a place, node or campaign; a word alone for
            all campaigns; ``ADDRESS=catch-up:7 days`` or ``ADDRESS=catch-up:nobody`` for a step
            that is new.
        maps: ``ADDRESS=#12``.
        enrol: ``yes`` or ``no`` for all campaigns, ``ADDRESS=yes`` or ``ADDRESS=no`` for one.

    Raises:
        UsageError: One of them cannot be read, or contradicts another.
    """
    sides = {Selector.parse(text): Side.KEEP for text in keep}
    for text in take:
        selector = Selector.parse(text)
        if selector in sides:
            raise UsageError(f"{text} cannot be kept and taken at once")
        sides[selector] = Side.TAKE
    said = [text for text in contacts if text not in _WORDS]
    return Choices(
        sides,
        dict(_contacts(text) for text in said if _CATCH_UP not in text),
        dict(_map(text) for text in maps),
        _everyone([_WORDS[text] for text in contacts if text in _WORDS]),
        dict(_caught_up(text) for text in said if _CATCH_UP in text),
        *_enrolling(enrol),
    )


def _caught_up(text: str) -> tuple[Address, Duration | None]:
    place, _, within = text.partition(_CATCH_UP)
    step = _in_campaign(place)
    if len(step.inner) != len(("node", "step")):
        raise UsageError(
            f"{place} is no step, and only with a new step somebody can be caught up",
            f"write {step.resource}.SEQUENCE.STEP{_CATCH_UP}{within or '7days'}",
        )
    if within == _NOBODY:
        return step, None
    try:
        return step, catch_up(within)
    except ValueError as error:
        raise UsageError(
            f"{text!r} does not say who is caught up: {error}",
            f"write {place}{_CATCH_UP}7days for all who came there within the last seven days",
            f"or {place}{_CATCH_UP}{_NOBODY}",
        ) from error


def _contacts(text: str) -> tuple[Address, Destination]:
    place, _, answer = text.partition("=")
    address = _in_campaign(place)
    if answer in _WORDS:
        return address, _WORDS[answer]
    word, _, target = answer.partition(":")
    if word != "continue-at" or not target:
        raise UsageError(
            f"{text!r} does not say where contacts go",
            f"write {place}=continue-at:NODE.STEP, {place}=finish-on-old or {place}=exit",
            "or for a whole campaign CAMPAIGN=migrate, CAMPAIGN=ask or CAMPAIGN=finish-on-old",
        )
    where = target if "/" in target else f"{address.resource}.{target}"
    return address, ContinueAt(_in_campaign(where, target))


def _everyone(words: list[Leave | Course]) -> Leave | Course | None:
    if len(set(words)) > 1:
        raise UsageError(f"it cannot be {' and '.join(dict.fromkeys(words))} for all contacts")
    return words[0] if words else None


def _enrolling(texts: Iterable[str]) -> tuple[dict[Address, bool], bool | None]:
    answers = {"yes": True, "no": False}
    one_by_one, everywhere = dict[Address, bool](), None
    for text in texts:
        campaign, _, word = text.rpartition("=")
        if word not in answers:
            raise UsageError(
                f"{text!r} does not say whether contacts are enrolled",
                "write --enrol yes or --enrol no, or CAMPAIGN=yes for one campaign",
            )
        if campaign:
            one_by_one[_in_campaign(campaign)] = answers[word]
        else:
            everywhere = answers[word]
    return one_by_one, everywhere


def _map(text: str) -> tuple[Address, int]:
    address, _, number = text.partition("=")
    digits = number.removeprefix("#")
    if not digits.isdecimal():
        raise UsageError(f"{text!r} names no object; write {address}=#12")
    return _address(address), int(digits)


def _in_campaign(text: str, written: str = "") -> Address:
    """Read the address of a campaign, or of what is in one; `written` if it was not that text."""
    try:
        return Address.parse(text)
    except InvalidReferenceError as error:
        meant = f"campaign/{written or text}"
        try:
            Address.parse(meant)
        except InvalidReferenceError:
            raise UsageError(str(error)) from error
        raise UsageError(str(error), f"did you mean {meant}?") from error


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except InvalidReferenceError as error:
        raise UsageError(str(error)) from error
