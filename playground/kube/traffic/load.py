"""One load on a Service: how its requests spread over endpoints, and what became of them so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from playground.kube.runtime.capacity import Performance
from playground.kube.traffic.backends import Backend
from playground.kube.traffic.tally import Tally

CLIENTS: Final = 100
MOST_CLIENTS: Final = 10_000
KEPT: Final = 100  # pods that are counted one by one; those that left earlier are counted together


@dataclass(slots=True)
class Flow:
    """What one pod is sent, and what became of it when that was looked at last."""

    backend: Backend
    requests: float
    found: Performance | None = None


@dataclass(slots=True)
class Load:
    """Requests a second from so many clients, since a time. *counted*: up to when the tallies go."""

    namespace: str
    service: str
    requests: float
    clients: int
    since: float
    counted: float
    port: int | None = None
    command: int | None = None
    flows: dict[str, Flow] = field(default_factory=dict)  # by the endpoint's address
    tallies: dict[str, tuple[str, Tally]] = field(default_factory=dict)  # uid (or address) -> (pod, counts)
    gone: Tally = field(default_factory=Tally)  # pods that are no longer counted one by one
    unserved: Tally = field(default_factory=Tally)
    stays: dict[str, str] = field(default_factory=dict)  # client -> address, with session affinity

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name of the Service."""
        return self.namespace, self.service

    def count(self, now: float) -> None:
        """Count what happened since the last time; nothing changed meanwhile."""
        seconds, self.counted = now - self.counted, max(now, self.counted)
        if seconds <= 0 or not self.requests:
            return
        if not self.flows:
            self.unserved.add_unserved(self.requests * seconds)
        for flow in self.flows.values():
            self._tally(flow.backend).add(flow.requests * seconds, flow.found)

    def _tally(self, backend: Backend) -> Tally:
        key = backend.uid or backend.address
        if key not in self.tallies:
            self.tallies[key] = (backend.pod or backend.address, Tally())
        return self.tallies[key][1]

    def spread(self, backends: Sequence[Backend], sticky: float | None) -> dict[str, float]:
        """Return the requests a second for each address: the same for all, or by where each client stays."""
        if not backends:
            self.stays = {}
            return {}
        if sticky is None or not self._is_remembered(sticky):
            self.stays = {}
            return {each.address: self.requests / len(backends) for each in backends}
        self._settle([each.address for each in backends])
        each_client = self.requests / self.clients
        shares = dict.fromkeys((each.address for each in backends), 0)
        for address in self.stays.values():
            shares[address] += 1
        return {address: count * each_client for address, count in shares.items()}

    def _is_remembered(self, sticky: float) -> bool:
        """Tell whether clients come back before they are forgotten."""
        return self.requests > 0 and self.clients / self.requests <= sticky

    def _settle(self, addresses: Sequence[str]) -> None:
        """Give each client an endpoint: the one it has while that is there, else one by a hash of the client."""
        there = frozenset(addresses)
        for number in range(self.clients):
            client = str(number)
            if self.stays.get(client) not in there:
                place = crc32(f"{self.namespace}/{self.service}/{client}".encode()) % len(addresses)
                self.stays[client] = addresses[place]

    def forget(self) -> None:
        """Count pods together that left long ago, so that a long life stays small."""
        there = {flow.backend.uid or flow.backend.address for flow in self.flows.values()}
        for key in [key for key in self.tallies if key not in there][: max(0, len(self.tallies) - KEPT)]:
            self.gone = Tally.total((self.gone, self.tallies.pop(key)[1]))

    def state(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "namespace": self.namespace, "service": self.service, "requests": self.requests, "clients": self.clients,
            "since": self.since, "counted": self.counted, "port": self.port, "command": self.command,
            "flows": [
                [*_fields(flow.backend), flow.requests, _fields(flow.found) if flow.found else None]
                for flow in self.flows.values()
            ],
            "tallies": [[key, pod, tally.state()] for key, (pod, tally) in self.tallies.items()],
            "gone": self.gone.state(), "unserved": self.unserved.state(), "stays": dict(self.stays),
        }  # fmt: skip

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Load:
        """Return what `state` gave."""
        flows = [
            Flow(Backend(*backend), requests, None if found is None else Performance(*found))
            for *backend, requests, found in state["flows"]
        ]
        return cls(
            **{**state, "gone": Tally.of(state["gone"]), "unserved": Tally.of(state["unserved"])}
            | {
                "flows": {flow.backend.address: flow for flow in flows},
                "tallies": {key: (pod, Tally.of(tally)) for key, pod, tally in state["tallies"]},
                "stays": dict(state["stays"]),
            }
        )


def _fields(found: Backend | Performance) -> list[Any]:
    return [getattr(found, name) for name in found.__slots__]
