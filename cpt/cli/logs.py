"""Logs: what an engine says while it runs, a line each, for people or for programs."""

from __future__ import annotations

import json
import logging
import re
import sys

from cpt.cli.output import one_line
from cpt.cli.views.words import iso

_PLAIN = re.compile(r'[^\s"=]+')


class _Lines(logging.Formatter):
    """``2026-03-02T09:00:00Z INFO delivered courier=mail message=5``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        said = getattr(record, "said", {})
        parts = (f"{name}={_word(str(value))}" for name, value in said.items())
        head = f"{_time(record)} {record.levelname} {record.getMessage()}"
        return one_line(" ".join((head, *parts)))


class _Documents(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        said = getattr(record, "said", {})
        head = {"at": _time(record), "level": record.levelname, "event": record.getMessage()}
        return json.dumps({**head, **said})


def log_to_standard_error(format_: str) -> None:
    """Let the engine's log go to standard error.

    Args:
        format_: ``human`` or ``json``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Documents() if format_ == "json" else _Lines())
    log = logging.getLogger("account_engine")
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def _time(record: logging.LogRecord) -> str:
    return iso(int(record.created))


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
