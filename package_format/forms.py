"""Forms: what a text has to look like where not every text can stand, in a pattern and in words.

And the other way round: what stands somewhere, in the words of a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from package_format.references import KEY_PATTERN, PACKAGE_NAME_PATTERN


@dataclass(frozen=True)
class Form:
    """A row of the table.

    Attributes:
        pattern: The regular expression, for models and their JSON Schemas.
        noun: What such a text is, with its article.
        advice: How one is written, with an example.
    """

    pattern: str
    noun: str
    advice: str


KEY = Form(
    rf"^{KEY_PATTERN}$",
    "a key",
    "use lower-case letters and digits, with single hyphens or underscores between, such as "
    "thank-you",
)
NODE = Form(
    rf"^{KEY_PATTERN}(?:\.{KEY_PATTERN})?$",
    "a node's key",
    "use lower-case letters and digits, with single hyphens or underscores between; a way of a "
    "decision stands behind a dot: by-interest.pro",
)
STEP = Form(
    rf"^{KEY_PATTERN}(?:\.{KEY_PATTERN}){{0,2}}$",
    "the key of a node or step",
    "write a node's key, such as remind, or a step's behind it: remind.nudge",
)
PACKAGE_NAME = Form(
    rf"^{PACKAGE_NAME_PATTERN}$",
    "a package's name",
    "a package is called publisher/name, in lower-case letters, digits and single hyphens, such as "
    "acme/welcome",
)
FIELD_NAME = Form(
    r"^[a-z][a-z0-9_]{0,62}$",
    "a field's name",
    "begin with a lower-case letter and go on with letters, digits and underscores, such as "
    "webinar_date",
)
CURRENCY = Form(
    r"^[A-Z]{3}$", "a currency", "a currency is three capital letters, such as EUR or USD"
)
URL = Form(
    r"^(https?://[^\s/]|(https?://)?\[\[)\S?.*$",
    "a web address",
    "one looks like https://example.com/page",
)
API_NAME = Form(
    r"^[A-Za-z0-9_.-]{1,64}$",
    "a name that programs call",
    "use letters, digits, dots, hyphens and underscores, without spaces, such as course-bought",
)
FOREIGN_NAME = Form(
    r"^\S(?:.*\S)?$", "a name", "leave out the spaces before and behind it, and line breaks"
)
DIGEST = Form(r"^sha256:[0-9a-f]{64}$", "a digest", "one is sha256: and 64 digits from 0 to f")
BASE64 = Form(
    r"^[A-Za-z0-9+/]*={0,2}$", "a text in base64", "one is of letters, digits, + and /: aGVsbG8="
)
PUBLIC_KEY = Form(
    r"^ed25519:[A-Za-z0-9+/]{43}=$",
    "a public key",
    "one looks like ed25519:UNhY4JhezH9gQYqvDMWrWH9CwlcKiECVqejMrND2VFw=",
)

FORMS: Mapping[str, Form] = {
    form.pattern: form
    for form in (
        KEY,
        NODE,
        STEP,
        PACKAGE_NAME,
        FIELD_NAME,
        CURRENCY,
        URL,
        API_NAME,
        FOREIGN_NAME,
        DIGEST,
        BASE64,
        PUBLIC_KEY,
    )
}
"""Every form by its pattern."""

_SHOWN = 60
"""How many characters of a text are said of it."""


def described(value: object) -> str:
    """Return a value in the words of a sentence: ``'x'``, ``the number 5``, ``a list``."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"
