"""kube-proxy and the clients behind it: loads on Services, spread over endpoints; single requests; counts.

After pkg/proxy/iptables: every endpoint has the same chance, a client with session affinity stays with its own. A load
is spread evenly at once, as chance does it in the long run; of a single request chance decides.

Rules follow a change of endpoints after SYNC seconds, since no kube-proxy rewrites its rules in no time: a pod that is
gone before that costs errors. Nothing ticks. Counts are added up whenever something changes: a load, the rules, a pod,
the reach of a machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client.controller import Context
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY
from playground.kube.runtime.capacity import TIMEOUT, Performance
from playground.kube.runtime.pods import Pods
from playground.kube.runtime.protocol import Request
from playground.kube.store import By, Change
from playground.kube.traffic import backends, dns
from playground.kube.traffic.backends import SERVICE_LABEL, SLICES, Backend, Target
from playground.kube.traffic.load import CLIENTS, MOST_CLIENTS, Flow, Load
from playground.kube.traffic.report import Report, report

NAME: Final = "kube-proxy"
SYNC: Final = 0.5  # seconds; in real clusters between a tenth of a second and some seconds
AGENT: Final = "drydock"
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to. *status* 0: nobody answered; *why* says why, and *pod* is "" if none was asked."""

    pod: str
    address: str
    status: int
    body: str
    seconds: float
    why: str = ""


class Traffic:
    """Loads on Services, as an actor. The kubelets are told what each pod gets, and asked what becomes of it."""

    name: str = NAME

    def __init__(self, context: Context) -> None:
        self._context = context
        self._loads: dict[Key, Load] = context.api.core.streams.loads  # an earlier kube-proxy's, too
        # When the rules of a Service are written anew.
        self._changed: dict[Key, float] = dict.fromkeys(self._loads, context.clock.now)
        self._told: dict[str, float] = {}  # uid -> requests a second
        self._asked: dict[str, list[Any]] = {}  # "namespace/service/client" -> [address, when], with session affinity
        self._seen: tuple[Any, ...] = ()
        self._asked_pods: Pods | None = None  # the kubelets that were told of the loads
        self._due: float | None = None
        context.informers.attach(NAME, {"services": self._on_service, SLICES: self._on_slice, "pods": self._on_pod})

    # What a person does.

    def set_load(
        self,
        namespace: str,
        service: str,
        requests: float,
        *,
        clients: int = CLIENTS,
        port: int | None = None,
        by: By | None = None,
    ) -> None:
        """Send a Service so many requests a second from now on; 0 ends that. Takes effect in the next turn.

        Raises ApiError NotFound, and ValueError for a number or a port that is none.
        """
        _check(requests, clients)
        self._context.api.get("services", service, namespace)
        if backends.target(self._context.informers, namespace, service, port) is None and port is not None:
            raise ValueError(f"service {service} has no port {port}")
        now, key = self._context.clock.now, (namespace, service)
        load = self._loads.get(key)
        if load is None:
            load = self._loads[key] = Load(namespace, service, requests, clients, now, now)
        load.count(now)
        load.requests, load.clients, load.port = requests, clients, port
        load.command = by.command if by else None
        load.stays = {client: address for client, address in load.stays.items() if int(client) < clients}
        self._changed[key] = now

    def report(self, namespace: str, service: str) -> Report | None:
        """Return what became of a Service's load up to now; None if it never had one."""
        load = self._loads.get((namespace, service))
        if load is None:
            return None
        seen = Load.of(load.state())  # looking changes nothing, not even how sums are rounded
        seen.count(self._context.clock.now)
        return report(seen, self._context.clock.now)

    def loads(self) -> list[Key]:
        """Return the Services that have, or had, a load."""
        return list(self._loads)

    def forget(self, namespace: str, service: str) -> None:
        """Take a load away, with its counts."""
        self.set_load(namespace, service, 0.0)
        self._refresh((namespace, service), self._context.clock.now)
        del self._loads[(namespace, service)]

    def request(
        self, namespace: str, service: str, path: str = "/", *, port: int | None = None, client: int = 0
    ) -> Answer:
        """Send one request to a Service and return the answer. Raises ApiError NotFound."""
        self._context.api.get("services", service, namespace)
        found = backends.target(self._context.informers, namespace, service, port)
        if found is None:
            return Answer("", "", 0, "", 0.0, f"the service {service} has no {f'port {port}' if port else 'port'}")
        if not found.backends:
            return Answer("", "", 0, "", 0.0, f"connection refused: the service {service} has no ready endpoint")
        chosen = self._choose(found, client)
        if not self._is_reached(chosen.node):
            return Answer(chosen.pod, chosen.address, 0, "", TIMEOUT, f"timed out: {chosen.node} is out of reach")
        if not chosen.uid:
            return Answer(chosen.pod, chosen.address, 0, "", 0.0, f"no pod of this cluster has {chosen.address}")
        asked = Request(chosen.port, path if path.startswith("/") else f"/{path}", headers={"User-Agent": AGENT})
        pods = self._pods
        if pods is None:
            return Answer(chosen.pod, chosen.address, 0, "", 0.0, "no kubelet runs in this cluster")
        got = pods.answer(chosen.uid, asked, self._context.clock.now)
        why = "" if got.status else f"{got.body.strip() or 'connection refused'} ({chosen.address}:{chosen.port})"
        return Answer(chosen.pod, chosen.address, got.status, got.body if got.status else "", got.seconds, why)

    def resolve(self, name: str, namespace: str = "default") -> list[str]:
        """Return the addresses that the cluster's DNS has for a name, asked from a pod of a namespace."""
        return dns.resolve(self._context.informers, name, namespace)

    def _choose(self, found: Target, client: int) -> Backend:
        """Choose an endpoint: by chance, as kube-proxy's rules do; with session affinity the client's last one."""
        now, sticky = self._context.clock.now, found.sticky
        key = f"{'/'.join(meta.key(found.service))}/{client}"
        if sticky is not None and key in self._asked:
            address, when = self._asked[key]
            again = next((each for each in found.backends if each.address == address), None)
            if again is not None and now - when <= sticky:
                self._asked[key] = [address, now]
                return again
        chosen = found.backends[self._context.names.below(len(found.backends))]
        if sticky is not None:
            self._asked[key] = [chosen.address, now]
        return chosen

    # The actor.

    def turn(self) -> bool:
        """Spread loads anew whose Service changed; look again at what becomes of the others."""
        if not self._loads:
            self._changed = {}
            return False
        now = self._context.clock.now
        self._changed = {key: at for key, at in self._changed.items() if key in self._loads}
        changed = [key for key, at in self._changed.items() if at <= now]
        for key in changed:
            del self._changed[key]
            self._refresh(key, now)
        deaf = None if self._context.line.cut_at is None else now  # nothing tells of containers then: always look
        seen = (deaf, self._context.informers.revision, self._reach())
        due = self._due is not None and self._due <= now
        if changed or due or seen != self._seen or self._pods is not self._asked_pods:
            self._seen, self._asked_pods = seen, self._pods
            self._look(now)
        return bool(changed)

    @property
    def _pods(self) -> Pods | None:
        """The kubelets' containers; None where no kubelets run."""
        return self._context.api.core.streams.pods

    def _reach(self) -> tuple[Any, ...]:
        """Return which machines of loaded pods are within reach: they fall silent without writing anything."""
        nodes = {flow.backend.node: None for load in self._loads.values() for flow in load.flows.values()}
        return tuple(self._is_reached(node) for node in nodes)

    def _is_reached(self, node: str) -> bool:
        """Tell whether requests reach a node; where machines are not simulated, they do."""
        machine = self._context.machines.get(node)
        return machine is None or machine.reachable

    def _refresh(self, key: Key, now: float) -> None:
        """Spread a load over the endpoints there are now, and tell the pods."""
        load = self._loads[key]
        load.count(now)
        found = backends.target(self._context.informers, *key, load.port)
        there = found.backends if found is not None and load.requests else ()
        shares = load.spread(there, found.sticky if found is not None else None)
        load.flows = {each.address: Flow(each, shares[each.address]) for each in there}
        load.forget()

    def _look(self, now: float) -> None:
        """Count up to now, tell the pods what they get, and ask what becomes of it from now on."""
        pods = self._pods
        for load in self._loads.values():
            load.count(now)
        flows = [flow for load in self._loads.values() for flow in load.flows.values() if flow.backend.uid]
        arrives = [flow for flow in flows if pods is not None and self._arrives(pods, flow.backend, now)]
        arriving = {id(flow) for flow in arrives}
        self._tell(arrives, now)
        found = {uid: _found(pods, uid, requests, now) for uid, requests in self._told.items()} if pods else {}
        for flow in flows:
            flow.found = found.get(flow.backend.uid) if id(flow) in arriving else None
        uids = dict.fromkeys(flow.backend.uid for flow in flows)
        times = [pods.performance_changes_at(uid, now) for uid in uids] if pods is not None else []
        self._due = min((at for at in times if at is not None and at > now), default=None)

    def _arrives(self, pods: Pods, backend: Backend, now: float) -> bool:
        """Tell whether requests reach a container that listens."""
        return self._is_reached(backend.node) and pods.listens(backend.uid, backend.port, now)

    def _tell(self, flows: Iterable[Flow], now: float) -> None:
        """Tell each pod what it gets in all, if that is not what it was told."""
        wanted: dict[str, float] = {}
        for flow in flows:
            wanted[flow.backend.uid] = wanted.get(flow.backend.uid, 0.0) + flow.requests
        pods = self._pods
        if pods is not None:
            for uid in [uid for uid in self._told if uid not in wanted]:
                pods.load(uid, 0.0, now)
            for uid in [uid for uid, requests in wanted.items() if self._told.get(uid) != requests]:
                pods.load(uid, wanted[uid], now)
        self._told = wanted

    def next_at(self) -> float | None:
        """Return when what becomes of a load changes next by itself."""
        times = [*self._changed.values(), *([] if self._due is None else [self._due])]
        return min(times, default=None)

    def state(self) -> dict[str, Any]:
        """Return what is due, what pods were told and what clients remember as JSON. The loads outlive the program."""
        return {
            "changed": [[*key, at] for key, at in self._changed.items()],
            "told": dict(self._told),
            "asked": {key: list(each) for key, each in self._asked.items()},
            "due": self._due,
            "seen": list(self._seen),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._changed = {(namespace, name): at for namespace, name, at in state["changed"]}
        self._told = dict(state["told"])
        self._asked = {key: list(each) for key, each in state["asked"].items()}
        self._due = state["due"]
        self._asked_pods = self._pods
        self._seen = tuple(tuple(each) if isinstance(each, list) else each for each in state["seen"])

    # What the informers tell.

    def _on_service(self, change: Change) -> None:
        self._mark(change.key)

    def _on_slice(self, change: Change) -> None:
        for each in (change.object, change.previous or EMPTY):
            service = meta.labels(each).get(SERVICE_LABEL)
            if service:
                self._mark((meta.namespace(each), service))

    def _mark(self, key: Key) -> None:
        """Let a Service's rules be written anew soon; changes that come before that are in them, too."""
        if key in self._loads:
            self._changed.setdefault(key, self._context.clock.now + SYNC)

    def _on_pod(self, change: Change) -> None:
        """Look again at what becomes of a pod's requests: clients send them even while kube-proxy is down."""
        uid, now, pods = meta.uid(change.object), self._context.clock.now, self._pods
        for load in self._loads.values():
            flow = next((flow for flow in load.flows.values() if flow.backend.uid == uid), None)
            if flow is not None and pods is not None:
                load.count(now)
                flow.found = pods.performance(uid, now) if self._arrives(pods, flow.backend, now) else None


def _found(pods: Pods, uid: str, requests: float, now: float) -> Performance | None:
    """Ask what becomes of a pod's requests; a container that started anew is told of them first."""
    known = pods.performance(uid, now)
    if known is not None and known.offered != requests:
        pods.load(uid, requests, now)
        known = pods.performance(uid, now)
    return known


def _check(requests: float, clients: int) -> None:
    if not (math.isfinite(requests) and 0 <= requests <= 1e9):
        raise ValueError(f"{requests} is no number of requests a second; write for instance 50")
    if not 1 <= clients <= MOST_CLIENTS:
        raise ValueError(f"{clients} clients are not possible; there can be 1 to {MOST_CLIENTS}")
