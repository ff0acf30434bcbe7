"""The witness on this machine: one small file for each account that delivers from here."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from account_engine.errors import AccountFileError
from account_engine.whereabouts import Seen


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True)

    place: str
    rounds: int
    intended: int


class FolderWitness:
    """A witness that keeps what it remembers in a folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not be there."""
        self._folder = folder

    def seen(self, account: str) -> Seen | None:
        """Return what is remembered of an account; what cannot be read is not remembered."""
        try:
            note = _Note.model_validate_json(self._path(account).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        except OSError as error:
            raise self._unusable(error) from error
        return Seen(note.place, note.rounds, note.intended)

    def note(self, account: str, seen: Seen) -> None:
        """Remember it: whole, and on the disk, when this returns."""
        path = self._path(account)
        beside = path.with_suffix(".new")
        text = _Note(place=seen.place, rounds=seen.rounds, intended=seen.intended)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                file.write(text.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            raise self._unusable(error) from error

    def _path(self, account: str) -> Path:
        return self._folder / f"{account}.json"

    def _unusable(self, error: OSError) -> AccountFileError:
        return AccountFileError(
            f"what was delivered cannot be remembered in {self._folder}: {error.strerror}; "
            "nothing is delivered without"
        )
