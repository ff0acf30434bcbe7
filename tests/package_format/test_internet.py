"""Which addresses are of the internet, and which of this machine."""

import pytest

from package_format.internet import is_of_this_machine, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.7", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:0:0:0:0:80ff:fffe", "2001:db8::1", "", "localhost", "1.2.3", "0x7f.1",
        "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1", "5f00::1",
    ],
)  # fmt: skip
def test_an_address_within_or_beside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "169.254.169.254", "::1", "::", "fe80::1%eth0", "::ffff:127.0.0.1",
     "0.0.0.0"],  # noqa: S104  nothing listens there
)  # fmt: skip
def test_what_only_this_machine_can_reach_is_its_own(address: str) -> None:
    assert is_of_this_machine(address)
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "10.1.2.3", "192.168.1.1", "fc00::1", "2606:4700::1"]
)
def test_what_others_can_reach_is_not(address: str) -> None:
    assert not is_of_this_machine(address)
