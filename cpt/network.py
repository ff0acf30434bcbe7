"""What the environment says of the network: whose certificates are believed, which proxy is asked.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's variables, and both count where both are set. httpx
reads those of proxies (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY).
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.request import getproxies_environment

from cpt.errors import BadInputError

FILE, FOLDERS = "SSL_CERT_FILE", "SSL_CERT_DIR"

_NOBODY_KNOWN = frozenset({18, 19, 20, 21})
"""OpenSSL's numbers for a certificate of an authority that is not known (X509_V_ERR_…)."""


def believed() -> ssl.SSLContext | bool:
    """Return what httpx takes for ``verify``.

    Raises:
        BadInputError: A variable names nothing that has certificates.
    """
    file, folders = os.environ.get(FILE), os.environ.get(FOLDERS)
    return _context(file or None, folders or None) if file or folders else True


@lru_cache(maxsize=1)
def _context(file: str | None, folders: str | None) -> ssl.SSLContext:
    if file is None and not any(Path(one).is_dir() for one in str(folders).split(os.pathsep)):
        raise BadInputError(f"{FOLDERS} names {folders}, and there is no such folder", _CHANGE)
    try:
        return ssl.create_default_context(cafile=file, capath=folders)
    except ssl.SSLError as error:
        raise BadInputError(f"{FILE} names {file}, and it has no certificates", _CHANGE) from error
    except OSError as error:
        raise BadInputError(
            f"{FILE} names {file}, which cannot be read: {error.strerror}", _CHANGE
        ) from error


_CHANGE = "name a file with the certificates of authorities (PEM), or nothing at all"


@contextmanager
def usable_proxies() -> Iterator[None]:
    """Say so if a client cannot be made, inside of the block, for want of a proxy.

    Raises:
        BadInputError: The environment names one that cannot be used.
    """
    try:
        yield
    except (ImportError, ValueError) as error:  # no SOCKS; no address
        raise BadInputError(
            f"the environment names a proxy that cannot be used: {_proxies()}",
            "one looks like http://proxy.example:3128; NO_PROXY names what is asked without one",
        ) from error


def _proxies() -> str:
    """The variables that name proxies, and what they name; a password stays out of it."""
    named = getproxies_environment()
    return ", ".join(
        f"{kind.upper()}_PROXY={re.sub('(?<=://)[^/?#]*@', '', address)}"
        for kind, address in sorted(named.items())
        if kind in ("all", "http", "https")
    )


def remedy(error: BaseException) -> str:
    """Say what to do about somebody who cannot be reached."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        proxies = _proxies()
        also = f"; proxies are named, too: {proxies}" if proxies else ""
        return f"check the address and the network{also}"
    if cause.verify_code in _NOBODY_KNOWN:
        return f"if the authority is your own, name its certificate in {FILE}, or {FOLDERS}"
    return "check the address and this machine's clock, or tell whoever runs the server"
