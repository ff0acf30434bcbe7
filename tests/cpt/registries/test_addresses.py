"""However a registry's address is written, it is the same registry, of which a root is trusted."""

from __future__ import annotations

import pytest

from cpt.registries.addresses import spelled

ONE = "https://packages.example/registry"


@pytest.mark.parametrize(
    "address",
    [
        ONE,
        f"{ONE}/",
        f"{ONE}//",
        "HTTPS://packages.example/registry",
        "https://Packages.EXAMPLE/registry",
        "https://packages.example./registry",
        "https://packages.example:443/registry",
        "https://packages.example:0443/registry",
        "https://ann:secret@packages.example/registry",
        "https://packages.example/elsewhere/../registry/.",
        "https://packages.example/../registry",
    ],
)
def test_an_address_is_known_again_however_it_is_written(address: str) -> None:
    assert spelled(address) == ONE


@pytest.mark.parametrize(
    "address",
    [
        "http://packages.example/registry",
        "https://packages.example:80/registry",
        "https://packages.example/Registry",
        "https://packages.example/registry?x",
        "https://packages.example",
        "https://other.example/registry",
        "https://packages.example@other.example/registry",
        "https://[::1]:8080/registry",
        "https://packages.example:no/registry",
    ],
)
def test_another_address_is_another_registry(address: str) -> None:
    assert spelled(address) != ONE
    assert spelled(spelled(address)) == spelled(address)


def test_what_was_written_without_need_stays_as_it_is() -> None:
    for address in ("http://127.0.0.1:8080", "https://[::1]:8080/x", "https://packages.example"):
        assert spelled(address) == address


@pytest.mark.parametrize(
    "address", ["https://ann:secret@packages.example:no/x", "https://a:secret@[x"]
)
def test_of_one_that_cannot_be_read_no_password_is_shown(address: str) -> None:
    assert "secret" not in spelled(address)
