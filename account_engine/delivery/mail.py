"""Mail: the courier that hands emails to a mail server. The one module that speaks SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from account_engine.delivery.letters import Letter, letter
from account_engine.delivery.port import Carry, Secrets
from account_engine.delivery.settings import MAIL_PASSWORD, MailSettings, Security, variable
from account_engine.outgoing.deliveries import Deferred, Delivered, Outcome, Refused, Withheld
from account_engine.outgoing.parcels import Parcel
from account_engine.position import Instant
from package_format.failures import said_by

_PERMANENT = 500
_CLOSING = 421


class Mail:
    """The courier of emails.

    Attributes:
        lease: How many seconds one email takes at most.
        hands: How many it hands over at once.
    """

    def __init__(
        self,
        settings: MailSettings,
        secrets: Secrets,
        *,
        timeout: float = 30,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Learn where the mail server is; it is not called yet.

        Args:
            settings: What the owner says of it.
            secrets: What knows the password.
            timeout: For how many seconds to wait for each of its answers.
            context: Whom to trust, for TLS; whom the system trusts, when left out.
        """
        self._settings = settings
        self._secrets = secrets
        self._timeout = timeout
        self._context = context or ssl.create_default_context()
        self.hands = settings.connections
        self.lease = int(timeout * 10)  # greeting, EHLO, TLS, login, and six answers for an email

    @contextmanager
    def round(self) -> Iterator[Carry]:
        """Set out; the server is called when there is something for it, and hung up at the end."""
        connected: list[smtplib.SMTP] = []

        def carry(parcel: Parcel, now: Instant) -> Outcome:
            try:
                made = letter(parcel, now, bounces=self._settings.bounces)
            except ValueError as error:
                return Withheld(str(error))
            try:
                if not connected:
                    connected.append(self._connect())
                return _handed_over(connected[0], made)
            except _NotNow as error:
                _hang_up(connected)
                return Deferred(str(error), stuck=True)
            except (smtplib.SMTPException, OSError) as error:
                _hang_up(connected)
                return Deferred(f"the mail server cannot be talked to: {_said(error)}", stuck=True)

        try:
            yield carry
        finally:
            _hang_up(connected)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        where = (settings.host, settings.port)
        if settings.security is Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                *where, timeout=self._timeout, context=self._context
            )
        else:
            server = smtplib.SMTP(*where, timeout=self._timeout)
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        settings = self._settings
        if settings.security is Security.STARTTLS:
            server.ehlo_or_helo_if_needed()
            if not server.has_extn("starttls"):
                raise _NotNow("the mail server offers no STARTTLS, and nothing goes without")
            server.starttls(context=self._context)
        if settings.user is None:
            return
        password = self._secrets(MAIL_PASSWORD)
        if password is None:
            raise _NotNow(f"the mail server's password is not known: set {variable(MAIL_PASSWORD)}")
        try:
            server.login(settings.user, password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise _NotNow(
                f"the mail server does not let {settings.user} in: {_said(error)}"
            ) from error


class _NotNow(Exception):  # noqa: N818  no failure of the program
    """Nothing can be handed over before somebody has changed something."""


def _handed_over(server: smtplib.SMTP, made: Letter) -> Outcome:
    """Hand one email over; what breaks the connection is raised."""
    try:
        server.send_message(made.message, made.sender, [made.recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _no(code, said, bounced=True)
    except smtplib.SMTPDataError as error:
        return _no(error.smtp_code, error.smtp_error, bounced=True)
    except smtplib.SMTPSenderRefused as error:
        return _no(error.smtp_code, error.smtp_error, bounced=False)
    return Delivered("accepted by the mail server")


def _no(code: int, said: bytes | str, *, bounced: bool) -> Outcome:
    text = f"{code} {said if isinstance(said, str) else said.decode(errors='replace')}"
    if code == _CLOSING:
        raise _NotNow(text)
    return Refused(text, bounced=bounced) if code >= _PERMANENT else Deferred(text)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return (
            f"{error.smtp_code} {said if isinstance(said, str) else said.decode(errors='replace')}"
        )
    return said_by(error)


def _hang_up(connected: list[smtplib.SMTP]) -> None:
    while connected:
        server = connected.pop()
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()
