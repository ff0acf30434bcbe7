"""Email addresses: the one rule by which a text is one, wherever somebody writes it.

It is the dot-atom of RFC 5322 before the @ and a domain's labels after it: what mail servers take
and programs print without quotation. What could be read as more than one address, as markup or as
another header is none.
"""

from __future__ import annotations

import re

_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f]+"
_DOTS = "\u3002\uff0e\uff61"  # what IDNA reads as a dot
_LABEL = rf"(?!-)[^\x00-\x2c./:-@\[-`{{-\x7f{_DOTS}]{{1,63}}(?<!-)"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*+@{_LABEL}(?:\.{_LABEL})++")
_LONGEST = 254


def is_email_address(text: str) -> bool:
    """Whether a text is one email address, and nothing else."""
    return len(text) <= _LONGEST and text.isprintable() and bool(_ADDRESS.fullmatch(text))
