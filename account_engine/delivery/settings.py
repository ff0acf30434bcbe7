"""Settings: what an account's owner says of each courier. Secrets stand elsewhere (`Secrets`)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from account_engine.errors import InvalidDataError
from account_engine.outgoing.deliveries import Courier

MAIL_PASSWORD = "mail-password"  # noqa: S105  the name of a secret
"""The name of the secret that is the mail server's password."""

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\[\]-]{1,253}$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>]+$", max_length=500)]
MailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)]


class Security(StrEnum):
    """How a connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_MEANS = {
    "host": "the name or the address of a mail server",
    "port": "a number from 1 to 65535",
    "security": "starttls, tls or none",
    "user": "a name to log in with",
    "unsubscribe": "the address of a page, such as https://shop.example/unsubscribe",
    "links": "the address of a page, such as https://shop.example/l",
    "bounces": "an email address",
    "connections": "a number from 1 to 20",
    "allow": "names of hosts, such as hooks.internal or 10.0.0.5:8080, with commas between",
}


class Settings(BaseModel):
    """The base of all settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MailSettings(Settings):
    """How mail is handed to a mail server.

    Attributes:
        host: The server.
        port: Its port.
        security: How the connection is protected.
        user: Whom to log in as; nobody, when left out. The password is a secret.
        unsubscribe: Where contacts opt out: the address before the token of each.
        links: Where tracked links lead by: the address before the token of each; where they lead
            in the end, when left out.
        bounces: Where what cannot be delivered comes back to; the sender, when left out.
        connections: How many emails are handed over at once, each on a connection of its own.
    """

    host: Host
    port: int = Field(587, ge=1, le=65_535)
    security: Security = Security.STARTTLS
    user: str | None = None
    unsubscribe: WebAddress
    links: WebAddress | None = None
    bounces: MailAddress | None = None
    connections: int = Field(1, ge=1, le=20)


class HttpSettings(Settings):
    """Where posts may go.

    Attributes:
        allow: Hosts (``name`` or ``name:port``) that are reached though they are private.
    """

    allow: tuple[Host, ...] = ()


MODELS: dict[Courier, type[MailSettings | HttpSettings]] = {
    Courier.MAIL: MailSettings,
    Courier.HTTP: HttpSettings,
}
"""What each courier needs to know."""


def read_mail(data: Any) -> MailSettings:  # noqa: ANN401  it is JSON
    """Read the settings of mail.

    Raises:
        InvalidDataError: Something is missing or not acceptable.
    """
    return _read(MailSettings, Courier.MAIL, data)


def read_http(data: Any) -> HttpSettings:  # noqa: ANN401  it is JSON
    """Read the settings of HTTP.

    Raises:
        InvalidDataError: Something is missing or not acceptable.
    """
    return _read(HttpSettings, Courier.HTTP, data)


_T = TypeVar("_T", bound=BaseModel)


def _read(model: type[_T], courier: Courier, data: Any) -> _T:  # noqa: ANN401  it is JSON
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            said = f"{courier} has no setting {name}; it has {', '.join(model.model_fields)}"
        elif first["type"] == "missing":
            said = f"{courier} needs to be told its {name}: {_MEANS[name]}"
        else:
            said = f"{courier}'s {name} has to be {_MEANS[name]}"
        raise InvalidDataError(said) from error


def variable(secret: str) -> str:
    """Return the environment variable that holds a secret: ``CPT_SECRET_ACME_HOOKS_KEY``."""
    return "CPT_SECRET_" + re.sub(r"[^A-Za-z0-9]+", "_", secret.removeprefix("secret:")).upper()
