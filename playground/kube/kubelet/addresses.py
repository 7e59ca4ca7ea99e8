"""Pod addresses: each node has a /24 of its own, each pod the next free address in it, as the host-local plugin does.

After pkg/controller/nodeipam (10.244.0.0/16, a /24 per node, in order of registration) and
containernetworking/plugins/plugins/ipam/host-local. A node that has spec.podCIDR gives addresses of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_FIRST, _LAST = 2, 254  # .1 is the bridge, .255 the broadcast address
# 10.244.0.0/16 first; clusters of more than 256 nodes have more. 10.96.0.0/12 is for services.
_SECOND: Final = (*range(244, 256), *range(112, 244), *range(96))


class Addresses:
    """The addresses of all nodes' pods."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._given: dict[str, str] = {}  # node -> prefix that its spec.podCIDR says
        self._free_numbers: list[int] = []
        self._used: dict[str, set[int]] = {}
        self._last: dict[str, int] = {}

    def prefix(self, node: str) -> str:
        """Return the first three parts of a node's addresses."""
        given = self._given.get(node)
        if given is not None:
            return given
        number = self._numbers.get(node)
        if number is None:
            number = self._free_numbers.pop(0) if self._free_numbers else len(self._numbers)
            self._numbers[node] = number
        return f"10.{_SECOND[number // 256 % len(_SECOND)]}.{number % 256}"

    def give(self, node: str, cidr: str) -> None:
        """Let a node use its spec.podCIDR."""
        if cidr.endswith("/24") and cidr.count(".") == 3 and node not in self._numbers:
            self._given[node] = cidr.rpartition(".")[0]

    def take(self, node: str) -> str | None:
        """Return a free address of a node, or None."""
        used = self._used.setdefault(node, set())
        if len(used) > _LAST - _FIRST:
            return None
        last = self._last.get(node, _FIRST - 1)
        while True:
            last = last + 1 if last < _LAST else _FIRST
            if last not in used:
                break
        used.add(last)
        self._last[node] = last
        return f"{self.prefix(node)}.{last}"

    def release(self, node: str, address: str) -> None:
        """Take an address back."""
        if address:
            self._used.get(node, set()).discard(int(address.rpartition(".")[2]))

    def forget(self, node: str) -> None:
        """Forget a node; the next new one takes its place."""
        number = self._numbers.pop(node, None)
        if number is not None:
            self._free_numbers.append(number)
        for table in (self._given, self._used, self._last):
            table.pop(node, None)

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "numbers": self._numbers,
            "given": self._given,
            "free": self._free_numbers,
            "used": {node: sorted(used) for node, used in self._used.items()},
            "last": self._last,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._numbers, self._given = dict(state["numbers"]), dict(state["given"])
        self._free_numbers, self._last = list(state["free"]), dict(state["last"])
        self._used = {node: set(used) for node, used in state["used"].items()}
