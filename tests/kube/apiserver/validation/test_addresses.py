"""IP addresses and CIDR blocks."""

import pytest

from playground.kube.apiserver.validation import addresses
from playground.kube.apiserver.validation.field import Path

from .support import told

AT = Path("ip")
NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("10.0.0.1", []),
        ("FE80:0:0:0:0:0:0:1", []),
        ("10.0.0", [NO_IP]),
        ("", [NO_IP]),
        ("fe80::1%eth0", [NO_IP]),
        ("10.0.0.256", [NO_IP]),
        ("010.0.0.1", ["must not have leading 0s"]),
        ("::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]),
        ("::ffff:01.2.3.4", ["must not have leading 0s", "must not be an IPv4-mapped IPv6 address"]),
    ],
)
def test_addresses(text: str, complaints: list[str]) -> None:
    assert told(addresses.is_ip(AT, text)) == [f'ip: Invalid value: "{text}": {says}' for says in complaints]


def test_what_was_stored_stays_allowed() -> None:
    assert addresses.is_ip(AT, "010.0.0.1", ["010.0.0.1"]) == []
    assert addresses.is_cidr(AT, "10.0.0.1/8", ["10.0.0.1/8"]) == []


def test_new_fields_want_the_shortest_form() -> None:
    assert addresses.is_canonical_ip(AT, "fe80::1") == []
    assert told(addresses.is_canonical_ip(AT, "FE80:0::1")) == [
        'ip: Invalid value: "FE80:0::1": must be in canonical form ("fe80::1")'
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("10.0.0.0/8", ""),
        ("fd00::/64", ""),
        ("10.0.0.0", NO_CIDR),
        ("10.0.0.0/33", NO_CIDR),
        ("10.0.0.0/a", NO_CIDR),
        ("10.0.0.0/08", "must not have leading 0s in IP or prefix length"),
        ("::ffff:1.2.3.4/128", "must not have an IPv4-mapped IPv6 address"),
        ("10.0.0.1/8", "must not have bits set beyond the prefix length"),
    ],
)
def test_blocks(text: str, complaint: str) -> None:
    assert told(addresses.is_cidr(AT, text)) == ([f'ip: Invalid value: "{text}": {complaint}'] if complaint else [])


@pytest.mark.parametrize(("text", "family"), [("1.2.3.4", 4), ("::1", 6), ("::ffff:1.2.3.4", 4), ("x", 0)])
def test_families(text: str, family: int) -> None:
    assert addresses.family(text) == family


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("10.0.0.1", ""),
        ("0.0.0.0", "may not be unspecified (0.0.0.0)"),
        ("::1", "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ("169.254.1.1", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        ("224.0.0.5", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
        ("ff02::5", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    ],
)
def test_addresses_nobody_can_be_reached_at(text: str, complaint: str) -> None:
    lines = [f'ip: Invalid value: "{text}": {complaint}'] if complaint else []
    assert told(addresses.forbidden_for_endpoints(AT, text)) == lines
