"""Which server a build may reach, by name, port and address. Pure; called by `egress_proxy` before every connection.

A name on the list that suddenly leads into the machine's own network is refused (DNS rebinding): the addresses at the
first look-up, when the proxy starts, say where a server of the list is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from playground.engine.lab.egress_origins import PORTS, Origin

Where = Literal["outside", "inside", "nowhere"]
# where clouds answer questions about the machine itself; the one in IPv4 is link-local
METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052


@dataclass(slots=True)
class Gate:
    """The allow-list. *inside*: names that lead into the machine's own network by its own configuration."""

    origins: Sequence[Origin]
    inside: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for host in self.hosts:
            if as_address(host) is not None:
                self.learn(host, [host])

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host of the list, once."""
        return tuple(dict.fromkeys(one.host for one in self.origins))

    def knows(self, host: str) -> bool:
        """Whether the host's first addresses have been seen."""
        return host in self.inside

    def learn(self, host: str, addresses: Iterable[str]) -> None:
        """Remember where a host of the list is; only the first time counts."""
        places = {where(address) for address in addresses}
        if places:
            self.inside.setdefault(host, "inside" in places)

    def refusal(self, scheme: str, host: str, port: int) -> str:
        """Why this server may not be asked, in a sentence; '' if it may."""
        theirs = [one for one in self.origins if one.host == host]
        if not theirs:
            return (
                f"{host} is not on this installation's list: builds reach only the package servers that the machine "
                "itself is configured for"
            )
        if any(one.scheme == scheme and one.port == port for one in theirs):
            return ""
        if port == PORTS[scheme] and not self.inside.get(host, False):
            return ""
        return f"{host} is on this installation's list, but not for {scheme} at port {port}"

    def usable(self, host: str, addresses: Sequence[str]) -> list[str]:
        """Those of a host's addresses that may be connected to."""
        allowed: set[Where] = {"outside", "inside"} if self.inside.get(host, False) else {"outside"}
        return [address for address in addresses if where(address) in allowed]


def as_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host's text is, if it is one."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def where(address: str) -> Where:
    """Outside: the internet. Inside: this machine or its networks. Nowhere: what no package server can be."""
    ip = as_address(address.partition("%")[0])
    if ip is None:
        return "nowhere"
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner is not None:
            return where(str(inner))
    # an IPv6 address may be "reserved" and loopback at once
    if ip.is_loopback:
        return "inside"
    if ip in METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return "nowhere"
    return "outside" if ip.is_global else "inside"
