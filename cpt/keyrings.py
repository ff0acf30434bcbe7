"""The system's keyring: where what nobody else may read is kept, if there is one."""

from __future__ import annotations


def find(service: str, name: str) -> str | None:
    """Return what is kept under a name; None if nothing is, or there is no keyring."""
    import keyring  # noqa: PLC0415  it looks for its parts all over the system
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(service, name)
    except KeyringError:
        return None


def keep(service: str, name: str, value: str) -> bool:
    """Keep something under a name, in place of what was; return whether a keyring took it."""
    import keyring  # noqa: PLC0415  likewise
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(service, name, value)
    except KeyringError:
        return False
    return True


def forget(service: str, name: str) -> bool:
    """Forget what is kept under a name; return whether there was anything."""
    import keyring  # noqa: PLC0415  likewise
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        if keyring.get_password(service, name) is None:
            return False
        keyring.delete_password(service, name)
    except KeyringError:
        return False
    return True
