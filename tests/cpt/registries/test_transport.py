"""Between the client and its registry: credentials, redirects, proxies and certificates."""

from __future__ import annotations

import base64
import shutil
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from cpt.errors import BadInputError, RegistryError
from cpt.registries.api import RegistryApi
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from package_format.index import index_path
from tests.cpt.registries.conftest import Quiet, QuietServer
from tests.cpt.registries.misbehaving import Host, answer, hosting

TAGS = "acme/lifecycle-tags"
CERTIFICATE = Path(__file__).resolve().parents[2] / "loopback.pem"
BASIC = "Basic " + base64.b64encode(b"ada:secret").decode()


@pytest.fixture
def host(tree: Path) -> Iterator[Host]:
    with hosting(tree) as running:
        yield running


def with_password(address: str) -> str:
    return address.replace("://", "://ada:secret@")


# --- credentials ----------------------------------------------------------------------------------


def test_a_password_in_the_address_goes_to_its_host(host: Host) -> None:
    assert HttpRegistry(with_password(host.address)).versions(TAGS)
    assert {each.headers.get("authorization") for each in host.asked} == {BASIC}


def test_a_password_does_not_follow_a_redirect_to_another_host(host: Host, tree: Path) -> None:
    with hosting(tree) as other:
        for path in ("config.json", index_path(TAGS)):
            host.does(path, answer(302, Location=f"{other.address}/{path}"))
        assert HttpRegistry(with_password(host.address)).versions(TAGS)
        assert len(other.asked) == 2
        assert not any("authorization" in each.headers for each in other.asked)


def test_a_password_does_not_go_where_archives_lie(host: Host, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "cdn").mkdir()
    shutil.copytree(tree / "blobs", tmp_path / "cdn" / "b")
    (line,) = DirectoryRegistry(tree).versions(TAGS)
    with hosting(tmp_path / "cdn") as other:
        (tree / "config.json").write_text(f'{{"format": 1, "blobs": "{other.address}/b/"}}')
        assert HttpRegistry(with_password(host.address)).fetch(line.digest)
        assert len(other.asked) == 1
        assert "authorization" not in other.asked[0].headers


def test_no_message_holds_a_password(host: Host) -> None:
    registry = HttpRegistry(with_password(host.address))
    assert registry.location == host.address
    host.does("config.json", answer(403))
    with pytest.raises(RegistryError) as error:
        registry.versions(TAGS)
    assert "secret" not in f"{error.value} {error.value.help}"
    with pytest.raises(RegistryError) as error:
        HttpRegistry("http://ada:secret@127.0.0.1:9").versions(TAGS)
    assert "secret" not in f"{error.value} {error.value.help}"


# --- the environment ------------------------------------------------------------------------------


def test_a_proxy_is_that_of_the_environment(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is a host too: what it is asked for is a whole address."""
    monkeypatch.setenv("HTTP_PROXY", host.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(RegistryError):
        HttpRegistry("http://packages.example").versions(TAGS)
    assert host.paths() == ["http://packages.example/config.json"]
    host.asked.clear()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert HttpRegistry(host.address).versions(TAGS)
    assert host.paths() == ["/config.json", f"/{index_path(TAGS)}"]


@pytest.mark.parametrize("proxy", ["socks5://ada:secret@127.0.0.1:1080", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_said_to_be_none(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    without = f"ALL_PROXY={proxy.replace('ada:secret@', '')}"
    with pytest.raises(BadInputError, match="a proxy that cannot be used") as no:
        HttpRegistry("http://packages.example").versions(TAGS)
    assert without in str(no.value)
    with pytest.raises(BadInputError, match="a proxy that cannot be used"):
        RegistryApi("http://packages.example", "http://packages.example/api/", None).me()


def test_a_proxy_is_named_where_nobody_is_reached_and_where_it_wants_a_name(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(RegistryError, match="cannot be reached") as no:
        HttpRegistry("http://packages.example").versions(TAGS)
    assert "HTTP_PROXY=http://127.0.0.1:9" in no.value.help[0]
    monkeypatch.setenv("HTTP_PROXY", host.address)
    host.always["http://packages.example/config.json"] = answer(407)
    with pytest.raises(RegistryError, match=r"the proxy on the way .* wants to know who asks"):
        HttpRegistry("http://packages.example").versions(TAGS)


@pytest.fixture
def secure(tree: Path) -> Iterator[str]:
    """The tree behind a certificate that no authority knows."""
    server = QuietServer(("127.0.0.1", 0), partial(Quiet, directory=str(tree)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_of_ones_own_is_trusted_if_the_environment_names_it(
    secure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert HttpRegistry(secure).versions(TAGS)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with pytest.raises(RegistryError, match=r"its certificate is not believed: self.signed") as no:
        HttpRegistry(secure).versions(TAGS)
    assert "SSL_CERT_FILE" in no.value.help[0]


def another_authority(folder: Path) -> Path:
    """A file with the certificate of an authority that has signed nothing here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Another authority")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(9999))
    found = folder / "another.pem"
    found.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return found


def test_certificates_of_the_folder_count_beside_those_of_the_file(
    secure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_folder = tmp_path / "31fbcd54.0"  # by OpenSSL's hash of its subject
    in_the_folder.write_bytes(CERTIFICATE.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(another_authority(tmp_path)))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert HttpRegistry(secure).versions(TAGS)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE names .*, which cannot be read: No such file"),
        ("SSL_CERT_FILE", "nonsense", "SSL_CERT_FILE names .*, and it has no certificates"),
        ("SSL_CERT_DIR", None, "SSL_CERT_DIR names .*, and there is no such folder"),
    ],
)
def test_what_has_no_certificates_is_said_to_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "named").write_text(content)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv(name, str(tmp_path / "named"))
    with pytest.raises(BadInputError, match=why):
        HttpRegistry("http://127.0.0.1:9").versions(TAGS)
    with pytest.raises(BadInputError, match=why):
        RegistryApi("http://127.0.0.1:9", "http://127.0.0.1:9/api/v1/", None).me()


def test_who_answers_in_plain_text_where_tls_was_meant_is_said_to(host: Host) -> None:
    with pytest.raises(RegistryError, match="asked over https, and answers something else"):
        HttpRegistry(host.address.replace("http:", "https:")).versions(TAGS)
