"""Whose certificates are believed: those of the usual authorities, or of the environment's.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's variables, and both count where both are set.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path

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


def remedy(error: BaseException) -> str | None:
    """Say what to do about a certificate that is not believed; None if it is something else."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    if cause.verify_code in _NOBODY_KNOWN:
        return f"if the authority is your own, name its certificate in {FILE}, or {FOLDERS}"
    return "check the address and this machine's clock, or tell whoever runs the server"
