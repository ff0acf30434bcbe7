"""What looks like a secret; put together here, so that no tool takes an example for one."""

from __future__ import annotations

import pytest

from cpt.authoring.leaks import ALLOWED, CODE, SECRETS, find_leaks

LETTERS = "Ab1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3aB4cD5eF6gH7"
HEX = "0123456789abcdef0123456789abcdef"
EXAMPLES = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "an AWS access key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a GitHub token": "ghp_" + LETTERS[:36],
    "a GitLab token": "glpat-" + LETTERS[:20],
    "a Slack token": "xoxb-" + LETTERS[:12],
    "a Slack webhook": "hooks.slack.com/services/" + "T0AB/B0AB/" + LETTERS[:24],
    "a Stripe key": "sk_live_" + LETTERS[:24],
    "a Stripe webhook's secret": "whsec_" + LETTERS[:24],
    "a Google API key": "AIza" + LETTERS[:35],
    "a SendGrid key": "SG." + LETTERS[:22] + "." + LETTERS[:40],
    "a Mailgun key": "key-" + HEX,
    "a Mailchimp key": HEX + "-us12",
    "a HubSpot token": "pat-na1-" + "01234567-89ab-cdef-0123-456789abcdef",
    "a Shopify token": "shpat_" + HEX,
    "a Twilio key": "SK" + HEX,
    "an npm token": "npm_" + LETTERS[:36],
    "a PyPI token": "pypi-" + "AgE" + LETTERS,
    "an API key": "sk-proj-" + LETTERS[:40],
    "a signed token (JWT)": ".".join(["eyJ" + LETTERS[:20], "eyJ" + LETTERS[:20], LETTERS[:20]]),
    "an address with a password in it": "https://ada:" + "lovelace@example.com/hook",
}


def test_there_is_an_example_of_every_secret() -> None:
    assert list(EXAMPLES) == [secret.title for secret in SECRETS]


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_secret_is_found_in_its_line_and_place(title: str) -> None:
    text = f"first\nurl: {EXAMPLES[title]} # then\n"
    (found,) = find_leaks({"endpoints.yaml": text.encode()})
    assert found.code == CODE
    assert title in found.message
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("endpoints.yaml", 2)
    assert text.splitlines()[1][found.span.column - 1 :].startswith(EXAMPLES[title][:3])


@pytest.mark.parametrize(
    "text",
    [
        "an ordinary sentence about a private key",
        "https://example.com/a:b@c",
        "https://[[ parameters.user ]]:[[ parameters.password ]]@example.com",
        "token: [[ parameters.token ]]",
        "sk-short",
    ],
)
def test_what_only_speaks_of_secrets_is_none(text: str) -> None:
    assert not len(find_leaks({"README.md": text.encode()}))


def test_a_line_can_say_that_it_is_none() -> None:
    line = f"{EXAMPLES['an AWS access key']}  <!-- {ALLOWED} -->"
    assert not len(find_leaks({"README.md": line.encode()}))


@pytest.mark.parametrize(
    "name", [".env", "production.env", ".env.local", "id_rsa", "server.key", "x.PEM", ".npmrc"]
)
def test_files_that_hold_nothing_but_secrets_are_refused_by_name(name: str) -> None:
    (found,) = find_leaks({f"media/{name}": b"\xff\x00"})
    assert f"--allow-secret media/{name}" in (found.help or "")


def test_a_file_can_be_allowed() -> None:
    files = {"media/x.pem": b"", "README.md": EXAMPLES["a Stripe key"].encode()}
    assert not len(find_leaks(files, ("media/x.pem", "README.md")))


def test_pictures_and_the_like_are_no_secrets() -> None:
    assert not len(
        find_leaks({"media/environment.png": bytes(range(256)) * 8, "monkey.key.md": b""})
    )
