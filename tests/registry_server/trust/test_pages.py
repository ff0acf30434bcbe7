"""Who signed a version is on its page, and so is that it was not signed as before."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from package_format.package import Package
from package_format.signing import public_text
from tests.registry_server.conftest import Asked, retold
from tests.registry_server.trust.conftest import Served
from tests.registry_server.trust.test_attacks import signed_by

PAGE = "/packages/acme/signed"


def test_a_page_says_who_signed_and_if_not_as_before(served: Served, tags: Package) -> None:
    author, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def shown(version: str, key: Ed25519PrivateKey | None) -> str:
        package = retold(tags, name="acme/signed", version=version)
        signatures = None if key is None else signed_by(package, key)
        assert served.running.publish(package, signatures=signatures).status_code == 201
        return served.running.ask("GET", f"{PAGE}/{version}").text

    page = shown("1.0.0", author)
    assert f"<code>{public_text(author.public_key())}</code>" in page
    assert "notice bad" not in page
    assert "notice bad" not in shown("1.0.1", author)
    page = shown("1.0.2", None)
    assert "<dd>nobody</dd>" in page
    assert "<strong>Not signed.</strong>" in page
    assert f'<a href="{PAGE}/1.0.1">1.0.1</a> was signed by its author' in page
    page = shown("1.0.3", stranger)
    assert "<strong>Signed by somebody else.</strong>" in page
    assert f"<code>{public_text(stranger.public_key())}</code>" in page
    assert "notice bad" not in served.running.ask("GET", f"{PAGE}/1.0.0").text


def test_of_a_package_that_nobody_ever_signed_nothing_is_odd(served: Served) -> None:
    page = served.running.ask("GET", "/packages/acme/lifecycle-tags").text
    assert "<dd>nobody</dd>" in page
    assert "notice bad" not in page


def test_who_installs_for_the_first_time_is_told_to_look_whom_they_trust(
    served: Served, ask: Asked
) -> None:
    said = "cpt registry trust http://packages.test"
    for path in ("/packages/acme/lifecycle-tags", "/status"):
        assert said in served.running.ask("GET", path).text
        assert "registry trust" not in ask(path).text, "of a registry that is not signed"
