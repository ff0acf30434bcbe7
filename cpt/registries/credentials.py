"""Tokens of registries: in the system's keyring, or in a file of one's own where there is none."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cpt import keyrings
from cpt.errors import BadInputError

_SERVICE = "cpt"


class Credentials:
    """The tokens that a user has stored, by the registry's address."""

    def __init__(self, folder: Path) -> None:
        """Name the settings' folder, where tokens are if the system has no keyring."""
        self._path = folder / "credentials.json"

    def find(self, address: str) -> str | None:
        """Return the token of a registry; None if there is none."""
        return keyrings.find(_SERVICE, address) or self._file().get(address)

    def store(self, address: str, token: str) -> str:
        """Keep a registry's token, in place of an earlier one; say where it is kept."""
        if keyrings.keep(_SERVICE, address, token):
            return "the system's keyring"
        self._write({**self._file(), address: token})
        return str(self._path)

    def forget(self, address: str) -> bool:
        """Remove a registry's token; say whether there was one."""
        kept = self._file()
        in_ring = keyrings.forget(_SERVICE, address)
        in_file = kept.pop(address, None) is not None
        if in_file:
            self._write(kept)
        return in_ring or in_file

    def _file(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return {str(address): str(token) for address, token in found.items()}
        except FileNotFoundError:
            return {}
        except (AttributeError, ValueError, OSError) as error:
            raise BadInputError(
                f"the tokens in {self._path} cannot be read", "remove the file, and log in again"
            ) from error

    def _write(self, tokens: dict[str, str]) -> None:
        """Write the file so that at no moment somebody else can read it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(tokens, indent=2) + "\n")
        beside.replace(self._path)
