"""The log: for people, what is wrong; for programs, a line of JSON for everything that happens."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from registry_server.operations import request_ids

REQUESTS = "registry_server.requests"
"""The logger of requests: one that was answered is an INFO."""


class Form(StrEnum):
    """What the log looks like.

    Attributes:
        TEXT: For people: nothing while all is well, and a sentence when it is not.
        JSON: For programs: a line for each request, and for each thing that is wrong.
    """

    TEXT = "text"
    JSON = "json"


class WithRequest(logging.Filter):
    """Adds to what is logged the id of the request in which it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it; nothing is kept out."""
        record.request_id = request_ids.current()
        return True


_FORMATTERS: dict[Form, dict[str, Any]] = {
    Form.TEXT: {"format": "[%(levelname)s] %(message)s"},
    Form.JSON: {
        "()": JsonFormatter,
        "fmt": ["levelname", "name", "message", "request_id"],
        "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "traceback"},
        "timestamp": "time",
    },
}


def configuration(form: Form) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` makes the log of; it goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"said": _FORMATTERS[form]},
        "filters": {"request": {"()": WithRequest}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "said",
                "filters": ["request"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "_granian": {"handlers": ["console"], "propagate": False},
            REQUESTS: {"level": "INFO" if form is Form.JSON else "WARNING"},
        },
    }
