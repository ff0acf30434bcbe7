"""The identity of the CI's workflow that this runs in: a token of its issuer, where there is one.

A CI that vouches for its workflows says in two variables where it does: the address to ask, and
what to show there. This is the convention of GitHub Actions, which other CIs share.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from cpt.errors import RegistryError
from cpt.network import believed, remedy, usable_proxies
from package_format.failures import said_by

ADDRESS = "ACTIONS_ID_TOKEN_REQUEST_URL"
SHOWN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
"""The variables in which a CI says where it vouches for a workflow."""

_TIMEOUT = httpx.Timeout(20, connect=5)
_LIMIT = 64 * 1024
_PERMISSION = "give the job 'permissions: id-token: write'"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class _Vouched(BaseModel):
    model_config = ConfigDict(extra="ignore")

    value: str


def vouches(environment: Mapping[str, str]) -> bool:
    """Whether the CI that this runs in, if it is one, vouches for its workflows."""
    return bool(environment.get(ADDRESS) and environment.get(SHOWN))


def way_of(environment: Mapping[str, str], address: str) -> tuple[str, ...]:
    """Say how a job of the CI that this runs in publishes without a token; nothing elsewhere.

    Args:
        environment: The environment's variables.
        address: The registry's address.
    """
    if environment.get("GITHUB_ACTIONS"):
        how = f"{_PERMISSION} (GitHub gives it to no pull request of a fork)"
    elif environment.get("GITLAB_CI"):
        how = f"give the job 'id_tokens: {{ CPT_OIDC_TOKEN: {{ aud: {address} }} }}'"
    else:
        return ()
    return (f"{how}, and let it publish with 'cpt workflow add'", "or set CPT_TOKEN")


def ask_ci(
    environment: Mapping[str, str],
    audience: str,
    transport: httpx.BaseTransport | None = None,
) -> str:
    """Return a token in which the CI says which workflow this is.

    Args:
        environment: The environment's variables.
        audience: Whom the token is for.
        transport: What carries the request, for tests.

    Raises:
        RegistryError: The CI does not answer, or something else.
    """
    address = environment[ADDRESS]
    help_ = f"{_PERMISSION}, or set CPT_TOKEN"
    try:
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in _HERE:
            raise RegistryError(f"{ADDRESS} is no address that a secret is sent to", help_)
        headers = {"Authorization": f"Bearer {environment[SHOWN]}", "User-Agent": "cpt"}
        with usable_proxies():
            client = httpx.Client(transport=transport, verify=believed(), timeout=_TIMEOUT)
        with (
            client,
            client.stream(
                "GET",
                httpx.URL(address).copy_merge_params({"audience": audience}),
                headers=headers,
            ) as response,
        ):
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > _LIMIT:
                    raise RegistryError("the CI answers without end when asked for a token", help_)
            if not response.is_success:
                raise RegistryError(
                    f"the CI gives no token that says which workflow this is: it answers "
                    f"{response.status_code}",
                    help_,
                )
        return _Vouched.model_validate_json(bytes(data)).value
    except ValidationError as error:
        raise RegistryError("the CI answers something else than a token", help_) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        why = said_by(error)
        raise RegistryError(
            f"the CI cannot be asked for a token: {why}",
            "run the job again, or set CPT_TOKEN",
            remedy(error),
        ) from error
