"""Workflows: publishing from a CI without a secret that somebody could lose.

An owner lets a workflow publish one package, by what its CI's issuer says of it. The CI shows the
issuer's token and gets one of ours, for that package and a few minutes. What a workflow publishes
it publishes in the name of the owner who let it, and for as long as they own the publisher.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registry_server.auth.identity import Identity, Scope
from registry_server.auth.oidc import Believed
from registry_server.auth.tokens import NewToken, hash_of, later, new_secret
from registry_server.catalog.owning import demand_owner
from registry_server.database.actions import Action
from registry_server.database.records import Records
from registry_server.database.workflows import Workflow
from registry_server.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnacceptableError,
)

TOKEN_MINUTES = 15
"""For how many minutes a token is good that a workflow gets."""

IDENTIFYING = ("sub", "repository", "repository_id", "project_path", "project_id")
"""What says whose workflow it is: at least one of these must be demanded."""

PINNED = ("repository_id", "repository_owner_id", "project_id", "namespace_id")
"""What never changes of a workflow, though its repository's name may come to be somebody else's."""

TOLD: Mapping[str, tuple[str, ...]] = {
    "repository": ("repository", "project_path", "sub"),
    "workflow": ("workflow_ref", "ci_config_ref_uri", "job_workflow_ref", "workflow"),
    "environment": ("environment",),
    "ref": ("ref",),
    "commit": ("sha",),
    "run": ("run_id", "pipeline_id", "job_id"),
}
"""What is told of who published, and in which claim each CI says so."""

_MOST_EACH = 20
_MOST_TOKENS = 20
_MOST_CLAIMS = 20
_NAME = re.compile(r"[A-Za-z0-9_./:-]{1,100}")
_VALUE_LIMIT = 500
_NAME_LIMIT = 100
_BEFORE_ASTERISK = tuple(":/@")
_LETS = "an owner sees which may with 'cpt workflow list {}', and lets one with 'add'."
_RESERVED = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})


def add_workflow(
    records: Records,
    by: Identity,
    package: str,
    *,
    issuer: str,
    audience: str | None,
    claims: Mapping[str, str],
    now: str,
) -> Workflow:
    """Let a workflow publish a package, as an owner of its publisher.

    Raises:
        ConflictError: It may already, or there are too many.
        NotAllowedError: They do not own the publisher.
        NotFoundError: There is no such publisher.
        UnacceptableError: The issuer is none that this registry knows, or the claims do not say
            whose workflow it is.
    """
    by.demand(Scope.OWN, package)
    demand_owner(records, by, package.partition("/")[0])
    known = records.workflows.issuers()
    if issuer not in known:
        raise UnacceptableError(_unknown(issuer, known))
    _demand_sensible(claims)
    there = records.workflows.of(package)
    if any((x.issuer, x.audience, x.claims) == (issuer, audience, dict(claims)) for x in there):
        raise ConflictError(f"This workflow may publish {package} already.")
    if len(there) >= _MOST_EACH:
        raise ConflictError(f"{package} has {_MOST_EACH} workflows; remove one first.")
    number = records.workflows.add(
        package, by.person, issuer=issuer, audience=audience, claims=claims, now=now
    )
    records.log.add(
        now, by.name, Action.LET_A_WORKFLOW_PUBLISH, package,
        workflow=str(number), issuer=issuer, demands=_in_words(claims),
    )  # fmt: skip
    return next(x for x in records.workflows.of(package) if x.id == number)


def remove_workflow(records: Records, by: Identity, package: str, number: int, now: str) -> None:
    """Let a workflow publish no more; tokens that it has got end.

    Raises:
        NotAllowedError: They do not own the publisher.
        NotFoundError: There is no such workflow, or publisher.
    """
    by.demand(Scope.OWN, package)
    demand_owner(records, by, package.partition("/")[0])
    if not records.workflows.remove(package, number):
        raise NotFoundError(f"{package} has no workflow {number}.")
    records.log.add(now, by.name, Action.REMOVED_A_WORKFLOW, package, workflow=str(number))


def workflows_of(records: Records, by: Identity, package: str) -> tuple[Workflow, ...]:
    """Return the workflows that may publish a package, to an owner of its publisher.

    Raises:
        NotAllowedError: They do not own it.
        NotFoundError: There is no such publisher.
    """
    by.demand(Scope.READ, package)
    demand_owner(records, by, package.partition("/")[0])
    return records.workflows.of(package)


def vouched_for(records: Records, package: str, issuer: str) -> tuple[Workflow, ...]:
    """Return the workflows of a package for which an issuer vouches.

    Raises:
        NotAllowedError: There is none, or the registry does not know the issuer.
    """
    known = records.workflows.issuers()
    if issuer not in known:
        raise NotAllowedError(_unknown(issuer[:200], known))
    found = [x for x in records.workflows.of(package) if x.issuer == issuer]
    if not found:
        raise NotAllowedError(
            f"No workflow for which {issuer} vouches may publish {package}; {_LETS.format(package)}"
        )
    return tuple(found)


@dataclass(frozen=True)
class Exchange:
    """What a CI asks for, as far as it is believed.

    Attributes:
        package: The package that is to be published.
        issuer: Who vouches for the workflow.
        said: What the issuer says.
        address: The registry's address, for which tokens are meant that are for nobody else.
    """

    package: str
    issuer: str
    said: Believed
    address: str


def exchange(records: Records, asked: Exchange, now: str) -> NewToken:
    """Make a token for a workflow, good for one package and a few minutes.

    Args:
        records: What there is.
        asked: What is asked for.
        now: The present moment.

    Raises:
        ConflictError: The workflow has too many tokens at the moment.
        NotAllowedError: It is another workflow than those that may, or the issuer's token was used
            before, or who let it does not own the publisher any more.
    """
    claims = asked.said.claims
    candidates = vouched_for(records, asked.package, asked.issuer)
    reasons = {x.id: _reasons_against(x, claims, asked.address) for x in candidates}
    workflow = min(candidates, key=lambda x: len(reasons[x.id]))
    if reasons[workflow.id]:
        least = " at the least" if len(candidates) > 1 else ""
        raise NotAllowedError(
            f"This workflow may not publish {asked.package}{least}: "
            f"{'; '.join(reasons[workflow.id])}; {_LETS.format(asked.package)}"
        )
    behind = told(claims, asked.issuer)
    name = f"workflow {behind.get('workflow') or behind.get('repository', '')}"
    by = Identity(workflow.person, frozenset({Scope.PUBLISH}), asked.package, name, behind)
    demand_owner(records, by, asked.package.partition("/")[0])
    seconds = int(dt.datetime.fromisoformat(now).timestamp())
    if not records.workflows.spend(asked.said.mark, asked.said.expires, seconds):
        raise NotAllowedError("This token was used before; ask the CI for another one.")
    if records.workflows.live_tokens(workflow.id, now) >= _MOST_TOKENS:
        raise ConflictError(f"Workflow {workflow.id} has {_MOST_TOKENS} tokens; try again later.")
    stable = {key: _scalar(claims[key]) for key in PINNED if key in claims}
    if not workflow.pinned and stable:
        records.workflows.pin(workflow.id, {k: v for k, v in stable.items() if v is not None})
    secret = new_secret()
    token = records.tokens.add(
        workflow.person,
        name=name[:_NAME_LIMIT],
        hash_=hash_of(secret),
        scopes=[Scope.PUBLISH],
        package=asked.package,
        made=now,
        expires=later(now, days=TOKEN_MINUTES / 1440),
        workflow=workflow.id,
        behind=behind,
    )
    records.log.add(
        now, workflow.person.name, Action.GAVE_A_WORKFLOW_A_TOKEN, asked.package,
        **{**behind, "number": str(workflow.id)},
    )  # fmt: skip
    return NewToken(secret, token)


def told(claims: Mapping[str, object], issuer: str) -> dict[str, str]:
    """Return what is told of a workflow, by name, in words that may be shown to anybody."""
    found = {"issuer": issuer}
    for name, sources in TOLD.items():
        said = next((text for key in sources if (text := _scalar(claims.get(key)))), None)
        if said is not None:
            found[name] = "".join(c if c.isprintable() else " " for c in said[:300])
    return found


def _reasons_against(workflow: Workflow, claims: Mapping[str, object], address: str) -> list[str]:
    """Say why a token is not of a workflow: all that is in the way; nothing if it is."""
    audience = workflow.audience or address
    meant = claims.get("aud")
    reasons = []
    if audience not in (meant if isinstance(meant, list) else [meant]):
        reasons.append(f"its token is not for {audience}")
    for key, wanted in workflow.claims.items():
        said = _scalar(claims.get(key))
        if said is None or not _fits(said, wanted):
            shown = "missing" if said is None else repr(said[:200])
            reasons.append(f"its {key} is {shown}, and has to be {wanted!r}")
    reasons += [
        f"its {key} is not what it was when it published first: the name is another's"
        for key, wanted in workflow.pinned.items()
        if _scalar(claims.get(key)) != wanted
    ]
    return reasons


def _unknown(issuer: str, known: Collection[str]) -> str:
    """Say that nobody's word is taken but that of issuers that are known."""
    return (
        f"This registry knows no issuer {issuer}; it knows {', '.join(known) or 'none'}. "
        "Whoever runs it adds one with 'cpt registry issuer add'."
    )


def _fits(said: str, wanted: str) -> bool:
    return said.startswith(wanted[:-1]) if wanted.endswith("*") else said == wanted


def _scalar(value: object) -> str | None:
    """A claim as text; None if it is no text, number or truth value."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int)) else None


def _demand_sensible(claims: Mapping[str, str]) -> None:
    """Refuse claims that would let others in."""
    if len(claims) > _MOST_CLAIMS:
        raise UnacceptableError(f"A workflow has at most {_MOST_CLAIMS} claims.")
    for key, value in claims.items():
        if not _NAME.fullmatch(key) or key in _RESERVED:
            raise UnacceptableError(f"{key[:100]!r} is no claim that can be demanded.")
        fixed = value.removesuffix("*")
        if not value or len(value) > _VALUE_LIMIT or not value.isprintable() or "*" in fixed:
            raise UnacceptableError(
                f"The claim {key} needs a value; an asterisk may stand at its end only."
            )
        if fixed != value and not fixed.endswith(_BEFORE_ASTERISK):
            raise UnacceptableError(
                f"In {key}, an asterisk stands after one of {' '.join(_BEFORE_ASTERISK)}: "
                f"otherwise {value!r} is also the beginning of others' names."
            )
    if not _identify(claims):
        raise UnacceptableError(
            "The claims do not say whose workflow it is: demand one of "
            f"{', '.join(IDENTIFYING)}, without an asterisk."
        )


def _identify(claims: Mapping[str, str]) -> Collection[str]:
    """The claims that say whose workflow it is: those that leave nothing open."""
    return [key for key in IDENTIFYING if key in claims and not claims[key].endswith("*")]


def _in_words(claims: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(claims.items()))
