"""What a registry's server does for authors: publish, yank, deprecate, owners, tokens.

Beside `cpt.registries.http`, which reads the tree of any registry, this speaks to the API of one
that has a server. Each request shows a token, where there is one, and goes to that server only.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter

from cpt.errors import PublishRefusedError
from cpt.registries.answers import (
    About,
    Accepted,
    Done,
    Happened,
    Hits,
    Invited,
    Me,
    NameWaiting,
    Owners,
    Several,
    Token,
    Workflow,
)
from cpt.registries.asked_server import AskedServer
from cpt.registries.port import Published
from package_format.signature import SIGNATURES, Envelope, envelopes_text

_OPERATORS = (
    "it takes a token with the scope operate, of somebody who runs the registry",
    "'cpt registry welcome DIR NAME --operator' prints one, where the registry is kept",
)

_TOKENS = TypeAdapter(Several[Token])
_NAMES = TypeAdapter(Several[NameWaiting])
_LOG = TypeAdapter(Several[Happened])
_WORKFLOWS = TypeAdapter(Several[Workflow])


class RegistryApi(AskedServer):
    """The API of one registry's server, as one person uses it."""

    # --- packages ---------------------------------------------------------------------------------

    def publish(self, archive: bytes, signatures: tuple[Envelope, ...] = ()) -> Published:
        """Publish an archive, and what its author signed of it.

        Raises:
            NotLoggedInError: It takes a token, or another one.
            PublishRefusedError: The registry does not take this version; it says why.
            RegistryError: The registry cannot be reached, or fails.
        """
        data = self._ask(
            "PUT",
            "packages",
            content=archive,
            headers={SIGNATURES: envelopes_text(signatures)} if signatures else {},
            refusal=PublishRefusedError,
        )
        done = self._read(TypeAdapter(Done), data)
        return Published(done.line, done.already, done.claimed)

    def search(self, words: str, count: int, **narrowed: str | None) -> Hits:
        """Find packages.

        Args:
            words: Words, or a package's name; none of them for all packages.
            count: How many are told at most.
            narrowed: A category, a feature of the account, or a publisher, by name.
        """
        asked = {"q": words, "size": count, **narrowed}
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._read(TypeAdapter(Hits), self._ask("GET", f"search?{query}"))

    def about(self, package: str) -> About:
        """Return what is to be known of a package."""
        return self._read(TypeAdapter(About), self._ask("GET", f"packages/{package}"))

    def yank(self, package: str, version: str, reason: str) -> None:
        """Yank a version."""
        path = f"packages/{package}/versions/{quote(version, safe='')}/yanked"
        self._ask("PUT", path, body={"reason": reason})

    def unyank(self, package: str, version: str) -> None:
        """Take back that a version was yanked."""
        self._ask("DELETE", f"packages/{package}/versions/{quote(version, safe='')}/yanked")

    def deprecate(self, package: str, reason: str, successor: str | None) -> None:
        """Say that a package should not be chosen any more, and which one instead."""
        body = {"reason": reason, "successor": successor}
        self._ask("PUT", f"packages/{package}/deprecated", body=body)

    def undeprecate(self, package: str) -> None:
        """Take back that a package should not be chosen any more."""
        self._ask("DELETE", f"packages/{package}/deprecated")

    # --- workflows --------------------------------------------------------------------------------

    def accepted(self) -> Accepted:
        """Return whose tokens are taken for a workflow's."""
        return self._read(TypeAdapter(Accepted), self._ask("GET", "oidc"))

    def workflows(self, package: str) -> tuple[Workflow, ...]:
        """Return the workflows that may publish a package."""
        return self._read(_WORKFLOWS, self._ask("GET", f"packages/{package}/workflows")).items

    def let_workflow(
        self, package: str, issuer: str, claims: Mapping[str, str], audience: str | None
    ) -> Workflow:
        """Let a workflow publish a package."""
        body = {"issuer": issuer, "claims": dict(claims), "audience": audience}
        data = self._ask("POST", f"packages/{package}/workflows", body=body)
        return self._read(TypeAdapter(Workflow), data)

    def forbid_workflow(self, package: str, number: int) -> None:
        """Let a workflow publish no more."""
        self._ask("DELETE", f"packages/{package}/workflows/{number}")

    def exchange(self, package: str, token: str) -> Token:
        """Return a token that publishes a package, for one in which a CI says who it is.

        Raises:
            PublishRefusedError: The registry does not let this workflow publish it; it says why.
        """
        data = self._ask(
            "POST",
            f"packages/{package}/workflows/token",
            body={"token": token},
            refusal=PublishRefusedError,
        )
        return self._read(TypeAdapter(Token), data)

    # --- people -----------------------------------------------------------------------------------

    def me(self) -> Me:
        """Return whose token is shown."""
        return self._read(TypeAdapter(Me), self._ask("GET", "me"))

    def tokens(self) -> tuple[Token, ...]:
        """Return one's tokens, without their secrets."""
        return self._read(_TOKENS, self._ask("GET", "me/tokens")).items

    def create_token(
        self, name: str, scopes: tuple[str, ...], package: str | None, days: float
    ) -> Token:
        """Make a token; the answer is the only one that has its secret."""
        body = {"name": name, "scopes": list(scopes), "package": package, "days": days}
        return self._read(TypeAdapter(Token), self._ask("POST", "me/tokens", body=body))

    def revoke_token(self, number: int) -> tuple[Token, ...]:
        """End one of one's tokens, and those that were made with it; return all of them."""
        return self._read(_TOKENS, self._ask("DELETE", f"me/tokens/{number}")).items

    def owners(self, publisher: str) -> Owners:
        """Return who owns a publisher."""
        return self._read(TypeAdapter(Owners), self._ask("GET", f"publishers/{publisher}/owners"))

    def invite(self, publisher: str, person: str) -> Invited:
        """Invite somebody to own a publisher."""
        data = self._ask("PUT", f"publishers/{publisher}/owners/{quote(person, safe='')}")
        return self._read(TypeAdapter(Invited), data)

    def remove_owner(self, publisher: str, person: str) -> None:
        """Make somebody an owner no more, or take back an invitation."""
        self._ask("DELETE", f"publishers/{publisher}/owners/{quote(person, safe='')}")

    def accept(self, publisher: str) -> None:
        """Accept an invitation."""
        self._ask("PUT", f"me/invitations/{publisher}")

    def decline(self, publisher: str) -> None:
        """Decline an invitation."""
        self._ask("DELETE", f"me/invitations/{publisher}")

    # --- those who run the registry ---------------------------------------------------------------

    def quarantine(self, package: str, reason: str) -> None:
        """Keep everybody from a package."""
        path = f"packages/{package}/quarantined"
        self._ask("PUT", path, body={"reason": reason}, not_allowed=_OPERATORS)

    def free(self, package: str) -> None:
        """Take a package out of quarantine."""
        self._ask("DELETE", f"packages/{package}/quarantined", not_allowed=_OPERATORS)

    def names_waiting(self, count: int) -> tuple[NameWaiting, ...]:
        """Return names that wait for a decision, the oldest first."""
        data = self._ask("GET", f"names/waiting?limit={count}", not_allowed=_OPERATORS)
        return self._read(_NAMES, data).items

    def decide(self, publisher: str, standing: str, reason: str) -> None:
        """Decide whether a name may be published under: it is ``active`` or ``refused``."""
        path = f"publishers/{publisher}/standing"
        body = {"standing": standing, "reason": reason}
        self._ask("PUT", path, body=body, not_allowed=_OPERATORS)

    def log(self, subject: str | None, before: int | None, count: int) -> tuple[Happened, ...]:
        """Return what happened, the latest first.

        Args:
            subject: To this package, publisher or person only.
            before: Before the entry with this number only.
            count: How many entries at most, up to 200.
        """
        asked = {"subject": subject, "before": before, "limit": count}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return self._read(_LOG, self._ask("GET", f"log?{query}")).items
