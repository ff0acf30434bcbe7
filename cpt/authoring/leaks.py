"""What must not get out: private keys, tokens and passwords in the files of a package.

Only what is certain enough to stop a build is looked for: the forms that issuers gave their tokens
so that they can be found, and files that hold nothing but secrets. A line that only looks like one
says ``cpt:allow-secret``; a whole file is allowed on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from package_format.diagnostics import Diagnostics, Severity, Span
from package_format.source.codes import Code

CODE = "looks-like-a-secret"
ALLOWED = "cpt:allow-secret"

LEAK = Code(
    CODE,
    Severity.ERROR,
    "a file holds what looks like a secret",
    """\
What is published can be read by everybody, and stays: a version never changes. So `cpt build` and
`cpt publish` look at every file that would be packed for private keys, for tokens by the forms that
their issuers gave them, and for files that hold nothing else, such as `production.env`. Take the
secret out, have it revoked, and make it a parameter of the type `secret`, or name the file in
`.cptignore`.

If it only looks like one, write `cpt:allow-secret` in a comment on the line, or give
`--allow-secret FILE`.""",
)
"""What `cpt explain` says about it."""


@dataclass(frozen=True)
class Secret:
    """A row of the table.

    Attributes:
        title: What it is, with its article.
        signs: One of these stands in each; few texts have one, and only those are read by lines.
        form: The regular expression by which it is recognised in a line.
    """

    title: str
    signs: tuple[str, ...]
    form: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The same, compiled: that takes time, and few are ever needed."""
        return re.compile(self.form)


def _row(title: str, signs: str, pattern: str) -> Secret:
    return Secret(title, tuple(signs.split()), pattern)


SECRETS = (
    _row(
        "a private key",
        "-----BEGIN",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    ),
    _row("an AWS access key", "AKIA ASIA", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    _row(
        "a GitHub token",
        "gho_ ghp_ ghr_ ghs_ ghu_ github_pat_",
        r"\b(?:gh[oprsu]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})",
    ),
    _row("a GitLab token", "glpat-", r"\bglpat-[0-9A-Za-z_-]{20,}"),
    _row("a Slack token", "xox", r"\bxox[abeprs]-[0-9A-Za-z-]{10,}"),
    _row(
        "a Slack webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20,}",
    ),
    _row("a Stripe key", "k_live_", r"\b[rs]k_live_[0-9A-Za-z]{20,}"),
    _row("a Stripe webhook's secret", "whsec_", r"\bwhsec_[0-9A-Za-z]{24,}"),
    _row("a Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
    _row("a SendGrid key", "SG.", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    _row("a Mailgun key", "key-", r"\bkey-[0-9a-f]{32}\b"),
    _row("a Mailchimp key", "-us", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    _row("a HubSpot token", "pat-", r"\bpat-(?:na|eu)[0-9]-[0-9a-f]{8}-[0-9a-f-]{27}"),
    _row(
        "a Shopify token",
        "shpat_ shpca_ shppa_ shpss_",
        r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    ),
    _row("a Twilio key", "SK", r"\bSK[0-9a-f]{32}\b"),
    _row("an npm token", "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
    _row("a PyPI token", "pypi-AgE", r"\bpypi-AgE[0-9A-Za-z_-]{50,}"),
    _row("an API key", "sk-", r"sk-(?<!\wsk-)(?:ant-|proj-)?[0-9A-Za-z_-]{32,}"),
    _row("a signed token (JWT)", "eyJ", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    _row(
        "an address with a password in it",
        "://",
        r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>{}\[\]]+:[^\s/:@\"'<>{}\[\]]+@",
    ),
)
"""What is looked for in every line."""

_SIGNS = tuple((sign, secret) for secret in SECRETS for sign in secret.signs)

_FILE = re.compile(
    r"(?:.*\.)?env(?:\..+)?|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(?:pem|key|p12|pfx|ppk|jks|keystore|kdbx)|\.?(?:npmrc|netrc|pypirc|htpasswd)",
    re.IGNORECASE,
)


def find_leaks(files: Mapping[str, bytes], allowed: Collection[str] = ()) -> Diagnostics:
    """Report everything in the files of a package that looks like a secret.

    Args:
        files: Their contents by path.
        allowed: The paths of files that are not looked at.
    """
    found = Diagnostics()
    for path, content in files.items():
        if path in allowed:
            continue
        name = PurePosixPath(path).name
        if _FILE.fullmatch(name):
            found.error(
                CODE,
                f"files named like {name} hold secrets",
                Span(path, 1, 1, 2),
                f"name it in .cptignore, or give --allow-secret {path} if there is none in it",
            )
            continue
        for title, span in _in_text(path, content.decode("utf-8", errors="replace")):
            found.error(
                CODE,
                f"this looks like {title}, and what is published can be read by everybody",
                span,
                "take it out and have it revoked; make it a parameter of the type secret. "
                f"If it is none, write {ALLOWED} in a comment on this line, "
                f"or give --allow-secret {path}",
            )
    return found


def _in_text(path: str, text: str) -> Iterator[tuple[str, Span]]:
    seen = dict.fromkeys([secret for sign, secret in _SIGNS if sign in text])
    likely = [secret for secret in seen if secret.pattern.search(text)]
    for number, line in enumerate(text.splitlines() if likely else (), start=1):
        if ALLOWED in line:
            continue
        for secret in likely:
            match = secret.pattern.search(line)
            if match is not None:
                yield secret.title, Span(path, number, match.start() + 1, match.end() + 1)
                break
