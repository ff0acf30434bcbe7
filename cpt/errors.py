"""What can go wrong in the toolkit, split by who must act.

Every error's text is a sentence that says what happened and why; `help` says what to do. Only the
command line turns either into output, and maps the classes right below `CptError` to exit codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self


class CptError(Exception):
    """The base of all errors of the toolkit.

    Attributes:
        help: What to do about it, a line each.
    """

    def __init__(self, message: str, *help_: str) -> None:
        """Say what happened, and what to do about it."""
        super().__init__(message)
        self.help = help_


class AnswerIsNoError(CptError):
    """What was asked for cannot be had as things stand: something has to be settled first."""


class UsageError(CptError):
    """The command was used wrongly: something is missing or not acceptable."""


class BadInputError(CptError):
    """What was handed in is bad: a package, an archive, a file, a name of something."""


class OtherSideError(CptError):
    """A registry, an account or the network failed."""


class RefusedError(CptError):
    """It is not allowed, or not now: a stale plan, a busy account, no consent."""


class NobodyToAskError(RefusedError):
    """A change needs somebody's yes, and there is no terminal to ask at."""

    def __init__(self) -> None:
        """Say how to agree beforehand."""
        super().__init__(
            "nothing was changed: there is no terminal to ask at",
            "look at what is shown above, and give --yes to agree to it",
        )


class SignedOtherwiseError(RefusedError):
    """A yes was given beforehand, and what it would install is not signed as before."""

    def __init__(self, packages: Sequence[str]) -> None:
        """Say which packages, and by whom they are signed, as they are shown."""
        super().__init__(
            "nothing was changed: "
            f"{'; '.join(packages)}; a stolen account looks like this, and --yes is no yes to it",
            "ask the author, by another way than the registry, whether it is theirs; then agree "
            "to it at a terminal, or say whose signature will do: --require-signed-by KEY",
        )


# --- resolving ------------------------------------------------------------------------------------


class UnknownPackageError(BadInputError):
    """No package has this name."""

    def __init__(self, name: str, close: tuple[str, ...] = ()) -> None:
        """Suggest the names that are close to it."""
        help_ = (f"did you mean {' or '.join(close)}?",) if close else ()
        super().__init__(f"there is no package {name}", *help_)
        self.name = name
        self.close = close


class NoSuchVersionError(BadInputError):
    """No version of a package fits what was asked for."""

    def __init__(
        self,
        name: str,
        asked: str,
        available: tuple[str, ...],
        yanked: tuple[str, ...] = (),
        quarantined: tuple[str, ...] = (),
    ) -> None:
        """List what there is instead.

        Args:
            name: The package.
            asked: The range that nothing fits.
            available: The versions that may be chosen, oldest first.
            yanked: Those that fit but were withdrawn.
            quarantined: Those that fit but are kept from everybody.
        """
        message = f"no version of {name} fits {asked}"
        there_is = ", ".join(reversed(available)) or "none that may be chosen"
        help_ = [f"there are: {there_is}"]
        if yanked and not (available or quarantined):
            message = f"{name} is withdrawn: no version of it may be chosen any more"
            help_ = [f"'cpt versions {name}' lists what there was"]
        if yanked:
            help_.append(f"withdrawn by the author (yanked): {', '.join(yanked)}")
        if quarantined:
            help_.append(f"kept from everybody by the registry: {', '.join(quarantined)}")
        super().__init__(message, *help_)
        self.name = name
        self.available = available
        self.quarantined = quarantined

    def because(self, reason: str) -> None:
        """Say why versions are kept from everybody."""
        self.help = (*self.help, f"the registry says why: {reason}")


class UnresolvableError(AnswerIsNoError):
    """The requirements contradict each other.

    Attributes:
        reasons: The facts that do, those nearest to what was asked for first.
        remedies: What would do instead.
    """

    def __init__(self, reasons: tuple[str, ...], remedies: tuple[str, ...] = ()) -> None:
        """Say the reasons and what would do instead."""
        because = "\n".join(f"  because {reason}" for reason in reasons)
        super().__init__(f"these packages do not fit together:\n{because}", *remedies)
        self.reasons = reasons
        self.remedies = remedies


class TooHardToResolveError(AnswerIsNoError):
    """The search for versions was given up: neither was an answer found, nor is there none."""

    def __init__(self) -> None:
        """Say what makes it easier."""
        super().__init__(
            "which versions fit together could not be found out: there are too many ways to try",
            "ask for narrower ranges, as in acme/webinar-follow-up@1.4.0, or for fewer packages",
        )


# --- registries -----------------------------------------------------------------------------------


class RegistryError(OtherSideError):
    """A registry could not be read or written, or answered with something wrong."""


class DamagedRegistryError(RegistryError):
    """One file of a registry cannot be used; others may be as they should."""


class DistrustedRegistryError(RegistryError):
    """A registry shows something else than what the root vouches for that one trusts."""


class UntrustedRegistryError(RefusedError):
    """A registry is signed, and nobody has said yet that its root is to be trusted."""

    def __init__(self, location: str) -> None:
        """Say how to trust it."""
        super().__init__(
            f"the registry at {location} is signed, and you have not said that you trust its root",
            f"'cpt registry trust {location}' shows the root's fingerprint, and asks",
        )


class OfflineError(RegistryError):
    """Something is not in the cache, and the network is not to be used."""

    def __init__(self, message: str) -> None:
        """Say what is missing."""
        super().__init__(
            f"{message}, and cpt is offline",
            "do it once without --offline (and without CPT_OFFLINE)",
        )


class NotOfferedError(BadInputError):
    """A version is needed whose archive can be had nowhere."""


class PublishRefusedError(RefusedError):
    """The registry does not take this version."""


class RegistryRefusedError(RefusedError):
    """The registry does not do what it was asked for."""


class NotLoggedInError(RefusedError):
    """The registry has to be shown a token, or another one."""


# --- planning -------------------------------------------------------------------------------------


class ParametersError(UsageError):
    """Values for parameters are missing or cannot be used."""

    def __init__(self, problems: tuple[str, ...], help_: tuple[str, ...] = ()) -> None:
        """Say every problem at once."""
        super().__init__("\n".join(problems), *help_)
        self.problems = problems


class BrokenPackageError(BadInputError):
    """A package that should have been checked cannot be installed as it is."""


class MissingFeaturesError(AnswerIsNoError):
    """The account does not offer what a package needs."""


class NotInstalledError(BadInputError):
    """The account has no such package."""


class NoSuchRevisionError(BadInputError):
    """The account has no such revision."""


class StillNeededError(AnswerIsNoError):
    """A package cannot go while another one needs it."""


# --- applying -------------------------------------------------------------------------------------


class UnsettledError(AnswerIsNoError):
    """A plan has conflicts that its owner has to settle first."""


class StrandedError(AnswerIsNoError):
    """Contacts stand where a plan has no answer for them (M2)."""


class StalePlanError(RefusedError):
    """The account is no longer what a plan was made for."""

    @classmethod
    def because(cls, differences: Iterable[str]) -> Self:
        """Say what has changed, a line each."""
        return cls(
            "the account has changed since the plan was made:\n"
            + "\n".join(f"  {difference}" for difference in differences),
            "nothing was changed; make a new plan and look at it",
        )


class PendingPlanError(RefusedError):
    """A plan was begun in an account that does one thing at a time, and is not finished."""


class NothingPendingError(BadInputError):
    """No plan is pending in the account."""


class AccountBusyError(RefusedError):
    """Somebody else is changing the account at this moment."""

    @classmethod
    def now(cls) -> Self:
        """Say so of the whole account."""
        return cls(
            "somebody else is changing the account at this moment; nothing was changed",
            "try again when they have finished",
        )


class NotAnAccountError(BadInputError):
    """A file is missing, damaged, or not an account; or a database has no such account."""


class AccountUnreachableError(OtherSideError):
    """The server or the database that an account is in cannot be reached, or has no room."""


class NotAPlanError(BadInputError):
    """A file is not a plan, or one of another format."""


class NotARecordError(OtherSideError):
    """What an account remembers of its packages cannot be read by this version of the toolkit."""
