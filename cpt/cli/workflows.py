"""Workflows as people name them on the command line: by a CI's own words, or by claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cpt.errors import UsageError


@dataclass(frozen=True)
class _Host:
    """A CI that people know by its name.

    Attributes:
        issuer: Who vouches for its workflows.
        repository: The claim that says which repository it is.
        workflow: The claim that says which file.
        file: What that claim says, as far as the repository and the file's name tell.
    """

    issuer: str
    repository: str
    workflow: str
    file: str


_HOSTS = {
    "github": _Host(
        "https://token.actions.githubusercontent.com",
        "repository",
        "workflow_ref",
        "{repository}/.github/workflows/{file}@*",
    ),
    "gitlab": _Host(
        "https://gitlab.com",
        "project_path",
        "ci_config_ref_uri",
        "gitlab.com/{repository}//{file}@*",
    ),
}


@dataclass(frozen=True)
class Demanded:
    """What a workflow is demanded to prove.

    Attributes:
        issuer: Who vouches for it.
        claims: What its tokens must say.
    """

    issuer: str
    claims: Mapping[str, str]


def demanded(
    github: str | None,
    gitlab: str | None,
    workflow: str | None,
    environment: str | None,
    issuer: str | None,
    claims: tuple[str, ...],
) -> Demanded:
    """Return what the options of ``cpt workflow add`` come to.

    Raises:
        UsageError: They do not say which workflow it is.
    """
    named = {"github": github, "gitlab": gitlab}
    given = [(host, repository) for host, repository in named.items() if repository is not None]
    if len(given) + (issuer is not None) != 1:
        raise UsageError(
            "say whose workflow it is, once",
            "give --github OWNER/REPO, or --gitlab GROUP/PROJECT, or --issuer URL with --claim",
        )
    found: dict[str, str] = {}
    for host, repository in given:
        about = _HOSTS[host]
        issuer = about.issuer
        found[about.repository] = repository
        if workflow is not None:
            found[about.workflow] = about.file.format(repository=repository, file=workflow)
    if workflow is not None and not given:
        raise UsageError(
            "--workflow goes with --github or --gitlab",
            "say what your CI's tokens say of a workflow with --claim",
        )
    if environment is not None:
        found["environment"] = environment
    for text in claims:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise UsageError(f"{text!r} is no claim", "one looks like ref_protected=true")
        found[name] = value
    assert issuer is not None  # noqa: S101  one of the three was given
    return Demanded(issuer, found)
