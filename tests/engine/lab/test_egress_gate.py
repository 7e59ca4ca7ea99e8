"""Which server may be reached: by name, by port, by where its name leads."""

import pytest

from playground.engine.lab.egress_gate import Gate, where
from playground.engine.lab.egress_origins import Origin

LISTED = (
    Origin("http", "packages.example", 80, "apt"),
    Origin("https", "index.example", 8443, "pip"),
    Origin("http", "mirror.example", 3142, "apt"),
)


def gate(**first_seen: str) -> Gate:
    """A gate that has looked its hosts up: `packages="8.8.8.8"` for packages.example."""
    made = Gate(LISTED)
    for name, address in first_seen.items():
        made.learn(f"{name}.example", [address])
    return made


@pytest.mark.parametrize(
    ("scheme", "host", "port"),
    [
        ("http", "packages.example", 80),
        ("https", "packages.example", 443),
        ("https", "index.example", 8443),
        ("https", "index.example", 443),
        ("http", "index.example", 80),
        ("http", "mirror.example", 3142),
    ],
)
def test_a_listed_server_may_be_reached_at_its_own_port_and_at_the_usual_ones(
    scheme: str, host: str, port: int
) -> None:
    assert gate(packages="8.8.8.8", index="8.8.8.8", mirror="10.0.0.5").refusal(scheme, host, port) == ""


@pytest.mark.parametrize(
    ("scheme", "host", "port", "word"),
    [
        ("http", "example.com", 80, "not on this installation's list"),
        ("https", "sub.packages.example", 443, "not on this installation's list"),
        ("https", "xpackages.example", 443, "not on this installation's list"),
        ("http", "169.254.169.254", 80, "not on this installation's list"),
        ("http", "127.0.0.1", 80, "not on this installation's list"),
        ("https", "packages.example", 22, "not for https at port 22"),
        ("http", "index.example", 8443, "not for http at port 8443"),
        ("http", "mirror.example", 80, "not for http at port 80"),
        ("https", "mirror.example", 443, "not for https at port 443"),
    ],
)
def test_everything_else_is_refused_with_the_reason(scheme: str, host: str, port: int, word: str) -> None:
    made = gate(packages="8.8.8.8", index="8.8.8.8", mirror="10.0.0.5")
    refused = made.refusal(scheme, host, port)
    assert word in refused
    assert host in refused


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("8.8.8.8", "outside"),
        ("2606:4700::1", "outside"),
        ("127.0.0.1", "inside"),
        ("127.8.9.1", "inside"),
        ("::1", "inside"),
        ("10.1.2.3", "inside"),
        ("172.17.0.1", "inside"),
        ("192.168.0.1", "inside"),
        ("100.64.0.1", "inside"),
        ("fd12::1", "inside"),
        ("::ffff:127.0.0.1", "inside"),
        ("::ffff:169.254.169.254", "nowhere"),
        ("2002:7f00:1::", "inside"),
        ("64:ff9b::7f00:1", "inside"),
        ("64:ff9b::a9fe:a9fe", "nowhere"),
        ("169.254.169.254", "nowhere"),
        ("100.100.100.200", "nowhere"),
        ("fe80::1%eth0", "nowhere"),
        ("fd00:ec2::254", "nowhere"),
        ("0.0.0.0", "nowhere"),
        ("::", "nowhere"),
        ("224.0.0.1", "nowhere"),
        ("ff02::1", "nowhere"),
        ("240.0.0.1", "nowhere"),
        ("255.255.255.255", "nowhere"),
        ("packages.example", "nowhere"),
        ("", "nowhere"),
    ],
)
def test_where_an_address_leads(address: str, place: str) -> None:
    assert where(address) == place


def test_a_name_that_was_outside_at_first_never_leads_inside() -> None:
    made = gate(packages="8.8.8.8")
    made.learn("packages.example", ["127.0.0.1"])  # what it says later does not count
    assert made.usable("packages.example", ["127.0.0.1", "10.0.0.1", "169.254.169.254"]) == []
    assert made.usable("packages.example", ["127.0.0.1", "8.8.4.4"]) == ["8.8.4.4"]


def test_a_mirror_of_the_machines_own_network_may_be_reached_there_but_metadata_never() -> None:
    made = gate(mirror="10.0.0.5")
    assert made.usable("mirror.example", ["10.0.0.6", "169.254.169.254", "0.0.0.0"]) == ["10.0.0.6"]


def test_a_server_whose_name_was_never_found_leads_nowhere_inside() -> None:
    assert gate().usable("packages.example", ["10.0.0.1", "8.8.8.8"]) == ["8.8.8.8"]


def test_a_bare_address_of_the_list_is_known_from_the_start() -> None:
    made = Gate((Origin("http", "127.0.0.1", 3142, "apt"),))
    assert made.knows("127.0.0.1")
    assert made.usable("127.0.0.1", ["127.0.0.1"]) == ["127.0.0.1"]
    assert made.refusal("http", "127.0.0.1", 80)
    assert made.refusal("http", "127.0.0.1", 3142) == ""
