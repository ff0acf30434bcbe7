"""The account book: names for accounts, kept among a user's settings as git keeps remotes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cpt.errors import BadInputError
from package_format.spelling import did_you_mean


class AccountBook:
    """The names that a user gave to accounts."""

    def __init__(self, folder: Path) -> None:
        """Name the settings' folder; it need not exist before a name is added."""
        self._path = folder / "accounts.json"

    def names(self) -> Mapping[str, str]:
        """Return where each named account is, sorted by name."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (ValueError, OSError) as error:
            raise BadInputError(f"the account book {self._path} cannot be read: {error}") from error
        return dict(sorted(found.items()))

    def add(self, name: str, location: str) -> None:
        """Give an account a name, in place of whatever had it."""
        self._write({**self.names(), name: location})

    def remove(self, name: str) -> str:
        """Forget a name, and return where its account is.

        Raises:
            BadInputError: No account has it.
        """
        names = dict(self.names())
        if name not in names:
            hint = did_you_mean(name, names) or "'cpt account list' shows the names"
            raise BadInputError(f"no account is called {name}", hint)
        place = names.pop(name)
        self._write(names)
        return place

    def _write(self, names: Mapping[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(names, indent=2, ensure_ascii=False)
        beside = self._path.with_suffix(".new")
        beside.write_text(text + "\n", "utf-8")
        beside.replace(self._path)

    def location(self, text: str) -> str:
        """Return where the account is that a text means: a name in the book, or else a path.

        Raises:
            BadInputError: It is neither a name nor anything that looks like a path.
        """
        names = self.names()
        if text in names:
            return names[text]
        if Path(text).exists() or "/" in text or "." in text:
            return text
        hint = did_you_mean(text, names) or "'cpt account list' shows those there are"
        raise BadInputError(f"there is no account {text}", hint)
